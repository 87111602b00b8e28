import { bookedOn, formerOwner, isInpatient } from '#care';
import { flag } from '../rows.js';
import type { Row } from '../writing.js';
import { storyProjection } from './story-view.js';
import type { EpisodeNow } from './episode-now.js';
import { episodesTable } from './schema.js';

/** The reason in the words of its own event; null while the episode goes on. */
function endedReason({ story }: EpisodeNow): string | null {
  if (!story.ended) return null;
  return story.ended.type === 'PatientDeathNoted' ? 'died' : story.ended.facts.reason;
}

const rowOf = (episode: EpisodeNow): Row<'episodes'> => {
  const { story } = episode;
  return {
    episode_id: episode.episodeId,
    organisation: episode.organisation,
    patient_id: episode.patientId,
    record_id: story.patientId,
    ordinal: story.ordinal,
    site: story.site,
    zone: story.zone,
    phase: story.phase,
    phase_since: story.phaseAct.on,
    referred_on: story.referral.on,
    ended_reason: endedReason(episode),
    care_manager: story.careManager ?? null,
    former_owner: formerOwner(story),
    provider: story.provider ?? null,
    referred_by: story.referral.facts.referredBy,
    scale: story.primaryScale ?? null,
    inpatient: flag(isInpatient(story)),
    booked_on: bookedOn(story),
    revision: episode.revision,
  };
};

/** Comes before every view that asks which episodes a patient has. */
export const episodesProjection = storyProjection({
  name: 'episodes',
  version: 6,
  tables: episodesTable,
  rows: (episode) => [rowOf(episode)],
});
