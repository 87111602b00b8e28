import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  hashOf,
  openMemoryStore,
  openStore,
  prevHashOf,
  type EventStore,
  type FrozenBatch,
  type FrozenEvent,
  type StoredEvent,
} from '#event-store';
import { startStandIn, type StandIn } from '../../../../test/standins/kurrentdb/server.js';
import { add } from '../migrate-log.js';
import { wholeLog } from '../verify/log-file.js';
import { migrate } from './migrate.js';
import { runCommand } from '../testing/run-command.js';

const STREAMS = 40;
const BATCHES = 900;

let folder: string;
let server: StandIn;
let source: string;
let files = 0;
const newFile = () => `sqlite:${join(folder, `${(files += 1)}.db`)}`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'migrate-'));
  source = newFile();
  const store = await openStore(source);
  await fill(store, STREAMS, BATCHES);
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

let printed: string;
beforeEach(async () => {
  server = await startStandIn();
  printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed += String(text)), true));
  jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await server.stop();
});

/** Batches of one to five events over some streams, interleaved: plain and sealed, traced and not. */
async function fill(store: EventStore, streams: number, batches: number): Promise<void> {
  const lasts = new Map<string, FrozenEvent>();
  for (let n = 0; n < batches; n += 1) {
    const streamId = `episode-${(n * 7) % streams}`;
    const last = lasts.get(streamId);
    const events: FrozenEvent[] = [];
    for (let i = 0; i <= n % 5; i += 1) events.push(next(streamId, events.at(-1) ?? last, n));
    lasts.set(streamId, events.at(-1) as FrozenEvent);
    const expected = last ? last.revision : 'no-stream';
    await store.append({ streamId, expected, events: events as unknown as FrozenBatch['events'] });
  }
}

function next(streamId: string, last: FrozenEvent | undefined, n: number): FrozenEvent {
  const event = {
    id: randomUUID(),
    type: 'ContactRecorded',
    schemaVersion: 1,
    streamId,
    revision: last ? last.revision + 1 : 0,
    occurredAt: '2026-03-02T15:00:00.000Z',
    recordedAt: '2026-03-02T15:04:05.678Z',
    actor: 'user:ana',
    actorRole: 'care-manager',
    organisation: 'north',
    site: 'main-street',
    commandId: randomUUID(),
    fingerprint: '',
    pin: '',
    body: { facts: { n }, sealed: n % 3 === 0 ? { kid: 'k', iv: 'AAAA', ct: 'BBBB', tag: 'CCCC' } : null },
    prevHash: last ? last.hash : prevHashOf(streamId),
  };
  return { ...event, hash: hashOf(event), ...(n % 2 === 0 ? { traceparent: `00-${n}` } : {}) };
}

async function run(...args: string[]): Promise<{ code: number; message: string }> {
  printed = '';
  const ended = await runCommand(add, 'migrate-log', ...args);
  return typeof ended === 'number' ? { code: ended, message: '' } : { code: ended.exitCode, message: ended.message };
}

async function logOf(name: string): Promise<Omit<StoredEvent, 'position'>[]> {
  const store = await openStore(name, { readOnly: true });
  const events: Omit<StoredEvent, 'position'>[] = [];
  for await (const { position: _, ...event } of wholeLog(store)) events.push(event);
  await store.close();
  return events;
}

describe('followthrough migrate-log', () => {
  it('takes a log to KurrentDB and back, interrupted on the way, and every event is what it was', async () => {
    const events = await logOf(source);
    expect(events.length).toBeGreaterThan(2_000);

    // The server goes away in the middle; on the way there it also breaks calls, before and after it wrote.
    server.faults.next('break-after-commit', 'break-before-commit', 'break-after-commit');
    const stopping = server.log.onGrowth(() => {
      if (server.log.records.length > 1_000) void server.stop();
    });
    const interrupted = await run('--from', source, '--to', server.connectionString);
    expect(interrupted).toMatchObject({ code: 3, message: expect.stringContaining('run again') });
    stopping();
    const kept = server.log;
    server = await startStandIn({ port: server.port });
    await server.restart(kept);
    const there = kept.records.length - 1;
    expect(there).toBeGreaterThan(900);
    expect(there).toBeLessThan(events.length);

    expect(await run('--from', source, '--to', server.connectionString, '--json')).toMatchObject({ code: 0 });
    const report = JSON.parse(printed) as { from: { hash: string }; to: { hash: string } };
    expect(report).toMatchObject({
      events: events.length,
      streams: STREAMS,
      copied: events.length - there,
      grown: false,
    });
    expect(report.to.hash).toBe(report.from.hash);
    expect(await logOf(server.connectionString)).toEqual(events);

    const back = newFile();
    expect(await run('--from', server.connectionString, '--to', back)).toMatchObject({ code: 0 });
    expect(printed).toContain('equal, in the same order, chains intact');
    expect(await logOf(back)).toEqual(events);
  }, 180_000);

  it('copies nothing a second time, and what came since when it is run again', async () => {
    const target = newFile();
    const growing = newFile();
    const store = await openStore(growing);
    await fill(store, 3, 10);
    expect(await run('--from', growing, '--to', target, '--json')).toMatchObject({ code: 0 });
    expect(await run('--from', growing, '--to', target, '--json')).toMatchObject({ code: 0 });
    expect(JSON.parse(printed)).toMatchObject({ copied: 0, events: 30 });
    const late = next('episode-late', undefined, 1);
    await store.append({ streamId: late.streamId, expected: 'no-stream', events: [late] });
    await store.close();
    expect(await run('--from', growing, '--to', target, '--json')).toMatchObject({ code: 0 });
    expect(JSON.parse(printed)).toMatchObject({ copied: 1, events: 31 });
  });

  it('refuses a target that is another log, and leaves it as it is', async () => {
    const other = newFile();
    const store = await openStore(other);
    await fill(store, 1, 1);
    await store.close();
    const before = await logOf(other);
    expect(await run('--from', source, '--to', other)).toMatchObject({
      code: 1,
      message: expect.stringContaining('another log'),
    });
    expect(await logOf(other)).toEqual(before);
  });

  it('says what is wrong with a call', async () => {
    const again = join(folder, 'again.db');
    symlinkSync(source.replace('sqlite:', ''), again);
    for (const same of [source, source.replace(folder, `${folder}/.`), `sqlite:${again}`])
      expect(await run('--from', source, '--to', same)).toMatchObject({ code: 2 });
    expect(await run('--from', 'postgres://x', '--to', source)).toMatchObject({ code: 2 });
    expect(await run('--from', `sqlite:${join(folder, 'missing.db')}`, '--to', newFile())).toMatchObject({ code: 3 });
  });
});

describe('migrating', () => {
  const told = () => undefined;

  it('refuses a log whose chain is broken', async () => {
    const store = openMemoryStore();
    await fill(store, 1, 3);
    const forged = {
      head: () => store.head(),
      readAll: async (options?: Parameters<EventStore['readAll']>[0]) =>
        (await store.readAll(options)).map((event) => (event.revision === 1 ? { ...event, actor: 'user:eve' } : event)),
    };
    const to = openMemoryStore();
    await expect(migrate({ from: forged, to, told })).rejects.toThrow('not intact');
    expect(await to.head()).toBeNull();
  });

  it('notices a target that keeps something else than it was given', async () => {
    const from = openMemoryStore();
    await fill(from, 2, 4);
    const kept = openMemoryStore();
    const to = {
      head: () => kept.head(),
      append: (batch: FrozenBatch) => kept.append(batch),
      readAll: async (options?: Parameters<EventStore['readAll']>[0]) =>
        (await kept.readAll(options)).map((event) => (event.revision === 2 ? { ...event, site: 'elsewhere' } : event)),
    };
    await expect(migrate({ from, to, told })).rejects.toThrow('not intact');
    const lossy = { ...to, readAll: async (options?: object) => (await kept.readAll(options)).slice(0, -1) };
    await expect(migrate({ from, to: lossy, told })).rejects.toThrow(/ends after|another log/);
  });

  it('leaves to the next run what the source takes meanwhile', async () => {
    const from = openMemoryStore();
    await fill(from, 2, 4);
    const head = await from.head();
    const to = openMemoryStore();
    let late = false;
    const growing: typeof to = {
      ...to,
      async append(batch) {
        if (!late) {
          late = true;
          const event = next('episode-late', undefined, 1);
          await from.append({ streamId: event.streamId, expected: 'no-stream', events: [event] });
        }
        return to.append(batch);
      },
    };
    expect(await migrate({ from, to: growing, told })).toMatchObject({ from: head, events: 10 });
    expect(await migrate({ from, to, told })).toMatchObject({ events: 11, copied: 1 });
  });
});
