import { daysBetween, localDate, type FollowUpKind, type LedgerEntry } from '#care';
import { answersOf, scoreOn } from './life.js';
import type { Case, Person } from './case.js';
import type { Chance } from './chance.js';

export const CARE_MANAGER: Person = { actor: 'user:cm', role: 'care-manager' };
export const SUPERVISOR: Person = { actor: 'user:sup', role: 'supervisor' };
export const CONSULTANT: Person = { actor: 'user:psy', role: 'psychiatric-consultant' };
export const PROVIDER: Person = { actor: 'user:pcp', role: 'provider' };
export const PATIENT: Person = { actor: 'integration:portal', role: 'integration' };

/** Minutes that things take (assumptions, docs/simulation.md). */
const MINUTES = { call: 30, attempt: 6, intake: 60, safety: 40, paper: 10 } as const;

/** Follow-ups that only a talk with the patient ends. */
const TALK: ReadonlySet<FollowUpKind> = new Set([
  'contact',
  'reassessment',
  'no-contact',
  'missed-appointment',
  'early-response-check',
  'relapse-confirm',
  'post-discharge-contact',
]);
export const CONSULT: ReadonlySet<FollowUpKind> = new Set([
  'consult-request',
  'non-response-consult',
  'consult-repeat',
  'deterioration-review',
  'risk-consult',
]);
const OUTREACH: ReadonlySet<FollowUpKind> = new Set(['first-outreach', 'outreach-retry']);

/** What a care manager and a supervisor know of the day. */
export interface Day {
  readonly chance: Chance;
  readonly proposeAfter: number;
  /** Told of every act that the domain refused. */
  readonly refused: (command: string, code: string) => void;
}

const treatment = { kind: 'treatment', withWhom: 'patient', modality: 'phone', twoWay: true } as const;
const sinceEnrolment = (one: Case): number =>
  one.story.enrolled ? daysBetween(one.story.enrolled.facts.enrolledOn, localDate(one.now, one.story.zone)) : 0;

/** A care manager’s hour with one patient: does what is owed, and answers how many minutes it took. 0: nothing could be done today. */
export function workOn(one: Case, day: Day, at: string, triedToday: boolean): number {
  const act = (command: Parameters<Case['act']>[0], by = CARE_MANAGER): boolean => {
    const code = one.act(command, by, at);
    if (code !== null) day.refused(command.type, code);
    return code === null;
  };
  one.passTo(at);
  const owed = new Map(one.raised().map((entry) => [entry.kind, entry]));
  const reached = (): boolean =>
    !one.life.ghost && sinceEnrolment(one) < one.life.leavesOn && day.chance.happens(one.life.reach);
  const tried = (purpose: 'referral' | 'no-contact' | 'other'): number => {
    const earlier = one.story.attempts.length;
    const channel = purpose === 'referral' && earlier % 3 === 2 ? 'letter' : 'phone';
    const outcome = channel === 'letter' ? 'sent' : day.chance.happens(0.6) ? 'left-message' : 'no-answer';
    act({ type: 'RecordOutreachAttempt', purpose, channel, outcome });
    return MINUTES.attempt;
  };

  if (owed.has('safety-review')) {
    // A safety item is tried again and again; only the day ends it.
    if (!reached() && !reached()) return triedToday ? 0 : tried('other');
    act(safetyReview(one));
    return MINUTES.safety;
  }
  if (one.story.phase === 'referred') return refer();
  if (one.story.phase === 'ended') return paper();
  const due = one.story.treatmentContacts.at(-1)?.on ?? one.story.enrolled?.facts.enrolledOn;
  if (owed.has('no-contact') && due && daysBetween(due, localDate(at, one.story.zone)) >= day.proposeAfter) {
    if (act({ type: 'DischargePatient', reason: 'lost-to-follow-up', channel: 'letter' }, SUPERVISOR))
      return MINUTES.paper;
  }
  if ([...owed.keys()].some((kind) => TALK.has(kind)) && !triedToday) {
    if (!reached()) return tried('no-contact');
    visit(one, day, at);
    paper();
    return MINUTES.call;
  }
  return paper();

  function refer(): number {
    if (owed.has('close-unreached-referral') && !one.story.reached) {
      act({ type: 'CloseReferral', reason: 'unreached', channel: 'message' });
      return MINUTES.paper;
    }
    const calls = [...owed.keys()].some((kind) => OUTREACH.has(kind) || kind === 'initial-assessment');
    if (!calls || triedToday) return paper();
    if (!reached()) return tried('referral');
    if (one.life.declines) {
      act({ type: 'RecordOutreachAttempt', purpose: 'referral', channel: 'phone', outcome: 'reached' });
      act({ type: 'CloseReferral', reason: 'patient-declined', channel: 'message' });
      return MINUTES.attempt;
    }
    // Some take the intake at once, others are booked for another day: then the initial assessment comes due.
    if (!owed.has('initial-assessment') && day.chance.happens(0.4)) {
      act({ type: 'RecordOutreachAttempt', purpose: 'referral', channel: 'phone', outcome: 'reached' });
      return MINUTES.attempt;
    }
    if (act({ type: 'EnrolPatient' })) visit(one, day, at);
    act({ type: 'SetTreatmentPlan', treatmentChanged: true, treatment: 'A first plan.' });
    return MINUTES.intake;
  }

  /** What is answered at the desk. */
  function paper(): number {
    let minutes = 0;
    for (const entry of one.raised()) if (atTheDesk(one, entry, act)) minutes += MINUTES.paper;
    return minutes;
  }
}

/** A call in which the patient is reached: contact and, mostly, the scale. */
function visit(one: Case, { chance, refused }: Day, at: string): void {
  const score = scoreOn(one.life, sinceEnrolment(one), one.changedOn, chance);
  const assessments = chance.happens(0.9)
    ? [{ instrument: 'PHQ-9', items: answersOf(score), language: 'en', mode: 'phone', enteredBy: 'staff' } as const]
    : [];
  const code = one.act(
    { type: 'RecordVisit', contact: treatment, assessments, barriers: [], minutes: 25 },
    CARE_MANAGER,
    at,
  );
  if (code !== null) refused('RecordVisit', code);
  if (one.raised().some(({ kind }) => kind === 'relapse-confirm') && assessments.length > 0)
    one.act({ type: 'ConfirmRelapse', confirmed: score >= 10 }, CARE_MANAGER, at);
}

const safetyReview = (one: Case) =>
  ({
    type: 'RecordSafetyReview',
    outcome: 'assessed',
    level: one.life.risk,
    tool: 'c-ssrs',
    approvedBy: 'psy',
    safetyPlan: 'made',
  }) as const;

type Issue = (command: Parameters<Case['act']>[0], by?: Person) => boolean;

/** Answers one follow-up that needs no talk; false when it is somebody else’s. */
function atTheDesk(one: Case, { kind, about, anchorRevision }: LedgerEntry, act: Issue): boolean {
  switch (kind) {
    case 'recommendation-action': {
      const done = act({
        type: 'SetTreatmentPlan',
        treatmentChanged: true,
        recommendation: about ?? 1,
        treatment: 'As advised.',
      });
      if (done) one.changedOn = sinceEnrolment(one);
      return done;
    }
    case 'plan-review':
      return one.story.plan
        ? act({ type: 'ReviewCase', subject: 'plan', decision: 'continue', reason: 'Simulated.' })
        : act({ type: 'SetTreatmentPlan', treatmentChanged: true, treatment: 'A first plan.' });
    case 'step-down-review':
      return one.story.phase === 'relapse-prevention'
        ? act({ type: 'DischargePatient', reason: 'graduated', channel: 'message' })
        : act({ type: 'StartRelapsePrevention' });
    case 'relapse-plan':
      return act({ type: 'CompleteRelapsePlan', patientHasCopy: true });
    case 'risk-reassessment':
      return act({ ...safetyReview(one), level: 'low' });
    case 'result-review':
      return act({ type: 'ReviewResult', of: anchorRevision });
    case 'hold-review':
      return act({ type: 'EndHold' });
    case 'episode-review':
      return act({ type: 'ReviewCase', subject: 'episode-length', decision: 'continue', reason: 'Simulated.' });
    default:
      return false;
  }
}

/** The consultant’s session: advice on so many cases, the longest waiting first. */
export function consult(cases: readonly Case[], most: number, at: string, { refused }: Day): readonly Case[] {
  const waiting = cases
    .flatMap((one) => {
      const since = one.raised().flatMap(({ kind, raisedFirst }) => (CONSULT.has(kind) ? [raisedFirst?.at ?? at] : []));
      return since.length > 0 ? [{ one, since: since.toSorted()[0]! }] : [];
    })
    .toSorted((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0))
    .slice(0, most);
  for (const { one } of waiting) {
    const code = one.act(
      { type: 'IssueRecommendation', text: 'Change the treatment.', urgency: 'routine', to: 'provider' },
      CONSULTANT,
      at,
    );
    if (code !== null) refused('IssueRecommendation', code);
  }
  return waiting.map(({ one }) => one);
}

/** The provider answers what waits for an answer. */
export function answerAsProvider(one: Case, at: string): void {
  for (const { recommendation, answer, gone } of one.story.recommendations)
    if (!answer && !gone) one.act({ type: 'AnswerRecommendation', recommendation, answer: 'accepted' }, PROVIDER, at);
}

/** The end of the day: whoever is still not assessed gets a welfare check. */
export function superviseSafety(one: Case, at: string): void {
  one.passTo(at);
  const waits = one
    .raised()
    .some(({ kind, raisedLast }) => kind === 'safety-review' && raisedLast?.notify.includes('supervisor'));
  if (waits)
    one.act(
      { type: 'RecordSafetyReview', outcome: 'welfare-check', level: one.life.risk, tool: 'other', approvedBy: 'psy' },
      SUPERVISOR,
      at,
    );
}
