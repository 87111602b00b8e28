import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { censusActivities } from './census.js';
import {
  CENSUS_SCHEDULE_ID,
  CENSUS_WORKFLOW,
  episodeWorkflowId,
  RECONCILE_UPDATE,
  STATUS_QUERY,
  TASK_QUEUE,
  type Plan,
} from './contract.js';
import { newCounters, newHeartbeats } from './counters.js';
import { DueIndex } from './due-index.js';
import { PokeBook } from './poke-book.js';
import { Pokes } from './pokes.js';
import type { Clock, EpisodeWaker, Settled } from './ports.js';
import { verifySearchAttributes } from './search-attributes.js';
import { TemporalServerProcess } from './server-process.js';
import { episodeActivities } from './settle.js';
import { TemporalLink } from './temporal-link.js';
import { eventually, FakeLog, readFacts } from './testing/fake-log.js';
import { fakeLedger } from './testing/fake-ledger.js';
import { SilentOperator } from './testing/silent-operator.js';

const binary = process.env['TEMPORAL_CLI'] ?? 'temporal';
const available = spawnSync(binary, ['--version']).status === 0;
if (!available)
  console.warn(
    'SKIPPED: no Temporal CLI (TEMPORAL_CLI, or temporal on PATH); the module is not tested on a real server',
  );

jest.setTimeout(90_000);

const folder = mkdtempSync(join(tmpdir(), 'followthrough-temporal-'));
const operator = new SilentOperator();
const stop = new AbortController();
const log = new FakeLog();
const counters = newCounters();
const clock: Clock = {
  now: () => new Date(),
  realMillisUntil: (instant) => Math.max(0, instant.getTime() - Date.now()),
};

/** Raises in the fake log, straight from the due facts. */
const waker: Pick<EpisodeWaker, 'settle'> = {
  async settle(episodeId, by): Promise<Settled> {
    const stream = `episode-${episodeId}`;
    const due = owed.get(episodeId) ?? [];
    const raised = due.filter(({ at, step }) => step === 0 && Date.parse(at) <= Date.now());
    for (const entry of raised) {
      entry.step = 1;
      log.add(stream, 'FollowUpRaised', { followUpId: entry.followUpId, step: 1 }, { actor: by });
    }
    const open = due.filter(({ step }) => step === 0).sort((a, b) => (a.at < b.at ? -1 : 1))[0];
    return {
      revision: log.revisionOf(stream),
      exists: due.length > 0,
      phase: 'acute',
      closed: closed.has(episodeId),
      raised: raised.map(({ followUpId, at }) => ({ followUpId, kind: 'contact', step: 1, at, lateMs: 0 })),
      derived: 0,
      derivation: 'done',
      ...(open ? { next: { followUpId: open.followUpId, kind: 'contact', at: open.at } } : {}),
    };
  },
};
const owed = new Map<string, { followUpId: string; at: string; step: number }[]>();
const closed = new Set<string>();

let server: TemporalServerProcess;
let link: TemporalLink;
let index: DueIndex;
let pokes: Pokes;
let book: PokeBook;
let port: number;

function open(episodeId: string, inMs: number): void {
  const at = new Date(Date.now() + inMs).toISOString();
  const followUpId = `contact:${owed.get(episodeId)?.length ?? 0}:1`;
  owed.set(episodeId, [...(owed.get(episodeId) ?? []), { followUpId, at, step: 0 }]);
  log.add(`episode-${episodeId}`, 'FollowUpOpened', { followUpId, kind: 'contact', safety: false, at: [at] });
}

const statusOf = (episodeId: string): Promise<Plan> => handle(episodeId).query<Plan>(STATUS_QUERY);
const handle = (episodeId: string) => {
  const session = link.present();
  if (!session) throw new Error('not connected');
  return session.client.workflow.getHandle(episodeWorkflowId(episodeId));
};
const raisedBy = (episodeId: string): string[] =>
  log
    .ofStream(`episode-${episodeId}`)
    .filter(({ type }) => type === 'FollowUpRaised')
    .map(({ actor }) => actor);

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return address.port;
}

const serverOptions = async () => ({
  binary,
  dbFile: join(folder, 'temporal.db'),
  pidFile: join(folder, 'temporal.pid'),
  port,
  uiPort: await freePort(),
  operator,
});

(available ? describe : describe.skip)('on the official Temporal server', () => {
  beforeAll(async () => {
    port = await freePort();
    server = new TemporalServerProcess(await serverOptions());
    await server.start();
    index = new DueIndex(join(folder, 'due.db'), { log, ledger: fakeLedger, readFacts, counters, operator });
    book = new PokeBook(join(folder, 'pokes.db'));
    const attributes = {
      get verified(): boolean {
        return link.attributes.verified;
      },
    };
    const activities = {
      ...episodeActivities({ waker, clock, attributes, counters, heartbeats: newHeartbeats(), operator }),
      ...censusActivities({ open: index, session: () => link.present(), counters, operator }),
    };
    link = new TemporalLink(
      {
        address: server.address,
        workflows: { workflowsPath: join(import.meta.dirname, '..', '..', 'workflows', 'index.ts') },
        activities,
      },
      operator,
    );
    pokes = new Pokes({ log, engine: link, book, open: index, counters, operator });
    link.start();
    void index.run(stop.signal);
    void pokes.run(stop.signal);
    await eventually(() => link.isUp(), 60_000);
  });

  afterAll(async () => {
    stop.abort();
    await link.stop();
    await server.stop();
    expect(server.isRunning()).toBe(false);
    index.close();
    book.close();
    rmSync(folder, { recursive: true });
    await Runtime.instance().shutdown();
  });

  it('registers the search attributes and reads them back', () => {
    expect(link.status()).toMatchObject({ state: 'up', attributesVerified: true });
  });

  it('notices search attributes of another type, and registers missing ones', async () => {
    const INT = 3;
    const connection = await NativeConnection.connect({ address: server.address });
    const inNewNamespace = async (namespace: string, searchAttributes: Record<string, number>): Promise<boolean> => {
      await connection.workflowService.registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
      });
      await eventually(() => true);
      if (Object.keys(searchAttributes).length > 0)
        await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
      return verifySearchAttributes(connection, namespace, stop.signal);
    };
    expect(await inNewNamespace('wrong', { EpisodePhase: INT })).toBe(false);
    expect(await inNewNamespace('fresh', {})).toBe(true);
    await connection.close();
  });

  it('publishes none where the server will not speak of them; one that is late or away is tried again', async () => {
    const PERMISSION_DENIED = 7;
    const DEADLINE_EXCEEDED = 4;
    const UNAVAILABLE = 14;
    const failing = (code: number): NativeConnection => {
      const listSearchAttributes = () => Promise.reject(Object.assign(new Error('of the server'), { code }));
      return { operatorService: { listSearchAttributes } } as never;
    };
    const asked = (code: number) => verifySearchAttributes(failing(code), 'default', stop.signal);
    expect(await asked(PERMISSION_DENIED)).toBe(false);
    await expect(asked(DEADLINE_EXCEEDED)).rejects.toThrow('of the server');
    await expect(asked(UNAVAILABLE)).rejects.toThrow('of the server');
  });

  it('raises a follow-up by a timer, and the workflow says what it waits for', async () => {
    open('one', 1000);
    open('one', 3_600_000);
    await eventually(() => raisedBy('one').length === 1, 10_000);
    expect(raisedBy('one')).toEqual(['system:workflow']);
    expect(await statusOf('one')).toMatchObject({ phase: 'acute', publish: true, next: { kind: 'contact' } });
    const { searchAttributes } = await handle('one').describe();
    expect(searchAttributes).toMatchObject({ EpisodePhase: ['acute'], NextFollowUp: ['contact'] });
  });

  it('answers an update with the plan of a look that began after it', async () => {
    const plan = await handle('one').executeUpdate<Plan, [{ minRevision: number }]>(RECONCILE_UPDATE, {
      args: [{ minRevision: 2 }],
    });
    expect(plan.revision).toBeGreaterThanOrEqual(2);
  });

  it('has a nightly census, which pokes an open episode whose workflow is gone', async () => {
    const session = link.present();
    expect((await session?.client.schedule.getHandle(CENSUS_SCHEDULE_ID).describe())?.scheduleId).toBe(
      CENSUS_SCHEDULE_ID,
    );
    await handle('one').terminate('by mistake');
    const tally = await session?.client.workflow.execute(CENSUS_WORKFLOW, {
      workflowId: 'census-now',
      taskQueue: TASK_QUEUE,
      args: [{}],
    });
    expect(tally).toMatchObject({ looked: 1, poked: 1, failed: 0 });
    expect((await handle('one').describe()).status.name).toBe('RUNNING');
  });

  it('restarts a server that was killed, and timers go on', async () => {
    open('two', 4000);
    await eventually(() => counters.workflowSettles > 0);
    const { pid } = JSON.parse(readFileSync(join(folder, 'temporal.pid'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await eventually(() => raisedBy('two').length === 1, 45_000);
    expect(raisedBy('two')).toEqual(['system:workflow']);
  });

  it('fills an emptied server again from the log', async () => {
    open('three', 3_600_000);
    await eventually(() => link.isUp(), 30_000);
    await server.stop();
    await eventually(() => link.status().state === 'down', 30_000);
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `temporal.db${suffix}`), { force: true });
    await server.start();
    await eventually(() => link.isUp(), 40_000);
    await eventually(() => pokes.waiting() === 0, 10_000);
    expect(operator.lines.filter((line) => line.startsWith('new Temporal namespace')).length).toBeGreaterThan(0);
    expect((await handle('one').describe()).status.name).toBe('RUNNING');
    expect((await handle('three').describe()).status.name).toBe('RUNNING');
  });

  it('ends a server that an earlier run left behind', async () => {
    const heir = new TemporalServerProcess(await serverOptions());
    await heir.start();
    expect(operator.lines).toContain('ending the Temporal server that an earlier run left behind');
    await server.stop();
    await heir.stop();
    server = heir;
    expect(heir.isRunning()).toBe(false);
  });
});
