import { isOpenAt, plusHours } from '../calendar/index.js';
import { isAfter, readable, type Act, type Scale, type Story } from '../episode/story/index.js';
import { instrument, safetyOfItems } from '../instruments/index.js';
import { standing } from './consults.js';
import { timesOpened } from './ledger.js';
import {
  actAt,
  back,
  closing,
  compareInstants,
  days,
  ladder,
  morning,
  plusDays,
  recordedOn,
  routine,
  rung,
  type Occasion,
  type Owed,
  type Row,
  type World,
} from './row.js';

/** Safety first: a same-day review of every concern, and reassessment of every risk that was found. Nothing here can be snoozed. */

type Concern = Story['concerns'][number];
type Review = Act<'SafetyReviewRecorded'>;

// Rows ask about the same story many times over, for each of its concerns.
const reviewsOf = new WeakMap<Story['acts'], readonly Review[]>();

/** In the order of recording. */
function reviews({ story: { acts } }: World): readonly Review[] {
  const known = reviewsOf.get(acts);
  if (known) return known;
  const found = acts
    .filter((act): act is Review => act.type === 'SafetyReviewRecorded')
    .toSorted((a, b) => a.revision - b.revision);
  reviewsOf.set(acts, found);
  return found;
}

/** What the answers of a form say about safety, by the form's own file; a bare total and an unreadable form say nothing. */
const answered = (scale: Scale) => safetyOfItems(instrument(scale.instrument), scale.items);
const saysSafe = (scale: Scale): boolean => answered(scale) === 'negative';
const saysEither = (scale: Scale): boolean => saysSafe(scale) || answered(scale) === 'positive';

/** Of imported answers only the latest opens a review, and only in an open episode; totals and blanks are no answers (fatigue rule 9). */
function isMuteImport(concern: Concern, { story }: World): boolean {
  if (!concern.facts.imported) return false;
  if (story.phase === 'ended') return true;
  // What came in later silences nothing that was opened before: only answers known at the import are compared.
  const answers = story.scales.filter(
    (scale) => saysEither(scale) && compareInstants(scale.recordedAt, concern.recordedAt) <= 0,
  );
  const latest = answers.at(-1);
  return concern.facts.from !== undefined && latest?.revision !== concern.facts.from;
}

interface Opening {
  readonly anchor: Concern;
  readonly attached: Concern[];
  met: number | undefined;
  withdrawn: number | undefined;
}

// Nothing but what is told of the acts decides about it.
const openingsOf = new WeakMap<Story['acts'], readonly Opening[]>();

/** Each concern that opened a review with those that attached to it while it was open, in the order of recording (fatigue rule 6). */
function openings(world: World): readonly Opening[] {
  const known = openingsOf.get(world.story.acts);
  if (known) return known;
  const opened = openingsIn(world);
  openingsOf.set(world.story.acts, opened);
  return opened;
}

function openingsIn(world: World): readonly Opening[] {
  const opened: Opening[] = [];
  for (const concern of world.story.concerns) {
    if (isMuteImport(concern, world)) continue;
    const current = opened.at(-1);
    if (current && !isOverBefore(concern, current)) current.attached.push(concern);
    else opened.push(openedBy(concern));
    seeWhatEnds(opened.at(-1)!, world);
  }
  return opened;
}

const openedBy = (anchor: Concern): Opening => ({
  anchor,
  attached: [anchor],
  met: undefined,
  withdrawn: undefined,
});

function seeWhatEnds(opening: Opening, world: World): Opening {
  opening.met = meeting(opening, world);
  opening.withdrawn = withdrawal(opening, world);
  return opening;
}

const isOverBefore = ({ revision }: Concern, { met = Infinity, withdrawn = Infinity }: Opening): boolean =>
  Math.min(met, withdrawn) < revision;

const isPositive = (concern: Concern): boolean =>
  concern.facts.cause === 'item-positive' || concern.facts.cause === 'reported';

/** The fact that answers a concern: an assessment by a person, a supervisor's disposition, or an unanswered item asked again and zero. */
function meeting({ anchor, attached }: Opening, world: World): number | undefined {
  const onlyUnanswered = !attached.some(isPositive);
  // What is entered late answers only what was there when it took place.
  const isLater = (answer: Review | Scale): boolean =>
    answer.revision > anchor.revision &&
    attached.every((c) => c.revision > answer.revision || answer.occurredAt >= c.occurredAt);
  const answered = reviews(world).find(
    (review) =>
      isLater(review) &&
      (review.facts.outcome === 'asked-again-negative' ? onlyUnanswered : review.facts.outcome !== 'trigger-withdrawn'),
  );
  const askedAgain = onlyUnanswered ? world.story.scales.find((scale) => isLater(scale) && saysSafe(scale)) : undefined;
  const candidates = [answered?.revision, askedAgain?.revision].filter((revision) => revision !== undefined);
  return candidates.length === 0 ? undefined : Math.min(...candidates);
}

/** A person's word that nothing is left to review: every concern known by then had been undone. Undoing alone silences nothing (G4, edge case 6). */
function withdrawal({ anchor, attached }: Opening, world: World): number | undefined {
  const isUndoneBy = (concern: Concern, review: Review): boolean =>
    (undoingOf(concern, world.story) ?? Infinity) < review.revision;
  return reviews(world).find(
    (review) =>
      review.facts.outcome === 'trigger-withdrawn' &&
      review.revision > anchor.revision &&
      attached.every((concern) => concern.revision > review.revision || isUndoneBy(concern, review)),
  )?.revision;
}

/** The void of a concern or of the form behind it, or the correction of that form to a zero in item 9. */
function undoingOf(concern: Concern, { acts, scales, voided }: Story): number | undefined {
  const { from } = concern.facts;
  if (from === undefined) return voided.get(concern.revision);
  const correction = acts.find((act) => act.revision === from && act.type === 'AssessmentCorrected');
  const form = correction?.type === 'AssessmentCorrected' ? correction.facts.corrects : from;
  const scale = scales.find(({ revision }) => revision === form);
  const toZero = scale && saysSafe(scale) ? scale.correctedBy : undefined;
  return voided.get(concern.revision) ?? voided.get(from) ?? voided.get(form) ?? toZero;
}

/** C18: the same local day, of discovery. */
export const safetyReview: Row = {
  kind: 'safety-review',
  throughHold: true,
  afterEnd: true,
  outlivesAnchor: true,
  recordedEvenIfMet: true,
  // What was recorded as met is past: its steps are of no interest any more.
  occasions: (world) =>
    openings(world)
      .filter(
        ({ anchor, met }) => met === undefined || timesOpened(world.ledger, `safety-review:${anchor.revision}`) === 0,
      )
      .map(({ anchor }) => safetyOccasion(anchor, world)),
  fulfilled: (owed, world) => openingOf(owed, world)?.met,
  superseded: (owed, world) => openingOf(owed, world)?.withdrawn,
};

/** What is open can be answered, also once its concern attaches to a review that was reopened, or stands in an import that was undone. */
function openingOf({ anchorRevision }: Owed, world: World): Opening | undefined {
  const isMeant = ({ revision }: Concern): boolean => revision === anchorRevision;
  const opening = openings(world).find(({ attached }) => attached.some(isMeant));
  const anchor = world.story.concerns.find(isMeant);
  return opening ?? (anchor && seeWhatEnds(openedBy(anchor), world));
}

function safetyOccasion(concern: Concern, world: World): Occasion {
  const { story, calendar } = world;
  const opened = concern.recordedAt;
  const dueOn = recordedOn(story, concern);
  const open = (at: string): boolean => isOpenAt(calendar, at);
  const again = plusHours(opened, days(world, 'safety.remind'));
  const second = plusHours(opened, days(world, 'safety.second-owner'));
  const clockSteps = [
    // Also on a closed day, at the latest closing time of the week: one word too many to the supervisor harms nobody (G2).
    closing(world, dueOn, ['supervisor']),
    morning(world, plusDays(dueOn, 1), ['supervisor', 'psychiatric-consultant', 'provider']),
  ];
  const steps = ladder(
    rung(opened, open(opened) ? ['care-manager'] : ['on-call']),
    { ...rung(again, open(again) ? ['care-manager'] : ['on-call']), unlessAcknowledged: true },
    rung(second, open(second) ? ['second-owner'] : ['supervisor']),
    // Clock-time steps that lie before the opening are dropped (G2).
    ...clockSteps.filter((step) => compareInstants(step.at, opened) >= 0),
  );
  const every = days(world, 'safety.repeat');
  return {
    kind: 'safety-review',
    anchorRevision: concern.revision,
    dueOn,
    ladder: steps,
    safety: true,
    repeat: { every, unit: 'hours', notify: ['supervisor', 'on-call'] },
    numbers: world.taken?.() ?? {},
  };
}

const CONSULT_DAYS = { moderate: 'risk-consult.moderate', high: 'risk-consult.high' } as const;

/** C17: the consultant reviews a moderate or a high risk. A newer review asks anew, or no longer. */
export const riskConsult: Row = {
  kind: 'risk-consult',
  throughHold: true,
  occasions(world) {
    const { review, riskLevel } = world.story;
    if (!review || (riskLevel !== 'moderate' && riskLevel !== 'high')) return [];
    const dueOn = back(world, plusDays(review.on, days(world, CONSULT_DAYS[riskLevel])));
    return [
      routine(world, { kind: 'risk-consult', anchorRevision: review.revision, dueOn }, [
        rung(review.recordedAt, ['consult-queue']),
        morning(world, dueOn, ['care-manager', 'supervisor']),
      ]),
    ];
  },
  fulfilled(owed, world) {
    const review = actAt(world.story, owed.anchorRevision);
    return review && standing(world).find(({ issued }) => isAfter(issued, review))?.issued.revision;
  },
  superseded(owed, { story }) {
    const review = actAt(story, owed.anchorRevision);
    return story.review && review && isAfter(story.review, review) ? story.review.revision : undefined;
  },
};

const RISK_DAYS = { low: 'risk.low', moderate: 'risk.moderate', high: 'risk.high' } as const;

/** C17. */
export const riskReassessment: Row = {
  kind: 'risk-reassessment',
  throughHold: true,
  occasions(world) {
    const review = world.story.review;
    const level = review && readable(review.sealed)?.level;
    if (!review || !level || level === 'none') return [];
    const dueOn = back(world, plusDays(review.on, days(world, RISK_DAYS[level])));
    return [
      routine(world, { kind: 'risk-reassessment', anchorRevision: review.revision, dueOn }, [
        morning(world, back(world, plusDays(dueOn, -days(world, 'risk.ahead'))), ['care-manager']),
        morning(world, dueOn, ['care-manager']),
        closing(
          world,
          dueOn,
          level === 'high' ? ['care-manager', 'supervisor', 'psychiatric-consultant'] : ['care-manager', 'supervisor'],
        ),
      ]),
    ];
  },
  fulfilled(owed, world) {
    const anchor = reviews(world).find((review) => review.revision === owed.anchorRevision);
    return (
      anchor &&
      reviews(world).find((review) => review.facts.outcome !== 'trigger-withdrawn' && isAfter(review, anchor))?.revision
    );
  },
};
