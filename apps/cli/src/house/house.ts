import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import type { Verifier } from '#access';
import { DoorUnavailable, systemClock, type Clock } from '#door';
import type { OpenRuntime, Tracing } from '#runtime';
import type { Pace } from '#notices';
import type { ReadModels } from '#read-models';
import { TemporalLink, type OperatorLog, type TemporalServerProcess } from '#orchestration';
import { createApiApp, Metrics, type AccessLog, type ApiParts } from '../../../api/src/app.js';
import { Background } from '../../../worker/src/background.js';
import { WorkerModule } from '../../../worker/src/worker-module.js';
import { accessLogIn } from './access-log.js';
import { openNamedRuntime } from './log.js';
import { channelsFor, deadMansSwitchOf, hostOf, namedTracing, publicUrl, verifierFor } from './settings.js';
import { temporalFor, type TemporalAtHand, type TemporalWanted } from './temporal-server.js';
import { openViews, viewsProbe } from './views.js';

export interface HouseOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  readonly operator: OperatorLog;
  /** Default: the machine’s. */
  readonly clock?: Clock;
  readonly zone?: string;
  readonly profile?: 'try' | 'demo';
  /** For a clock that runs fast: when a notice counts as late. */
  readonly noticePace?: Partial<Pace>;
  /** Default: what ARCHITECTURE §6 finds. */
  readonly temporal?: (wanted: TemporalWanted) => Promise<TemporalAtHand>;
}

/** The try profile in one process: API, Temporal worker, projector, reactor, watchdog and notices on files of one folder. */
export interface House {
  readonly url: string;
  readonly runtime: OpenRuntime;
  readonly readModels: ReadModels;
  readonly background: Background;
  readonly temporal: {
    readonly address: string | null;
    readonly uiUrl?: string;
    readonly server?: TemporalServerProcess;
    readonly link: TemporalLink;
  };
  /** Ends everything in order: no new requests, no new tasks, views, Temporal, and the log last. */
  close(): Promise<void>;
}

/** Made by the build; run from source (tests), this file lies one folder nearer to the root. */
const SHIPPED_BUNDLE = {
  bundlePath: fileURLToPath(
    new URL(`../../../../${import.meta.url.endsWith('.ts') ? 'dist/' : ''}workflow-bundle.js`, import.meta.url),
  ),
};

/** Opens the house; what was opened is closed again when a later part fails. @throws DataFolderInUse and what its parts throw */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { dataDir, port, env, operator, clock = systemClock, profile = 'try', temporal = temporalFor } = options;
  // Before anything is opened: a channel that cannot work stops the start.
  const channels = channelsFor(env, operator);
  const deadMansSwitchUrl = deadMansSwitchOf(env);
  const metrics = new Metrics();
  await using opening = new AsyncDisposableStack();
  const tracing = await namedTracing(env, operator.warn);
  opening.defer(() => tracing.stop());
  const runtime = await openNamedRuntime({
    dataDir,
    clock,
    env,
    warn: operator.warn,
    onAppend: metrics.appended,
    tracing,
    ...(options.zone === undefined ? {} : { zone: options.zone }),
  });
  opening.defer(() => runtime.close());
  const verifier = verifierFor(env, dataDir, operator);
  const background = new Background({
    dataDir,
    store: runtime.store,
    codec: runtime.codec,
    clock,
    waker: tracing.waker(runtime.episodes),
    tracing,
    issue: issuing(runtime),
    telling: { channels, publicUrl: publicUrl(env, port), pace: options.noticePace ?? {} },
    operator,
    onRaised: metrics.raised,
    ...(deadMansSwitchUrl === undefined ? {} : { deadMansSwitchUrl }),
  });
  opening.defer(() => background.stop());
  // A Temporal that has to be downloaded or built takes minutes, and what is due does not wait for it.
  background.begin();
  const atHand = await temporal({ env, dataDir, operator });
  if (atHand.server) opening.defer(() => atHand.server!.stop());
  // What is due goes before what is only shown.
  const readModels = await openViews(runtime, env, operator.warn, {
    isUrgentElsewhere: () => background.isBehind(),
    around: tracing.aroundViews,
  });
  opening.defer(() => readModels.stop());
  const worker = await NestFactory.createApplicationContext(
    WorkerModule.with({
      background,
      temporal: { address: atHand.address, namespace: atHand.namespace, workflows: SHIPPED_BUNDLE },
      operator,
    }),
    { logger: ['warn', 'error', 'fatal'] },
  );
  opening.defer(() => worker.close());
  const api = await createApiApp(
    apiParts({
      runtime,
      readModels,
      verifier,
      background,
      worker,
      env,
      port,
      profile,
      metrics,
      tracing,
      accessLog: accessLogIn(dataDir),
      ...(atHand.uiUrl === undefined ? {} : { uiUrl: atHand.uiUrl }),
    }),
  );
  opening.defer(() => api.close());
  await api.listen(port, hostOf(env));
  const opened = opening.move();
  return {
    url: await api.getUrl(),
    runtime,
    readModels,
    background,
    temporal: { ...atHand, link: worker.get(TemporalLink) },
    close: () => opened.disposeAsync(),
  };
}

/** Refusals that pass, with a newer build or a whole record of the organisation: a person is asked to try again as well. */
const NOT_NOW: ReadonlySet<string> = new Set(['newer-rules', 'unknown-pin']);

/** How the reactor passes a fact on: as a command of the system, in the organisation of the episode. */
function issuing({ episodes, clock }: OpenRuntime): ConstructorParameters<typeof Background>[0]['issue'] {
  return async (episodeId, command, commandId, occurredAt) => {
    const { organisation } = await episodes.load(episodeId);
    if (organisation === null) return 'refused';
    const now = clock.now().toISOString();
    const outcome = await episodes.handle(episodeId, {
      commandId,
      command,
      actor: 'system:reactor',
      actorRole: 'system',
      organisation,
      // What a clock that ran ahead has recorded happened by now; as of later it would be refused, and forgotten.
      occurredAt: occurredAt < now ? occurredAt : now,
    });
    if (outcome.kind === 'refused' && NOT_NOW.has(outcome.refusal.code))
      throw new DoorUnavailable(outcome.refusal.detail);
    return outcome.kind === 'appended' ? 'done' : outcome.kind === 'refused' ? 'refused' : 'unchanged';
  };
}

interface Served {
  readonly runtime: OpenRuntime;
  readonly readModels: ReadModels;
  readonly verifier: Verifier;
  readonly background: Background;
  readonly worker: INestApplicationContext;
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
  readonly profile: string;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly accessLog: AccessLog;
  readonly uiUrl?: string;
}

function apiParts(served: Served): ApiParts {
  const { runtime, readModels, verifier, background, worker, env, port, profile, metrics, tracing, accessLog, uiUrl } =
    served;
  const link = worker.get(TemporalLink);
  return {
    runtime,
    readModels,
    verifier,
    operations: background,
    notices: background.notices,
    metrics,
    accessLog,
    beginRequest: tracing.beginRequest,
    readings: () => background.readings(),
    publicUrl: publicUrl(env, port),
    about: {
      profile,
      ...(uiUrl === undefined ? {} : { temporalUi: uiUrl }),
      ...(env['OIDC_ISSUER'] ? {} : { tokenHint: 'npx followthrough token --role care-manager' }),
    },
    probes: {
      store: () => runtime.store.health(),
      readModels: () => viewsProbe(readModels),
      temporal: () => {
        const { state, since, attributesVerified } = link.status();
        return { status: state, since: since.toISOString(), attributesVerified };
      },
      workflows: () => ({ lastLook: background.heartbeats.workflow?.toISOString() ?? null }),
      watchdog: () => {
        const { counters, heartbeats, healsLastDay } = background.status();
        return { lastSweep: heartbeats.watchdog?.toISOString() ?? null, heals: counters.heals, healsLastDay };
      },
      oldestOverdueUnraised: () => background.oldestOverdue(),
      clock: () => background.clock(),
      keys: () => ({ damaged: runtime.keys.damaged() }),
      notices: () => background.notices.status(),
    },
  };
}
