import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { jsonEvent, KurrentDBClient, NO_STREAM, type AppendStreamState } from '@kurrent/kurrentdb-client';
import { Log, type Proposed } from './log.js';
import { startStandIn } from './server.js';

const folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
const toStop: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop();
});
afterAll(() => rmSync(folder, { recursive: true }));

function clientOf(connectionString: string): KurrentDBClient {
  const client = KurrentDBClient.connectionString(connectionString);
  toStop.push(() => client.dispose());
  return client;
}

async function idsOf(client: KurrentDBClient, stream: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event } of client.readStream(stream)) ids.push(event?.id ?? '');
  return ids;
}

describe('the log', () => {
  const events = (...ids: string[]): Proposed[] =>
    ids.map((id) => ({ id, type: 'T', contentType: 'application/json', data: Buffer.from('{}'), metadata: Buffer.from('{}') })); // prettier-ignore
  const wrong = (current: number | null) => ({ kind: 'wrong-version', current });
  const appended = (revision: number) => expect.objectContaining({ kind: 'appended', revision });

  it('answers as a node does to each expectation, for a missing stream and one of two events', () => {
    const log = new Log();
    expect(log.append('s', 0, events('x'))).toEqual(wrong(null));
    expect(log.append('s', 'stream-exists', events('x'))).toEqual(wrong(null));
    expect(log.append('s', 'no-stream', events('a', 'b'))).toEqual(appended(1));
    expect(log.append('s', 'no-stream', events('x'))).toEqual(wrong(1));
    expect(log.append('s', 0, events('x'))).toEqual(wrong(1));
    expect(log.append('s', 2, events('x'))).toEqual(wrong(1));
    expect(log.append('s', 1, events('c'))).toEqual(appended(2));
    expect(log.append('s', 'any', events('d'))).toEqual(appended(3));
  });

  it('answers a repeated batch as the first time, if all of it is there in its place', () => {
    const log = new Log();
    const first = log.append('s', 'no-stream', events('a', 'b'));
    log.append('s', 1, events('c'));
    expect(log.append('s', 'no-stream', events('a', 'b'))).toEqual(first);
    expect(log.append('s', 'no-stream', events('a', 'x'))).toEqual(wrong(2));
    expect(log.append('s', 'no-stream', events('a', 'b', 'c', 'd'))).toEqual(wrong(2));
    expect(log.stream('s')).toHaveLength(3);
  });

  it('is read back from its file as it was, without a line that was cut off', () => {
    const file = join(folder, 'cut.jsonl');
    const before = new Log(file);
    before.append('s', 'no-stream', events('a', 'b'));
    before.append('t', 'no-stream', events('c'));
    before.close();
    appendFileSync(file, '{"stream":"u","events":[{"id":"d"');
    const after = new Log(file);
    expect(after.records).toEqual(before.records);
    after.append('u', 'no-stream', events('d'));
    after.close();
    const again = new Log(file);
    expect(again.records).toEqual(after.records);
    again.close();
  });
});

describe.each([true, false])('a server that knows BatchAppend: %s', (batchAppend) => {
  const event = (id: string = randomUUID()) => jsonEvent({ id, type: 'T', data: { a: 1 }, metadata: { b: '2' } });

  it('serves the client as it comes', async () => {
    const server = await startStandIn({ batchAppend });
    toStop.push(() => server.stop());
    const client = clientOf(server.connectionString);
    const append = (batch: ReturnType<typeof event>[], streamState: AppendStreamState) =>
      client.appendToStream('orders-1', batch, { streamState });
    const batch = [event(), event()];
    const first = await append(batch, NO_STREAM);
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(await append(batch, NO_STREAM)).toEqual(first);
    await expect(append([event()], 0n)).rejects.toMatchObject({ type: 'wrong-expected-version', actualState: 1n });
    await expect(append([event()], 7n)).rejects.toMatchObject({ type: 'wrong-expected-version', actualState: 1n });
    server.faults.next('break-before-commit');
    await expect(append([event()], 1n)).rejects.toMatchObject({ code: 14 });
    expect(await idsOf(client, 'orders-1')).toEqual(batch.map(({ id }) => id));
    expect(server.seen.batchAppends > 0).toBe(batchAppend);
    expect(server.seen.appends > 0).toBe(!batchAppend);
    await expect(idsOf(client, 'orders-2')).rejects.toMatchObject({ type: 'stream-not-found' });
  });
});

describe('the server as a process', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));

  async function started(file: string): Promise<{ child: ChildProcess; connectionString: string }> {
    const source = ['--conditions=source', '--import', './test/simulation/from-source.mjs'];
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', ...source, 'test/standins/kurrentdb/main.ts', '--file', file],
      { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    toStop.push(() => child.kill('SIGKILL'));
    const [connectionString] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return { child, connectionString };
  }

  it('loses nothing it acknowledged when it is killed, and holds nothing twice', async () => {
    const file = join(folder, 'killed.jsonl');
    const { child, connectionString } = await started(file);
    const client = clientOf(connectionString);
    const acknowledged: string[] = [];
    const writers = ['a', 'b', 'c', 'd'].map(async (stream) => {
      for (let revision = -1n; ; revision += 2n) {
        const batch = [jsonEvent({ type: 'T', data: {} }), jsonEvent({ type: 'T', data: {} })];
        await client.appendToStream(stream, batch, { streamState: revision < 0n ? NO_STREAM : revision });
        acknowledged.push(...batch.map(({ id }) => id));
        if (acknowledged.length > 200) child.kill('SIGKILL');
      }
    });
    await Promise.allSettled(writers);
    const again = await started(file);
    const reader = clientOf(again.connectionString);
    const there = (await Promise.all(['a', 'b', 'c', 'd'].map((stream) => idsOf(reader, stream)))).flat();
    expect(new Set(there).size).toBe(there.length);
    expect(there).toEqual(expect.arrayContaining(acknowledged));
    expect(acknowledged.length).toBeGreaterThan(200);
    again.child.kill('SIGTERM');
    expect(await once(again.child, 'exit')).toEqual([0, null]);
  });
});
