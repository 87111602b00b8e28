import {
  openReadModels,
  watchReadModels,
  type ReadModels,
  type ReadModelsOptions,
  type WatchedReadModels,
} from '#read-models';
import type { OpenRuntime } from '#runtime';
import { viewsAt, withViews } from '../views-at.js';

type Parts = Pick<OpenRuntime, 'dataDir' | 'store' | 'codec' | 'clock'>;

/** The views, opened and following the log. @throws CommandFailed when their database cannot be used */
export function openViews(
  { dataDir, store, codec, clock }: Parts,
  env: NodeJS.ProcessEnv,
  warn: (line: string) => void,
  { isUrgentElsewhere, around }: Pick<ReadModelsOptions, 'isUrgentElsewhere' | 'around'> = {},
): Promise<ReadModels> {
  return started(
    () => openReadModels({ ...viewsAt(dataDir, env), store, codec, clock, isUrgentElsewhere, around }),
    (why) => warn(`the read models wait for their database (${why}); follow-ups are raised all the same`),
  );
}

/** The views that another process keeps. @throws CommandFailed when their database cannot be used */
export function watchViews(
  { dataDir, store, clock }: Omit<Parts, 'codec'>,
  env: NodeJS.ProcessEnv,
  warn: (line: string) => void,
): Promise<WatchedReadModels> {
  return started(
    () => watchReadModels({ database: viewsAt(dataDir, env).database, store, clock }),
    (why) => warn(`the read models are not there yet (${why})`),
  );
}

function started<V extends WatchedReadModels>(make: () => V, waits: (why: string) => void): Promise<V> {
  return withViews(async () => {
    const views = make();
    await views.start();
    const { state, error } = await views.status();
    if (state === 'waiting') waits(error?.name ?? 'unknown');
    return views;
  });
}

/** What readiness says of the views: null while they are away or cannot go on. */
export async function viewsProbe(
  views: Pick<ReadModels, 'status'>,
): Promise<{ lag: number; lagSeconds: number; parked: number } | null> {
  const { state, error, lag, parked } = await views.status();
  return state === 'waiting' || error ? null : { lag: lag?.events ?? 0, lagSeconds: lag?.seconds ?? 0, parked };
}
