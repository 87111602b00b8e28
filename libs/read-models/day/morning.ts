import type { LocalDate } from '#care';
import { classOf } from '../words/classes.js';
import type { ClinicDay } from './clinic-day.js';
import type { DayItem } from './item.js';
import { isUrgentConsult, ofTheDay, wantsRequest } from './of-the-day.js';
import { linesOf, listOf, mutedOf, type DayList, type Narrowing } from './lines.js';
import { fromItem, type Given } from './reason.js';
import { recordReasons, unattendedReasons, worseReasons } from './said-by-the-record.js';

/** The classes of a morning, in the order of the worklist, with its routine split by date. */
export const MORNING_CLASSES = [
  'safety',
  'post-discharge',
  'risk',
  'worse',
  'consult',
  'new-referral',
  'missed-appointment',
  'unattended',
  'overdue',
  'due-today',
  'unsigned',
  /** Told early: raised, due later. */
  'ahead',
] as const;
export type MorningClass = (typeof MORNING_CLASSES)[number];

export function morningClass(item: DayItem, today: LocalDate, day: ClinicDay): MorningClass {
  const cls = classOf(item.kind);
  if (cls === 'safety' || cls === 'post-discharge' || cls === 'risk' || cls === 'new-referral') return cls;
  if (cls === 'relapse-or-deterioration') return 'worse';
  if (wantsRequest(item, today, day) || isUrgentConsult(item)) return 'consult';
  if (item.kind === 'missed-appointment') return item.kind;
  return item.dueOn < today ? 'overdue' : item.dueOn === today ? 'due-today' : 'ahead';
}

/** Follow-ups that say themselves that the patient is getting worse. */
export const saidToBeWorse = (shown: readonly DayItem[]): ReadonlySet<string> =>
  new Set(shown.flatMap(({ kind, episodeId }) => (classOf(kind) === 'relapse-or-deterioration' ? [episodeId] : [])));

/** Everything that concerns a person today, one line for each patient (domain.md §6.1, morning). */
export function morning(day: ClinicDay, asked: Narrowing): DayList<MorningClass> {
  const { shown, muted } = ofTheDay(day);
  const worse = saidToBeWorse(shown);
  const given: Given<MorningClass>[] = [
    ...shown.map((item) => fromItem(item, morningClass(item, day.today(item), day), day)),
    ...unattendedReasons(shown, 'unattended' as const, day),
    ...day.standing.flatMap((one) => [
      ...worseReasons(one, 'worse' as const, day, (episodeId) => worse.has(episodeId)),
      ...recordReasons(one, (lack) => (lack === 'dispatch' ? null : ('unsigned' as const)), day),
    ]),
  ];
  return listOf(MORNING_CLASSES, linesOf(MORNING_CLASSES, given, asked), mutedOf(muted, day, asked));
}
