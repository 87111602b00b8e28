import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTryIssuer } from '#access';
import type { Role } from '#care';
import { openSqliteStore, type StoredEvent } from '#event-store';
import { hasTemporal, until } from './journey.js';

/** A server as a person runs it, backed up while it works, killed, and brought back elsewhere; the log alone says what was missed. */
const CLI = fileURLToPath(new URL('../../dist/apps/cli/src/main.js', import.meta.url));
const PATIENTS = 8;

interface Server {
  readonly data: string;
  readonly url: string;
  readonly process: ChildProcess;
  /** What it said to whoever watches it: notices too, as no other way is set up. */
  readonly lines: () => string;
}

describe('a clinic whose machine is lost', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const started: Server[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'followthrough-backup-'));
    env = { ...process.env, XDG_CONFIG_HOME: join(folder, 'config'), PORT: '0' };
  });
  afterAll(async () => {
    for (const server of started) await kill(server, 'SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const run = (...args: string[]) => spawnSync(process.execPath, [CLI, ...args, '--json'], { encoding: 'utf8', env });

  async function start(name: string): Promise<Server> {
    const data = join(folder, name);
    const child = spawn(process.execPath, [CLI, 'start', '--json'], {
      env: { ...env, FOLLOWTHROUGH_DATA: data },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [said, warned] = ['', ''];
    child.stdout.on('data', (text: Buffer) => void (said += text.toString()));
    child.stderr.on('data', (text: Buffer) => void (warned += text.toString()));
    await until(() => said.includes('\n') || child.exitCode !== null, `the start of ${name}: ${warned}`, 60_000);
    if (said === '') throw new Error(warned);
    const { url } = JSON.parse(said) as { url: string };
    const server: Server = { data, url, process: child, lines: () => warned };
    started.push(server);
    return server;
  }

  /** A killed server leaves its Temporal server behind; what it wrote down of it ends that too. */
  async function kill({ process: child, data }: Server, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await until(() => child.exitCode !== null || child.signalCode !== null, 'the process is gone', 60_000);
    }
    const left = join(data, 'temporal.pid');
    if (signal === 'SIGKILL' && existsSync(left)) {
      const { pid } = JSON.parse(readFileSync(left, 'utf8')) as { pid: number };
      process.kill(pid, 'SIGTERM');
      await until(() => !isAlive(pid), 'its Temporal server is gone', 30_000);
    }
  }

  async function post({ data, url }: Server, role: Role, path: string, body: object): Promise<any> {
    const staff = role === 'provider' ? 'pcp-1' : 'cm-1';
    const token = await openTryIssuer({ dataDir: data, env: {} }).issue({ staff, role, organisation: 'clinic' });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { ...headers, 'idempotency-key': crypto.randomUUID() },
      body: JSON.stringify(body),
    });
    expect(response.status).toBeLessThan(300);
    return response.json();
  }

  async function get({ data, url }: Server, path: string, role: Role = 'supervisor'): Promise<any> {
    const identity = { staff: role === 'supervisor' ? 'sup-1' : 'portal', role, organisation: 'clinic' };
    const token = await openTryIssuer({ dataDir: data, env: {} }).issue(identity);
    return (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })).json();
  }

  /** Where a client stands that has read the whole event feed. */
  async function readToTheEnd(server: Server): Promise<string> {
    for (let after = ''; ;) {
      const { next, caughtUp } = await get(server, `/v1/events?limit=200${after}`, 'integration');
      if (caughtUp) return next;
      after = `&after=${next}`;
    }
  }

  /** A patient whose answer to item 9 is told at once; answers the episode. */
  async function concern(server: Server, n: number): Promise<string> {
    const referral = { patient: { name: `Test Patient ${n}` }, careManager: 'cm-1', site: 'main' };
    const { episodeId } = await post(server, 'provider', '/v1/referrals', referral);
    const form = { instrument: 'PHQ-9', items: [2, 2, 1, 2, 1, 2, 1, 0, 1] };
    await post(server, 'care-manager', `/v1/episodes/${episodeId}/assessments`, form);
    return episodeId as string;
  }

  async function eventsIn(data: string): Promise<readonly StoredEvent[]> {
    const store = await openSqliteStore({ file: join(data, 'events.db'), readOnly: true });
    try {
      return await store.readAll({ limit: 100_000 });
    } finally {
      await store.close();
    }
  }

  /** Per episode and follow-up: how often each first step of safety was raised. */
  async function firstRaises(data: string): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const { type, streamId, body } of await eventsIn(data)) {
      const { followUpId, step } = body.facts as { followUpId?: string; step?: number };
      if (type !== 'FollowUpRaised' || step !== 1 || !followUpId?.startsWith('safety-review:')) continue;
      counts.set(streamId, (counts.get(streamId) ?? 0) + 1);
    }
    return counts;
  }

  const isTold = ({ lines }: Server, episode: string): boolean => lines().includes(`/v1/episodes/${episode}`);

  const once = (episodes: Iterable<string>) => new Map([...episodes].map((id) => [`episode-${id}`, 1]));

  async function everythingRaised(data: string, episodes: readonly string[]): Promise<void> {
    await until(async () => (await firstRaises(data)).size === episodes.length, 'every concern is raised', 60_000);
    expect(new Map([...(await firstRaises(data))].toSorted())).toEqual(new Map([...once(episodes)].toSorted()));
    const verified = run('verify', '--grace', '30', '--data', data);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      chain: 'intact',
      early: 0,
      doubled: 0,
      silent: 0,
      problems: [],
    });
    expect(verified.status).toBe(0);
  }

  it('comes back from a backup taken under load, and from an earlier moment of it, and every follow-up is raised once', async () => {
    const first = await start('first');
    const episodes: string[] = [];
    for (let n = 1; n <= PATIENTS; n += 1) episodes.push(await concern(first, n));
    await until(() => episodes.every((episode) => isTold(first, episode)), 'somebody is told of every concern');

    let isOver = false;
    const load = (async () => {
      for (let n = PATIENTS + 1; !isOver; n += 1) await concern(first, n);
    })();
    const child = spawn(
      process.execPath,
      [CLI, 'backup', '--to', join(folder, 'backups'), '--data', first.data, '--json'],
      { env },
    );
    let said = '';
    child.stdout.on('data', (text: Buffer) => void (said += text.toString()));
    await until(() => child.exitCode !== null, 'the backup', 60_000);
    isOver = true;
    await load;
    const read = await readToTheEnd(first);
    await kill(first, 'SIGKILL');
    const { backup, log } = JSON.parse(said) as { backup: string; log: { events: number; head: { hash: string } } };
    expect(child.exitCode).toBe(0);
    const original = await eventsIn(first.data);
    expect(original.length).toBeGreaterThan(log.events);

    // The whole backup, with a Temporal server that knows more than the log does.
    expect(run('restore', '--from', backup, '--data', join(folder, 'second')).status).toBe(0);
    const restored = await eventsIn(join(folder, 'second'));
    expect(restored).toEqual(original.slice(0, log.events));
    if (hasTemporal)
      for (const suffix of ['', '-wal', '-shm'])
        if (existsSync(join(first.data, `temporal.db${suffix}`)))
          cpSync(join(first.data, `temporal.db${suffix}`), join(folder, 'second', `temporal.db${suffix}`));
    const known = opened(restored);
    const second = await start('second');
    await everythingRaised(second.data, known);
    // It goes on where positions are used again.
    const newest = await concern(second, 999);
    await everythingRaised(second.data, [...known, newest]);
    await until(() => isTold(second, newest), 'somebody is told of the newest concern');
    expect(episodes.filter((episode) => isTold(second, episode))).toEqual([]);
    // A client of the event feed had read what the backup does not hold.
    expect(await get(second, `/v1/events?after=${read}`, 'integration')).toMatchObject({
      status: 410,
      type: '/problems/feed-rewound',
    });
    const readAgain = await readToTheEnd(second);
    expect(await get(second, `/v1/events?after=${readAgain}`, 'integration')).toMatchObject({ caughtUp: true });
    await kill(second, 'SIGTERM');

    // The moment before the last of the first concerns was raised: a raise is lost with the log, and done again.
    const isRaiseOf = (episode: string) => (event: StoredEvent) =>
      event.streamId === `episode-${episode}` && event.type === 'FollowUpRaised';
    const lost = original.find(isRaiseOf(episodes.at(-1)!))!;
    const moment = new Date(Date.parse(lost.recordedAt) - 1).toISOString();
    const cut = run('restore', '--from', backup, '--data', join(folder, 'third'), '--until', moment);
    expect(cut.status).toBe(0);
    const earlier = await eventsIn(join(folder, 'third'));
    expect(JSON.parse(cut.stdout)).toMatchObject({
      leftOut: log.events - earlier.length,
      destroyedAgain: 0,
      movedAside: null,
    });
    expect(earlier.every(({ recordedAt }) => recordedAt <= moment)).toBe(true);
    expect(earlier.some(isRaiseOf(episodes.at(-1)!))).toBe(false);
    expect(run('verify', '--at', moment, '--data', join(folder, 'third')).status).toBe(0);
    // Indexes and views that knew what the log does not know any more: nobody removed them.
    const derived = /^(due|pokes|reactor|read\.\d+)\.db/;
    for (const name of readdirSync(first.data).filter((one) => derived.test(one)))
      cpSync(join(first.data, name), join(folder, 'third', name));
    const third = await start('third');
    await everythingRaised(third.data, opened(earlier));
    const referred = earlier.filter(({ type }) => type === 'PatientReferred').length;
    const listed = async (): Promise<number> => (await get(third, '/v1/referrals?limit=100')).items.length;
    await until(async () => (await listed()) === referred, 'the views show what the log holds');
  }, 300_000);
});

/** The episodes in which a concern stands. */
const opened = (events: readonly StoredEvent[]): string[] =>
  events
    .filter(({ type, body }) => type === 'FollowUpOpened' && body.facts['kind'] === 'safety-review')
    .map(({ streamId }) => streamId.slice('episode-'.length));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
