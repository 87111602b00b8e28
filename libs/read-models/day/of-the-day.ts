import { addDays, parameter, type LocalDate, type ParameterKey } from '#care';
import { asksForConsult } from '../words/classes.js';
import { mute, type Muted } from '../worklist/muting.js';
import type { ClinicDay } from './clinic-day.js';
import type { DayItem } from './item.js';

export const isDue = (item: DayItem, today: LocalDate): boolean => item.dueOn <= today;

/** A written recommendation is owed soon, and nobody has asked the consultant (domain.md §6.6, 3). */
export function wantsRequest(item: DayItem, today: LocalDate, { asked, pathway }: ClinicDay): boolean {
  return (
    asksForConsult(item.kind) &&
    item.dueOn <= addDays(today, parameter(pathway, 'day.consult-ahead')) &&
    !asked.has(item.episodeId)
  );
}

/** Numbers by which only an urgent question, or urgent advice, is owed an answer. */
const OF_URGENT: readonly ParameterKey[] = [
  'consult-request.urgent',
  'recommendation.answer.urgent',
  'recommendation.action.urgent',
];

/** An urgent question to the consultant that waits for its answer, or urgent advice that nobody has answered or acted on. */
export const isUrgentConsult = ({ reason: { numbers } }: DayItem): boolean =>
  OF_URGENT.some((key) => numbers?.[key] !== undefined);

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
