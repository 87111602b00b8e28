import type { EpisodeState } from '#care';
import type { Shown } from '../http/outcome.js';
import { viewOfState } from './view.js';

export const addressOfEpisode = (id: string): string => `/v1/episodes/${id}`;

/** How the outcome of an act upon an episode is shown. */
export const shownEpisode = (id: string): Shown<EpisodeState> => ({
  location: addressOfEpisode(id),
  view: ({ state }) => viewOfState(id, state),
});
