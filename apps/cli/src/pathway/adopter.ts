import { v7 } from 'uuid';
import type { Refusal } from '#care';
import { previewPathway, SEED_ORGANISATION, type PathwayPreview } from '#door';
import type { OpenRuntime } from '#runtime';
import { CommandFailed, say } from '../command.js';
import { openViews } from '../house/views.js';
import { post, refusalIn, type Reached } from '../reach.js';
import { problemLine } from './source.js';

/** Where a pathway is adopted and previewed: a running server, or the store itself. */
export interface Adopter {
  /** Whether it was adopted now; false: it was in force already. @throws CommandFailed when it is refused */
  adopt(pathway: unknown): Promise<boolean>;
  /** A page of open episodes at a time. @throws CommandFailed when adopting would be refused */
  preview(pathway: unknown): AsyncIterable<PathwayPreview>;
  close(): Promise<void>;
}

export const adopterAt = (reached: Reached): Adopter =>
  reached.kind === 'server' ? serverAdopter(reached) : doorAdopter(reached.runtime);

const ADDRESS = '/v1/organisation/pathway';

function serverAdopter(server: Extract<Reached, { kind: 'server' }>): Adopter {
  const asked = async <T>(path: string, pathway: unknown): Promise<{ status: number; said: T }> => {
    const { status, said } = await post<T & { readonly errors?: Refusal['errors'] }>(server, path, { pathway });
    if (status < 400) return { status, said };
    const { errors } = said;
    throw refused({ detail: refusalIn(status, said), ...(errors ? { errors } : {}) }, status >= 500 ? 3 : 1);
  };
  return {
    adopt: async (pathway) => (await asked(ADDRESS, pathway)).status === 201,
    async *preview(pathway) {
      for (let cursor: string | null = null; ;) {
        const search: string = cursor === null ? '' : `?cursor=${cursor}`;
        const { said } = await asked<PathwayPreview & { next: string | null }>(`${ADDRESS}/preview${search}`, pathway);
        yield said;
        if (said.next === null) return;
        cursor = said.next;
      }
    },
    close: async () => undefined,
  };
}

const PAGE = 200;
const CATCH_UP_MS = 600_000;

function doorAdopter(runtime: OpenRuntime): Adopter {
  return {
    async adopt(pathway) {
      const outcome = await runtime.organisations.handle(SEED_ORGANISATION, {
        commandId: v7(),
        command: { type: 'AdoptPathway', pathway: pathway as Record<string, unknown> },
        actor: 'user:admin-1',
        actorRole: 'administrator',
        organisation: SEED_ORGANISATION,
      });
      if (outcome.kind === 'refused') throw refused(outcome.refusal);
      return outcome.kind === 'appended';
    },
    async *preview(pathway) {
      const views = await openViews(runtime, process.env, say);
      try {
        const head = await runtime.store.head();
        if (head && !(await views.waitFor(head.position, CATCH_UP_MS)))
          throw new CommandFailed('the views do not catch up with the log', 3);
        for (let cursor: string | null = null; ;) {
          const from: { cursor?: string } = cursor === null ? {} : { cursor };
          const { rows, next }: { rows: readonly { episodeId: string }[]; next: string | null } =
            await views.queries.caseload({ organisation: SEED_ORGANISATION, limit: PAGE, ...from });
          const ids = rows.map(({ episodeId }) => episodeId);
          const page = await previewPathway(runtime, SEED_ORGANISATION, pathway, ids);
          if ('refusal' in page) throw refused(page.refusal);
          yield page;
          if (next === null) return;
          cursor = next;
        }
      } finally {
        await views.stop();
      }
    },
    close: () => runtime.close(),
  };
}

/** Every number that is wrong on a line of its own. */
function refused({ detail, errors = [] }: Pick<Refusal, 'detail' | 'errors'>, exitCode: 1 | 3 = 1): CommandFailed {
  for (const error of errors) say(problemLine(error));
  return new CommandFailed(detail, exitCode);
}
