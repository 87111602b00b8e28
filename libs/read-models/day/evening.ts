import { localDate, standsIn } from '#care';
import { classOf } from '../words/classes.js';
import { nextDayOf, subjectOf, type ClinicDay } from './clinic-day.js';
import type { DayItem } from './item.js';
import { isDue, isUrgentConsult, ofTheDay, wantsRequest } from './of-the-day.js';
import { linesOf, listOf, mutedOf, type DayList, type Line, type Narrowing } from './lines.js';
import { MORNING_CLASSES, morningClass, type MorningClass } from './morning.js';
import { fromItem, type Given } from './reason.js';
import { recordReasons, unattendedReasons } from './said-by-the-record.js';

/** What must not stay open at the end of a day (domain.md §6.6), in that order of need. */
export const URGENT_CLASSES = ['safety', 'consult', 'new-referral', 'unattended', 'unsigned'] as const;
export type UrgentClass = (typeof URGENT_CLASSES)[number];

/** The end of a day: nothing urgent is the goal. */
export interface Evening {
  readonly urgent: DayList<UrgentClass>;
  /** Urgent lines by who is to act; the numbers add up to the total. */
  readonly owners: readonly { readonly owner: string | null; readonly count: number }[];
  /** Safety that somebody has taken in hand today, by name: not closed, and not forgotten. */
  readonly inHand: readonly Line<UrgentClass>[];
  /** What comes on the next day on which the site is open. */
  readonly tomorrow: DayList<MorningClass>;
}

const isSafety = ({ kind }: DayItem): boolean => ['safety', 'post-discharge', 'risk'].includes(classOf(kind));

/** Somebody who is there has said today that they have it, or was given it today by name. */
function inHandToday({ inHandSince, owner, acknowledgedBy, zone }: DayItem, day: ClinicDay): boolean {
  const holder = owner ?? acknowledgedBy;
  return (
    inHandSince !== null &&
    holder !== null &&
    localDate(inHandSince, zone) === day.today({ zone }) &&
    standsIn(day.organisation, holder, day.moment.now(zone)) !== undefined
  );
}

function urgentClass(item: DayItem, day: ClinicDay): UrgentClass | null {
  const today = day.today(item);
  if (isSafety(item) && isDue(item, today)) return 'safety';
  if (wantsRequest(item, today, day) || (isUrgentConsult(item) && isDue(item, today))) return 'consult';
  return item.kind === 'first-outreach' && isDue(item, today) ? 'new-referral' : null;
}

/** Due on the next open day of its site or in the days until then, or put off until then. */
function comesNext(item: DayItem, day: ClinicDay): boolean {
  const next = nextDayOf(subjectOf(item), day);
  const back = item.snoozedUntil === null ? null : localDate(item.snoozedUntil, item.zone);
  const isAhead = (date: string): boolean => date > day.today(item) && date <= next;
  return isAhead(item.dueOn) || (back !== null && isAhead(back));
}

function tomorrow(day: ClinicDay, asked: Narrowing): DayList<MorningClass> {
  const next = { ...day, items: day.items.filter((item) => comesNext(item, day)) };
  const { shown, muted } = ofTheDay(next, (item) => nextDayOf(subjectOf(item), day));
  // What falls on a closed day in between is due then, and not yet overdue.
  const given = shown.map((item) => fromItem(item, morningClass(item, item.dueOn, day), day));
  return listOf(MORNING_CLASSES, linesOf(MORNING_CLASSES, given, asked), mutedOf(muted, day, asked));
}

export function evening(day: ClinicDay, asked: Narrowing): Evening {
  const { shown, muted } = ofTheDay(day);
  const open: Given<UrgentClass>[] = [];
  const held: Given<UrgentClass>[] = [];
  for (const item of shown) {
    const cls = urgentClass(item, day);
    if (cls !== null) (cls === 'safety' && inHandToday(item, day) ? held : open).push(fromItem(item, cls, day));
  }
  const given = [
    ...open,
    ...unattendedReasons(shown, 'unattended' as const, day),
    ...day.standing.flatMap((one) =>
      recordReasons(one, (lack) => (lack === 'dispatch' ? null : ('unsigned' as const)), day),
    ),
  ];
  const lines = linesOf(URGENT_CLASSES, given, asked);
  const urgentMuted = muted.filter(({ item }) => urgentClass(item, day) !== null);
  return {
    urgent: listOf(URGENT_CLASSES, lines, mutedOf(urgentMuted, day, asked)),
    owners: [...Map.groupBy(lines, ({ owner }) => owner)]
      .map(([owner, all]) => ({ owner, count: all.length }))
      .toSorted((a, b) => b.count - a.count || String(a.owner).localeCompare(String(b.owner))),
    inHand: linesOf(URGENT_CLASSES, held, asked),
    tomorrow: tomorrow(day, asked),
  };
}
