import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { InvalidToken, type Identity } from '#access';
import type { Role } from '#care';
import { fixedClock, type FixedClock, type Settled } from '#door';
import type { EventStore } from '#event-store';
import { configuredChannels, Notices } from '#notices';
import { openReadModels, type ReadModels } from '#read-models';
import { memoryRuntime, openRuntime, type Runtime } from '#runtime';
import { createApiApp } from '../app.js';
import type { HealthProbes } from '../health/probes.js';
import type { ApiParts } from '../parts.js';

const PUBLIC_URL = 'https://followthrough.example';

/** Monday 2 March 2026, 10:00 in New York. */
const NOW = '2026-03-02T15:00:00.000Z';

export interface House {
  readonly app: NestFastifyApplication;
  readonly clock: FixedClock;
  readonly store: EventStore;
  readonly readModels: ReadModels;
  /** Asked by the API; a spec that wants somebody told runs it. */
  readonly notices: Notices;
  readonly parts: Omit<ApiParts, 'runtime'> & { readonly runtime: Runtime };
  readonly pokes: unknown[];
  readonly health: {
    store: boolean;
    temporal: 'up' | 'down' | 'absent';
    notices: ReturnType<HealthProbes['notices']>;
    lastSweep: () => string | null;
    overdue: ReturnType<HealthProbes['oldestOverdueUnraised']>;
    clock: ReturnType<HealthProbes['clock']>;
    keys: ReturnType<HealthProbes['keys']>;
  };
  /** A request by somebody: `as` is a role of the clinic, `role@organisation`, or null for nobody. */
  ask(
    as: string | null,
    method: 'GET' | 'POST' | 'PUT' | 'HEAD',
    url: string,
    more?: Ask,
  ): Promise<LightMyRequestResponse>;
  /** A POST with a fresh Idempotency-Key. */
  post(as: string, url: string, body?: object, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  /** A referral of a new patient: the episode’s representation. */
  refer(body?: object): Promise<{ episodeId: string; patientId: string; revision: number }>;
  /** What a waker does once the clock has moved. */
  settle(episodeId: string): Promise<Settled>;
  /** Waits until the views have taken in everything recorded. */
  upToDate(): Promise<void>;
  close(): Promise<void>;
}

type OpenHouseRuntime = (clock: FixedClock, folder: string) => Promise<Runtime>;
const inMemory: OpenHouseRuntime = (clock) => memoryRuntime({ clock, zone: 'America/New_York' });
/** On files, as the try profile has it. */
export const onFiles: OpenHouseRuntime = (clock, folder) =>
  openRuntime({
    dataDir: join(folder, 'data'),
    clock,
    env: { FOLLOWTHROUGH_KEY_FILE: join(folder, 'master.key') },
    zone: 'America/New_York',
    warn: () => undefined,
  });

type Ask = { readonly body?: unknown; readonly headers?: Record<string, string> };

/** The house with the try profile’s organisation; in memory, unless its runtime is opened in a folder of its own. */
export async function openHouse(adjust: Partial<ApiParts> = {}, open: OpenHouseRuntime = inMemory): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'followthrough-api-'));
  const clock = fixedClock(NOW);
  const runtime = await open(clock, folder);
  const { store, codec } = runtime;
  const readModels = openReadModels({ file: join(folder, 'read.db'), store, codec, clock });
  await readModels.start();

  const notices = new Notices({
    file: join(folder, 'notices.db'),
    store,
    codec,
    clock,
    channels: configuredChannels({}, () => undefined),
    publicUrl: PUBLIC_URL,
    operator: { warn: () => undefined },
    pace: { tickMs: 10 },
  });

  const pokes: unknown[] = [];
  const health: House['health'] = {
    ...{ store: true, temporal: 'absent', notices: null, overdue: null, clock: null, keys: null },
    lastSweep: () => new Date().toISOString(),
  };
  const parts = {
    readModels,
    notices,
    verifier: { verify: async (bearer: string) => identityOf(bearer) },
    probes: probesOf(health),
    publicUrl: PUBLIC_URL,
    about: { profile: 'try', tokenHint: 'npx followthrough token --role care-manager' },
    operations: {
      canPoke: () => true,
      pokeOpen: async (request: unknown) => pokes.push(request),
      repinProgress: () => ({ revision: 1, episodes: 0, done: 0, waiting: 0, refused: 0 }),
    },
    faultLog: () => undefined,
    ...adjust,
    runtime,
  };
  const app = await createApiApp(parts);
  let keysMade = 0;
  const house: House = {
    app,
    clock,
    store,
    readModels,
    notices,
    parts,
    pokes,
    health,
    ask: (as, method, url, { body, headers = {} } = {}) =>
      app.inject({
        method,
        url,
        headers: { ...(as === null ? {} : { authorization: `Bearer ${tokenFor(as)}` }), ...headers },
        ...(body === undefined ? {} : { payload: body }),
      } as InjectOptions),
    post: (as, url, body = {}, headers = {}) =>
      house.ask(as, 'POST', url, { body, headers: { 'idempotency-key': `test-key-${++keysMade}`, ...headers } }),
    refer: async (body = {}) =>
      (await house.post('provider', '/v1/referrals', { patient: { name: 'Ada Example' }, ...body })).json(),
    settle: (episodeId) => runtime.episodes.settle(episodeId, 'system:watchdog'),
    upToDate: async () => {
      const head = await store.head();
      if (head && !(await readModels.waitFor(head.position, 5_000))) throw new Error('the views did not catch up');
    },
    close: async () => {
      await app.close();
      await readModels.stop();
      notices.close();
      await runtime.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return house;
}

/** The seeded member of staff in each role. */
export const STAFF: Readonly<Record<Role, string>> = {
  'care-manager': 'cm-1',
  supervisor: 'sup-1',
  'psychiatric-consultant': 'psy-1',
  provider: 'pcp-1',
  administrator: 'admin-1',
  auditor: 'audit-1',
  integration: 'portal-1',
};

function tokenFor(as: string): string {
  const [role = '', organisation = 'clinic'] = as.split('@');
  return `${role}~${STAFF[role as Role] ?? 'nobody'}~${organisation}`;
}

function identityOf(bearer: string): Identity {
  const [role, subject, organisation] = bearer.split('~');
  if (!role || !subject || !organisation || !(role in STAFF)) throw new InvalidToken('malformed');
  return {
    subject,
    role: role as Role,
    organisation,
    actor: role === 'integration' ? `integration:${subject}` : `user:${subject}`,
  };
}

const probesOf = (health: House['health']): HealthProbes => ({
  store: async () => {
    if (!health.store) throw new Error('away');
  },
  readModels: async () => ({ lag: 0, lagSeconds: 0, parked: 0 }),
  temporal: () => ({ status: health.temporal, since: NOW }),
  workflows: () => ({ lastLook: null }),
  watchdog: () => ({ lastSweep: health.lastSweep(), heals: 0, healsLastDay: 0 }),
  oldestOverdueUnraised: () => health.overdue,
  clock: () => health.clock,
  keys: () => health.keys,
  notices: () => health.notices,
});
