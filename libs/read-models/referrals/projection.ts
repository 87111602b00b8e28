import { UNREADABLE, Urgency } from '#care';
import type { EpisodeNow } from '../episodes/episode-now.js';
import { storyProjection } from '../episodes/story-view.js';
import { flag } from '../rows.js';
import type { Row } from '../writing.js';
import { referralsTable } from './schema.js';

const urgentFirst = [...Urgency.options].reverse();

function rowOf({ episodeId, organisation, patientId, story }: EpisodeNow): Row<'referrals'> {
  const { referral, attempts } = story;
  return {
    episode_id: episodeId,
    organisation,
    patient_id: patientId,
    site: story.site,
    zone: story.zone,
    care_manager: story.careManager ?? null,
    referred_by: referral.facts.referredBy,
    referred_on: referral.on,
    recorded_at: referral.recordedAt,
    urgency: story.urgency,
    accepted: flag(story.acts.some(({ type }) => type === 'ReferralAccepted')),
    repeated: flag(story.acts.some(({ type }) => type === 'ReferralRepeated')),
    reason: referral.sealed === UNREADABLE ? null : (referral.sealed.reason ?? null),
    attempts: attempts.length,
    attempts_made: JSON.stringify(
      attempts.map(({ on, facts }) => ({ on, channel: facts.channel, outcome: facts.outcome })),
    ),
    reached_on: story.reached?.on ?? null,
    sort: `${urgentFirst.indexOf(story.urgency)}${referral.on}`,
    unreadable: flag(referral.sealed === UNREADABLE),
  };
}

export const referralsProjection = storyProjection({
  name: 'referrals',
  version: 1,
  tables: referralsTable,
  rows: (episode) => (episode.story.phase === 'referred' ? [rowOf(episode)] : []),
});
