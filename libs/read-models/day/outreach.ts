import { isLetterSent, localDate, type FollowUpKind } from '#care';
import { classOf } from '../words/classes.js';
import { spoken } from '../words/dates.js';
import { TIME_BANDS, type TimeBand } from '../words/time-bands.js';
import type { ClinicDay } from './clinic-day.js';
import type { DayItem } from './item.js';
import { ofTheDay } from './of-the-day.js';
import { linesOf, listOf, mutedOf, type DayList, type Line, type Narrowing } from './lines.js';
import type { AttemptMade, Preferences, Reach, Refusal, Safe } from './reach.js';
import { fromItem } from './reason.js';

/** Why somebody is called or written to, the most pressing first. */
export const OUTREACH_CLASSES = [
  'safety',
  'post-discharge',
  'first-outreach',
  'missed-appointment',
  'outreach-retry',
  'no-contact',
] as const;
export type OutreachClass = (typeof OUTREACH_CLASSES)[number];

/** A patient to reach, and how. */
export interface OutreachLine extends Line<OutreachClass> {
  readonly phone: string | null;
  readonly language: string | null;
  readonly interpreter: boolean;
  readonly preferences: Preferences | null;
  readonly preferencesUnreadable: boolean;
  /** What they said no to; it outweighs what they said was safe before. */
  readonly refusals: readonly Refusal[];
  readonly attempts: readonly AttemptMade[];
  readonly nextLetter: { readonly on: string; readonly why: string } | null;
  readonly bestTime: { readonly band: TimeBand; readonly why: string };
  /** What is safe, in words. */
  readonly how: string;
}

/** What the patient's own record and their episode say about reaching them. */
export interface ReachedBy {
  readonly reach: Reach;
  readonly phone: string | null;
  readonly language: string | null;
  readonly interpreter: boolean;
}

const NOBODY_ASKED: ReachedBy = {
  reach: { preferences: null, unreadable: false, refusals: [], attempts: [] },
  phone: null,
  language: null,
  interpreter: false,
};

const BY_KIND: Readonly<Partial<Record<FollowUpKind, OutreachClass>>> = {
  'first-outreach': 'first-outreach',
  'missed-appointment': 'missed-appointment',
  'outreach-retry': 'outreach-retry',
  'no-contact': 'no-contact',
};

/** Null when it is not settled by reaching the patient. */
function outreachClass({ kind }: DayItem): OutreachClass | null {
  const cls = classOf(kind);
  return cls === 'safety' || cls === 'post-discharge' ? cls : (BY_KIND[kind] ?? null);
}

/** A rung's own words say that a letter goes out with it. */
const isLetter = (note: string | null): note is string => note?.includes('letter') ?? false;

/** Of a search that goes on; one that has not begun sends no letter yet, and one that has sent its letter no other. */
function nextLetter(items: readonly DayItem[], attempts: readonly AttemptMade[]): OutreachLine['nextLetter'] {
  const letters = items
    .filter(({ dueOn }) => !attempts.some((one) => isLetterSent(one) && one.on >= dueOn))
    .flatMap(({ rungs, zone }) =>
      rungs.flatMap(({ at, note }) => (isLetter(note) ? [{ on: localDate(at, zone), why: note }] : [])),
    );
  return letters.toSorted((a, b) => (a.on < b.on ? -1 : 1))[0] ?? null;
}

/** The band tried least, of those the patient prefers; an earlier band of the day where that is the same (C3). */
export function bestTime(preferred: readonly TimeBand[], attempts: readonly AttemptMade[]): OutreachLine['bestTime'] {
  const tried = (band: TimeBand): number => attempts.filter((one) => one.band === band).length;
  const bands = preferred.length > 0 ? preferred : TIME_BANDS.filter((band) => band !== 'evening');
  const band = bands.reduce((best, next) => (tried(next) < tried(best) ? next : best));
  const times = tried(band);
  const soFar = times === 0 ? 'not tried yet' : times === 1 ? 'tried once' : `tried ${times} times`;
  return { band, why: preferred.length > 0 ? `preferred by the patient, ${soFar}` : `no preference known; ${soFar}` };
}

const SAFE_WORDS: Readonly<Record<Safe, (what: string) => string>> = {
  safe: (what) => `a ${what} is safe`,
  'not safe': (what) => `no ${what}: it is not safe`,
  'not asked': (what) => `whether a ${what} is safe was never asked`,
};

/** What was said to be safe counts for nothing once it was refused. */
function heeding(said: Preferences | null, refusals: readonly Refusal[]): Preferences | null {
  const refused = new Set(refusals.map(({ what }) => what));
  return (
    said && {
      ...said,
      ...(refused.has('phone') ? { voicemail: 'not safe' } : {}),
      ...(refused.has('text') || refused.has('messaging') ? { text: 'not safe' } : {}),
    }
  );
}

const refusalIn = ({ what, on }: Refusal, today: string): string =>
  what === 'messaging'
    ? `messaging consent withdrawn on ${spoken(on, today)}`
    : `declined ${what} on ${spoken(on, today)}`;

function howTo({ preferences, refusals }: Reach, today: string): string {
  const { voicemail = 'not asked', text = 'not asked' } = preferences ?? {};
  const refused = new Set(refusals.map(({ what }) => what));
  const said = [
    ...refusals.map((one) => refusalIn(one, today)),
    ...(refused.has('phone') ? [] : [SAFE_WORDS[voicemail]('voicemail')]),
    ...(refused.has('text') || refused.has('messaging') ? [] : [SAFE_WORDS[text]('text message')]),
  ].join('; ');
  return said.charAt(0).toUpperCase() + said.slice(1);
}

function reachedBy(
  line: Line<OutreachClass>,
  known: ReachedBy,
  items: readonly DayItem[],
  today: string,
): OutreachLine {
  const { attempts, unreadable, refusals } = known.reach;
  const preferences = heeding(known.reach.preferences, refusals);
  return {
    ...line,
    phone: known.phone,
    language: preferences?.language ?? known.language,
    interpreter: known.interpreter,
    preferences,
    preferencesUnreadable: unreadable,
    refusals,
    attempts,
    nextLetter: nextLetter(items, attempts),
    bestTime: bestTime(preferences?.bestTimes ?? [], attempts),
    how: howTo(known.reach, today),
  };
}

/** The episodes of which somebody is to be reached. */
export const toBeReached = (day: ClinicDay): readonly string[] => [
  ...new Set(ofTheDay(day).shown.flatMap((item) => (outreachClass(item) === null ? [] : [item.episodeId]))),
];

/** Whom to call or write to today, and how (domain.md §6.1, call list). */
export function outreach(
  day: ClinicDay,
  reaches: ReadonlyMap<string, ReachedBy>,
  asked: Narrowing,
): DayList<OutreachClass, OutreachLine> {
  const { shown, muted } = ofTheDay(day);
  const given = shown.flatMap((item) => {
    const cls = outreachClass(item);
    return cls === null ? [] : [fromItem(item, cls, day)];
  });
  const searched = shown.filter((item) => outreachClass(item) !== null);
  const ofEpisode = Map.groupBy(searched, ({ episodeId }) => episodeId);
  const lines = linesOf(OUTREACH_CLASSES, given, asked).map((line) => {
    const { episodeId } = line.headline;
    const items = ofEpisode.get(episodeId) ?? [];
    return reachedBy(line, reaches.get(episodeId) ?? NOBODY_ASKED, items, day.today(items[0]!));
  });
  const kept = muted.filter(({ item }) => outreachClass(item) !== null);
  return listOf(OUTREACH_CLASSES, lines, mutedOf(kept, day, asked));
}
