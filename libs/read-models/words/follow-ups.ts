import { DEFAULT_PATHWAY, type EpisodeEventType, type FollowUpKind, type Numbers } from '#care';
import { amount } from './amounts.js';
import { daysFrom, inDays, spoken } from './dates.js';
import { spelledOut } from './placeholders.js';
import { RULES } from './rules.js';
import { SENTENCES } from './reasons.js';

/** What a reason is made of: dates, codes and numbers of the pathway; nothing personal and no score. */
export interface Reason {
  readonly kind: FollowUpKind;
  /** Local date of the fact that opened it; null when that fact is not readable. */
  readonly anchorOn: string | null;
  readonly anchorType?: EpisodeEventType | null;
  readonly dueOn: string;
  readonly about?: number | null;
  /** By which it was derived; absent in what was opened before this was recorded. */
  readonly numbers?: Numbers | null;
  /** What nobody has done yet is not said of it any more. */
  readonly ended?: boolean;
  /** Code of the primary scale, when known. */
  readonly scale?: string | null;
}

export const titleOf = (kind: FollowUpKind): string => RULES[kind].title;

/** A number as it was when the follow-up was derived, else as we propose it; what a treatment plan asks for is in days. */
const said =
  (numbers: Numbers | null | undefined) =>
  (key: string): string => {
    const { unit, value } = DEFAULT_PATHWAY.parameters[key] ?? { unit: 'calendar-days', value: Number.NaN };
    return amount({ unit, value: numbers?.[key] ?? value });
  };

/** What a person has to do so that it ends, by the numbers it was derived with. */
export const whatCloses = (kind: FollowUpKind, numbers?: Numbers | null): string =>
  spelledOut(RULES[kind].closes, said(numbers));

/** By what it is owed no longer, beside the general rules; null when nothing else ends it. */
export function whatSupersedes(kind: FollowUpKind, numbers?: Numbers | null): string | null {
  const { supersedes } = RULES[kind];
  return supersedes === undefined ? null : spelledOut(supersedes, said(numbers));
}

/**
 * Why a follow-up exists, in one plain sentence: `PHQ-9 due 17 Mar: the last one was 14 days ago, 3 Mar; your pathway asks for one every
 * 14 days`. How long ago is reckoned from `today`, a local date at the site; without it the sentence holds on any day.
 */
export function whyItExists(reason: Reason, today?: string): string {
  const { kind, anchorOn, anchorType = null, dueOn, about = null, numbers, scale, ended = false } = reason;
  const number = (key: string): string | undefined => (numbers?.[key] === undefined ? undefined : said(numbers)(key));
  return SENTENCES[kind]({
    // Whoever knows no today needs the year.
    due: spoken(dueOn, today ?? ''),
    ago: anchorOn === null ? '' : agoOf(anchorOn, today ?? null, dueOn),
    yet: (said) => (ended ? '' : said),
    scale: scale ?? 'Scale',
    about,
    anchorType,
    number,
    day: (key) => (numbers?.[key] === undefined ? undefined : `day ${numbers[key]}`),
    isSoonerThan: (key) =>
      anchorOn !== null && numbers?.[key] !== undefined && daysFrom(anchorOn, dueOn) < numbers[key],
  });
}

function agoOf(on: string, today: string | null, beside: string): string {
  if (today === null) return `on ${spoken(on, beside)}`;
  const date = spoken(on, today);
  const days = daysFrom(on, today);
  if (days < 0) return `on ${date}`;
  return days === 0 ? `today, ${date}` : days === 1 ? `yesterday, ${date}` : `${inDays(days)} ago, ${date}`;
}
