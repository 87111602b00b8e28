import { z } from 'zod';
import type { OrganisationState } from '#care';
import { contentHash } from '#door';
import type { RepinProgress } from '../parts.js';

const Count = z.int().min(0);

export const AdoptionView = z
  .object({
    hash: z.string().nullable().meta({ description: 'Names the pathway by its content, as the pins of episodes do.' }),
    id: z.unknown(),
    version: z.unknown(),
    title: z.unknown(),
    notForCare: z.boolean(),
    since: z.string().nullable(),
    by: z.string().nullable(),
    repin: z
      .object({
        state: z.enum(['not-begun', 'running', 'done', 'unknown']).meta({
          description:
            '`not-begun`: the background has not come to the adoption yet; `unknown`: nothing runs in the background of this process.',
        }),
        episodes: Count.nullable(),
        done: Count.nullable(),
        waiting: Count.nullable(),
        refused: Count.nullable().meta({
          description: 'Episodes that keep the pathway they have; the operator’s log names them.',
        }),
      })
      .meta({ description: 'How far the pathway has come with the episodes that were open when it was adopted.' }),
  })
  .meta({ id: 'PathwayAdoption' });

/** The pathway in force; without one, what a first adoption would fill. */
export function adoptionView(
  { pathways }: OrganisationState,
  progress: RepinProgress | null | undefined,
): z.infer<typeof AdoptionView> {
  const adopted = pathways.at(-1);
  const { id = null, version = null, title = null, notForCare } = adopted?.value ?? {};
  return {
    hash: adopted ? contentHash(adopted.value) : null,
    ...{ id, version, title },
    notForCare: notForCare === true,
    since: adopted?.recordedAt ?? null,
    by: adopted?.by ?? null,
    repin: repinView(adopted?.revision, progress),
  };
}

function repinView(
  adoption: number | undefined,
  progress: RepinProgress | null | undefined,
): z.infer<typeof AdoptionView>['repin'] {
  const nothing = { episodes: null, done: null, waiting: null, refused: null };
  if (progress === undefined) return { state: 'unknown', ...nothing };
  if (progress === null || adoption === undefined || progress.revision < adoption)
    return { state: 'not-begun', ...nothing };
  const { episodes, done, waiting, refused } = progress;
  return { state: waiting > 0 ? 'running' : 'done', episodes, done, waiting, refused };
}
