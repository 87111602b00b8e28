import { z } from 'zod';
import { allows, isOwn, type Identity } from '#access';
import { ROLES, tell, type EpisodeState } from '#care';
import type { Shown } from '../http/outcome.js';
import { whose } from './own-patients.js';
import { episodeView } from './view.js';
import { EpisodeView } from './view-shape.js';

const EpisodeReceipt = z
  .object({ episodeId: z.uuid(), patientId: z.uuid(), revision: z.int() })
  .meta({ id: 'EpisodeReceipt', description: 'What somebody is told of their act who may not read the episode.' });
type EpisodeReceipt = z.infer<typeof EpisodeReceipt>;

/** How the outcome of an act upon an episode is shown to whoever acted. */
export const shownEpisode = (caller: Identity, id: string): Shown<EpisodeState> => ({
  location: `/v1/episodes/${id}`,
  view: ({ state }): EpisodeView | EpisodeReceipt => {
    const story = tell(state);
    if (!story) throw new Error('an episode that was never referred cannot be shown');
    return allows(caller.role, 'readEpisode') && isOwn(caller, whose(story))
      ? episodeView(id, state, story)
      : { episodeId: id, patientId: story.patientId, revision: state.revision };
  },
});

/** What an act is answered with: the episode; where a role may act and not read, a receipt as well. */
export const shapeOfShown = (operation: string): z.ZodType =>
  ROLES.some((role) => allows(role, operation) && !allows(role, 'readEpisode'))
    ? z.union([EpisodeView, EpisodeReceipt])
    : EpisodeView;
