import { addDays, atLocal, daysBetween, parameter, type FollowUpKind, type LocalDate, type Notify } from '#care';
import { asksForConsult, classOf } from '../words/classes.js';
import { standsInTheRecord } from '../consults/rows.js';
import { inDays, spoken } from '../words/dates.js';
import { whatCloses } from '../words/follow-ups.js';
import type { ClinicDay, Subject } from './clinic-day.js';
import type { Course } from './course.js';
import type { DayItem } from './item.js';
import { ofTheDay } from './of-the-day.js';
import { linesOf, listOf, mutedOf, type DayList, type Line, type Narrowing } from './lines.js';
import { saidToBeWorse } from './morning.js';
import { fromItem, fromRecord, type Given, type Reason, type Said } from './reason.js';
import { worseReasons } from './said-by-the-record.js';

/** Why a case is talked about, by need (domain.md §6.1: safety, not improved, new, long not reviewed). */
export const HUDDLE_CLASSES = [
  'safety',
  'post-discharge',
  'risk',
  'worse',
  'asked',
  'consult',
  'not-improved',
  'plan-unchanged',
  'not-seen',
  'new',
  'not-reviewed',
] as const;
export type HuddleClass = (typeof HUDDLE_CLASSES)[number];

/** A patient in treatment, and when the team last looked at the case. */
export interface InTreatment {
  readonly subject: Subject;
  readonly course: Course;
}

export interface HuddleLine extends Line<HuddleClass> {
  readonly course: Course | null;
  readonly daysInTreatment: number | null;
  readonly daysOnTreatment: number | null;
  readonly lastReviewedOn: string | null;
  readonly daysSinceReview: number | null;
}

const CONSULTANT: readonly Notify[] = ['consult-queue', 'psychiatric-consultant'];

const BY_KIND: Readonly<Partial<Record<FollowUpKind, HuddleClass>>> = {
  'no-contact': 'not-seen',
  'plan-review': 'plan-unchanged',
};

/** Null when it is not for the review: most of what is due is the care manager's own. */
function huddleClass({ kind, raised, notified, reason }: DayItem): HuddleClass | null {
  if (!raised || standsInTheRecord(reason)) return null;
  const cls = classOf(kind);
  if (cls === 'safety' || cls === 'post-discharge' || cls === 'risk') return cls;
  if (cls === 'relapse-or-deterioration') return 'worse';
  return BY_KIND[kind] ?? (cls === 'consult' || notified.some((role) => CONSULTANT.includes(role)) ? 'consult' : null);
}

/** The first moment of a local date: what is said by a date began then. */
const from = (date: LocalDate, { zone }: Subject): string => atLocal(date, '00:00', zone);

type Say = (one: InTreatment, day: ClinicDay, reviewedOn: LocalDate | null) => Said<HuddleClass>[];

const days = (day: ClinicDay, key: Parameters<typeof parameter>[1]): number => parameter(day.pathway, key);

/** C9: no improvement by week 8. */
const notImproved: Say = ({ subject, course }, day) => {
  const { enrolledOn, improved, phase } = course;
  const today = day.today(subject);
  if (enrolledOn === null || phase !== 'acute' || improved === true) return [];
  const since = addDays(enrolledOn, days(day, 'non-response.first'));
  if (since > today) return [];
  const told = improved === null ? 'without a score' : 'not improved';
  return [
    {
      class: 'not-improved',
      title: 'Not improved',
      why: `In treatment for ${inDays(daysBetween(enrolledOn, today))} and ${told}`,
      since: from(since, subject),
      closes: 'a response, or a score below the elevated range',
    },
  ];
};

/** domain.md §1.6: 10–12 weeks on one plan. */
const planUnchanged: Say = ({ subject, course }, day) => {
  const { plan, improved, phase } = course;
  const today = day.today(subject);
  if (!plan || phase !== 'acute' || improved === true) return [];
  const since = addDays(plan.treatmentSince, days(day, 'day.plan-unchanged'));
  if (since > today) return [];
  return [
    {
      class: 'plan-unchanged',
      title: 'Plan unchanged',
      why: `Not improved, and on the same treatment since ${spoken(plan.treatmentSince, today)}`,
      since: from(since, subject),
      closes: 'a changed treatment, a response, or a score below the elevated range',
    },
  ];
};

/** New to the team, or not looked at for as long as C10 allows between reviews. */
const notReviewed: Say = ({ subject, course }, day, reviewedOn) => {
  const { enrolledOn, phase } = course;
  const today = day.today(subject);
  if (enrolledOn === null || phase !== 'acute') return [];
  const since = addDays(reviewedOn ?? enrolledOn, days(day, 'consult-repeat.every'));
  const closes = 'a review session that names the case, a case review or a recommendation';
  if (reviewedOn === null && since > today)
    return [
      {
        class: 'new',
        title: 'New to the review',
        why: `Enrolled on ${spoken(enrolledOn, today)}, not yet reviewed`,
        since: from(enrolledOn, subject),
        closes,
      },
    ];
  if (since > today) return [];
  const why =
    reviewedOn === null
      ? `Enrolled on ${spoken(enrolledOn, today)} and never reviewed`
      : `Last reviewed on ${spoken(reviewedOn, today)}`;
  return [{ class: 'not-reviewed', title: 'Long not reviewed', why, since: from(since, subject), closes }];
};

const FROM_COURSE: readonly Say[] = [notImproved, planUnchanged, notReviewed];

/** What the reasons of an episode say already: a consult that is owed says that there is no improvement. */
const saidBy = (reasons: readonly Reason<HuddleClass>[]): ReadonlySet<HuddleClass> =>
  new Set(
    reasons.flatMap(({ class: cls, kind }) => (kind !== null && asksForConsult(kind) ? [cls, 'not-improved'] : [cls])),
  );

const later = (a: LocalDate | null, b: LocalDate | null): LocalDate | null =>
  a === null || (b !== null && b > a) ? b : a;

/** The cases of this week's caseload review: who, why, and how treatment has gone (domain.md §1.4). */
export function huddle(
  day: ClinicDay,
  treated: readonly InTreatment[],
  sessions: ReadonlyMap<string, LocalDate>,
  asked: Narrowing,
): DayList<HuddleClass, HuddleLine> {
  const { shown, muted } = ofTheDay(day);
  const worse = saidToBeWorse(shown);
  const reviewedOn = ({ subject, course }: InTreatment): LocalDate | null =>
    later(course.judgedOn, sessions.get(subject.episodeId) ?? null);

  const given: Given<HuddleClass>[] = [
    ...shown.flatMap((item) => {
      const cls = huddleClass(item);
      return cls === null ? [] : [fromItem(item, cls, day)];
    }),
    ...day.standing.flatMap((one) => [
      ...worseReasons(one, 'worse' as const, day, (episodeId) => worse.has(episodeId)),
      ...requestReasons(one, day),
    ]),
  ];
  const known = new Map(
    [...Map.groupBy(given, ({ subject }) => subject.episodeId)].map(([episodeId, all]) => [
      episodeId,
      saidBy(all.map(({ reason }) => reason)),
    ]),
  );
  for (const one of treated)
    for (const said of FROM_COURSE.flatMap((say) => say(one, day, reviewedOn(one))))
      if (!known.get(one.subject.episodeId)?.has(said.class)) given.push(fromRecord(one.subject, said, day));

  const byEpisode = new Map(treated.map((one) => [one.subject.episodeId, one]));
  const lines = linesOf(HUDDLE_CLASSES, given, asked).map((line) =>
    withCourse(line, byEpisode.get(line.headline.episodeId), day, reviewedOn),
  );
  const kept = muted.filter(({ item }) => huddleClass(item) !== null);
  return listOf(HUDDLE_CLASSES, lines, mutedOf(kept, day, asked));
}

function requestReasons({ subject, standing }: ClinicDay['standing'][number], day: ClinicDay): Given<HuddleClass>[] {
  return standing.requests.map(({ on, urgency, question, since }) =>
    fromRecord(
      subject,
      {
        class: 'asked',
        title: 'Consult requested',
        why: `Consult requested on ${spoken(on, day.today(subject))}${urgency === 'routine' ? '' : `, ${urgency}`}; not answered yet${question === null ? '' : `. Asked: ${question}`}`,
        since,
        closes: whatCloses('consult-request'),
      },
      day,
    ),
  );
}

function withCourse(
  line: Line<HuddleClass>,
  one: InTreatment | undefined,
  day: ClinicDay,
  reviewedOn: (one: InTreatment) => LocalDate | null,
): HuddleLine {
  if (!one)
    return {
      ...line,
      course: null,
      daysInTreatment: null,
      daysOnTreatment: null,
      lastReviewedOn: null,
      daysSinceReview: null,
    };
  const { course, subject } = one;
  const today = day.today(subject);
  const since = (date: string | null | undefined): number | null => (date ? daysBetween(date, today) : null);
  const reviewed = reviewedOn(one);
  return {
    ...line,
    course,
    daysInTreatment: since(course.enrolledOn),
    daysOnTreatment: since(course.plan?.treatmentSince),
    lastReviewedOn: reviewed,
    daysSinceReview: since(reviewed),
  };
}
