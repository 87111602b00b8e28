import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import {
  Checkpoints,
  CHECKPOINT_SCHEMA,
  inTransaction,
  openIndexFile,
  WAITS_NO_LONGER,
  waitsNoLonger,
  type Checkpoint,
} from '#event-store';
import type { OpenEpisode } from './ports.js';

/** A poke that waits by itself: it failed, or belongs to a mass poke. */
export interface WaitingPoke {
  readonly episodeId: string;
  readonly revision: number;
  readonly tries: number;
}

const VERSION = 1;
const SCHEMA = `${CHECKPOINT_SCHEMA}
CREATE TABLE IF NOT EXISTS waiting (
  namespace TEXT NOT NULL, episode TEXT NOT NULL, revision INTEGER NOT NULL,
  rank INTEGER NOT NULL,        -- order of a mass poke: safety first, then the earliest due
  tries INTEGER NOT NULL, not_before INTEGER NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (namespace, episode)
) STRICT;
DROP INDEX IF EXISTS waiting_turn;
CREATE INDEX IF NOT EXISTS waiting_order ON waiting (namespace, tries, rank, not_before);`;

/** What the pokes remember, per Temporal namespace: how far they came, and which pokes still wait. */
export class PokeBook {
  private readonly db: DatabaseSync;
  private readonly checkpoints: Checkpoints;

  constructor(path: string) {
    this.db = openIndexFile(path, VERSION, SCHEMA);
    this.checkpoints = new Checkpoints(this.db);
  }

  checkpoint(namespace: string): Checkpoint | null {
    return this.checkpoints.load(namespace);
  }

  forget(namespace: string): void {
    this.checkpoints.forget(namespace);
  }

  /** Moves on, with the pokes that were set aside in the same transaction: nothing is passed that is not written down. */
  moveOn(namespace: string, checkpoint: Checkpoint, setAside: readonly OpenEpisode[], notBefore: number): void {
    inTransaction(this.db, () => {
      for (const { episodeId, revision } of setAside)
        this.insert(namespace, episodeId, revision, 0, notBefore, 'failed');
      this.checkpoints.save(namespace, checkpoint);
    });
  }

  /** Queues many at once, in their order; with a checkpoint when this is the start of a namespace. */
  queue(namespace: string, episodes: readonly OpenEpisode[], reason: string, checkpoint?: Checkpoint): void {
    inTransaction(this.db, () => {
      episodes.forEach(({ episodeId, revision }, rank) => this.insert(namespace, episodeId, revision, rank, 0, reason));
      if (checkpoint) this.checkpoints.save(namespace, checkpoint);
    });
  }

  /** Whose turn it is, in order. */
  ready(namespace: string, now: number, limit: number): WaitingPoke[] {
    return this.db
      .prepare(
        `SELECT episode, revision, tries FROM waiting WHERE namespace = ? AND ${WAITS_NO_LONGER} ORDER BY tries, rank LIMIT ?`,
      )
      .all(namespace, ...waitsNoLonger(now), limit)
      .map(toWaiting);
  }

  /** Acknowledged, unless a newer revision came to wait meanwhile. */
  done(namespace: string, { episodeId, revision }: OpenEpisode): void {
    this.db
      .prepare('DELETE FROM waiting WHERE namespace = ? AND episode = ? AND revision <= ?')
      .run(namespace, episodeId, revision);
  }

  later(namespace: string, episodeId: string, notBefore: number): void {
    this.db
      .prepare('UPDATE waiting SET tries = tries + 1, not_before = ? WHERE namespace = ? AND episode = ?')
      .run(notBefore, namespace, episodeId);
  }

  waiting(namespace: string): number {
    return Number(this.db.prepare('SELECT count(*) AS n FROM waiting WHERE namespace = ?').get(namespace)?.['n']);
  }

  close(): void {
    this.db.close();
  }

  private insert(
    namespace: string,
    episodeId: string,
    revision: number,
    rank: number,
    notBefore: number,
    reason: string,
  ): void {
    this.db
      .prepare(
        `INSERT INTO waiting VALUES (?, ?, ?, ?, 0, ?, ?)
         ON CONFLICT DO UPDATE SET revision = max(revision, excluded.revision), rank = excluded.rank, not_before = excluded.not_before, reason = excluded.reason`,
      )
      .run(namespace, episodeId, revision, rank, notBefore, reason);
  }
}

function toWaiting(row: Record<string, SQLOutputValue>): WaitingPoke {
  return { episodeId: String(row['episode']), revision: Number(row['revision']), tries: Number(row['tries']) };
}
