import { openReadModels, type ReadModels } from '#read-models';
import type { OpenRuntime } from '#runtime';
import { viewsAt, withViews } from '../views-at.js';

/** The views, opened and following the log. @throws CommandFailed when their database cannot be used */
export function openViews(
  { dataDir, store, codec, clock }: OpenRuntime,
  env: NodeJS.ProcessEnv,
  warn: (line: string) => void,
): Promise<ReadModels> {
  return withViews(async () => {
    const views = openReadModels({ ...viewsAt(dataDir, env), store, codec, clock });
    await views.start();
    const { state, error } = await views.status();
    if (state === 'waiting')
      warn(`the read models wait for their database (${error?.name ?? 'unknown'}); follow-ups are raised all the same`);
    return views;
  });
}
