import { createHash } from 'node:crypto';
import { FOLLOW_UP_KINDS } from '#care';
import type { KindTally, PanelTally } from './tally.js';

/** What was asked for. */
export interface Question {
  readonly pathway: string;
  readonly patients: number;
  readonly years: number;
  readonly seed: number;
  readonly careManagers: number;
  readonly minutesPerDay: number;
  readonly consultsPerWeek: number;
}

export interface KindFigures extends KindTally {
  /** Opened, for each care manager and week. */
  readonly perCareManagerWeek: number;
  /** Share fulfilled on its day or before, of those fulfilled or overdue at the end. */
  readonly inTimeShare: number | null;
}

/** What a simulation says of a pathway. Shares are fractions; days are local days. */
export interface Report extends Question {
  readonly episodes: number;
  readonly events: number;
  readonly enrolled: number;
  readonly closedUnreached: number;
  readonly declined: number;
  readonly graduated: number;
  readonly lost: number;
  readonly remissionShare: number | null;
  readonly inTimeShare: number | null;
  readonly kinds: Readonly<Record<string, KindFigures>>;
  /** From enrolment to the recommendation, of those for whom week 8 asked for a consult. */
  readonly daysToConsult: {
    readonly median: number | null;
    readonly p90: number | null;
    readonly by84: number | null;
    readonly never: number;
  };
  /** Share of enrolled patients who were ever without a treatment contact for so many days. */
  readonly withoutContact: {
    readonly days30: number | null;
    readonly days60: number | null;
    readonly days90: number | null;
  };
  /** For each care manager and business day. */
  readonly alertsPerDay: {
    readonly rows: number | null;
    readonly rowsP95: number | null;
    readonly interruptions: number | null;
  };
  readonly safetyReviewMinutes: { readonly median: number | null; readonly p90: number | null };
  /** Minutes worked as a share of the minutes there were. */
  readonly workload: number | null;
  /** Acts that the domain refused, and why. */
  readonly refused: Readonly<Record<string, number>>;
  /** Of everything counted: the same question gives the same digest. */
  readonly digest: string;
}

const WEEKS_IN_YEAR = 365.25 / 7;

export function reportOf(question: Question, tally: PanelTally): Report {
  const { careManagers, years, minutesPerDay } = question;
  const kinds = Object.fromEntries(
    FOLLOW_UP_KINDS.flatMap((kind) => {
      const counts = tally.kinds[kind];
      if (!counts) return [];
      const perCareManagerWeek = rounded(counts.opened / (careManagers * years * WEEKS_IN_YEAR), 2);
      return [[kind, { ...counts, perCareManagerWeek, inTimeShare: inTimeShare([counts]) }]];
    }),
  );
  return {
    ...question,
    episodes: tally.episodes,
    events: tally.events,
    enrolled: tally.enrolled,
    closedUnreached: tally.closedUnreached,
    declined: tally.declined,
    graduated: tally.graduated,
    lost: tally.lost,
    remissionShare: share(tally.remitted, tally.enrolled),
    inTimeShare: inTimeShare(Object.values(tally.kinds)),
    kinds,
    daysToConsult: {
      median: quantile(tally.daysToConsult, 0.5),
      p90: quantile(tally.daysToConsult, 0.9),
      by84: share(
        tally.daysToConsult.filter((days) => days <= 84).length,
        tally.daysToConsult.length + tally.withoutConsult,
      ),
      never: tally.withoutConsult,
    },
    withoutContact: { days30: silent(tally, 30), days60: silent(tally, 60), days90: silent(tally, 90) },
    alertsPerDay: {
      rows: mean(tally.rows),
      rowsP95: quantile(tally.rows, 0.95),
      interruptions: mean(tally.interruptions),
    },
    safetyReviewMinutes: { median: quantile(tally.safetyMinutes, 0.5), p90: quantile(tally.safetyMinutes, 0.9) },
    workload: share(tally.minutesWorked, tally.rows.length * minutesPerDay),
    refused: tally.refused,
    digest: createHash('sha256').update(JSON.stringify(tally)).digest('hex').slice(0, 16),
  };
}

const rounded = (value: number, places: number): number => Number(value.toFixed(places));
const share = (part: number, whole: number): number | null => (whole === 0 ? null : rounded(part / whole, 3));
const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : rounded(values.reduce((sum, value) => sum + value, 0) / values.length, 2);
const quantile = (values: readonly number[], q: number): number | null =>
  values.length === 0
    ? null
    : rounded(values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]!, 1);
const silent = ({ longestSilence }: PanelTally, days: number): number | null =>
  share(longestSilence.filter((longest) => longest >= days).length, longestSilence.length);

function inTimeShare(counts: readonly KindTally[]): number | null {
  const sum = (of: (each: KindTally) => number): number => counts.reduce((total, each) => total + of(each), 0);
  const inTime = sum(({ inTime: n }) => n);
  return share(inTime, inTime + sum(({ late }) => late) + sum(({ overdue }) => overdue));
}
