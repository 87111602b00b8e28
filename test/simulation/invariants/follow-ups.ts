import type { StoredEvent } from '#event-store';
import { HOLIDAYS } from '../clinic/clinic.js';
import type { Opened, Raised, Rung, Shadow, Standing } from '../shadow.js';
import type { OfAppend, OfEvent } from './log.js';

/** Restated from the rules, with the language's own dates instead of the domain's: what holds of follow-ups. */

const facts = <T>(event: StoredEvent): T => event.body.facts as T;

/** A follow-up is opened once under its id; whatever is said of it lies between its opening and its one end. */
export const livesOnce: OfEvent = (event, before) => {
  if (!event.type.startsWith('FollowUp')) return null;
  const { followUpId } = facts<{ followUpId: string }>(event);
  const isKnown = before.open.has(followUpId) || before.ended.has(followUpId);
  if (event.type === 'FollowUpOpened') return isKnown ? `${followUpId} was opened before` : null;
  if (before.open.has(followUpId)) return null;
  return before.ended.has(followUpId)
    ? `${event.type} after the end of ${followUpId}`
    : `${followUpId} was never opened`;
};

/** The id says kind, anchor and how often: n + 1 after n. */
export const numbersCarryOn: OfEvent = (event, before) => {
  if (event.type !== 'FollowUpOpened') return null;
  const { followUpId, kind, anchorRevision } = facts<Opened>(event);
  const stem = `${kind}:${anchorRevision}:`;
  const soFar = [...before.open.keys(), ...before.ended.keys()].filter((id) => id.startsWith(stem)).length;
  return followUpId === `${stem}${soFar + 1}` ? null : `${followUpId} is the ${soFar + 1}th of its kind and anchor`;
};

/** What anchors a follow-up is an event that is there, or in this very append. */
export const anchorIsThere: OfEvent = (event, before) => {
  if (event.type !== 'FollowUpOpened') return null;
  const { anchorRevision } = facts<Opened>(event);
  return anchorRevision <= before.revision ? null : `anchored at ${anchorRevision}, which is not there`;
};

// ——— steps ———

/** The instants of the steps from `lastStep` on, until `until`: ladder first, then the repetition on the same wall clock. */
function planned(standing: Standing, until: number): Rung[] {
  const ahead = standing.ladder.filter(
    ({ step, unlessAcknowledged }) => step > standing.lastStep && !(unlessAcknowledged && standing.acknowledged),
  );
  const steps = ahead.filter(({ step }) => step <= until);
  const last = standing.ladder.at(-1)!;
  for (let step = Math.max(standing.lastStep, last.step) + 1; step <= until; step += 1)
    steps.push({ step, at: repeated(last.at, step - last.step, standing), notify: standing.repeat.notify });
  return steps;
}

function repeated(at: string, times: number, { repeat, zone }: Standing): string {
  const amount = repeat.every * times;
  const from = Temporal.Instant.from(at);
  const then =
    repeat.unit === 'hours'
      ? from.add({ hours: amount })
      : from.toZonedDateTimeISO(zone).add({ days: amount }).toInstant();
  return then.toString({ fractionalSecondDigits: 3 });
}

/**
 * A step that should have been raised by then, by what was opened: the lists that the wakers look at are folded by the ledger itself. After a
 * snooze the ladder has moved; the judge at the end of a life knows how.
 */
export function silentStep({ open }: Shadow, by: string): string | null {
  for (const standing of open.values()) {
    if (standing.snoozes.length > 0) continue;
    const [next] = planned(standing, Math.max(standing.lastStep, standing.ladder.at(-1)!.step) + 1);
    if (next && next.at < by && standing.recordedAt < by)
      return `step ${next.step} of ${standing.followUpId} is due since ${next.at} and was not raised`;
  }
  return null;
}

/** No step is raised before its time, by the waker's clock and by the record. */
export const neverEarly: OfEvent = (event) => {
  if (event.type !== 'FollowUpRaised') return null;
  const { at, followUpId, step } = facts<Raised>(event);
  return event.recordedAt >= at && event.occurredAt >= at
    ? null
    : `step ${step} of ${followUpId} is for ${at}, raised at ${event.occurredAt}`;
};

/** No step is raised, or stood for, a second time. */
export const neverTwice: OfEvent = (event, before) => {
  if (event.type !== 'FollowUpRaised') return null;
  const { followUpId, step, standsFor = [] } = facts<Raised>(event);
  const lastStep = before.open.get(followUpId)?.lastStep ?? 0;
  const again = [step, ...standsFor].filter((one) => one <= lastStep);
  return again.length === 0 ? null : `step ${again.join(', ')} of ${followUpId} was raised before`;
};

/** A raise is the latest step due: for the planned instant, told to whom the plan says, standing for exactly those it passes over. */
export const raisedAsPlanned: OfEvent = (event, before) => {
  if (event.type !== 'FollowUpRaised') return null;
  const raised = facts<Raised>(event);
  const standing = before.open.get(raised.followUpId);
  // After a snooze the ladder has moved; the judge at the end of a life knows how.
  if (!standing || standing.snoozes.length > 0) return null;
  const steps = planned(standing, raised.step);
  const own = steps.at(-1);
  if (own?.step !== raised.step) return `${raised.followUpId} has no step ${raised.step} ahead`;
  if (own.at !== raised.at) return `step ${raised.step} of ${raised.followUpId} is for ${own.at}, not ${raised.at}`;
  const passed = steps.slice(0, -1);
  if (passed.map(({ step }) => step).join() !== (raised.standsFor ?? []).join())
    return `step ${raised.step} of ${raised.followUpId} stands for ${raised.standsFor?.join() ?? 'none'}, not ${passed.map(({ step }) => step).join()}`;
  const late = passed.flatMap(({ notify }) => notify).filter((role) => role !== 'provider');
  const expected = [...new Set([...own.notify, ...late])].toSorted().join();
  if (raised.notify.toSorted().join() !== expected)
    return `${raised.followUpId} told ${raised.notify.join()}, not ${expected}`;
  const following = planned(standing, raised.step + 1).find(({ step }) => step > raised.step);
  return following && following.at <= event.occurredAt
    ? `step ${following.step} of ${raised.followUpId} was due as well, and is not in it`
    : null;
};

/** A snooze holds off whatever was planned before it. */
export const snoozeHolds: OfEvent = (event, before) => {
  if (event.type !== 'FollowUpRaised') return null;
  const { followUpId, at } = facts<Raised>(event);
  const until = before.open.get(followUpId)?.snoozes.at(-1);
  return until !== undefined && at < until ? `${followUpId} was snoozed until ${until} and raised for ${at}` : null;
};

/** Steps stand in the order of time, each for another instant; where a repin is a notice for several, those may share one. */
export const ladderInOrder: OfEvent = (event, before) => {
  if (event.type !== 'FollowUpOpened') return null;
  const { ladder, followUpId, carriesOn } = facts<Opened>(event);
  const from = carriesOn?.lastStep ?? 0;
  const isNumbered = ladder.every(({ step }, i) => step === from + i + 1);
  const wasRepinned = before.standing('EpisodePinned').length > 1;
  const isSorted = ladder.every(({ at }, i) => {
    const last = ladder[i - 1]?.at ?? '';
    return last < at || (wasRepinned && last === at);
  });
  return ladder.length > 0 && isNumbered && isSorted ? null : `the ladder of ${followUpId} is out of order`;
};

// ——— days ———

const closedDays = new Set(HOLIDAYS.map(({ on }) => on));
const isBusinessDay = (on: string): boolean => Temporal.PlainDate.from(on).dayOfWeek <= 5 && !closedDays.has(on);

// The same mornings and closing times come again and again.
const walls = new Map<string, Wall>();
const MOST_WALLS = 50_000;

interface Wall {
  readonly day: string;
  readonly hour: string;
}

function wall(at: string, zone: string): Wall {
  const known = walls.get(`${at} ${zone}`);
  if (known) return known;
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(zone);
  const shown = {
    day: local.toPlainDate().toString(),
    hour: local.toPlainTime().toString({ smallestUnit: 'minute' }),
  };
  if (walls.size >= MOST_WALLS) walls.clear();
  walls.set(`${at} ${zone}`, shown);
  return shown;
}

/** Kinds whose day is that of the fact itself, open or closed. */
const OWN_DAY = new Set(['safety-review', 'appointment']);

/** What is due is due on a business day; safety, an appointment and an urgent referral on their own day. */
export const dueOnBusinessDays: OfEvent = (event, before) => {
  if (event.type !== 'FollowUpOpened') return null;
  const { kind, dueOn, followUpId, anchorRevision } = facts<Opened>(event);
  const urgency = before.events[anchorRevision]?.body.facts['urgency'];
  if (OWN_DAY.has(kind) || (kind === 'first-outreach' && urgency !== 'routine')) return null;
  return isBusinessDay(dueOn) ? null : `${followUpId} is due on ${dueOn}, a closed day`;
};

/** A hold is reviewed for as long as it lasts: counted from its beginning or from a review, never from its end. */
export const holdReviewNeedsAHold: OfEvent = (event, before) => {
  if (event.type !== 'FollowUpOpened') return null;
  const { followUpId, kind, anchorRevision } = facts<Opened>(event);
  return kind === 'hold-review' && before.typeAt(anchorRevision) === 'HoldEnded'
    ? `${followUpId} is anchored at the end of a hold`
    : null;
};

/** A safety review is due on the local day on which the concern became known, and its first step is that moment. */
export const safetyOnTheSameDay: OfEvent = (event, before) => {
  if (event.type !== 'FollowUpOpened') return null;
  const { kind, dueOn, zone, ladder, anchorRevision, carriesOn, safety, repeat } = facts<Opened>(event);
  if (kind !== 'safety-review') return safety ? `${kind} says that it is about safety` : null;
  const concern = before.events[anchorRevision]!;
  const today = wall(concern.recordedAt, zone).day;
  if (dueOn !== today) return `a safety review is due on ${dueOn}, known since ${today}`;
  if (!carriesOn && ladder[0]?.at !== concern.recordedAt) return `the first word about safety is for ${ladder[0]?.at}`;
  return safety && repeat.unit === 'hours' && repeat.every <= 4
    ? null
    : 'a safety review is told again every four hours';
};

/**
 * Routine steps come at 08:00 or at closing time on the wall of the site, on business days, whatever the clocks did; or at once, when
 * the fact behind them is recorded. Repetitions are not rolled.
 */
export const stepsAtTheirHour: OfEvent = (event, before) => {
  if (event.type !== 'FollowUpOpened') return null;
  const { kind, ladder, zone, followUpId, dueOn, anchorRevision, carriesOn } = facts<Opened>(event);
  if (kind === 'safety-review') return null;
  const hours = ['08:00', '17:00', wall(before.events[anchorRevision]!.recordedAt, zone).hour];
  for (const { at, step } of ladder) {
    const { day, hour } = wall(at, zone);
    if (!hours.includes(hour)) return `step ${step} of ${followUpId} is at ${hour}`;
    const isRoutine = carriesOn?.repeats !== true && hour !== hours[2];
    if (isRoutine && !isBusinessDay(day) && day !== dueOn)
      return `step ${step} of ${followUpId} is on ${day}, a closed day`;
  }
  return null;
};

/** Everything but safety is told again every seven days. */
export const toldAgainWeekly: OfEvent = (event) => {
  if (event.type !== 'FollowUpOpened') return null;
  const { kind, repeat, followUpId } = facts<Opened>(event);
  if (kind === 'safety-review') return null;
  return repeat.unit === 'days' && repeat.every === 7
    ? null
    : `${followUpId} is told again every ${repeat.every} ${repeat.unit}`;
};

// ——— what is owed ———

/** An open episode owes something. */
export const openEpisodeOwes: OfAppend = (_append, after) =>
  after.open.size === 0 && after.endings().length === 0 ? 'the episode is open and owes nothing' : null;

/** What a patient answers after the end is still looked at. */
const AFTER_END = new Set(['result-review', 'post-discharge-contact']);

/** An ended episode owes safety, and what became known after its end; nothing outlives the patient. */
export const endedEpisodeOwesNothing: OfAppend = (_append, after) => {
  const ending = after
    .endings()
    .toSorted((a, b) => a.occurredAt.localeCompare(b.occurredAt) || a.revision - b.revision)
    .at(-1);
  if (!ending) return null;
  const mayStay = ({ kind, anchorRevision }: Standing): boolean =>
    ending.type !== 'PatientDeathNoted' &&
    (kind === 'safety-review' || (AFTER_END.has(kind) && anchorRevision > ending.revision));
  const left = [...after.open.values()].find((standing) => !mayStay(standing));
  return left ? `ended by ${ending.type}, and ${left.followUpId} is open` : null;
};

/** What goes on while an episode is on hold. */
const THROUGH_HOLD = new Set([
  'safety-review',
  'risk-reassessment',
  'risk-consult',
  'post-discharge-contact',
  'consult-request',
  'non-response-consult',
  'consult-repeat',
  'hold-review',
  'deterioration-review',
]);

export const holdMutesTheRest: OfAppend = (_append, after) => {
  if (!after.isOnHold() || after.endings().length > 0) return null;
  const began = after.standing('HoldStarted').at(-1)!.revision;
  const goesOn = ({ kind, anchorRevision }: Standing): boolean =>
    THROUGH_HOLD.has(kind) || (kind === 'planned-task' && anchorRevision > began);
  const left = [...after.open.values()].find((standing) => !goesOn(standing));
  if (left) return `on hold, and ${left.followUpId} is open`;
  return [...after.open.values()].some(({ kind }) => kind === 'hold-review') ? null : 'on hold, and nobody reviews it';
};

/** Nothing of one kind is owed twice for one fact. */
export const owedOnce: OfAppend = (append, after) => {
  if (!append.some(({ type }) => type === 'FollowUpOpened')) return null;
  const owed = [...after.open.values()].map(
    ({ kind, anchorRevision, about }) => `${kind}:${anchorRevision}:${about ?? ''}`,
  );
  return new Set(owed).size === owed.length ? null : `owed twice: ${owed.join(' ')}`;
};

/** What concerns safety or risk is never put off, and nothing for longer than two weeks or, but by the supervisor, more than twice. */
export const snoozedWithinBounds: OfEvent = (event, before) => {
  if (event.type !== 'FollowUpSnoozed') return null;
  const { followUpId, until } = facts<{ followUpId: string; until: string }>(event);
  const standing = before.open.get(followUpId)!;
  if (/^(safety-review|risk-reassessment|risk-consult|post-discharge-contact)$/.test(standing.kind))
    return `${followUpId} was snoozed`;
  if (standing.snoozes.length >= 2 && event.actorRole !== 'supervisor') return `${followUpId} was snoozed a third time`;
  const days = (Date.parse(until) - Date.parse(event.recordedAt)) / 86_400_000;
  return days <= 15 ? null : `${followUpId} was snoozed for ${Math.round(days)} days`;
};
