import type { ActOutcome, Importer } from './importer.js';
import type { ImportPlan, PlannedEpisode, RowRef, Unreviewed } from './planned.js';
import type { Rejection } from './read.js';
import { TABLES, type TableName } from './tables.js';
import { unreviewedItem9, type Taken } from './unreviewed.js';

/** Rows of one table by what became of them; each is counted once, by the worst that became of any part of it. */
export interface TableCount {
  readonly table: TableName;
  readonly read: number;
  readonly appended: number;
  readonly skipped: number;
  readonly changed: number;
  readonly rejected: number;
}

export interface ImportReport {
  readonly tables: readonly TableCount[];
  readonly episodes: number;
  readonly rejections: readonly Rejection[];
  readonly notes: readonly string[];
  readonly unreviewed: readonly (Unreviewed & { readonly episodeId: string | null })[];
}

/** A request to a server is bounded by all of them (it takes 8 MiB). */
const MOST_EPISODES = 25;
const MOST_ACTS = 2_000;
const MOST_BYTES = 6 * 1024 * 1024;

export function batchesOf(episodes: readonly PlannedEpisode[]): PlannedEpisode[][] {
  const batches: PlannedEpisode[][] = [];
  let acts = Infinity;
  let bytes = 0;
  for (const episode of episodes) {
    const last = batches.at(-1);
    const size = Buffer.byteLength(JSON.stringify(episode));
    if (!last || last.length >= MOST_EPISODES || acts + episode.acts.length > MOST_ACTS || bytes + size > MOST_BYTES) {
      batches.push([episode]);
      [acts, bytes] = [episode.acts.length, size];
    } else {
      last.push(episode);
      acts += episode.acts.length;
      bytes += size;
    }
  }
  return batches;
}

/** Carries a plan out, batch by batch in the order of the plan, and says what became of every row. */
export async function importPlan(
  plan: ImportPlan,
  importer: Importer,
  onProgress: (done: number, all: number) => void = () => undefined,
): Promise<ImportReport> {
  const ledger = new Ledger();
  const ids = new Map<PlannedEpisode, string | null>();
  const ended = new Set<PlannedEpisode>();
  let done = 0;
  for (const batch of batchesOf(plan.episodes)) {
    const outcomes = await importer.importEpisodes(batch);
    for (const [i, episode] of batch.entries()) {
      ledger.take(episode, outcomes[i]?.outcomes ?? []);
      ids.set(episode, outcomes[i]?.episodeId ?? null);
      if (outcomes[i]?.ended) ended.add(episode);
    }
    done += batch.length;
    onProgress(done, plan.episodes.length);
  }
  const rejections = [...plan.rejections, ...ledger.rejections];
  const taken = plan.episodes.map((episode) => ledger.taken(episode, ended.has(episode)));
  const unreviewed = unreviewedItem9(taken).map((one) => ({
    ...one,
    episodeId: [...ids].find(([{ acts }]) => acts.some(({ source }) => isSame(source, one)))?.[1] ?? null,
  }));
  return {
    tables: count(plan, ledger, rejections),
    episodes: plan.episodes.length,
    rejections,
    notes: plan.notes,
    unreviewed,
  };
}

const idOf = ({ table, file, line }: RowRef): string => `${table}|${file}|${line}`;
const isSame = (a: RowRef, b: RowRef): boolean => idOf(a) === idOf(b);

/** What became of each row, act by act. */
class Ledger {
  readonly appended = new Set<string>();
  readonly rejections: Rejection[] = [];
  private readonly refused = new Set<string>();

  take({ patient, referral, acts }: PlannedEpisode, outcomes: readonly ActOutcome[]): void {
    const told = new Map(outcomes.map((outcome) => [outcome.key, outcome]));
    const missing = outcomes.find(({ result }) => result === 'refused')?.reason ?? 'nothing was said about it';
    for (const { key, source } of [patient, referral, ...acts])
      this.note(source, told.get(key) ?? { key, result: 'refused', reason: `its episode was refused: ${missing}` });
  }

  /** What of an episode stands in the record. */
  taken({ acts }: PlannedEpisode, ended: boolean): Taken {
    return {
      acts: acts.filter(({ key }) => !this.refused.has(key)),
      ended,
      isNew: ({ source }) => this.appended.has(idOf(source)),
    };
  }

  private note(source: RowRef, { key, result, reason }: ActOutcome): void {
    if (result === 'appended') this.appended.add(idOf(source));
    else if (result === 'refused') {
      this.refused.add(key);
      this.reject(source, 'rejected', reason ?? 'refused');
    } else if (result === 'changed')
      this.reject(source, 'changed', 'imported before with other content, which was kept as it was');
  }

  /** A row's acts often fail for one reason, and a patient's row comes with each of their episodes. */
  private reject(source: RowRef, kind: Rejection['kind'], reason: string): void {
    const { table, file, line } = source;
    if (
      !this.rejections.some(
        (one) => one.reason === reason && one.table === table && one.file === file && one.line === line,
      )
    )
      this.rejections.push({ table, file, line, kind, reason });
  }
}

function count(plan: ImportPlan, { appended }: Ledger, rejections: readonly Rejection[]): TableCount[] {
  const among = (kind: Rejection['kind']): ReadonlySet<string> =>
    new Set(
      rejections.flatMap(({ table, file, line, kind: its }) =>
        table && its === kind ? [idOf({ table, file, line })] : [],
      ),
    );
  const [rejected, changed] = [among('rejected'), among('changed')];
  return TABLES.map((table) => {
    const rows = [...new Set(plan.rows.filter((row) => row.table === table).map(idOf))];
    const became = rows.map((row) =>
      rejected.has(row) ? 'rejected' : changed.has(row) ? 'changed' : appended.has(row) ? 'appended' : 'skipped',
    );
    const of = (what: string): number => became.filter((one) => one === what).length;
    return {
      table,
      read: rows.length,
      appended: of('appended'),
      skipped: of('skipped'),
      changed: of('changed'),
      rejected: of('rejected'),
    };
  });
}
