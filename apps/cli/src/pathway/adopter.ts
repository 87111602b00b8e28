import { v7 } from 'uuid';
import type { Refusal } from '#care';
import { previewPathway, SEED_ORGANISATION, type PathwayPreview } from '#door';
import type { OpenRuntime } from '#runtime';
import { CommandFailed, say } from '../command.js';
import { openViews } from '../house/views.js';
import type { Reached } from '../reach.js';
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

function serverAdopter({ url, token }: Extract<Reached, { kind: 'server' }>): Adopter {
  const post = async (path: string, pathway: unknown): Promise<{ status: number; said: unknown }> => {
    const response = await fetch(new URL(path, url), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': v7() },
      body: JSON.stringify({ pathway }),
    }).catch((cause: unknown) => {
      throw new CommandFailed(`no server answers at ${url}: ${(cause as Error).message}`, 3);
    });
    const said = (await response.json().catch(() => ({}))) as {
      title?: string;
      detail?: string;
      errors?: Refusal['errors'];
    };
    if (response.ok) return { status: response.status, said };
    const detail = said.detail ?? said.title ?? `the server answered ${response.status}`;
    throw refused({ detail, ...(said.errors ? { errors: said.errors } : {}) }, response.status >= 500 ? 3 : 1);
  };
  return {
    adopt: async (pathway) => (await post(ADDRESS, pathway)).status === 201,
    async *preview(pathway) {
      for (let cursor: string | null = null; ;) {
        const search: string = cursor === null ? '' : `?cursor=${cursor}`;
        const page = (await post(`${ADDRESS}/preview${search}`, pathway)).said as PathwayPreview & {
          next: string | null;
        };
        yield page;
        if (page.next === null) return;
        cursor = page.next;
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
