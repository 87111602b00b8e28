import { addDays, compareInstants, parameter, type LocalDate } from '#care';
import { asksForConsult } from '../words/classes.js';
import { toItem, type FoundItem, type WorklistItem } from '../worklist/item.js';
import { mute, type Muted } from '../worklist/muting.js';
import type { ClinicDay } from './clinic-day.js';

/** An open follow-up, raised or not, with what a day's list needs of it. */
export interface DayItem extends WorklistItem {
  /** A step was raised, or will have been at the moment of the list. */
  readonly raised: boolean;
  /** When somebody last took it in hand by name. */
  readonly inHandSince: string | null;
  /** The words of its rungs, which say when a letter goes out. */
  readonly rungs: readonly { readonly step: number; readonly at: string; readonly note: string | null }[];
  readonly lastStep: number;
}

/** A follow-up of which no step was raised yet. */
export type FoundDayItem = Omit<FoundItem, 'first_raised_at'> & { first_raised_at: string | null };

export function toDayItem(row: FoundDayItem, { moment }: Pick<ClinicDay, 'moment'>): DayItem {
  const { steps } = JSON.parse(row.entry) as { steps: readonly { step: number; at: string; note?: string }[] };
  return {
    ...toItem({ ...row, first_raised_at: row.first_raised_at ?? row.opened_at }),
    raised: row.first_raised_at !== null || compareInstants(row.next_at, moment.now(row.zone)) <= 0,
    inHandSince: row.in_hand_since,
    rungs: steps.map(({ step, at, note = null }) => ({ step, at, note })),
    lastStep: row.last_step,
  };
}

export const isDue = (item: DayItem, today: LocalDate): boolean => item.dueOn <= today;

/** A written recommendation is owed soon, and nobody has asked the consultant (domain.md §6.6, 3). */
export function wantsRequest(item: DayItem, today: LocalDate, { asked, pathway }: ClinicDay): boolean {
  return (
    asksForConsult(item.kind) &&
    item.dueOn <= addDays(today, parameter(pathway, 'day.consult-ahead')) &&
    !asked.has(item.episodeId)
  );
}

/** What concerns a day: raised, due by then, a referral nobody has called yet, a consult to ask for. */
const concerns = (item: DayItem, today: LocalDate, day: ClinicDay): boolean =>
  item.raised || isDue(item, today) || item.kind === 'first-outreach' || wantsRequest(item, today, day);

/** The follow-ups that concern the day, apart from those muted, episode by episode (follow-up-rules, "Against alarm fatigue" 4 and 8). */
export function ofTheDay(
  day: ClinicDay,
  todayOf: (item: DayItem) => LocalDate = day.today,
): { shown: readonly DayItem[]; muted: readonly Muted<DayItem>[] } {
  const shown: DayItem[] = [];
  const muted: Muted<DayItem>[] = [];
  const relevant = day.items.filter((item) => concerns(item, todayOf(item), day));
  for (const [, items] of Map.groupBy(relevant, ({ episodeId }) => episodeId)) {
    const split = mute(items, day.moment.now(items[0]!.zone));
    shown.push(...split.shown);
    muted.push(...split.muted);
  }
  return { shown, muted };
}
