import type { DatabaseSync } from 'node:sqlite';
import type { NoticeClass, NoticeState } from './notice.js';

export interface NoticeFilter {
  readonly organisation: string;
  readonly recipient?: string;
  readonly day?: string;
  readonly state?: NoticeState;
  readonly limit: number;
  readonly cursor?: string;
}

/** A notice as people look it up: when, to whom, what became of it. It says as little as the notice itself. */
export interface NoticeView {
  readonly id: string;
  readonly recipient: string;
  readonly day: string;
  readonly class: NoticeClass;
  readonly state: NoticeState;
  readonly episodeId: string;
  readonly patientId: string;
  /** How many raised steps it stands for. */
  readonly steps: number;
  readonly madeAt: string;
  readonly deliveredAt: string | null;
  readonly attempts: readonly AttemptView[];
}

export interface AttemptView {
  readonly messageId: string;
  readonly channel: string;
  readonly at: string;
  readonly outcome: string;
  readonly code: string | null;
}

/** What came at one person on one day (follow-up-rules, "Against alarm fatigue" 10). */
export interface LoadView {
  readonly staff: string;
  readonly day: string;
  /** Patients about whom they were told. */
  readonly rows: number;
  /** Messages that did not wait for a list. */
  readonly interruptions: number;
  /** Follow-ups they put off. */
  readonly snoozes: number;
}

export interface OutboxStatus {
  /** Messages on their way. */
  readonly waiting: number;
  readonly oldestWaiting: string | null;
  /** Messages that reached nobody so far, and raised steps that became none: nobody is there, or they cannot be dealt with. */
  readonly undelivered: number;
  /** Channels in use whose last attempt failed. */
  readonly failing: readonly string[];
}

/** The newest first. */
export function noticesPage(db: DatabaseSync, filter: NoticeFilter): { rows: NoticeView[]; next: string | null } {
  const { organisation, recipient, day, state, limit, cursor } = filter;
  const asked = Object.entries({ organisation, recipient, day, state }).filter(([, value]) => value !== undefined);
  const after = cursor ? cursor.split('|') : [];
  // Only what is asked for stands in the statement: an index serves no condition that may be empty.
  const conditions = [
    ...asked.map(([column]) => `${column} = ?`),
    ...(after.length > 0 ? ['(made_at, id) < (?, ?)'] : []),
  ];
  const found = db
    .prepare(
      `SELECT n.*, (SELECT count(*) FROM reason r WHERE r.notice = n.id) AS steps FROM notice n
       WHERE ${conditions.join(' AND ')} ORDER BY made_at DESC, id DESC LIMIT ?`,
    )
    .all(...asked.map(([, value]) => value!), ...after, limit + 1);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map((row) => toView(db, row)),
    next: found.length > limit && last ? `${String(last['made_at'])}|${String(last['id'])}` : null,
  };
}

function toView(db: DatabaseSync, row: Record<string, unknown>): NoticeView {
  const attempts = db
    .prepare(
      'SELECT * FROM attempt WHERE message IN (SELECT message FROM reason WHERE notice = ? AND message IS NOT NULL) ORDER BY n',
    )
    .all(String(row['id']));
  return {
    id: String(row['id']),
    recipient: String(row['recipient']),
    day: String(row['day']),
    class: row['class'] as NoticeClass,
    state: row['state'] as NoticeState,
    episodeId: String(row['episode']),
    patientId: String(row['patient']),
    steps: Number(row['steps']),
    madeAt: String(row['made_at']),
    deliveredAt: textOrNull(row['delivered_at']),
    attempts: attempts.map((attempt) => ({
      messageId: String(attempt['message']),
      channel: String(attempt['channel']),
      at: String(attempt['at']),
      outcome: String(attempt['outcome']),
      code: textOrNull(attempt['code']),
    })),
  };
}

/** One row for each person and day on which anything came at them, both days included. */
export function alertLoad(db: DatabaseSync, organisation: string, from: string, to: string): LoadView[] {
  return db
    .prepare(
      `SELECT staff, day, sum(rows) AS rows, sum(interruptions) AS interruptions, sum(snoozes) AS snoozes FROM (
         SELECT recipient AS staff, day, count(DISTINCT patient) AS rows, 0 AS interruptions, 0 AS snoozes FROM notice
           WHERE organisation = :organisation AND day BETWEEN :from AND :to GROUP BY recipient, day
         UNION ALL
         SELECT recipient, day, 0, count(*), 0 FROM message
           WHERE organisation = :organisation AND day BETWEEN :from AND :to AND kind = 'safety' GROUP BY recipient, day
         UNION ALL
         SELECT staff, day, 0, 0, count(*) FROM snooze
           WHERE organisation = :organisation AND day BETWEEN :from AND :to GROUP BY staff, day
       ) GROUP BY staff, day ORDER BY day, staff`,
    )
    .all({ organisation, from, to })
    .map((row) => ({
      staff: String(row['staff']),
      day: String(row['day']),
      rows: Number(row['rows']),
      interruptions: Number(row['interruptions']),
      snoozes: Number(row['snoozes']),
    }));
}

export function outboxStatus(db: DatabaseSync, channels: readonly string[]): OutboxStatus {
  const open = db
    .prepare(
      `SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'undelivered') AS undelivered,
              min(made_at) AS oldest FROM message WHERE state IN ('waiting', 'undelivered')`,
    )
    .get();
  const unheard = db
    .prepare(
      `SELECT count(*) AS n FROM raise r JOIN follow_up f ON f.episode = r.episode AND f.follow_up = r.follow_up WHERE r.unheard = 1`,
    )
    .get();
  const last = db.prepare('SELECT outcome FROM attempt WHERE channel = ? ORDER BY n DESC LIMIT 1');
  return {
    waiting: Number(open?.['waiting'] ?? 0),
    oldestWaiting: textOrNull(open?.['oldest']),
    undelivered: Number(open?.['undelivered'] ?? 0) + Number(unheard?.['n'] ?? 0),
    failing: channels.filter((channel) => last.get(channel)?.['outcome'] === 'failed'),
  };
}

const textOrNull = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
