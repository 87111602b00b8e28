import { systemClock } from '#door';
import type { OperatorLog } from '#orchestration';
import { createApiApp, LogClock, Metrics, NO_BACKGROUND } from '../../../api/src/app.js';
import { accessLogIn } from './access-log.js';
import { openNamedRuntime } from './log.js';
import { hostOf, namedTracing, publicUrl, verifierFor } from './settings.js';
import { viewsProbe, watchViews } from './views.js';

export interface ApiHouseOptions {
  /** The worker's data folder, or another one with the same keys. */
  readonly dataDir: string;
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  readonly operator: OperatorLog;
}

/** The API as a process of its own: the log in KurrentDB, views that the worker keeps in PostgreSQL, the worker's keys. */
export interface ApiHouse {
  readonly url: string;
  close(): Promise<void>;
}

/** @throws CommandFailed when log or views belong to one process alone */
export async function openApiHouse({ dataDir, port, env, operator }: ApiHouseOptions): Promise<ApiHouse> {
  await using opening = new AsyncDisposableStack();
  const metrics = new Metrics();
  const tracing = await namedTracing(env, operator.warn);
  opening.defer(() => tracing.stop());
  const runtime = await openNamedRuntime({
    ...{ dataDir, env, clock: systemClock, warn: operator.warn },
    besideAnother: true,
    seed: false,
    onAppend: metrics.appended,
    tracing,
  });
  opening.defer(() => runtime.close());
  const readModels = await watchViews(runtime, env, operator.warn);
  opening.defer(() => readModels.stop());
  const logClock = new LogClock(runtime.store, runtime.clock);
  const api = await createApiApp({
    runtime,
    readModels,
    metrics,
    accessLog: accessLogIn(dataDir),
    beginRequest: tracing.beginRequest,
    verifier: verifierFor(env, dataDir, operator),
    about: { profile: 'clinic' },
    publicUrl: publicUrl(env, port),
    probes: {
      ...NO_BACKGROUND,
      store: () => logClock.look(),
      readModels: () => viewsProbe(readModels),
      keys: () => ({ damaged: runtime.keys.damaged() }),
      clock: () => logClock.reading(),
    },
  });
  opening.defer(() => api.close());
  await api.listen(port, hostOf(env));
  const opened = opening.move();
  return { url: await api.getUrl(), close: () => opened.disposeAsync() };
}
