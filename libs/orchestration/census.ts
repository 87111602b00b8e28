import { ApplicationFailure } from '@temporalio/common';
import type { CensusActivities, CensusPage } from './contract.js';
import type { Counters } from './counters.js';
import { forEachLimited } from './pause.js';
import { EngineAway, type EngineSession, type OpenEpisode, type OpenEpisodes, type OperatorLog } from './ports.js';

export interface CensusParts {
  readonly open: OpenEpisodes;
  /** The connection on which the census itself runs. */
  readonly session: () => EngineSession | null;
  readonly counters: Counters;
  readonly operator: OperatorLog;
}

const CONCURRENCY = 5;

/** Open episodes ↔ running workflows, one page at a time; addressed by id, because visibility lags and is rationed. */
export function censusActivities(parts: CensusParts): CensusActivities {
  return {
    async censusPage({ after, limit }) {
      const session = parts.session();
      if (!session) throw ApplicationFailure.create({ type: 'EngineAway', message: 'not connected' });
      const episodes = parts.open.openPage({ limit, ...(after === undefined ? {} : { after }) });
      const page: CensusPage = { looked: episodes.length, running: 0, poked: 0, failed: 0 };
      await forEachLimited(episodes, CONCURRENCY, session.lost, (episode) => lookAt(episode, session, page, parts));
      if (session.lost.aborted) throw ApplicationFailure.create({ type: 'EngineAway', message: 'connection lost' });
      const last = episodes.length === limit ? episodes.at(-1) : undefined;
      return last ? { ...page, next: last.episodeId } : page;
    },
  };
}

async function lookAt(
  { episodeId, revision }: OpenEpisode,
  session: EngineSession,
  page: CensusPage,
  parts: CensusParts,
): Promise<void> {
  try {
    if (await session.isRunning(episodeId)) {
      page.running += 1;
      return;
    }
    await session.poke(episodeId, revision, true);
    page.poked += 1;
    parts.counters.censusPokes += 1;
    parts.operator.warn(`census: episode ${episodeId} had no running workflow; poked`);
  } catch (error) {
    if (error instanceof EngineAway) throw ApplicationFailure.create({ type: 'EngineAway', message: 'no answer' });
    page.failed += 1;
  }
}
