import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { previewPathway, type Clock, type PathwayPreview } from '#door';
import type { Queries } from '#read-models';
import { refusalProblem } from '../http/outcome.js';
import {
  CLOCK,
  EPISODES,
  ORGANISATIONS,
  POLICIES,
  QUERIES,
  type EpisodesDoor,
  type OrganisationsDoor,
  type PoliciesDoor,
} from '../parts.js';

const Count = z.int().min(0);
const Effects = z.record(z.string(), z.object({ opens: Count, moves: Count, ends: Count }));

export const PreviewView = z
  .object({
    episodes: Count.meta({ description: 'Open episodes of this page.' }),
    untold: Count.meta({ description: 'Of these, how many cannot be told: newer rules, or a site that is gone.' }),
    atOnce: Effects.meta({
      description: 'By kind of follow-up: what adopting it changes in running episodes, by safety and hours.',
    }),
    atNextPhase: Effects.meta({
      description:
        'The same if each episode entered its next phase as things stand: clinical numbers too. Administrative ones reach new episodes only.',
    }),
    next: z.string().nullable().meta({ description: 'Send it as `cursor` for the next page; null on the last.' }),
  })
  .meta({ id: 'PathwayPreview' });

/** What a pathway would do to the caseload, a page of episodes at a time, so that no caseload is too large. */
@Injectable()
export class Previewing {
  constructor(
    @Inject(QUERIES) private readonly queries: Pick<Queries, 'caseload'>,
    @Inject(EPISODES) private readonly episodes: EpisodesDoor,
    @Inject(ORGANISATIONS) private readonly organisations: OrganisationsDoor,
    @Inject(POLICIES) private readonly policies: PoliciesDoor,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws Problem when the pathway could not be adopted */
  async page(
    organisation: string,
    pathway: unknown,
    { cursor, limit }: { readonly cursor: string | undefined; readonly limit: number },
  ): Promise<PathwayPreview & { readonly next: string | null }> {
    const { rows, next } = await this.queries.caseload({
      organisation,
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const { episodes, organisations, policies, clock } = this;
    const ids = rows.map(({ episodeId }) => episodeId);
    const preview = await previewPathway({ episodes, organisations, policies, clock }, organisation, pathway, ids);
    if ('refusal' in preview) throw refusalProblem(preview.refusal);
    return { ...preview, next };
  }
}
