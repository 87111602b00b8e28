import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { describeEventStore, verifyChain } from '../contract.js';
import type { FrozenEvent, StoredEvent } from '../envelope.js';
import type { EventStore, EventStoreErrorCode } from '../port.js';
import { lastOf, sampleBatch } from '../samples.js';
import { openSqliteStore } from './open.js';
import { writerSetup } from './schema.js';
import { spawnWriter } from './writer-thread.js';

const folder = mkdtempSync(join(tmpdir(), 'event-store-'));
let files = 0;
const newFile = () => join(folder, `${(files += 1)}.db`);
const isCode = (code: EventStoreErrorCode) => expect.objectContaining({ code });
const toClose: (() => unknown)[] = [];

async function opened(...args: Parameters<typeof openSqliteStore>): Promise<EventStore> {
  const store = await openSqliteStore(...args);
  toClose.push(() => store.close());
  return store;
}
/** Another connection to the same file, as another program would have it. */
function connection(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  toClose.push(() => db.isOpen && db.close());
  return db;
}
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeEventStore('the SQLite store', { open: () => openSqliteStore({ file: newFile() }), uniqueIds: true });

describe('the SQLite file', () => {
  it('holds what was appended after it was closed and opened again', async () => {
    const file = newFile();
    const first = await openSqliteStore({ file });
    const batch = sampleBatch('episode-1', null, [{}, {}]);
    await first.append(batch);
    await first.close();
    const again = await opened({ file });
    expect(await again.readStream('episode-1')).toMatchObject(batch.events);
    await again.append(sampleBatch('episode-1', lastOf(batch)));
    expect(verifyChain(await again.readStream('episode-1'))).toEqual([]);
  });

  it('is let go when it cannot be read, by the writer as well', async () => {
    const [missing, written] = [newFile(), newFile()];
    await expect(openSqliteStore({ file: missing }, { setup: { file: written } })).rejects.toEqual(
      isCode('unavailable'),
    );
    // Whoever has it open last removes the write-ahead log.
    expect([existsSync(written), existsSync(`${written}-wal`)]).toEqual([true, false]);
  });

  it('of somebody else is let go', async () => {
    const file = newFile();
    const theirs = connection(file);
    theirs.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a)');
    await expect(openSqliteStore({ file, readOnly: true })).rejects.toEqual(isCode('unavailable'));
    theirs.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('puts what a killed writer had written and not synced on disk before it is read', async () => {
    const [file, left] = [newFile(), newFile()];
    const store = await opened({ file });
    await store.append(sampleBatch('episode-a', null, [{}, {}]));
    for (const end of ['', '-wal']) copyFileSync(file + end, left + end);
    await opened({ file: left });
    // The log itself was synced; the write-ahead log beside it may be nowhere but in memory.
    const durable = newFile();
    copyFileSync(left, durable);
    expect(connection(durable).prepare('SELECT count(*) AS n FROM events').get()).toEqual({ n: 2 });
  });

  it('denies every way to change or remove an event, INSERT OR REPLACE included', async () => {
    const file = newFile();
    const store = await opened({ file });
    await store.append(sampleBatch('episode-1', null, [{ a: 1 }, { a: 2 }]));
    const before = await store.readAll();
    const db = connection(file);
    const columns =
      'id, stream_id, revision, type, schema_version, occurred_at, recorded_at, actor, actor_role, organisation, site, command_id, fingerprint, pin, body, prev_hash, hash';
    const copy = (change: string) =>
      `SELECT ${columns.split(', ').map((c) => change.split(' AS ')[1] === c ? change : c).join(', ')} FROM events WHERE revision = 0`; // prettier-ignore
    const attempts = [
      "UPDATE events SET body = '{}'",
      'UPDATE OR REPLACE events SET revision = 1 WHERE revision = 0',
      'DELETE FROM events',
      `INSERT OR REPLACE INTO events (${columns}) ${copy("'{}' AS body")}`,
      `INSERT OR REPLACE INTO events (${columns}) ${copy("'new' AS id")}`,
      `INSERT OR REPLACE INTO events (${columns}) ${copy("'episode-2' AS stream_id")}`,
      `INSERT OR REPLACE INTO events (position, ${columns}) ${copy("'new' AS id").replace('SELECT', 'SELECT 1,').replace(' revision,', ' 2,')}`,
      `INSERT OR IGNORE INTO events (${columns}) ${copy('5 AS revision').replace(' id,', " 'new',").replace('SELECT id', "SELECT 'new'")}`,
    ];
    for (const sql of attempts) expect(() => db.exec(sql)).toThrow(/immutable|exists|revision/);
    expect(await store.readAll()).toEqual(before);
  });

  it('is refused when its settings would not be durable', async () => {
    const pragmas = (change: (pragma: string) => string) => ({
      setup: { pragmas: writerSetup('').pragmas.map(change) },
    });
    const wrong = {
      'synchronous is NORMAL': pragmas((p) => p.replace('FULL', 'NORMAL')),
      'synchronous is left out': pragmas((p) => (p.startsWith('synchronous') ? 'synchronous = OFF' : p)),
      'there is no WAL': pragmas((p) => p.replace('WAL', 'DELETE')),
      'replacing is not guarded': pragmas((p) => p.replace('recursive_triggers = ON', 'recursive_triggers = OFF')),
      'SQLite is too old': { setup: { minimumVersion: '3.999.0' } },
    };
    for (const internals of Object.values(wrong))
      await expect(openSqliteStore({ file: newFile() }, internals)).rejects.toEqual(isCode('unsupported'));
    await expect(openSqliteStore({ file: ':memory:' })).rejects.toEqual(isCode('unsupported'));
  });

  it('is refused when it is not ours, or from another version, and left as it is', async () => {
    const foreign = newFile();
    const db = connection(foreign);
    db.exec('CREATE TABLE theirs (a)');
    await expect(openSqliteStore({ file: foreign })).rejects.toEqual(isCode('unsupported'));
    expect(db.prepare('SELECT name FROM sqlite_schema').all()).toEqual([expect.objectContaining({ name: 'theirs' })]);

    const newer = newFile();
    await (await openSqliteStore({ file: newer })).close();
    connection(newer).exec('PRAGMA user_version = 2');
    await expect(openSqliteStore({ file: newer })).rejects.toEqual(isCode('unsupported'));

    const text = newFile();
    writeFileSync(text, 'no database at all, though long enough to be looked at'.repeat(50));
    await expect(openSqliteStore({ file: text })).rejects.toEqual(isCode('unavailable'));
    await expect(openSqliteStore({ file: join(folder, 'no', 'such', 'folder.db') })).rejects.toEqual(
      isCode('unavailable'),
    );
  });

  it('opened read-only gives everything and takes nothing', async () => {
    const file = newFile();
    await expect(openSqliteStore({ file, readOnly: true })).rejects.toEqual(isCode('unavailable'));
    const writing = await openSqliteStore({ file });
    const batch = sampleBatch('episode-1', null);
    await writing.append(batch);
    await writing.close();
    const reading = await opened({ file, readOnly: true });
    expect(await reading.readStream('episode-1')).toHaveLength(1);
    await expect(reading.health()).resolves.toBeUndefined();
    await expect(reading.append(sampleBatch('episode-1', lastOf(batch)))).rejects.toEqual(isCode('unsupported'));
  });

  it('is read stream by stream up to a position, in pages, each stream in the order of the log', async () => {
    const store = await opened({ file: newFile() });
    const [b, a] = [sampleBatch('episode-b', null, [{}, {}]), sampleBatch('episode-a', null, [{}, {}])];
    for (const batch of [b, a, sampleBatch('episode-b', lastOf(b), [{}, {}])]) await store.append(batch);
    const upTo = (await store.head())!.position;
    await store.append(sampleBatch('episode-a', lastOf(a)));
    const read: StoredEvent[] = [];
    for (let i = 0; i < 3; i += 1) {
      const after = read.at(-1);
      read.push(...(await store.readStreams!({ upTo, limit: 3, ...(after && { after }) })));
    }
    const revisions = (streamId: string) => read.filter((event) => event.streamId === streamId).map((e) => e.revision);
    expect(read.map(({ streamId }) => streamId.at(-1)).join('')).toBe('aabbbb');
    expect([revisions('episode-a'), revisions('episode-b')]).toEqual([
      [0, 1],
      [0, 1, 2, 3],
    ]);
  });

  it('shows who reads stream by stream that events were moved', async () => {
    const file = newFile();
    const store = await opened({ file });
    await store.append(sampleBatch('episode-1', null, [{}, {}]));
    connection(file).exec('DROP TRIGGER events_no_update; UPDATE events SET position = 9 WHERE revision = 0');
    const { position: upTo } = (await store.head())!;
    expect(await store.readStreams!({ upTo })).toEqual(await store.readAll());
  });

  it('is not read stream by stream when its index does not list every event', async () => {
    const file = newFile();
    const store = await opened({ file });
    await store.append(sampleBatch('episode-1', null, [{}, {}]));
    const { position: upTo } = (await store.head())!;
    expect(await store.readStreams!({ upTo })).toHaveLength(2);
    const db = new DatabaseSync(file, { defensive: false });
    toClose.push(() => db.close());
    db.exec(`PRAGMA writable_schema = ON;
      CREATE TABLE fewer (stream_id TEXT NOT NULL, revision INTEGER NOT NULL, UNIQUE (stream_id, revision));
      INSERT INTO fewer (rowid, stream_id, revision) SELECT position, stream_id, revision FROM events WHERE revision = 0;
      UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_fewer_1')
      WHERE name = 'sqlite_autoindex_events_2'`);
    const reading = await opened({ file, readOnly: true });
    await expect(reading.readStreams!({ upTo })).rejects.toEqual(isCode('tampered'));
  });

  it('gives the events beside one whose text is damaged, and its hash shows it', async () => {
    const file = newFile();
    const store = await opened({ file });
    await store.append(sampleBatch('episode-1', null, [{}, {}]));
    await store.append(sampleBatch('episode-2', null));
    connection(file).exec(`DROP TRIGGER events_no_update; PRAGMA ignore_check_constraints = ON;
      UPDATE events SET body = 'no JSON' WHERE stream_id = 'episode-1' AND revision = 0`);
    expect(await store.readAll()).toHaveLength(3);
    expect(verifyChain(await store.readStream('episode-1'))).toEqual(['revision 0 is not what was hashed']);
    expect(verifyChain(await store.readStream('episode-2'))).toEqual([]);
  });

  it('is made once when two open it at the same moment', async () => {
    for (let n = 0; n < 5; n += 1) {
      const file = newFile();
      const stores = await Promise.all([opened({ file }), opened({ file }), opened({ file })]);
      for (const [i, store] of stores.entries()) await store.append(sampleBatch(`episode-${i}`, null));
      for (const store of stores) expect(await store.readAll()).toHaveLength(3);
    }
  });
});

describe('the SQLite writer', () => {
  it('that dies leaves the outcome unknown, starts again, and sending again records once', async () => {
    const workers: Worker[] = [];
    const store = await opened(
      { file: newFile() },
      {
        spawn: (setup) => {
          const worker = spawnWriter(setup);
          workers.push(worker);
          return worker;
        },
      },
    );
    for (let crash = 0; crash < 5; crash += 1) {
      const batches = Array.from({ length: 30 }, (_, n) => sampleBatch(`episode-${crash}-${n}`, null, [{}, {}]));
      const outcomes = Promise.allSettled(batches.map((batch) => store.append(batch)));
      await sleep(crash);
      await workers.at(-1)?.terminate();
      for (const outcome of await outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toEqual(isCode('outcome-unknown'));
      for (const batch of batches) await sent(store, batch);
      expect(workers).toHaveLength(crash + 2);
    }
    expect(await store.readAll({ limit: 1_000 })).toHaveLength(300);
  });

  it('that does not come back answers unavailable until it does', async () => {
    let broken = false;
    let worker: Worker | undefined;
    const file = newFile();
    const spawned = (setup: ReturnType<typeof writerSetup>) =>
      (worker = spawnWriter(broken ? { ...setup, file: join(folder, 'no', 'folder.db') } : setup));
    const store = await opened({ file }, { spawn: spawned });
    broken = true;
    await worker?.terminate();
    await sleep(150);
    await expect(store.append(sampleBatch('episode-1', null))).rejects.toEqual(isCode('unavailable'));
    await expect(store.health()).rejects.toEqual(isCode('unavailable'));
    broken = false;
    await sent(store, sampleBatch('episode-1', null));
    await expect(store.health()).resolves.toBeUndefined();
  });

  it('that takes too long leaves the outcome unknown, and sending again records once', async () => {
    const file = newFile();
    const store = await opened({ file, appendTimeoutMillis: 100 });
    const other = connection(file);
    other.exec('BEGIN IMMEDIATE');
    const batch = sampleBatch('episode-1', null);
    await expect(store.append(batch)).rejects.toEqual(isCode('outcome-unknown'));
    other.exec('ROLLBACK');
    await sent(store, batch);
    await sleep(50);
    expect(await store.readAll()).toHaveLength(1);
  });

  it('that cannot begin has written nothing and says unavailable; then it goes on', async () => {
    const file = newFile();
    const store = await opened({ file }, { setup: { busyMillis: 30 } });
    const other = connection(file);
    other.exec('BEGIN IMMEDIATE');
    const batches = [sampleBatch('episode-1', null), sampleBatch('episode-2', null)] as const;
    for (const outcome of await Promise.allSettled(batches.map((batch) => store.append(batch)))) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: isCode('unavailable') });
    }
    await expect(store.health()).rejects.toEqual(isCode('unavailable'));
    other.exec('ROLLBACK');
    await store.append(batches[0]);
    await expect(store.health()).resolves.toBeUndefined();
    expect(await store.readAll()).toHaveLength(1);
  });

  it('that has no room has written nothing and says so each time', async () => {
    const pragmas = [...writerSetup('').pragmas, 'max_page_count = 20'];
    const store = await opened({ file: newFile() }, { setup: { pragmas } });
    const full = expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('full') });
    const small = sampleBatch('episode-1', null);
    await store.append(small);
    const large = sampleBatch('episode-1', lastOf(small), [{}, { text: 'x'.repeat(100_000) }]);
    await expect(store.append(large)).rejects.toEqual(full);
    await expect(store.append(large)).rejects.toEqual(full);
    await store.append(sampleBatch('episode-1', lastOf(small)));
    expect(verifyChain(await store.readStream('episode-1'))).toEqual([]);
    expect(await store.readAll()).toHaveLength(2);
  });

  it('answers what was asked before it is closed', async () => {
    const file = newFile();
    const store = await openSqliteStore({ file });
    const asked = Array.from({ length: 50 }, (_, n) => store.append(sampleBatch(`episode-${n}`, null)));
    await store.close();
    expect(await Promise.all(asked)).toHaveLength(50);
    expect(await (await opened({ file })).readAll()).toHaveLength(50);
  });
});

describe('a subscription to the SQLite file', () => {
  const never = { busyMs: 600_000, idleMs: 600_000 };

  /** Resolves with the ids of the first events after it has caught up. */
  async function live(store: EventStore, append: () => Promise<unknown>): Promise<string[]> {
    const ending = new AbortController();
    toClose.push(() => ending.abort());
    for await (const notice of store.subscribe({ signal: ending.signal })) {
      if (notice.kind === 'events') return notice.events.map(({ id }) => id);
      await sleep(20);
      setTimeout(() => void append(), 20);
    }
    return [];
  }

  it('hears of a commit of its own store without looking', async () => {
    const store = await opened({ file: newFile() }, { polling: never });
    const batch = sampleBatch('episode-1', null);
    expect(await live(store, () => store.append(batch))).toEqual([batch.events[0].id]);
  });

  it('looks for commits of others, also after a long silence', async () => {
    const file = newFile();
    const store = await opened({ file });
    const other = await opened({ file });
    const batch = sampleBatch('episode-1', null);
    expect(await live(store, () => sleep(700).then(() => other.append(batch)))).toEqual([batch.events[0].id]);
  });
});

describe('processes on one SQLite file', () => {
  it('killed in the middle of its work, a writer has lost nothing that it acknowledged, and no batch is torn', async () => {
    const file = newFile();
    for (let round = 0; round < 3; round += 1) {
      const child = process_(file, WRITE_ALL_THE_TIME);
      const acknowledged: string[] = [];
      for await (const line of child.lines) {
        acknowledged.push(line);
        if (acknowledged.length === 120 + round * 37) child.process.kill('SIGKILL');
      }
      expect(acknowledged.length).toBeGreaterThanOrEqual(120 + round * 37);
      const store = await openSqliteStore({ file });
      const log = await wholeLog(store);
      const ids = new Set(log.map(({ id }) => id));
      expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
      for (const events of byStream(log).values()) {
        expect(verifyChain(events)).toEqual([]);
        expect(events.length % 3).toBe(0);
      }
      await store.append(sampleBatch(`episode-after-${round}`, null, [{}, {}, {}]));
      await store.close();
    }
  }, 30_000);

  it('write side by side, and a subscriber here sees what was committed there', async () => {
    const file = newFile();
    const store = await opened({ file });
    const ending = new AbortController();
    const seen: StoredEvent[] = [];
    const subscription = (async () => {
      for await (const notice of store.subscribe({ signal: ending.signal }))
        if (notice.kind === 'events') seen.push(...notice.events);
    })();
    const child = process_(file, RACE_FOR_ONE_STREAM);
    const first = sampleBatch('episode-raced', null);
    await store.append(first);
    let last: FrozenEvent = first.events[0];
    let conflicts = 0;
    let running = true;
    const ended = (async () => {
      for await (const line of child.lines) conflicts += Number(line);
      running = false;
    })();
    while (running) {
      try {
        const batch = sampleBatch('episode-raced', last);
        await store.append(batch);
        last = lastOf(batch);
      } catch (error) {
        expect(error).toMatchObject({ code: 'wrong-expected-revision', actual: expect.any(Number) });
        last = (await store.readStream('episode-raced')).at(-1) ?? last;
        conflicts += 1;
      }
      await sleep(2);
    }
    await ended;
    await sleep(400);
    ending.abort();
    await subscription;
    const log = await wholeLog(store);
    expect(seen.map(({ id }) => id)).toEqual(log.map(({ id }) => id));
    expect(verifyChain(await store.readStream('episode-raced'))).toEqual([]);
    expect(log.filter(({ actor }) => actor === 'user:child').length).toBe(100);
    expect(conflicts).toBeGreaterThan(0);
  }, 30_000);

  const canLimit = process.platform === 'linux' && spawnable('prlimit');
  (canLimit ? it : it.skip)(
    'that run out of disk say so, and go on when there is space again',
    async () => {
      const file = newFile();
      const child = process_(file, ONE_BATCH_PER_LINE);
      const lines = child.lines[Symbol.asyncIterator]();
      const ask = async (what: string) => {
        child.process.stdin?.write(`${what}\n`);
        return (await lines.next()).value as string;
      };
      expect(await ask('new')).toBe('appended 0');
      // The kernel refuses any write beyond this, as a full disk does.
      limitFiles(child.process, statSync(`${file}-wal`).size + 100);
      expect(['outcome-unknown', 'unavailable']).toContain(await ask('new'));
      expect(await ask('health')).toBe('unavailable');
      expect(['outcome-unknown', 'unavailable']).toContain(await ask('again'));
      limitFiles(child.process, 'unlimited');
      expect(await ask('again')).toBe('appended 1');
      expect(await ask('again')).toBe('appended 1');
      expect(await ask('health')).toBe('well');
      expect(await ask('new')).toBe('appended 2');
      child.process.kill('SIGKILL');
      await once(child.process, 'exit');
      const store = await opened({ file });
      expect(verifyChain(await store.readStream('episode-1'))).toEqual([]);
      expect(await store.readAll()).toHaveLength(3);
    },
    30_000,
  );
});

/** Sends a batch until its outcome is known, as the door does. */
async function sent(store: EventStore, batch: Parameters<EventStore['append']>[0]): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await store.append(batch);
      return;
    } catch (error) {
      if (attempt > 100 || !['outcome-unknown', 'unavailable'].includes((error as { code: string }).code)) throw error;
      await sleep(20);
    }
  }
}

async function wholeLog(store: EventStore): Promise<StoredEvent[]> {
  const log: StoredEvent[] = [];
  for (;;) {
    const after = log.at(-1)?.position;
    const page = await store.readAll(after ? { after } : {});
    if (page.length === 0) return log;
    log.push(...page);
  }
}

function byStream(log: readonly StoredEvent[]): Map<string, StoredEvent[]> {
  const streams = new Map<string, StoredEvent[]>();
  for (const event of log) streams.set(event.streamId, [...(streams.get(event.streamId) ?? []), event]);
  return streams;
}

/** A process of its own with a store on the file; prints lines. It runs the source: a relative `.js` import means the `.ts` beside it. */
function process_(file: string, script: string): { process: ChildProcess; lines: AsyncIterable<string> } {
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ resolve: (name, context, next) => next(name.startsWith('.') && context.parentURL?.endsWith('.ts') ? name.replace(/\\.js$/, '.ts') : name, context) });`;
  const start = `
    import { writeSync } from 'node:fs';
    const [{ openSqliteStore }, { sampleBatch, lastOf }] = await Promise.all([
      import(${JSON.stringify(new URL('./open.ts', import.meta.url).href)}), import(${JSON.stringify(new URL('../samples.ts', import.meta.url).href)})]);
    const print = (line) => writeSync(1, line + '\\n');
    const store = await openSqliteStore({ file: ${JSON.stringify(file)} });`;
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, '--input-type=module', '--eval', start + script],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  toClose.push(() => child.kill('SIGKILL'));
  return { process: child, lines: createInterface({ input: child.stdout }) };
}

const WRITE_ALL_THE_TIME = `
  await Promise.all(Array.from({ length: 8 }, async (_, n) => {
    for (let last = null; ; ) {
      const batch = sampleBatch('episode-' + process.pid + '-' + n, last, [{}, {}, {}]);
      await store.append(batch);
      last = lastOf(batch);
      print(last.id);
    }
  }));`;

const RACE_FOR_ONE_STREAM = `
  let conflicts = 0;
  for (let n = 0; n < 100; ) {
    const last = (await store.readStream('episode-raced')).at(-1) ?? null;
    try {
      await store.append(sampleBatch('episode-raced', last, [{}], { actor: 'user:child' }));
      n += 1;
    } catch (error) {
      if (error.code !== 'wrong-expected-revision') throw error;
      conflicts += 1;
    }
  }
  print(conflicts);
  await store.close();`;

const ONE_BATCH_PER_LINE = `
  const { createInterface } = await import('node:readline');
  let batch = null;
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      if (line === 'health') { await store.health(); print('well'); continue; }
      if (line === 'new') batch = sampleBatch('episode-1', batch && lastOf(batch));
      print('appended ' + (await store.append(batch)).revision);
    } catch (error) {
      print(error.code);
    }
  }`;

function limitFiles(child: ChildProcess, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:unlimited`]);
}

function spawnable(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
