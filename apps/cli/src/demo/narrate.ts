import { localDate, localTime } from '#care';
import type { StoredEvent } from '#event-store';
import { sentenceOf } from '#read-models';
import { CAST } from './cast.js';
import { episodeOf } from './people.js';

const NAMES = new Map(CAST.map((character) => [`episode-${episodeOf(character)}`, character.name]));
const TOLD = new Set([
  'FollowUpRaised',
  'OutreachAttempted',
  'ReferralClosed',
  'ProviderNotified',
  'SafetyConcernRaised',
  'SafetyReviewRecorded',
  'ConsultRecommendationIssued',
  'RecommendationAnswered',
  'TreatmentPlanRevised',
  'RelapsePreventionStarted',
  'RelapsePlanCompleted',
  'EpisodeDischarged',
  'AssessmentRecorded',
  'ContactRecorded',
]);
const WAKER: Readonly<Record<string, string>> = { 'system:workflow': 'workflow', 'system:watchdog': 'watchdog' };

/** What was brought along when the demo began. */
const isPast = ({ occurredAt, recordedAt }: StoredEvent): boolean =>
  Date.parse(recordedAt) - Date.parse(occurredAt) > 86_400_000;

/** One line for what happened to one of the cast, or null for what the demo does not tell. */
export function narrate(event: StoredEvent, zone: string): string | null {
  const name = NAMES.get(event.streamId);
  if (name === undefined || !TOLD.has(event.type) || isPast(event)) return null;
  const when = `${localDate(event.recordedAt, zone)} ${localTime(event.recordedAt, zone)}`;
  const waker = WAKER[event.actor];
  return `${when}  ${name}  ${sentenceOf({ type: event.type, facts: event.body.facts } as Parameters<typeof sentenceOf>[0])}${waker === undefined ? '' : `  [raised by the ${waker}]`}`;
}
