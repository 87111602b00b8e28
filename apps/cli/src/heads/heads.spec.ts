import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openSqliteStore, type StoredEvent } from '#event-store';
import type { AddCommand } from '../command.js';
import { add as addExport } from '../export.js';
import { add as addVerify } from '../verify.js';
import { falsified, openSampleClinic, reached } from '../verify/sample-clinic.js';
import { runCommand } from '../testing/run-command.js';

/** Both commands as a person calls them, on the log of a clinic and on what somebody with the file can make of it. */
const JUDGED = ['--at', '2027-03-01T16:00:00Z', '--grace', '9999999'];
let folder: string;
let log: readonly StoredEvent[];
let episode: string;
let heads: string;
let printed: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heads-'));
  heads = join(folder, 'heads.jsonl');
  const clinic = await openSampleClinic();
  for (const patient of [1, 2]) await clinic.act((episode = await clinic.refer(patient)), reached);
  episode = `episode-${episode}`;
  log = await clinic.log();
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(
  () => void jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed += String(text)), true)),
);
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

let folders = 0;
/** A data folder with these events. */
async function folderOf(events: readonly StoredEvent[]): Promise<string> {
  const data = join(folder, `data-${(folders += 1)}`);
  mkdirSync(data);
  const store = await openSqliteStore({ file: join(data, 'events.db') });
  for (const event of events) {
    const { streamId, revision } = event;
    await store.append({ streamId, expected: revision === 0 ? 'no-stream' : revision - 1, events: [event] });
  }
  await store.close();
  return data;
}

async function run(add: AddCommand, ...args: string[]): Promise<{ code: number; said: string }> {
  printed = '';
  const ended = await runCommand(add, ...args);
  return typeof ended === 'number' ? { code: ended, said: printed } : { code: ended.exitCode, said: ended.message };
}

async function exported(events: readonly StoredEvent[], ...more: string[]): Promise<void> {
  const { code, said } = await run(addExport, 'export', '--heads', '--data', await folderOf(events), ...more);
  expect(code).toBe(0);
  writeFileSync(heads, said);
}
const verify = async (events: readonly StoredEvent[], ...more: string[]) =>
  run(addVerify, 'verify', ...JUDGED, '--heads', heads, '--data', await folderOf(events), ...more);

describe('heads of a log', () => {
  it('say where every stream ends, and nothing else of it', async () => {
    await exported(log);
    const lines = readFileSync(heads, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const streams = Object.keys(Object.groupBy(log, ({ streamId }) => streamId));
    expect(lines[0]).toEqual({ heads: 1, takenAt: expect.any(String), events: log.length, streams: streams.length });
    expect(lines.slice(1, -1)).toEqual(
      streams.map((id) => {
        const { streamId, revision, hash } = log.findLast((event) => event.streamId === id)!;
        return { streamId, revision, hash };
      }),
    );
    expect(lines.at(-1)).toEqual({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('are none of a log whose chains do not hold', async () => {
    const broken = await folderOf(log.map((event, at) => (at === 3 ? { ...event, actor: 'user:cm-2' } : event)));
    expect(await run(addExport, 'export', '--heads', '--data', broken)).toMatchObject({ code: 1 });
  });

  it('find no fault with the log they are of, nor with one that goes on from it', async () => {
    await exported(log.slice(0, -4));
    expect((await verify(log.slice(0, -4))).said).toContain('Every stream goes on from where it was');
    const { code, said } = await verify(log, '--json');
    expect([code, JSON.parse(said).heads]).toMatchObject([0, { signedBy: null, differ: 0, problems: [] }]);
  });

  const last = () => log.findLast(({ streamId }) => streamId === episode)!;
  it.each<[string, () => readonly StoredEvent[]]>([
    ['cut-short', () => log.filter((event) => event !== last())],
    ['stream-missing', () => log.filter(({ streamId }) => streamId !== episode)],
    [
      'rewritten',
      () =>
        falsified(log, (event) =>
          event.streamId === episode && event.revision === 2 ? { ...event, actor: 'user:cm-2' } : event,
        ),
    ],
  ])('show what no hash chain shows: %s', async (kind, changed) => {
    await exported(log);
    const { code, said } = await verify(changed(), '--json');
    const { chain, heads: compared } = JSON.parse(said);
    expect([code, chain, compared.differ]).toEqual([1, 'intact', 1]);
    expect(compared.problems).toEqual([{ kind, streamId: episode, revision: last().revision }]);
    expect((await verify(changed())).said).toMatch(new RegExp(`WRONG: 1 streams.*\n  ${episode} .* revision`));
  });
});

describe('a file of heads', () => {
  const pem = (key: 'mine' | 'another'): { secret: string; public: string } => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const at = { secret: join(folder, `${key}.key`), public: join(folder, `${key}.pub`) };
    rmSync(at.secret, { force: true });
    writeFileSync(at.secret, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(at.public, publicKey.export({ type: 'spki', format: 'pem' }));
    return at;
  };

  it('can be signed, so that nobody else can make another one', async () => {
    const [mine, another] = [pem('mine'), pem('another')];
    await exported(log, '--sign-with', mine.secret);
    const { code, said } = await verify(log, '--signed-by', mine.public, '--json');
    expect([code, JSON.parse(said).heads.signedBy]).toEqual([0, expect.stringMatching(/^[0-9a-f]{16}$/)]);
    const refused = { code: 1, said: expect.stringContaining('is not signed with the key') };
    expect(await verify(log, '--signed-by', another.public)).toEqual(refused);
    await exported(log);
    expect(await verify(log, '--signed-by', mine.public)).toEqual(refused);
  });

  it.each<[string, (text: string) => string, number]>([
    ['a changed head', (text) => text.replace(/"revision":\d+/, '"revision":0'), 1],
    ['a head left out', (text) => text.split('\n').toSpliced(1, 1).join('\n'), 1],
    ['no end', (text) => text.split('\n').slice(0, -2).join('\n'), 3],
    ['something else', () => '{"heads":2}\n{}\n', 3],
    ['nothing', () => '', 3],
  ])('with %s is refused', async (_what, harm, exit) => {
    await exported(log);
    writeFileSync(heads, harm(readFileSync(heads, 'utf8')));
    expect(await verify(log)).toEqual({ code: exit, said: expect.stringContaining(heads) });
  });

  it('and its keys are asked for rightly, or the call is refused', async () => {
    const data = await folderOf(log);
    const call = (add: AddCommand, ...args: string[]) => run(add, ...args, '--data', data);
    const { secret, public: half } = pem('mine');
    expect(await call(addVerify, 'verify', '--signed-by', half)).toMatchObject({ code: 2 });
    expect(await call(addVerify, 'verify', '--projections', '--heads', heads)).toMatchObject({ code: 2 });
    expect(await call(addVerify, 'verify', '--heads', join(folder, 'none'))).toMatchObject({ code: 3 });
    expect(await call(addExport, 'export', '--sign-with', secret)).toMatchObject({ code: 2 });
    expect(await call(addExport, 'export', '--heads', '--sign-with', join(folder, 'none'))).toMatchObject({ code: 3 });
    expect(await call(addExport, 'export', '--heads', '--sign-with', half)).toMatchObject({ code: 3 });
  });
});
