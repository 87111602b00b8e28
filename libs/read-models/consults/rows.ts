import {
  UNREADABLE,
  unansweredRequests,
  type FollowUpKind,
  type Notify,
  type Recommendation,
  type Story,
  type Urgency,
} from '#care';
import type { EpisodeNow, OpenFollowUp } from '../episodes/episode-now.js';
import { reasonOf } from '../follow-ups/row.js';
import type { Raise } from '../follow-ups/schema.js';
import { flag, list } from '../rows.js';
import type { Row } from '../writing.js';
import { classOf, classRank } from '../words/classes.js';
import type { Reason } from '../words/follow-ups.js';

/** Why an episode is in the queue: a follow-up whose raised steps named the consultant, or a request without an answer. */
export type ConsultReason = FollowedUp | ConsultRequest;

interface FollowedUp {
  readonly because: 'follow-up';
  readonly followUpId: string;
  readonly kind: FollowUpKind;
  readonly reason: Reason;
  readonly since: string;
  readonly next: { readonly at: string; readonly notify: readonly Notify[] };
}

export interface ConsultRequest {
  readonly because: 'request';
  readonly revision: number;
  readonly urgency: Urgency;
  readonly question: string | null;
  readonly unreadable: boolean;
  readonly since: string;
  readonly on: string;
  /** What is owed for it; absent while it was not derived yet. */
  readonly owed?: { readonly followUpId: string; readonly dueOn: string } & Pick<FollowedUp, 'next'>;
}

export interface ConsultScore {
  readonly on: string;
  readonly score: number | null;
  readonly unreadable: boolean;
}

export interface LastRecommendation {
  readonly recommendation: number;
  readonly on: string;
  readonly text: string | null;
  readonly unreadable: boolean;
  readonly answer: { readonly answer: string; readonly on: string } | null;
}

const CONSULTANT: readonly Notify[] = ['consult-queue', 'psychiatric-consultant'];
const namesConsultant = (raise: Raise): boolean => raise.notify.some((role) => CONSULTANT.includes(role));

/** A request that stands in the record is shown by that, with its question, and not a second time by what is owed for it. */
export const standsInTheRecord = ({ kind, anchorType }: Reason): boolean =>
  kind === 'consult-request' && anchorType === 'ConsultRequested';

/** A follow-up of which the consultant was told. */
function raisedToConsultant(one: OpenFollowUp, scale: string | null): ConsultReason[] {
  const first = list<Raise>(one.raises).find(namesConsultant);
  if (!first || standsInTheRecord(reasonOf(one, scale))) return [];
  return [
    {
      because: 'follow-up',
      followUpId: one.follow_up_id,
      kind: one.kind,
      reason: reasonOf(one, scale),
      since: first.at,
      next: { at: one.next_at, notify: list(one.next_notify) },
    },
  ];
}

/** Requests that nobody has answered. */
export function openRequests(story: Story): ConsultRequest[] {
  if (story.phase === 'ended') return [];
  return unansweredRequests(story).map((act): ConsultRequest => {
    const question = act.sealed === UNREADABLE ? null : (act.sealed.question ?? null);
    return {
      because: 'request',
      revision: act.revision,
      urgency: act.facts.urgency,
      question,
      unreadable: act.sealed === UNREADABLE,
      since: act.occurredAt,
      on: act.on,
    };
  });
}

function withWhatIsOwed(request: ConsultRequest, open: readonly OpenFollowUp[]): ConsultRequest {
  const found = open.find(
    ({ kind, anchor_revision: anchor }) => kind === 'consult-request' && anchor === request.revision,
  );
  if (!found) return request;
  const next = { at: found.next_at, notify: list<Notify>(found.next_notify) };
  return { ...request, owed: { followUpId: found.follow_up_id, dueOn: found.due_on, next } };
}

const rankOf = (reason: ConsultReason): number => {
  if (reason.because === 'follow-up') return classRank(classOf(reason.kind));
  return reason.urgency === 'safety' ? 0 : classRank('consult') - (reason.urgency === 'urgent' ? 1 : 0);
};

function lastOf(recommendations: readonly Recommendation[]): LastRecommendation | null {
  const last = recommendations.findLast((one) => !one.gone);
  if (!last) return null;
  const { sealed } = last.issued;
  const answer = last.answer ? { answer: last.answer.facts.answer, on: last.answer.on } : null;
  return {
    recommendation: last.recommendation,
    on: last.issued.on,
    text: sealed === UNREADABLE ? null : sealed.text,
    unreadable: sealed === UNREADABLE,
    answer,
  };
}

/** Results of the primary scale in clinical order. */
export const scoreHistory = ({ scales, primaryScale }: Story): ConsultScore[] =>
  scales
    .filter(({ instrument, completeness }) => instrument === primaryScale && completeness !== 'partial')
    .map(({ on, total, unreadable }) => ({ on, score: total, unreadable }));

/** The row, or null when nothing waits for the consultant. */
export function consultRow(episode: EpisodeNow): Row<'consults'> | null {
  const { story } = episode;
  const reasons = [
    ...episode.open.flatMap((one) => raisedToConsultant(one, story.primaryScale ?? null)),
    ...openRequests(story).map((request) => withWhatIsOwed(request, episode.open)),
  ].toSorted((a, b) => rankOf(a) - rankOf(b) || (a.since < b.since ? -1 : 1));
  const [headline] = reasons;
  if (!headline) return null;
  const scores = scoreHistory(story);
  const last = lastOf(story.recommendations);
  return {
    episode_id: episode.episodeId,
    organisation: episode.organisation,
    patient_id: episode.patientId,
    site: story.site,
    zone: story.zone,
    care_manager: story.careManager ?? null,
    provider: story.provider ?? null,
    phase: story.phase,
    enrolled_on: story.enrolled?.facts.enrolledOn ?? null,
    scale: story.primaryScale ?? null,
    risk_level: story.riskLevel ?? null,
    reasons: JSON.stringify(reasons),
    scores: JSON.stringify(scores),
    last: last && JSON.stringify(last),
    since: headline.since,
    urgency: `${rankOf(headline)}${headline.since}`,
    unreadable: flag(scores.some((one) => one.unreadable) || last?.unreadable === true),
  };
}
