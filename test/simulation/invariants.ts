import * as answers from './invariants/answers.js';
import * as endings from './invariants/endings.js';
import * as followUps from './invariants/follow-ups.js';
import * as log from './invariants/log.js';
import * as safety from './invariants/safety.js';
import type { StoredEvent } from '#event-store';
import type { Shadow } from './shadow.js';

/** Everything that must hold, whatever goes wrong. Each is a named pure function; its name is what a violation is reported by. */
const OF_EVENTS: Readonly<Record<string, log.OfEvent>> = {
  revisionsCountUp: log.revisionsCountUp,
  chainVerifies: log.chainVerifies,
  recordGoesForward: log.recordGoesForward,
  recordedByTheDoorsClock: log.recordedByTheDoorsClock,
  livesOnce: followUps.livesOnce,
  numbersCarryOn: followUps.numbersCarryOn,
  anchorIsThere: followUps.anchorIsThere,
  neverEarly: followUps.neverEarly,
  neverTwice: followUps.neverTwice,
  raisedAsPlanned: followUps.raisedAsPlanned,
  snoozeHolds: followUps.snoozeHolds,
  ladderInOrder: followUps.ladderInOrder,
  dueOnBusinessDays: followUps.dueOnBusinessDays,
  safetyOnTheSameDay: followUps.safetyOnTheSameDay,
  stepsAtTheirHour: followUps.stepsAtTheirHour,
  toldAgainWeekly: followUps.toldAgainWeekly,
  snoozedWithinBounds: followUps.snoozedWithinBounds,
  endsAsItsRowSays: endings.endsAsItsRowSays,
  fulfilledByWhatStands: endings.fulfilledByWhatStands,
  holdSparesSafety: endings.holdSparesSafety,
  holdReviewNeedsAHold: followUps.holdReviewNeedsAHold,
  undoingSparesSafety: endings.undoingSparesSafety,
  safetyWaitsForAPerson: endings.safetyWaitsForAPerson,
  nobodyLeavesOverSafety: endings.nobodyLeavesOverSafety,
};

const OF_APPENDS: Readonly<Record<string, log.OfAppend>> = {
  commandHasEffectOnce: log.commandHasEffectOnce,
  openEpisodeOwes: followUps.openEpisodeOwes,
  endedEpisodeOwesNothing: followUps.endedEpisodeOwesNothing,
  holdMutesTheRest: followUps.holdMutesTheRest,
  owedOnce: followUps.owedOnce,
  concernHasItsReview: safety.concernHasItsReview,
  concernWaitsForAnAssessment: safety.concernWaitsForAnAssessment,
  raisedIsCarriedOn: endings.raisedIsCarriedOn,
  raisedDoesNotMoveAway: endings.raisedDoesNotMoveAway,
  metIsEnded: endings.metIsEnded,
  deadManStandsAlone: endings.deadManStandsAlone,
};

const OF_ANSWERS: Readonly<Record<string, answers.OfAnswer>> = {
  acknowledgedIsInTheLog: answers.acknowledgedIsInTheLog,
  unacknowledgedChangesNothing: answers.unacknowledgedChangesNothing,
  sameIdSameAnswer: answers.sameIdSameAnswer,
  idIsNotUsedTwice: answers.idIsNotUsedTwice,
  answerShowsItsRevision: answers.answerShowsItsRevision,
  staleIsTold: answers.staleIsTold,
  itemNineIsActedOn: answers.itemNineIsActedOn,
};

/** Something that must never happen, and where. */
export class Violation extends Error {
  override readonly name = 'Violation';

  constructor(
    readonly invariant: string,
    readonly detail: string,
    /** The last events before it, newest last. */
    readonly recent: readonly string[] = [],
  ) {
    super(`${invariant}: ${detail}`);
  }
}

/** Takes an append into the shadow and asks everything that must hold. @throws Violation */
export function takeAppend(shadow: Shadow, append: readonly StoredEvent[], highest: string): void {
  for (const event of append) {
    for (const [name, holds] of Object.entries(OF_EVENTS)) refute(name, holds(event, shadow, highest), shadow, event);
    shadow.take(event);
  }
  shadow.takeCommands(append);
  for (const [name, holds] of Object.entries(OF_APPENDS)) refute(name, holds(append, shadow), shadow);
}

/** @throws Violation */
export function checkAnswer(answer: answers.Answer, shadow: Shadow): void {
  for (const [name, holds] of Object.entries(OF_ANSWERS)) refute(name, holds(answer, shadow), shadow);
}

/** @throws Violation when `wrong` says something */
export function refute(invariant: string, wrong: string | null, shadow: Shadow, event?: StoredEvent): void {
  if (wrong === null) return;
  const recent = [...shadow.events.slice(-12), ...(event ? [event] : [])];
  throw new Violation(invariant, wrong, recent.map(lineOf));
}

const lineOf = ({ revision, type, occurredAt, recordedAt, actor, body }: StoredEvent): string =>
  `${revision} ${recordedAt} ${occurredAt === recordedAt ? '' : `(of ${occurredAt}) `}${type} ${actor} ${JSON.stringify(body.facts)}`;
