/**
 * Records the golden histories that every build must be able to replay: `node --conditions=source workflows/histories/record.ts`
 * with the official CLI as TEMPORAL_CLI (or `temporal` on PATH). Record again only when a new command path is added; an old
 * history is kept as long as a workflow recorded by such a build may still run.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import * as contract from '#orchestration/contract';
import type { CensusActivities, CensusPage, EpisodeActivities, Plan } from '#orchestration/contract';

const HERE = new URL('.', import.meta.url).pathname;
const SMALL_HISTORY = 60; // events after which the server suggests to continue as new, so that a few pokes suffice

/** What `settle` answers, by episode: the last plan repeats. */
const scripts = new Map<string, Plan[]>();
const looks = new Map<string, number>();
/** How long a look takes, by episode. */
const slow = new Map<string, number>();

const activities: EpisodeActivities & CensusActivities = {
  async settle({ episodeId }) {
    const plans = scripts.get(episodeId) ?? [];
    const look = looks.get(episodeId) ?? 0;
    looks.set(episodeId, look + 1);
    await wait(slow.get(episodeId) ?? 0);
    return plans[Math.min(look, plans.length - 1)] as Plan;
  },
  async censusPage({ after }): Promise<CensusPage> {
    const page = { looked: 2, running: 1, poked: 1, failed: 0 };
    return after === 'e9' ? page : { ...page, next: after === undefined ? 'e5' : 'e9' };
  },
};

const plan = (revision: number, kind: string, waitMs: number, more: Partial<Plan> = {}): Plan => ({
  revision,
  phase: 'acute',
  closed: false,
  publish: true,
  next: { kind, waitMs },
  ...more,
});
const HOUR = 3_600_000;
const closedAt = (revision: number): Plan => ({ revision, phase: 'ended', closed: true, publish: true });

const port = await freePort();
const server = spawn(process.env['TEMPORAL_CLI'] ?? 'temporal', [
  ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--headless', '--log-level', 'error'],
  ...[
    '--search-attribute',
    'EpisodePhase=Keyword',
    '--search-attribute',
    'NextFollowUp=Keyword',
    '--search-attribute',
    'NextDueAt=Datetime',
  ],
  ...['--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${SMALL_HISTORY}`],
]);
try {
  const connection = await untilConnected(`127.0.0.1:${port}`);
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: `${HERE}../index.ts`,
    webpackConfigHook: (config) => ({ ...config, resolve: { ...config.resolve, conditionNames: ['source', '...'] } }),
  });
  const worker = await Worker.create({ connection, taskQueue: contract.TASK_QUEUE, workflowBundle, activities });
  await worker.runUntil(recordAll(new Client({ connection })));
  await connection.close();
} finally {
  server.kill('SIGTERM');
  await once(server, 'exit');
}

async function recordAll(client: Client): Promise<void> {
  await recordPoke(client);
  await recordPokeDuringLook(client);
  await recordDue(client);
  await recordStuck(client);
  await recordUnpublished(client);
  await recordUpdate(client);
  await recordContinueAsNew(client);
  await recordCensus(client);
}

/** Signals while it sleeps, one of them old, and the end of the episode. */
async function recordPoke(client: Client): Promise<void> {
  scripts.set('poke', [plan(3, 'first-outreach', HOUR), plan(5, 'outreach-retry', HOUR), closedAt(6)]);
  await poke(client, 'poke', 3);
  await looked('poke', 1);
  await poke(client, 'poke', 5);
  await looked('poke', 2);
  await poke(client, 'poke', 4);
  await poke(client, 'poke', 6);
  await client.workflow.getHandle(contract.episodeWorkflowId('poke')).result();
  await save(client, 'poke', 'poke-and-close');
}

/** A signal and an update while a look is under way: another look follows at once. */
async function recordPokeDuringLook(client: Client): Promise<void> {
  slow.set('during', 600);
  scripts.set('during', [plan(3, 'contact', HOUR), plan(5, 'contact', HOUR)]);
  await poke(client, 'during', 3);
  await looked('during', 1);
  await poke(client, 'during', 4);
  await client.workflow
    .getHandle(contract.episodeWorkflowId('during'))
    .executeUpdate(contract.RECONCILE_UPDATE, { args: [{ minRevision: 5 }] });
  await slept('during', client);
  await save(client, 'during', 'poke-during-look');
}

/** A timer that fires, twice; then a mass poke, which looks although its revision is old. */
async function recordDue(client: Client): Promise<void> {
  scripts.set('due', [plan(3, 'contact', 300), plan(4, 'no-contact', 300), plan(5, 'no-contact', HOUR)]);
  await poke(client, 'due', 3);
  await looked('due', 3);
  await slept('due', client);
  await poke(client, 'due', 2, true);
  await looked('due', 4);
  await slept('due', client);
  await save(client, 'due', 'due');
}

/** Due at once, and yet nothing is raised: the back-off. */
async function recordStuck(client: Client): Promise<void> {
  scripts.set('stuck', [plan(3, 'contact', 0), plan(3, 'contact', 0), plan(4, 'contact', HOUR)]);
  await poke(client, 'stuck', 3);
  await looked('stuck', 3);
  await slept('stuck', client);
  await save(client, 'stuck', 'stuck');
}

/** Search attributes not verified: none is published, and the weekly look. */
async function recordUnpublished(client: Client): Promise<void> {
  const { next: _, ...nothingNext } = plan(2, '', 0, { publish: false });
  scripts.set('unpublished', [nothingNext]);
  await poke(client, 'unpublished', 2);
  await looked('unpublished', 1);
  await slept('unpublished', client);
  await save(client, 'unpublished', 'unpublished-weekly');
}

/** Updates: one after the other, and two at once. */
async function recordUpdate(client: Client): Promise<void> {
  scripts.set('update', [plan(3, 'contact', HOUR), plan(7, 'reassessment', HOUR), plan(9, 'contact', HOUR)]);
  await poke(client, 'update', 3);
  await looked('update', 1);
  const handle = client.workflow.getHandle(contract.episodeWorkflowId('update'));
  const reconcile = (minRevision: number): Promise<Plan> =>
    handle.executeUpdate(contract.RECONCILE_UPDATE, { args: [{ minRevision }] });
  await reconcile(7);
  await Promise.all([reconcile(8), reconcile(9)]);
  await slept('update', client);
  await save(client, 'update', 'update');
}

/** A long history: both sides of continue-as-new. */
async function recordContinueAsNew(client: Client): Promise<void> {
  scripts.set(
    'long',
    Array.from({ length: 40 }, (_, i) => plan(i, 'contact', HOUR)),
  );
  const handle = client.workflow.getHandle(contract.episodeWorkflowId('long'));
  const first = (await poke(client, 'long', 0)) as string;
  let runId = first;
  for (let revision = 1; revision < 40 && runId === first; revision += 1) {
    await looked('long', revision);
    await poke(client, 'long', revision);
    runId = (await handle.describe()).runId;
  }
  await slept('long', client);
  await save(client, 'long', 'continue-as-new-before', first);
  await save(client, 'long', 'continue-as-new-after');
}

async function recordCensus(client: Client): Promise<void> {
  await client.workflow.execute(contract.CENSUS_WORKFLOW, {
    workflowId: 'census',
    taskQueue: contract.TASK_QUEUE,
    args: [{}],
  });
  write('census', historyToJSON(await client.workflow.getHandle('census').fetchHistory()));
}

async function poke(client: Client, episodeId: string, revision: number, again?: boolean): Promise<string> {
  const handle = await client.workflow.signalWithStart(contract.EPISODE_WORKFLOW, {
    workflowId: contract.episodeWorkflowId(episodeId),
    taskQueue: contract.TASK_QUEUE,
    args: [{ episodeId, hint: revision }],
    signal: contract.CHANGED_SIGNAL,
    signalArgs: [again ? { revision, again } : { revision }],
  });
  return handle.signaledRunId;
}

async function looked(episodeId: string, times: number): Promise<void> {
  while ((looks.get(episodeId) ?? 0) < times) await wait(20);
}

/** Until the workflow has nothing more to do but sleep. */
async function slept(episodeId: string, client: Client): Promise<void> {
  const handle = client.workflow.getHandle(contract.episodeWorkflowId(episodeId));
  for (let length = -1; ; await wait(800)) {
    const { events } = await handle.fetchHistory();
    if (events?.length === length) return;
    length = events?.length ?? 0;
  }
}

async function save(client: Client, episodeId: string, name: string, runId?: string): Promise<void> {
  write(
    name,
    historyToJSON(await client.workflow.getHandle(contract.episodeWorkflowId(episodeId), runId).fetchHistory()),
  );
}

/** The machine's name stays at home. */
function write(name: string, json: string): void {
  const tidy = JSON.stringify(
    JSON.parse(json, (key, value: unknown) => (key === 'identity' ? 'recorder' : value)),
    null,
    1,
  );
  writeFileSync(`${HERE}${name}.json`, `${tidy}\n`);
  console.log(`recorded ${name}`);
}

async function untilConnected(address: string): Promise<NativeConnection> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await NativeConnection.connect({ address });
    } catch (error) {
      if (attempt > 100) throw error;
      await wait(100);
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: free } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return free;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
