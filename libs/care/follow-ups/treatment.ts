import { isAfter, saidBy, type Act, type Scale } from '../episode/story/index.js';
import { standing } from './consults.js';
import { earlyDrop, improvedBy, isElevated, responds, roseAbove } from './response.js';
import {
  actAt,
  actsOf,
  back,
  businessMorning,
  countedFrom,
  days,
  elapsedDayAfresh,
  forward,
  morning,
  plusDays,
  routine,
  rung,
  type Occasion,
  type Owed,
  type Row,
  type World,
} from './row.js';

/** Does the treatment work? The early look, the plan that is due for review, and the score that got worse. */

/** What somebody decided about the case: a review, written advice, or that it is a relapse. */
type Decision = Act<'CaseReviewed'> | Act<'ConsultRecommendationIssued'> | Act<'RelapseDetected'>;

const decisions = (world: Pick<World, 'story'>): Decision[] => [
  ...actsOf(world.story, 'CaseReviewed', 'RelapseDetected'),
  ...standing(world).map(({ issued }) => issued),
];

/** A decision answers a score only if the score was there to be seen, as it stands now. */
export const answers = (decision: Pick<Act, 'occurredAt' | 'revision'>, scale: Scale): boolean =>
  isAfter(decision, scale) && decision.revision > saidBy(scale);

const answered = (owed: Owed, world: World): number | undefined => {
  const scale = world.story.primary.find(({ revision }) => revision === owed.anchorRevision);
  return (
    scale &&
    decisions(world).find((decision) => decision.type !== 'RelapseDetected' && answers(decision, scale))?.revision
  );
};

/** By the score that it would rest on now, when that is another. */
const takenOver = (owed: Owed, scale: Scale | undefined): number | undefined =>
  scale && scale.revision !== owed.anchorRevision ? saidBy(scale) : undefined;

const steppedDownSince = (world: World, from: { occurredAt: string; revision: number }): number | undefined =>
  actsOf(world.story, 'RelapsePreventionStarted').find((act) => isAfter(act, from))?.revision;

// ——— the early look (C8) ———
const THE_SCALE = 1;
const TOO_SMALL_A_DROP = 2;

/** The first scale from week four on; the baseline itself shows no change. */
function earlyScale(world: World): Scale | undefined {
  const { enrolled, primary, baseline } = world.story;
  if (!enrolled) return undefined;
  const from = plusDays(enrolled.facts.enrolledOn, days(world, 'early-response.from'));
  return primary.find((scale) => scale !== baseline && scale.on >= from);
}

function tooSmallADrop(world: World, baseline: Scale): Occasion[] {
  const early = earlyScale(world);
  if (!early || baseline.total! - early.total! >= earlyDrop(early)) return [];
  const dueOn = back(world, plusDays(countedFrom(world, early.on), days(world, 'early-response.queue')));
  return [
    routine(world, { kind: 'early-response-check', anchorRevision: early.revision, about: TOO_SMALL_A_DROP, dueOn }, [
      rung(early.recordedAt, ['consult-queue'], 'too small a drop'),
      morning(world, dueOn, ['care-manager']),
    ]),
  ];
}

/** C8. A scale that shows too small a drop asks the consultant within a week. */
export const earlyResponseCheck: Row = {
  kind: 'early-response-check',
  occasions(world) {
    const { phase, enrolled, baseline } = world.story;
    if (phase !== 'acute' || !enrolled || !baseline || !isElevated(world.pathway, baseline)) return [];
    const dueOn = back(
      world,
      elapsedDayAfresh(world, back(world, plusDays(enrolled.facts.enrolledOn, days(world, 'early-response.due')))),
    );
    const theScale = routine(
      world,
      { kind: 'early-response-check', anchorRevision: baseline.revision, about: THE_SCALE, dueOn },
      [morning(world, dueOn, ['care-manager'])],
    );
    return [theScale, ...tooSmallADrop(world, baseline)];
  },
  fulfilled: (owed, world) => (owed.about === THE_SCALE ? earlyScale(world)?.revision : answered(owed, world)),
  superseded(owed, world) {
    const { story, pathway } = world;
    if (responds(story, pathway)) return improvedBy(story);
    const { baseline } = story;
    if (!baseline) return undefined;
    // An earlier score that became known later takes its place.
    const scale = owed.about === THE_SCALE ? baseline : earlyScale(world);
    return steppedDownSince(world, baseline) ?? takenOver(owed, scale);
  },
};

// ——— the plan (C9) ———
const NO_PLAN = 1;
const CHANGED = 2;
const LONG_WITHOUT_RESPONSE = 3;

/** To go on stepping down as before says nothing about the plan. */
export const ABOUT_THE_PLAN: ReadonlySet<string> = new Set(['plan', 'caseload-review', 'deterioration']);

/** What reviews a plan: a revision, or the decision to continue it (the command asks for a reason). */
const planReviews = ({ story }: World): Act[] =>
  story.acts.filter(
    (act) =>
      act.type === 'TreatmentPlanRevised' ||
      (act.type === 'CaseReviewed' && act.facts.decision === 'continue' && ABOUT_THE_PLAN.has(act.facts.subject)),
  );

/** The first plan begins a treatment, a later one may change it. */
const changesTreatment = (act: Act): boolean =>
  act.type === 'TreatmentPlanSet' || (act.type === 'TreatmentPlanRevised' && act.facts.treatmentChanged);

const lastChange = ({ story }: World): Act | undefined =>
  actsOf(story, 'TreatmentPlanSet', 'TreatmentPlanRevised').findLast(changesTreatment);

const planOccasion = (world: World, anchorRevision: number, about: number, day: string): Occasion => {
  const dueOn = forward(world, day);
  return routine(world, { kind: 'plan-review', anchorRevision, about, dueOn }, [
    businessMorning(world, plusDays(dueOn, -days(world, 'plan-review.queue')), ['consult-queue']),
    morning(world, dueOn, ['care-manager']),
    businessMorning(world, plusDays(dueOn, days(world, 'plan-review.digest')), ['digest']),
  ]);
};

/** When a first plan, or one that was changed on a day, is to be reviewed; `by` an act: as far as it could be known by then. */
const reviewDay = (world: World, about: typeof NO_PLAN | typeof CHANGED, since: Act, by?: Act): string =>
  plusDays(
    countedFrom(world, since.on, by),
    days(world, about === NO_PLAN ? 'plan-review.first' : 'plan-review.change'),
  );

/** C9: no plan after two weeks, a treatment that has run for twelve, and week 24. */
export const planReview: Row = {
  kind: 'plan-review',
  occasions(world) {
    const { phase, enrolled } = world.story;
    if (phase !== 'acute' || !enrolled) return [];
    const change = lastChange(world);
    const noPlan = planOccasion(world, enrolled.revision, NO_PLAN, reviewDay(world, NO_PLAN, enrolled));
    const changed = change ? [planOccasion(world, change.revision, CHANGED, reviewDay(world, CHANGED, change))] : [];
    const long = elapsedDayAfresh(world, plusDays(enrolled.facts.enrolledOn, days(world, 'plan-review.long')));
    return [noPlan, ...changed, planOccasion(world, enrolled.revision, LONG_WITHOUT_RESPONSE, long)];
  },
  fulfilled(owed, world) {
    const { story } = world;
    const anchor = actAt(story, owed.anchorRevision);
    if (!anchor || !story.enrolled) return undefined;
    const after = planReviews(world).filter((act) => isAfter(act, anchor));
    // To go on as before answers the question from when it is asked, and a later hold asks no second time (G4); said in week one it knows nothing of week twelve.
    const isInTime = (act: Act): boolean => {
      const due = forward(world, reviewDay(world, owed.about === CHANGED ? CHANGED : NO_PLAN, anchor, act));
      return act.on >= plusDays(due, -days(world, 'plan-review.queue'));
    };
    if (owed.about === CHANGED) return after.find((act) => changesTreatment(act) || isInTime(act))?.revision;
    if (owed.about === NO_PLAN) {
      const [plan] = actsOf(story, 'TreatmentPlanSet', 'TreatmentPlanRevised');
      return (plan ?? after.find(isInTime))?.revision;
    }
    const from = plusDays(story.enrolled.facts.enrolledOn, days(world, 'plan-review.long.counts-from'));
    return after.find((act) => act.on >= from)?.revision;
  },
  superseded(owed, world) {
    const { story, pathway } = world;
    if (responds(story, pathway)) return improvedBy(story);
    const anchor = actAt(story, owed.anchorRevision);
    return anchor && steppedDownSince(world, anchor);
  },
};

// ——— getting worse (research §2.8) ———
/**
 * The scores that rose clearly above the best or the last one. What rose and was decided upon, or was called a relapse, is the measure
 * from then on; a review of a score that had not risen moves it not, or a slow rise would go unseen from one weekly review to the next.
 */
function rises(world: Pick<World, 'story'>): readonly Scale[] {
  const { primary } = world.story;
  const decided = decisions(world);
  const relapses = decided.filter(({ type }) => type === 'RelapseDetected');
  const rose: Scale[] = [];
  for (const [i, scale] of primary.entries()) {
    const isMeasure = (other: Scale): boolean =>
      (rose.includes(other) ? decided : relapses).some(
        (decision) => decision.revision < scale.revision && answers(decision, other),
      );
    const before = primary.slice(0, i);
    if (roseAbove(scale, before.slice(Math.max(before.findLastIndex(isMeasure), 0)))) rose.push(scale);
  }
  return rose;
}

/** The first score that rose and that nobody has decided about since. */
export function risen(world: Pick<World, 'story'>): Scale | undefined {
  const decided = decisions(world);
  return rises(world).find((scale) => !decided.some((decision) => answers(decision, scale)));
}

/** In relapse prevention the same rise asks for relapse-confirm. The next review session is not known here, so it is due after the longest wait. */
export const deteriorationReview: Row = {
  kind: 'deterioration-review',
  occasions(world) {
    const scale = world.story.phase === 'acute' ? risen(world) : undefined;
    if (!scale) return [];
    const dueOn = back(world, plusDays(countedFrom(world, scale.on), days(world, 'deterioration.due')));
    return [
      routine(world, { kind: 'deterioration-review', anchorRevision: scale.revision, dueOn }, [
        rung(scale.recordedAt, ['consult-queue']),
        morning(world, dueOn, ['care-manager', 'supervisor']),
      ]),
    ];
  },
  fulfilled: answered,
  // A relapse that a person confirmed has been decided about. An earlier score that became known later takes its place; a later one joins it.
  superseded(owed, world) {
    const anchor = world.story.primary.find(({ revision }) => revision === owed.anchorRevision);
    if (!anchor) return undefined;
    const relapse = actsOf(world.story, 'RelapseDetected').find((act) => answers(act, anchor));
    const scale = risen(world);
    return relapse?.revision ?? (scale && isAfter(anchor, scale) ? takenOver(owed, scale) : undefined);
  },
};
