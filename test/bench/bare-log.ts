import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { randomUUID } from 'node:crypto';

/** The peer of our log: the same durability (WAL, FULL) and rows of the same size, and nothing else. */
const SCHEMA = `PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
CREATE TABLE events (position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, stream TEXT NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (stream, revision)) STRICT;`;
const BODY = 'x'.repeat(900);

/** So many inserts, one transaction, one fsync. */
export function bareInserts(file: string): { insert(rows?: number): Promise<void>; close(): void } {
  const db = new DatabaseSync(file);
  db.exec(SCHEMA);
  const statement = db.prepare('INSERT INTO events (id, stream, revision, body) VALUES (?, ?, ?, ?)');
  let revision = 0;
  return {
    // A turn of the event loop, as every caller of a server takes one.
    async insert(rows = 1) {
      if (rows > 1) db.exec('BEGIN IMMEDIATE');
      for (let row = 0; row < rows; row += 1) statement.run(randomUUID(), 's', revision++, BODY);
      if (rows > 1) db.exec('COMMIT');
      await new Promise((resolve) => setImmediate(resolve));
    },
    close: () => db.close(),
  };
}

const WRITER = `
const { parentPort, workerData } = require('node:worker_threads');
const { DatabaseSync } = require('node:sqlite');
const db = new DatabaseSync(workerData.file);
db.exec(workerData.schema);
const insert = db.prepare('INSERT INTO events (id, stream, revision, body) VALUES (?, ?, ?, ?)');
let queue = [];
parentPort.on('message', (row) => { if (queue.push(row) === 1) setImmediate(commit); });
function commit() {
  const rows = queue; queue = [];
  db.exec('BEGIN IMMEDIATE');
  for (const row of rows) insert.run(row.id, row.stream, row.revision, row.body);
  db.exec('COMMIT');
  parentPort.postMessage(rows.map(({ n }) => n));
}`;

/** Group commit behind a worker thread: what arrived meanwhile is one transaction. */
export function bareGroupCommit(file: string): { insert(stream: number): Promise<void>; close(): Promise<unknown> } {
  const worker = new Worker(WRITER, { eval: true, workerData: { file, schema: SCHEMA } });
  const waiting = new Map<number, () => void>();
  let n = 0;
  worker.on('message', (committed: number[]) => {
    for (const each of committed) {
      waiting.get(each)!();
      waiting.delete(each);
    }
  });
  return {
    insert: (stream) =>
      new Promise((resolve) => {
        n += 1;
        waiting.set(n, resolve);
        worker.postMessage({ n, id: randomUUID(), stream: `s-${stream}`, revision: n, body: BODY });
      }),
    close: () => worker.terminate(),
  };
}
