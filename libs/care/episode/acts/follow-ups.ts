import { accept, refuse, type Refusal } from '../../decider.js';
import {
  addDays,
  atLocal,
  compareInstants,
  localDate,
  localTime,
  rollBack,
  rollForward,
} from '../../calendar/index.js';
import { SAFETY_KINDS, type FollowUpKind } from '../../follow-ups/kinds.js';
import { movedBehind, type LedgerEntry, type Rung } from '../../follow-ups/ledger.js';
import type { SiteCalendar } from '../../organisation/events.js';
import { parameter } from '../../pathway/index.js';
import { staffOf, type Deciding, type Telling } from './telling.js';

/** Snoozing, acknowledging and handing over. None of them ends a follow-up. */

const CONSULTS: ReadonlySet<FollowUpKind> = new Set(['consult-request', 'non-response-consult', 'consult-repeat']);

const openOne = ({ state }: Telling, followUpId: string): LedgerEntry | { refusal: Refusal } =>
  state.ledger.open.get(followUpId) ??
  (state.ledger.ended.has(followUpId)
    ? refuse('follow-up-ended', 'This follow-up has ended.')
    : refuse('no-such-follow-up', 'There is no such follow-up in this episode.'));

/** Of an urgent referral whom nobody has reached yet, no attempt is put off, neither the first nor the next. */
const ATTEMPTS: ReadonlySet<FollowUpKind> = new Set(['first-outreach', 'outreach-retry']);

/** Also those of the forms it carries on: a new plan gives no new snoozes. */
function snoozesSoFar({ state }: Pick<Telling, 'state'>, entry: LedgerEntry): number {
  const before = entry.carriesOn && state.ledger.ended.get(entry.carriesOn.followUpId)?.entry;
  return entry.snoozes + (before ? snoozesSoFar({ state }, before) : 0);
}

const tellsOthers = ({ notify }: Rung): boolean =>
  notify.some((role) => role !== 'care-manager' && role !== 'task-owner');

/** The next day on which a step tells somebody beyond the care manager, or the last one that did; a ladder of one step has none. */
function ceilingOf({ ladder, zone }: LedgerEntry, now: string): string | undefined {
  if (ladder.length === 1) return undefined;
  const rung =
    ladder.find((one) => tellsOthers(one) && compareInstants(one.at, now) > 0) ?? ladder.slice(-1).find(tellsOthers);
  return rung && localDate(rung.at, zone);
}

/** Bounded: fatigue rule 8. */
export const snoozeFollowUp: Deciding<'SnoozeFollowUp'> = (command, telling) => {
  const entry = openOne(telling, command.followUpId);
  if ('refusal' in entry) return entry;
  const { pathway, calendar } = telling.context.pinned;
  const isConsult = CONSULTS.has(entry.kind);
  const urgentReferral = ATTEMPTS.has(entry.kind) && telling.story.urgency !== 'routine';
  if (SAFETY_KINDS.has(entry.kind) || urgentReferral)
    return refuse(
      'cannot-be-snoozed',
      'What concerns safety, risk, a hospital discharge or an urgent referral cannot be snoozed.',
    );
  const times = isConsult ? 1 : parameter(pathway, 'snooze.times');
  if (snoozesSoFar(telling, entry) >= times && telling.circumstances.actorRole !== 'supervisor')
    return refuse(
      'snoozed-too-often',
      'This follow-up was snoozed as often as it may be; the supervisor can put it off once more.',
    );
  const today = localDate(telling.circumstances.now, entry.zone);
  const longest = parameter(pathway, isConsult ? 'snooze.consult' : 'snooze.longest');
  if (command.until <= today)
    return refuse('snooze-out-of-bounds', 'A snooze ends on a later day.', [
      { pointer: '/until', detail: 'not in the future' },
    ]);
  const last = addDays(today, longest);
  if (command.until > last)
    return refuse('snooze-out-of-bounds', `A snooze of this kind lasts at most ${longest} days.`, [
      { pointer: '/until', detail: 'too far away' },
    ]);
  const ceiling = ceilingOf(entry, telling.circumstances.now);
  if (ceiling !== undefined && command.until > ceiling)
    return refuse(
      'snooze-out-of-bounds',
      `This follow-up cannot be put off past ${ceiling}, the day on which others hear of it.`,
      [{ pointer: '/until', detail: 'past the ceiling' }],
    );
  const day = snoozeDay(calendar, command.until, ceiling === undefined || ceiling > last ? last : ceiling);
  if (day <= today)
    return refuse('snooze-out-of-bounds', 'The site has no business day on which this snooze could end.', [
      { pointer: '/until', detail: 'no business day' },
    ]);
  const starts = parameter(pathway, 'day.starts');
  const time = `${String(Math.floor(starts / 60)).padStart(2, '0')}:${String(starts % 60).padStart(2, '0')}`;
  const until = atLocal(day, time, entry.zone);
  const moved = stepsAfter(entry, until, calendar);
  return accept({
    type: 'FollowUpSnoozed',
    facts: { followUpId: entry.followUpId, until, reason: command.reason, ...(moved.length > 0 ? { moved } : {}) },
    sealed: null,
  });
};

/** What can be snoozed is not about safety, so it rolls: forward (G2), unless that would be past the latest day; then back. */
function snoozeDay(calendar: SiteCalendar, asked: string, latest: string): string {
  const forward = rollForward(calendar, asked);
  return forward <= latest ? forward : rollBack(calendar, asked);
}

/** The steps still to come, in the order of time: those that the snooze overtakes follow it on business days, later ones stay where they were. */
function stepsAfter(entry: LedgerEntry, until: string, calendar: SiteCalendar): Rung[] {
  const { steps, lastStep, zone } = entry;
  const before = steps.filter(({ step }) => step > lastStep);
  const moved = movedBehind(entry, until);
  const rolled = (at: string): string => atLocal(rollForward(calendar, localDate(at, zone)), localTime(at, zone), zone);
  return moved
    .map((rung, i) => ({ ...rung, at: compareInstants(before[i]!.at, until) < 0 ? rolled(rung.at) : before[i]!.at }))
    .toSorted((a, b) => compareInstants(a.at, b.at))
    .map((rung, i) => ({ ...rung, step: moved[i]!.step }));
}

export const acknowledgeFollowUp: Deciding<'AcknowledgeFollowUp'> = (command, telling) => {
  const entry = openOne(telling, command.followUpId);
  if ('refusal' in entry) return entry;
  const by = staffOf(telling.circumstances);
  return entry.acknowledgedBy === by
    ? accept()
    : accept({ type: 'FollowUpAcknowledged', facts: { followUpId: entry.followUpId, by }, sealed: null });
};

export const handOverFollowUp: Deciding<'HandOverFollowUp'> = (command, telling) => {
  const entry = openOne(telling, command.followUpId);
  if ('refusal' in entry) return entry;
  return entry.owner === command.to
    ? accept()
    : accept({ type: 'FollowUpHandedOver', facts: { followUpId: entry.followUpId, to: command.to }, sealed: null });
};
