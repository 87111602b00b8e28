import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../prove/field/client.js';
import { tokensFrom } from '../prove/field/tokens.js';
import type { Topology } from './topology.js';

/** One thing that must hold of a clinic's topology. */
export interface Check {
  readonly check: string;
  readonly holds: boolean;
  readonly figure?: unknown;
}

const RAISED_WITHIN_MS = 60_000;
const SEEN_WITHIN_MS = 60_000;
const PATIENTS = 6;

/**
 * The main job on processes of their own, while one after the other is killed: people act through the API, the worker raises what is due,
 * everybody sees it in the lists, nothing acknowledged is lost, and an erasure reaches both.
 */
export async function* walk(clinic: Topology): AsyncGenerator<Check, void> {
  const issue = tokensFrom(clinic.dataDir);
  const client = new Client(() => clinic.urls.api, issue);
  const atWorker = new Client(() => clinic.urls.worker, issue);

  const first = await client.concerned();
  yield raised('a safety concern is raised by the worker and seen through the API', await seen(client, first));

  await clinic.worker.kill();
  const meanwhile = await Promise.all(Array.from({ length: PATIENTS }, () => client.concerned()));
  yield {
    check: 'while the worker is dead the API takes in what people record',
    holds: client.acknowledged.length === 3 * (PATIENTS + 1),
    figure: { acknowledged: client.acknowledged.length },
  };
  await clinic.worker.start();
  const late = await Promise.all(meanwhile.map((episodeId) => seen(client, episodeId)));
  yield raised('what came due meanwhile is raised once it is back', Math.max(...late));

  await clinic.api.kill();
  await clinic.api.start();
  yield raised('the API comes back and knows it all', await seen(client, first));

  await clinic.log.kill();
  const refused = await client.ask('/v1/referrals', { role: 'provider', body: { patient: { name: 'Test Patient' } } });
  await clinic.log.start();
  yield {
    check: 'without the log an act is refused plainly, not acknowledged',
    holds: refused?.status === 503,
    figure: { status: refused?.status ?? 'no answer' },
  };
  yield raised('the log comes back and both go on', await seen(client, await client.concerned()));

  await clinic.postgres.kill();
  const unseen = await client.concerned();
  const lists = await client.ask('/v1/worklist', { role: 'care-manager', method: 'GET' });
  yield {
    check: 'without PostgreSQL acts are taken in and only the lists are away',
    holds: lists?.status === 503,
    figure: { lists: lists?.status ?? 'no answer' },
  };
  await clinic.postgres.startAgain();
  yield raised('PostgreSQL comes back and the lists catch up', await seen(client, unseen));

  yield await erasureReachesBoth(client, atWorker);
  yield await verified(clinic, client);
}

/** Milliseconds until the raised review stands in the care manager's worklist. */
async function seen(client: Client, episodeId: string): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < RAISED_WITHIN_MS + SEEN_WITHIN_MS) {
    const answer = await client.ask('/v1/worklist?limit=200', { role: 'care-manager', method: 'GET' });
    if (answer?.status === 200 && JSON.stringify(answer.body).includes(episodeId)) return performance.now() - began;
    await sleep(100);
  }
  return Infinity;
}

const raised = (check: string, ms: number): Check => ({
  check,
  holds: ms <= RAISED_WITHIN_MS + SEEN_WITHIN_MS,
  figure: { seconds: Number.isFinite(ms) ? Math.round(ms / 10) / 100 : 'never' },
});

/** Asked for and approved through the API; the worker, which had opened the record with its own copy of the key, must not open it again. */
async function erasureReachesBoth(client: Client, atWorker: Client): Promise<Check> {
  const patient = { name: 'Test Patient Canary' };
  const { body: referred } = await client.insist('/v1/referrals', {
    role: 'provider',
    body: { patient, careManager: 'cm-1' },
  });
  const episode = `/v1/episodes/${referred.episodeId}`;
  const { revision } = await client.insist(`${episode}/notes`, { role: 'care-manager', body: { text: 'Canary' } });
  const closing = { reason: 'elsewhere', channel: 'record' };
  await client.insist(`${episode}/closure`, { role: 'care-manager', body: closing, basedOn: revision });
  // Told from the stream, not from the views: this opens what is sealed.
  const told = `${episode}/timeline?atRevision=${revision}`;
  const shows = async (one: Client): Promise<boolean> =>
    JSON.stringify((await one.ask(told, { role: 'care-manager', method: 'GET' }))?.body ?? '').includes('Canary');
  const before = (await shows(client)) && (await shows(atWorker));
  const requests = `/v1/patients/${referred.patientId}/erasure-requests`;
  const request = { role: 'administrator', body: { reasonCode: 'patient-right' } } as const;
  const { body: asked } = await client.insist(requests, request);
  const approval = `${requests}/${asked.erasureRequest.revision}/approval`;
  await client.insist(approval, { role: 'supervisor', body: {} });
  const after = await eventually(async () => !(await shows(client)) && !(await shows(atWorker)));
  return { check: 'an erasure reaches worker and API', holds: before && after, figure: { before, after } };
}

async function eventually(condition: () => Promise<boolean>): Promise<boolean> {
  for (const deadline = Date.now() + SEEN_WITHIN_MS; Date.now() < deadline; await sleep(100))
    if (await condition()) return true;
  return false;
}

/** What the judge says of the log in KurrentDB, and whether it holds all that was acknowledged. */
async function verified(clinic: Topology, client: Client): Promise<Check> {
  const { code, out } = await clinic.run('verify', '--json');
  const { events, streams, raises, early, doubled, silent, chain, byWaker } = JSON.parse(out) as Record<
    string,
    unknown
  >;
  const exported = await clinic.run('export');
  const stored = new Set(
    exported.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { streamId: string; revision: number })
      .map(({ streamId, revision }) => `${streamId}@${revision}`),
  );
  const lost = client.acknowledged.filter(({ streamId, revision }) => !stored.has(`${streamId}@${revision}`)).length;
  return {
    check: 'the log in KurrentDB proves that nobody was forgotten and nothing acknowledged is lost',
    holds: code === 0 && exported.code === 0 && lost === 0 && Number(raises) > 0,
    figure: {
      events,
      streams,
      chain,
      raises,
      early,
      doubled,
      silent,
      byWaker,
      acknowledged: client.acknowledged.length,
      lost,
    },
  };
}
