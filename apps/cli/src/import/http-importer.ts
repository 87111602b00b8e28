import { CommandFailed } from '../command.js';
import type { ActOutcome, EpisodeOutcome, Importer } from './importer.js';
import type { PlannedEpisode } from './planned.js';

export interface HttpImporterParts {
  readonly server: string;
  readonly token: string;
  readonly fetch?: typeof fetch;
}

/** What the importer reads of an answer of POST /v1/imports. */
interface Told {
  readonly key: string;
  readonly result: ActOutcome['result'];
  readonly problem: {
    readonly detail: string;
    readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  } | null;
}
interface ImportAnswer {
  readonly episodes: readonly {
    readonly episodeId: string | null;
    readonly patient: Told | null;
    readonly results: readonly Told[];
    readonly ended: boolean;
  }[];
}
interface OrganisationAnswer {
  readonly sites: readonly { readonly site: string; readonly calendar: { readonly zone: string } | null }[];
}

/** Imports through a running server. A batch may be sent again: what was recorded is not recorded twice. */
export function httpImporter({ server, token, fetch: ask = fetch }: HttpImporterParts): Importer {
  const asked = async <T>(path: string, body?: object): Promise<T> => {
    const response = await request(ask, new URL(path, server), token, body);
    const said = (await response.json().catch(() => null)) as { title?: string; detail?: string } | null;
    if (!response.ok)
      throw new CommandFailed(
        `${path}: ${said?.detail ?? said?.title ?? `the server answered ${response.status}`}`,
        response.status >= 500 ? 3 : 2,
      );
    if (said === null) throw new CommandFailed(`what answers at ${server} is no server of Followthrough`, 3);
    return said as T;
  };
  return {
    async zones() {
      const { sites } = await asked<OrganisationAnswer>('/v1/organisation');
      return new Map(sites.flatMap(({ site, calendar }) => (calendar ? [[site, calendar.zone] as const] : [])));
    },
    async importEpisodes(batch) {
      const { episodes } = await asked<ImportAnswer>('/v1/imports', { episodes: batch.map(bodyOf) });
      return episodes.map(({ episodeId, patient, results, ended }): EpisodeOutcome => ({
        episodeId,
        outcomes: [...(patient ? [patient] : []), ...results].map(outcomeOf),
        ended,
      }));
    },
    close: async () => undefined,
  };
}

const TRIES = 3;
const PAUSE_MS = 1_000;

/** A server that is away for a moment is asked again. */
async function request(ask: typeof fetch, url: URL, token: string, body: object | undefined): Promise<Response> {
  for (let tried = 1; ; tried += 1) {
    const init = {
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    };
    const response = await ask(url, init).catch((cause: unknown) => {
      if (tried < TRIES) return null;
      throw new CommandFailed(
        `no server answers at ${url.origin}: ${(cause as Error).message}; run the import again, nothing is imported twice`,
        3,
      );
    });
    if (response && (response.status !== 503 || tried >= TRIES)) return response;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tried));
  }
}

const bodyOf = ({ patient, referral, acts }: PlannedEpisode): object => ({
  patient: { key: patient.key, details: patient.details },
  referral: { key: referral.key, occurredAt: referral.occurredAt, ...referral.details },
  acts: acts.map(({ key, command, occurredAt }) => ({ key, command, occurredAt })),
});

const outcomeOf = ({ key, result, problem }: Told): ActOutcome => ({
  key,
  result,
  ...(problem
    ? {
        reason: [problem.detail, ...(problem.errors ?? []).map((error) => `${error.pointer}: ${error.detail}`)].join(
          ' ',
        ),
      }
    : {}),
});
