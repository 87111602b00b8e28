import type { DatabaseSync } from 'node:sqlite';
import type { Checkpoint } from './tail.js';

export const CHECKPOINT_SCHEMA = `CREATE TABLE IF NOT EXISTS checkpoint (follower TEXT PRIMARY KEY, position TEXT NOT NULL, hash TEXT NOT NULL) STRICT;`;

/** Checkpoints of the followers that share one file, so that a checkpoint and its effects are one transaction. */
export class Checkpoints {
  private readonly db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.db = db;
  }

  load(follower: string): Checkpoint | null {
    const row = this.db.prepare('SELECT position, hash FROM checkpoint WHERE follower = ?').get(follower);
    return row ? { position: String(row['position']), hash: String(row['hash']) } : null;
  }

  save(follower: string, { position, hash }: Checkpoint): void {
    this.db
      .prepare(
        'INSERT INTO checkpoint VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET position = excluded.position, hash = excluded.hash',
      )
      .run(follower, position, hash);
  }

  forget(follower: string): void {
    this.db.prepare('DELETE FROM checkpoint WHERE follower = ?').run(follower);
  }
}
