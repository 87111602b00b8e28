import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Acknowledged } from './client.js';
import { CLI } from './server.js';

/** What the log says about follow-ups, read without any code of the product. Latenesses in milliseconds. */
interface Told {
  /** Planned steps of open follow-ups whose time has come. */
  readonly due: number;
  readonly missed: number;
  readonly doubled: number;
  readonly early: number;
  readonly latenessMs: readonly number[];
  readonly byWaker: Readonly<Record<string, number>>;
}

interface Row {
  stream_id: string;
  type: string;
  recorded_at: string;
  actor: string;
  body: string;
}
interface Opened {
  readonly openedAt: number;
  readonly ladder: readonly { step: number; at: string }[];
  readonly raised: Map<number, number>;
}

function reading<T>(dataDir: string, read: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(dataDir, 'events.db'), { readOnly: true, timeout: 10_000 });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/**
 * Tells the follow-ups that a log opened after a position: every planned step whose time came before `now`, or with its opening, must have
 * been raised, once and not before.
 */
export function tellFollowUps(dataDir: string, now = Date.now(), after = 0): Told {
  const open = new Map<string, Opened>();
  const byWaker: Record<string, number> = {};
  const latenessMs: number[] = [];
  let [doubled, early] = [0, 0];
  reading(dataDir, (db) => {
    const rows = db.prepare(
      "SELECT stream_id, type, recorded_at, actor, body FROM events WHERE type LIKE 'FollowUp%' AND position > ? ORDER BY position",
    );
    for (const row of rows.iterate(after) as unknown as Iterable<Row>) {
      const { facts } = JSON.parse(row.body) as { facts: any };
      const key = `${row.stream_id}/${facts.followUpId}`;
      const recorded = Date.parse(row.recorded_at);
      if (row.type === 'FollowUpOpened')
        open.set(key, { openedAt: recorded, ladder: facts.ladder, raised: new Map<number, number>() });
      const followUp = open.get(key);
      if (!followUp) continue;
      if (row.type === 'FollowUpFulfilled' || row.type === 'FollowUpSuperseded') open.delete(key);
      if (row.type !== 'FollowUpRaised') continue;
      byWaker[row.actor] = (byWaker[row.actor] ?? 0) + 1;
      for (const step of [facts.step, ...(facts.standsFor ?? [])] as number[]) {
        if (followUp.raised.has(step)) doubled += 1;
        followUp.raised.set(step, recorded);
        const planned = followUp.ladder.find((rung) => rung.step === step);
        if (!planned) continue;
        if (recorded < Date.parse(planned.at)) early += 1;
        latenessMs.push(Math.max(0, recorded - Math.max(Date.parse(planned.at), followUp.openedAt)));
      }
    }
  });
  const due = [...open.values()].flatMap(({ openedAt, ladder, raised }) =>
    ladder.filter(({ at }) => isDue(Date.parse(at), openedAt, now)).map(({ step }) => raised.has(step)),
  );
  return { due: due.length, missed: due.filter((raised) => !raised).length, doubled, early, latenessMs, byWaker };
}

/** What is owed from its opening on is due whatever a clock says since. */
const isDue = (at: number, openedAt: number, now: number): boolean => at <= now || at === openedAt;

/** How many acknowledged acts are not in the log, and how many acts are in it more often than they were done. */
export function compareWithLog(
  dataDir: string,
  acknowledged: readonly Acknowledged[],
): { lost: number; twice: number } {
  return reading(dataDir, (db) => {
    const at = db.prepare('SELECT 1 FROM events WHERE stream_id = ? AND revision = ?');
    const lost = acknowledged.filter(({ streamId, revision }) => at.get(streamId, revision) === undefined).length;
    const count = db.prepare('SELECT count(*) AS n FROM events WHERE stream_id = ? AND type = ?');
    const done = Map.groupBy(acknowledged, ({ streamId, type }) => `${streamId} ${type}`);
    const surplus = [...done.values()].map((acts) => {
      const { streamId, type } = acts[0]!;
      return Number((count.get(streamId, type) as { n: number }).n) - acts.length;
    });
    const missing = surplus.reduce((sum, n) => sum + Math.max(0, -n), 0);
    return { lost: Math.max(lost, missing), twice: surplus.reduce((sum, n) => sum + Math.max(0, n), 0) };
  });
}

/** Of each episode the revision of its last event. */
export const lastRevisions = (dataDir: string): Map<string, number> =>
  reading(dataDir, (db) => {
    const rows = db.prepare(
      "SELECT substr(stream_id, 9) AS id, max(revision) AS revision FROM events WHERE stream_id LIKE 'episode-%' GROUP BY stream_id",
    );
    return new Map(rows.all().map(({ id, revision }) => [String(id), Number(revision)]));
  });

/** What `followthrough verify` says: the judge that ships. */
export interface Verified {
  readonly wrong: boolean;
  readonly said: any;
}

export function verified(dataDir: string, graceS: number, now = Date.now()): Verified {
  const at = new Date(now).toISOString();
  const args = [CLI, 'verify', '--json', '--data', dataDir, '--grace', String(graceS), '--at', at];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0 && status !== 1) throw new Error(`verify cannot judge: ${stderr}`);
  return { wrong: status === 1, said: JSON.parse(stdout) };
}

const SECOND = 1_000;
const BUCKETS: readonly [label: string, most: number][] = [
  ['≤1s', SECOND],
  ['≤5s', 5 * SECOND],
  ['≤20s', 20 * SECOND],
  ['≤60s', 60 * SECOND],
  ['≤300s', 300 * SECOND],
  ['more', Infinity],
];

/** Seconds: median, 99th percentile, latest, and how many fell where. */
export function lateness(millis: readonly number[]): Readonly<Record<string, unknown>> {
  const sorted = millis.toSorted((a, b) => a - b);
  const at = (share: number): number | null => {
    const one = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
    return one === undefined ? null : Math.round(one / 10) / 100;
  };
  const counted = BUCKETS.map(([label, most], n) => {
    const least = BUCKETS[n - 1]?.[1] ?? -1;
    return [label, sorted.filter((ms) => ms > least && ms <= most).length] as const;
  });
  return {
    medianS: at(0.5),
    p99S: at(0.99),
    maxS: at(1),
    ...Object.fromEntries(counted.filter(([, n]) => n > 0)),
  };
}
