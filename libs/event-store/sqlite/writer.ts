/**
 * The one writer of an event log, in a thread of its own. It drains its queue into one durable transaction with a savepoint per append,
 * so that many callers share one fsync and each conflict is its caller's alone.
 * Runs as TypeScript under Node's type stripping too: only `node:` imports, types aside, and no syntax that would need to be compiled.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import type { Answer, AppendRequest, FromWriter, Request, WriterSetup } from './protocol.js';

const SQLITE_CONSTRAINT = 19;
const SQLITE_BUSY = 5;
const isBusy = (error: unknown): boolean => ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY;

/** Changing to WAL answers busy at once, without the time-out, while another opener does the same: so it is tried again. */
function openPatiently(setup: WriterSetup): DatabaseSync {
  const deadline = Date.now() + setup.busyMillis;
  for (;;) {
    try {
      return open(setup);
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

/** Opens the file and proves that it is durable and ours. @throws when it is not */
function open(setup: WriterSetup): DatabaseSync {
  const db = new DatabaseSync(setup.file, { timeout: setup.busyMillis });
  try {
    const version = String(Object.values(db.prepare('SELECT sqlite_version()').get() ?? {})[0]);
    if (older(version, setup.minimumVersion))
      throw new Unsupported(`SQLite ${version} is older than ${setup.minimumVersion}`);
    // In one snapshot: another process may be making the file right now.
    db.exec('BEGIN');
    const applicationId = pragma(db, 'application_id');
    const schemaVersion = pragma(db, 'user_version');
    const fresh =
      applicationId === 0 && schemaVersion === 0 && db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
    db.exec('COMMIT');
    if (!fresh && applicationId !== setup.applicationId)
      throw new Unsupported('the file is no event log of Followthrough');
    if (!fresh && schemaVersion !== setup.schemaVersion)
      throw new Unsupported(`the file has schema ${schemaVersion}, this code ${setup.schemaVersion}`);
    for (const text of setup.pragmas) db.exec(`PRAGMA ${text}`);
    for (const [name, wanted] of Object.entries(setup.required)) {
      const is = pragma(db, name);
      if (is !== wanted) throw new Unsupported(`PRAGMA ${name} is ${is}, not ${wanted}: the log would not be durable`);
    }
    if (fresh) {
      // One transaction, so that a crash leaves either no log or a whole one; a second opener finds it made.
      db.exec(
        `BEGIN IMMEDIATE; ${setup.schema} PRAGMA application_id = ${setup.applicationId}; PRAGMA user_version = ${setup.schemaVersion}; COMMIT`,
      );
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

class Unsupported extends Error {}

function pragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

function older(version: string, minimum: string): boolean {
  const [is, least] = [version, minimum].map((text) => text.split('.').map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (is?.[i] ?? 0) - (least?.[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isConstraint(error: unknown): boolean {
  return ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_CONSTRAINT;
}

function writer(db: DatabaseSync, setup: WriterSetup) {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const savepoint = db.prepare('SAVEPOINT append');
  const release = db.prepare('RELEASE append');
  const undo = db.prepare('ROLLBACK TO append');
  const insert = db.prepare(setup.insert);
  const tailOf = db.prepare(
    'SELECT revision, lower(hex(hash)) AS hash FROM events WHERE stream_id = ? ORDER BY revision DESC LIMIT 1',
  );
  const stretchOf = db.prepare(
    'SELECT id, position, lower(hex(hash)) AS hash FROM events WHERE stream_id = ? AND revision BETWEEN ? AND ? ORDER BY revision',
  );
  const probe = db.prepare(
    'INSERT INTO probe (id, times) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1',
  );

  function abandon(): void {
    // A full disk or a failed write may have rolled back already.
    if (db.isTransaction) db.exec('ROLLBACK');
  }

  /** One transaction for all requests of a group. */
  function answer(group: readonly Request[]): Answer[] {
    const asked = group.filter((request) => request.kind !== 'close');
    let committing = false;
    try {
      begin.run();
      const answers = asked.map((request): Answer => {
        if (request.kind === 'append') return append(request);
        probe.run();
        return { id: request.id, kind: 'well' };
      });
      committing = true;
      commit.run();
      return answers;
    } catch (error) {
      const message = textOf(error);
      let code: 'unavailable' | 'outcome-unknown' = committing ? 'outcome-unknown' : 'unavailable';
      try {
        abandon();
      } catch {
        code = 'outcome-unknown';
      }
      return asked.map(({ id }) => ({ id, kind: 'failed', code, message }));
    }
  }

  function append({ id, streamId, expected, prevHash, rows, ids, lastHash }: AppendRequest): Answer {
    const tail = tailOf.get(streamId) as { revision: number; hash: string } | undefined;
    const actual = tail?.revision ?? -1;
    if (actual !== expected) return repeated() ?? { id, kind: 'conflict', actual };
    if (tail && tail.hash !== prevHash) return invalid(`the batch does not follow the stored revision ${actual}`);
    // A single row is there or not; it needs no savepoint.
    const several = rows.length > 1;
    if (several) savepoint.run();
    try {
      let place = 0;
      for (const row of rows) place = Number(insert.run(...row).lastInsertRowid);
      if (several) release.run();
      return { id, kind: 'appended', revision: expected + rows.length, place };
    } catch (error) {
      if (!isConstraint(error) || !db.isTransaction) throw error;
      if (several) {
        undo.run();
        release.run();
      }
      return invalid(textOf(error));
    }

    /** The first result, when exactly these events stand where they were meant to. */
    function repeated(): Answer | null {
      const found = stretchOf.all(streamId, expected + 1, expected + ids.length) as {
        id: string;
        position: number;
        hash: string;
      }[];
      const last = found.at(-1);
      if (!last || found.length !== ids.length || found.some((row, i) => row.id !== ids[i])) return null;
      if (last.hash !== lastHash) return invalid('these event ids hold other content');
      return { id, kind: 'appended', revision: expected + ids.length, place: last.position };
    }

    function invalid(problem: string): Answer {
      return { id, kind: 'failed', code: 'invalid', message: `${streamId}: ${problem}` };
    }
  }

  return answer;
}

function serve(port: MessagePort, setup: WriterSetup): void {
  // One text crosses between threads several times as fast as the many small values in it.
  const tell = (message: FromWriter) => port.postMessage(JSON.stringify(message));
  const read = (message: unknown) => JSON.parse(message as string) as readonly Request[];
  let db: DatabaseSync;
  try {
    db = openPatiently(setup);
  } catch (error) {
    tell({
      kind: 'refused',
      code: error instanceof Unsupported ? 'unsupported' : 'unavailable',
      message: textOf(error),
    });
    port.close();
    return;
  }
  const answer = writer(db, setup);
  const queue: Request[] = [];
  tell({ kind: 'ready' });
  const arrived = (): boolean => {
    const before = queue.length;
    for (let more; (more = receiveMessageOnPort(port));) queue.push(...read(more.message));
    return queue.length > before;
  };
  port.on('message', (first: unknown) => {
    queue.push(...read(first));
    do {
      arrived();
      const group = queue.splice(0, setup.groupSize);
      tell({ kind: 'answers', answers: answer(group) });
      if (group.some(({ kind }) => kind === 'close')) {
        db.close();
        port.close();
        return;
      }
    } while (queue.length > 0 || isSoon(arrived, setup.awakeMillis));
  });
}

/** Looks again and again for so long before it gives up: to be woken takes as long as a good part of an append. */
function isSoon(happened: () => boolean, millis: number): boolean {
  const until = performance.now() + millis;
  while (performance.now() < until) if (happened()) return true;
  return false;
}

if (parentPort) serve(parentPort, workerData as WriterSetup);
