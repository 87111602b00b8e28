import type { DatabaseSync } from 'node:sqlite';
import {
  Checkpoints,
  CHECKPOINT_SCHEMA,
  inTransaction,
  isFileFailure,
  openIndexFile,
  type Checkpoint,
  type StoredEvent,
} from '#event-store';
import type { Counters } from './counters.js';
import { followLog, type Follower } from './follow-log.js';
import type {
  LedgerRules,
  Log,
  OpenEpisode,
  OpenEpisodes,
  OpenFollowUp,
  OpenLedger,
  OperatorLog,
  ReadFacts,
} from './ports.js';

export interface DueIndexParts {
  readonly log: Log;
  readonly ledger: LedgerRules;
  readonly readFacts: ReadFacts;
  readonly counters: Counters;
  readonly operator: OperatorLog;
  /** How long it rests once it has caught up with the log; 0: not at all. */
  readonly restMs?: number;
}

/** An episode with a step that is due and not raised, as far as the index knows. */
export interface DueEpisode {
  readonly episodeId: string;
  readonly safety: boolean;
}

const FOLLOWER = 'due-index';
const PREFIX = 'episode-';
const VERSION = 3;
const SCHEMA = `${CHECKPOINT_SCHEMA}
CREATE TABLE IF NOT EXISTS episode (
  episode TEXT PRIMARY KEY, revision INTEGER NOT NULL, position TEXT NOT NULL, recorded_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS step (
  episode TEXT NOT NULL, follow_up TEXT NOT NULL, kind TEXT NOT NULL, safety INTEGER NOT NULL,
  step INTEGER NOT NULL, at INTEGER NOT NULL, opened_recorded_at INTEGER NOT NULL,
  since INTEGER GENERATED ALWAYS AS (max(at, opened_recorded_at)) STORED,
  entry TEXT NOT NULL,          -- the ledger entry as JSON, so that memory stays flat
  PRIMARY KEY (episode, follow_up)
) STRICT;
CREATE INDEX IF NOT EXISTS step_since ON step (safety, since, episode, kind);
DROP INDEX IF EXISTS step_due_as_opened;
CREATE INDEX IF NOT EXISTS step_past_as_opened ON step (safety, opened_recorded_at, at, since, episode, kind) WHERE at <= opened_recorded_at;`;
/** By the index, so that of a burst no more is read than is asked for. */
const DUE = 'SELECT episode FROM step INDEXED BY step_since WHERE safety = ? AND since <= ? ORDER BY since';
const AHEAD = `SELECT episode FROM step INDEXED BY step_past_as_opened
  WHERE safety = ? AND at <= opened_recorded_at AND opened_recorded_at > ? AND (at = opened_recorded_at OR at <= ?)
  ORDER BY opened_recorded_at`;
const SAFETY_FIRST = [1, 0];

/**
 * The watchdog's own knowledge of what is owed and when: the next step of each open follow-up, folded from follow-up facts
 * alone, without a key, a projection or Temporal (decisions 5 and 6). A derived file: losing it costs a re-read of the log.
 */
export class DueIndex implements OpenEpisodes {
  private readonly db: DatabaseSync;
  private readonly checkpoints: Checkpoints;
  private waiters: { position: string; resolve: () => void }[] = [];
  /** Whether the log was seen in this process: until then the checkpoint may belong to a log that was replaced. */
  private alive = false;
  private latest: number;

  constructor(
    path: string,
    private readonly parts: DueIndexParts,
  ) {
    this.db = openIndexFile(path, VERSION, SCHEMA);
    this.checkpoints = new Checkpoints(this.db);
    this.latest = Number(this.db.prepare('SELECT max(recorded_at) AS latest FROM episode').get()?.['latest'] ?? 0);
  }

  /** Follows the log until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, counters, operator, restMs } = this.parts;
    await followLog(this.follower(), { log, counters, operator, signal, restMs });
  }

  /**
   * Episodes with a step due since before `cutoff` (epoch milliseconds of the door's clock): safety first, then the longest due. With them
   * those opened ahead of `now`, for the moment of their opening or for a time before `cutoff`: the clock was set back since the record
   * was written, or whoever wrote it has another one.
   */
  due(cutoff: number, limit: number, now = Infinity): DueEpisode[] {
    const found = new Map<string, DueEpisode>();
    const [due, ahead] = [this.db.prepare(DUE), this.db.prepare(AHEAD)];
    for (const safety of SAFETY_FIRST)
      for (const rows of [due.iterate(safety, cutoff), ahead.iterate(safety, now, cutoff)])
        for (const row of rows) {
          if (found.size >= limit) return [...found.values()];
          const episodeId = String(row['episode']);
          if (!found.has(episodeId)) found.set(episodeId, { episodeId, safety: safety === 1 });
        }
    return [...found.values()];
  }

  /** Since when the oldest step that is due waits to be raised, in epoch milliseconds of the door's clock; null when none does. */
  oldestDue(now: number): number | null {
    const oldest = this.db.prepare('SELECT min(since) AS since FROM step WHERE safety = ?');
    const all = SAFETY_FIRST.map((safety) => Number(oldest.get(safety)?.['since'] ?? Infinity));
    const since = Math.min(...all);
    return since <= now ? since : null;
  }

  /** The latest time at which anything was recorded in an episode, epoch milliseconds; 0 when nothing was. */
  latestRecorded(): number {
    return this.latest;
  }

  /** The newest revision of an episode that the index has taken in; -1 when it knows none. */
  revisionOf(episodeId: string): number {
    return Number(this.db.prepare('SELECT revision FROM episode WHERE episode = ?').get(episodeId)?.['revision'] ?? -1);
  }

  openFollowUps(): number {
    return Number(this.db.prepare('SELECT count(*) AS n FROM step').get()?.['n']);
  }

  openPage({ after = '', limit }: { after?: string; limit: number }): OpenEpisode[] {
    return this.db
      .prepare(
        `SELECT episode, revision FROM episode e WHERE episode > ? AND EXISTS (SELECT 1 FROM step WHERE step.episode = e.episode)
         ORDER BY episode LIMIT ?`,
      )
      .all(after, limit)
      .map(toOpenEpisode);
  }

  openByUrgency({ since = '' }: { since?: string } = {}): OpenEpisode[] {
    return this.db
      .prepare(
        `SELECT e.episode, e.revision FROM episode e JOIN step s ON s.episode = e.episode WHERE e.position > ?
         GROUP BY e.episode ORDER BY max(s.safety) DESC, min(s.since)`,
      )
      .all(since)
      .map(toOpenEpisode);
  }

  reached(position: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = (): void => {
        signal.removeEventListener('abort', done);
        this.waiters = this.waiters.filter((waiter) => waiter.resolve !== done);
        resolve();
      };
      this.waiters.push({ position, resolve: done });
      signal.addEventListener('abort', done, { once: true });
      this.answerWaiters();
    });
  }

  close(): void {
    this.db.close();
  }

  private follower(): Follower {
    return {
      name: FOLLOWER,
      load: () => this.checkpoints.load(FOLLOWER),
      rewound: () => this.rebuild(),
      apply: (events, checkpoint) => this.takeIn(events, checkpoint),
      passed: (checkpoint) => {
        this.checkpoints.save(FOLLOWER, checkpoint);
        this.answerWaiters(true);
      },
      caughtUp: () => this.answerWaiters(true),
    };
  }

  private rebuild(): void {
    inTransaction(this.db, () => {
      this.db.exec('DELETE FROM step; DELETE FROM episode;');
      this.checkpoints.forget(FOLLOWER);
    });
    this.latest = 0;
  }

  private takeIn(events: readonly StoredEvent[], checkpoint: Checkpoint): void {
    inTransaction(this.db, () => {
      const ledgers = new Map<string, OpenLedger>();
      for (const event of events) if (event.streamId.startsWith(PREFIX)) this.takeOne(event, ledgers);
      for (const [episodeId, ledger] of ledgers) this.write(episodeId, ledger);
      this.checkpoints.save(FOLLOWER, checkpoint);
    });
    this.answerWaiters(true);
  }

  private takeOne(event: StoredEvent, ledgers: Map<string, OpenLedger>): void {
    const episodeId = event.streamId.slice(PREFIX.length);
    const recordedAt = Date.parse(event.recordedAt) || 0;
    this.latest = Math.max(this.latest, recordedAt);
    this.db
      .prepare(
        `INSERT INTO episode VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
         SET revision = excluded.revision, position = excluded.position, recorded_at = excluded.recorded_at`,
      )
      .run(episodeId, event.revision, event.position, recordedAt);
    if (!event.type.startsWith('FollowUp')) return;
    const ledger = ledgers.get(episodeId) ?? this.read(episodeId);
    ledgers.set(episodeId, this.folded(ledger, event));
  }

  /** A damaged event is counted and passed over: it must not silence the follow-ups beside it. */
  private folded(ledger: OpenLedger, event: StoredEvent): OpenLedger {
    const { type, revision, recordedAt } = event;
    try {
      return this.parts.ledger.fold(ledger, { type, revision, recordedAt, facts: this.parts.readFacts(event) });
    } catch (error) {
      this.passOver(`${event.streamId} at ${event.revision} cannot be read`, error);
      return ledger;
    }
  }

  private read(episodeId: string): OpenLedger {
    const rows = this.db.prepare('SELECT entry FROM step WHERE episode = ? ORDER BY rowid').all(episodeId);
    const entries = rows.map((row) => JSON.parse(String(row['entry'])) as OpenFollowUp);
    return { ...this.parts.ledger.empty, open: new Map(entries.map((entry) => [entry.followUpId, entry])) };
  }

  /** An entry that cannot be kept is counted and passed over: it must not silence the follow-ups of everybody else. */
  private write(episodeId: string, ledger: OpenLedger): void {
    this.db.prepare('DELETE FROM step WHERE episode = ?').run(episodeId);
    const insert = this.db.prepare(
      'INSERT INTO step (episode, follow_up, kind, safety, step, at, opened_recorded_at, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    for (const entry of ledger.open.values()) {
      const { followUpId, kind, safety, openedAt } = entry;
      const { step, at } = this.nextStep(episodeId, entry);
      const opened = Date.parse(openedAt) || 0;
      try {
        insert.run(episodeId, followUpId, kind, safety ? 1 : 0, step, at, opened, JSON.stringify(entry));
      } catch (error) {
        if (isFileFailure(error)) throw error;
        this.passOver(`a follow-up of ${episodeId} cannot be kept`, error);
      }
    }
  }

  /** An entry whose next step cannot be computed counts as due from its opening: better asked about too often than never. */
  private nextStep(episodeId: string, entry: OpenFollowUp): { step: number; at: number } {
    try {
      const { step, at } = this.parts.ledger.nextDue(entry);
      return { step, at: Date.parse(at) || 0 };
    } catch (error) {
      this.passOver(`no next step for ${entry.kind} of ${episodeId}`, error);
      return { step: 0, at: Date.parse(entry.openedAt) || 0 };
    }
  }

  private passOver(what: string, error: unknown): void {
    this.parts.counters.unreadable += 1;
    this.parts.operator.warn(`due index: ${what} (${(error as Error).name})`);
  }

  private answerWaiters(seen = false): void {
    this.alive ||= seen;
    const position = this.checkpoints.load(FOLLOWER)?.position ?? '';
    const there = (waiter: { position: string }): boolean => this.alive && waiter.position <= position;
    for (const { resolve } of this.waiters.filter(there)) resolve();
  }
}

const toOpenEpisode = (row: Record<string, unknown>): OpenEpisode => ({
  episodeId: String(row['episode']),
  revision: Number(row['revision']),
});
