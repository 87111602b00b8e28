import { closeSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const PIECE = 1 << 20;
const NEWLINE = 0x0a;

interface Line {
  readonly stream: string;
  readonly events: readonly { readonly type: string; readonly data: string; readonly metadata: string }[];
}

/** What the stand-in for KurrentDB has on disk, copied into a file as the attacker’s own judge reads it; without any code of the product. */
export class LogCopy {
  private readonly db: DatabaseSync;
  private readonly revisions = new Map<string, number>();
  private taken = 0;

  /** Of this file of the stand-in, into this folder. */
  constructor(
    private readonly file: string,
    readonly folder: string,
  ) {
    mkdirSync(folder);
    this.db = new DatabaseSync(join(folder, 'events.db'));
    this.db.exec(
      'PRAGMA synchronous = OFF; CREATE TABLE events (position INTEGER PRIMARY KEY, stream_id, revision, type, recorded_at, actor, body, UNIQUE (stream_id, revision))',
    );
  }

  /** Takes in what was appended since. Answers the position of the last event. */
  catchUp(): number {
    const insert = this.db.prepare(
      'INSERT INTO events (stream_id, revision, type, recorded_at, actor, body) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.db.exec('BEGIN');
    for (const text of this.newLines()) {
      const { stream, events } = JSON.parse(text) as Line;
      for (const { type, data, metadata } of events) {
        const revision = (this.revisions.get(stream) ?? -1) + 1;
        this.revisions.set(stream, revision);
        const { recordedAt, actor } = JSON.parse(plain(metadata)) as { recordedAt: string; actor: string };
        insert.run(stream, revision, type, recordedAt, actor, plain(data));
      }
    }
    this.db.exec('COMMIT');
    return Number(this.db.prepare('SELECT coalesce(max(position), 0) AS last FROM events').get()!['last']);
  }

  close(): void {
    this.db.close();
  }

  /** Only whole ones: what was cut off was never acknowledged. */
  private *newLines(): Generator<string, void> {
    const file = openSync(this.file, 'r');
    try {
      let rest = Buffer.alloc(0);
      const piece = Buffer.alloc(PIECE);
      for (let at = this.taken, read; (read = readSync(file, piece, 0, PIECE, at)) > 0; at += read) {
        rest = Buffer.concat([rest, piece.subarray(0, read)]);
        const whole = rest.lastIndexOf(NEWLINE) + 1;
        this.taken += whole;
        yield* rest.toString('utf8', 0, whole).split('\n').slice(0, -1);
        rest = rest.subarray(whole);
      }
    } finally {
      closeSync(file);
    }
  }
}

const plain = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
