import { UNREADABLE, type Unreadable } from '../event-type.js';
import { daysBetween, localDate } from '../calendar/index.js';
import type { LocalDate, RiskLevel, Urgency } from '../words.js';
import type { EpisodeEventType, RecordedEpisodeEvent, RecordedEpisodeEventOf } from './events.js';

/**
 * The story of an episode: its acts with voids and corrections applied, in clinical order (`occurredAt`, then revision: follow-up-rules G6),
 * and what they mean together. Follow-up rules and readers use the story, never the raw list.
 */
export type Act<T extends EpisodeEventType = EpisodeEventType> = RecordedEpisodeEventOf<T> & { readonly on: LocalDate };

/** What is written about care without being care: no rule may look at it, so that adding to it changes nothing that is owed. */
const PAPERWORK = ['NoteAdded', 'NoteSigned', 'NoteSent', 'TimeLogged'] as const satisfies readonly EpisodeEventType[];
export type PaperworkType = (typeof PAPERWORK)[number];
export type CareAct = Act<Exclude<EpisodeEventType, PaperworkType>>;
const isPaperwork = <A extends { readonly type: EpisodeEventType }>(
  act: A,
): act is A & { readonly type: PaperworkType } => (PAPERWORK as readonly EpisodeEventType[]).includes(act.type);

export type Phase = 'referred' | 'acute' | 'relapse-prevention' | 'ended';

/** One result of a scale as it stands after corrections; it keeps the revision of its first entry. */
export interface Scale {
  readonly revision: number;
  readonly correctedBy?: number;
  readonly instrument: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly on: LocalDate;
  readonly completeness: 'complete' | 'partial' | 'total-only';
  readonly enteredBy: 'staff' | 'patient' | 'integration';
  readonly items: readonly (number | null)[] | null;
  /** The official total, or null: a partial form has none. Unreadable when the key is gone. */
  readonly total: number | null;
  readonly prorated: number | null;
  readonly unreadable: boolean;
}

export interface Hold {
  readonly started: Act<'HoldStarted'>;
  /** Each time somebody said that it goes on: a review, or another hold that began before this one had ended. */
  readonly reviews: readonly (Act<'HoldReviewed'> | Act<'HoldStarted'>)[];
  readonly ended?: Act<'HoldEnded'>;
}

export interface Appointment {
  readonly appointment: number;
  readonly booked: Act<'AppointmentBooked'>;
  /** The booking or the latest rescheduling. */
  readonly anchor: Act<'AppointmentBooked'> | Act<'AppointmentRescheduled'>;
  readonly on: LocalDate;
  readonly at?: string;
  readonly outcome?: Act<'AppointmentKept'> | Act<'AppointmentMissed'> | Act<'AppointmentCancelled'>;
}

export interface Recommendation {
  readonly recommendation: number;
  readonly issued: Act<'ConsultRecommendationIssued'>;
  readonly answer?: Act<'RecommendationAnswered'>;
  /** Withdrawn, or replaced by a later one. */
  readonly gone?: Act<'RecommendationWithdrawn'> | Act<'ConsultRecommendationIssued'>;
}

export interface Story {
  readonly patientId: string;
  readonly ordinal: number;
  readonly site: string;
  readonly zone: string;
  /** All but the paperwork. The same array for as long as only paperwork is added. */
  readonly acts: readonly CareAct[];
  readonly paperwork: readonly Act<PaperworkType>[];
  readonly referral: Act<'PatientReferred'>;
  /** The policy in force: the pin recorded last, whatever clinical time it carries. */
  readonly pinned?: Act<'EpisodePinned'>;
  /** The same, unless it is the one that the episode began with. */
  readonly repinned?: Act<'EpisodePinned'>;
  readonly urgency: Urgency;
  readonly careManager?: string;
  readonly provider?: string;
  readonly phase: Phase;
  /** The act that began the present phase. */
  readonly phaseAct: Act;
  readonly ended?: Act<'EpisodeDischarged'> | Act<'ReferralClosed'> | Act<'PatientDeathNoted'>;
  readonly enrolled?: Act<'PatientEnrolled'>;
  readonly reached?: Act;
  readonly primaryScale?: string;
  readonly scales: readonly Scale[];
  /** Complete results of the primary scale from enrolment on, in clinical order. */
  readonly primary: readonly Scale[];
  readonly baseline?: Scale;
  readonly last?: Scale;
  /** As the patient last asked to be spoken to; absent when nobody asked or it cannot be read. */
  readonly preferredLanguage?: string;
  readonly attempts: readonly Act<'OutreachAttempted'>[];
  readonly treatmentContacts: readonly Act<'ContactRecorded'>[];
  readonly holds: readonly Hold[];
  readonly hold?: Hold;
  readonly appointments: readonly Appointment[];
  readonly recommendations: readonly Recommendation[];
  readonly plan?: Act<'TreatmentPlanSet'> | Act<'TreatmentPlanRevised'>;
  readonly review?: Act<'SafetyReviewRecorded'>;
  readonly riskLevel?: RiskLevel;
  /** Every safety concern in the order of recording, also one that was voided: only a person's word ends its review. */
  readonly concerns: readonly RecordedEpisodeEventOf<'SafetyConcernRaised'>[];
  /** Revisions of acts that were undone, with the void that did it. */
  readonly voided: ReadonlyMap<number, number>;
  readonly lastRevision: number;
}

const byClinicalOrder = (
  a: { occurredAt: string; revision: number },
  b: { occurredAt: string; revision: number },
): number => (a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : a.revision - b.revision);

/** Whether `b` comes after `a` in clinical order. */
export const isAfter = (
  b: { occurredAt: string; revision: number },
  a: { occurredAt: string; revision: number },
): boolean => byClinicalOrder(b, a) > 0;

export const readable = <S>(sealed: S | Unreadable): S | undefined =>
  sealed === UNREADABLE ? undefined : (sealed as S);

/** A void may itself be voided, which brings the act back. */
function voidsOf(acts: readonly RecordedEpisodeEvent[]): Map<number, number> {
  const voided = new Map<number, number>();
  for (const act of [...acts].reverse())
    if (act.type === 'ActVoided' && !voided.has(act.revision)) voided.set(act.facts.revision, act.revision);
  return voided;
}

/** What a story is told of: everything recorded but follow-ups, in the order of recording. */
interface Recording {
  readonly acts: readonly RecordedEpisodeEvent[];
}

// Follow-up events leave the acts as they are, and most folds are asked for their story more than once.
const told = new WeakMap<Recording['acts'], Story | null>();
/** The last story that was told of fewer of the acts. */
const toldBefore = new WeakMap<Recording['acts'], { readonly story: Story; readonly acts: number }>();

/** The acts with one more; what was told of them need not be told again. */
export function withAct(acts: Recording['acts'], act: RecordedEpisodeEvent): Recording['acts'] {
  const more = [...acts, act];
  const story = told.get(acts);
  const before = story ? { story, acts: acts.length } : toldBefore.get(acts);
  if (before) toldBefore.set(more, before);
  return more;
}

/** The story so far, or null before the first referral. Pure and total. */
export function tell(state: Recording): Story | null {
  const known = told.get(state.acts);
  if (known !== undefined) return known;
  const story = toldOn(state.acts) ?? retell(state);
  told.set(state.acts, story);
  toldBefore.delete(state.acts);
  return story;
}

/** The story told before with the paperwork that came since; null when something else came too. */
function toldOn(acts: Recording['acts']): Story | null {
  const before = toldBefore.get(acts);
  if (!before) return null;
  const { story } = before;
  const since: Act<PaperworkType>[] = [];
  for (let i = before.acts; i < acts.length; i += 1) {
    const act = acts[i]!;
    if (!isPaperwork(act)) return null;
    since.push(dated(act, story.zone) as Act<PaperworkType>);
  }
  return {
    ...story,
    paperwork: since.reduce(inItsPlace, story.paperwork),
    lastRevision: since.at(-1)?.revision ?? story.lastRevision,
  };
}

const inItsPlace = (acts: readonly Act<PaperworkType>[], act: Act<PaperworkType>): readonly Act<PaperworkType>[] => {
  const last = acts.at(-1);
  return last && byClinicalOrder(last, act) > 0 ? [...acts, act].toSorted(byClinicalOrder) : [...acts, act];
};

/** Most acts are recorded in the order in which they happened. */
function inClinicalOrder<T extends { occurredAt: string; revision: number }>(acts: readonly T[]): readonly T[] {
  return acts.every((act, i) => i === 0 || byClinicalOrder(acts[i - 1]!, act) < 0)
    ? acts
    : acts.toSorted(byClinicalOrder);
}

// An act keeps its local date for as long as the episode keeps its zone.
const datedActs = new WeakMap<RecordedEpisodeEvent, { readonly zone: string; readonly act: Act }>();

function dated(event: RecordedEpisodeEvent, zone: string): Act {
  const known = datedActs.get(event);
  if (known?.zone === zone) return known.act;
  const act = { ...event, on: localDate(event.occurredAt, zone) } as Act;
  datedActs.set(event, { zone, act });
  return act;
}

function retell(state: Recording): Story | null {
  const first = state.acts.find((act) => act.type === 'PatientReferred');
  if (first?.type !== 'PatientReferred') return null;
  const voided = voidsOf(state.acts);
  const moved = state.acts.findLast(
    (act) => act.type === 'EpisodeTransferred' && act.facts.zone !== undefined && !voided.has(act.revision),
  );
  const zone = (moved?.type === 'EpisodeTransferred' ? moved.facts.zone : undefined) ?? first.facts.zone;
  const standing = inClinicalOrder(state.acts.filter((act) => !voided.has(act.revision) || act === first)).map((act) =>
    dated(act, zone),
  );
  const paperwork = standing.filter((act): act is Act<PaperworkType> => isPaperwork(act));
  const acts = standing.filter((act): act is CareAct => !isPaperwork(act));
  const byType = Map.groupBy(acts, (act) => act.type);
  const of = <T extends CareAct['type']>(...types: T[]): readonly Act<T>[] => {
    const found: readonly CareAct[] = types.flatMap((type) => byType.get(type) ?? []);
    return (types.length === 1 ? found : inClinicalOrder(found)) as readonly Act<T>[];
  };

  const referral = of('PatientReferred')[0]!;
  const attempts = of('OutreachAttempted');
  const contacts = of('ContactRecorded').filter((c) => c.facts.withWhom === 'patient' && c.facts.twoWay);
  const enrolled = of('PatientEnrolled').at(-1);
  const reached = inClinicalOrder<Act<'OutreachAttempted'> | Act<'ContactRecorded'> | Act<'PatientDeclined'>>([
    ...attempts.filter((a) => a.facts.outcome === 'reached' || a.facts.outcome === 'declined'),
    ...contacts,
    ...of('PatientDeclined'),
  ])[0];
  const primaryScale = of('PrimaryScaleFixed').at(-1)?.facts.instrument;
  const scales = scalesOf(of('AssessmentRecorded'), of('AssessmentCorrected'));
  const primary = enrolled
    ? scales.filter((s) => s.instrument === primaryScale && s.total !== null && s.on >= enrolled.facts.enrolledOn)
    : [];
  const { phase, phaseAct, ended } = phaseOf(acts, referral);
  const holds = holdsOf(of('HoldStarted', 'HoldReviewed', 'HoldEnded'));
  const hold = phase === 'ended' ? undefined : holds.findLast((h) => !h.ended);
  const review = of('SafetyReviewRecorded').findLast((r) => r.facts.outcome !== 'trigger-withdrawn');
  const riskLevel = review && readable(review.sealed)?.level;
  const plan = of('TreatmentPlanSet', 'TreatmentPlanRevised').at(-1);
  const careManager = ownerOf(of('CareManagerAssigned', 'CareManagerReleased', 'EpisodeTransferred'));
  const provider = of('ProviderAssigned').at(-1)?.facts.provider ?? referral.facts.referredBy;
  const preferredLanguage = of('ContactPreferencesSet')
    .map((act) => readable(act.sealed)?.language)
    .findLast((language) => language !== undefined);
  const referrals = [referral, ...of('ReferralRepeated')];
  const pinned = of('EpisodePinned').reduce<Act<'EpisodePinned'> | undefined>(
    (last, pin) => (last && last.revision > pin.revision ? last : pin),
    undefined,
  );

  return {
    patientId: referral.facts.patientId,
    ordinal: referral.facts.ordinal,
    site: of('EpisodeTransferred').findLast((t) => t.facts.site !== undefined)?.facts.site ?? referral.facts.site,
    zone,
    acts,
    paperwork,
    referral,
    ...(pinned ? { pinned } : {}),
    ...(pinned && of('EpisodePinned').length > 1 ? { repinned: pinned } : {}),
    urgency: mostUrgent(referrals.map((r) => r.facts.urgency)),
    phase,
    phaseAct,
    provider,
    ...(careManager === undefined ? {} : { careManager }),
    ...(ended ? { ended } : {}),
    ...(enrolled ? { enrolled } : {}),
    ...(reached ? { reached } : {}),
    ...(primaryScale === undefined ? {} : { primaryScale }),
    scales,
    primary,
    ...(primary[0] ? { baseline: primary[0] } : {}),
    ...(primary.at(-1) ? { last: primary.at(-1)! } : {}),
    ...(preferredLanguage === undefined ? {} : { preferredLanguage }),
    attempts,
    treatmentContacts: contacts.filter((c) => c.facts.kind === 'treatment'),
    holds,
    ...(hold ? { hold } : {}),
    appointments: appointmentsOf(
      of('AppointmentBooked', 'AppointmentRescheduled', 'AppointmentKept', 'AppointmentMissed', 'AppointmentCancelled'),
    ),
    recommendations: recommendationsOf(
      of('ConsultRecommendationIssued'),
      of('RecommendationAnswered'),
      of('RecommendationWithdrawn'),
    ),
    ...(plan ? { plan } : {}),
    ...(review ? { review } : {}),
    ...(riskLevel === undefined ? {} : { riskLevel }),
    voided,
    concerns: state.acts.filter((act) => act.type === 'SafetyConcernRaised'),
    lastRevision: state.acts.at(-1)?.revision ?? -1,
  };
}

const URGENCY_ORDER: readonly Urgency[] = ['routine', 'urgent', 'safety'];
/** A routine repeat of an urgent referral makes nothing less urgent. */
const mostUrgent = (said: readonly Urgency[]): Urgency =>
  said.reduce((most, next) => (URGENCY_ORDER.indexOf(next) > URGENCY_ORDER.indexOf(most) ? next : most), 'routine');

/** The act that says what a scale is now: its correction, or its first entry. What rests on a score cites this. */
export const saidBy = (scale: Scale): number => scale.correctedBy ?? scale.revision;

function scalesOf(
  recorded: readonly Act<'AssessmentRecorded'>[],
  corrections: readonly Act<'AssessmentCorrected'>[],
): readonly Scale[] {
  const scales = recorded.map((origin): Scale => {
    const correction = corrections
      .filter((c) => c.facts.corrects === origin.revision)
      .toSorted((a, b) => a.revision - b.revision)
      .at(-1);
    const act = correction ?? origin;
    const sealed = readable(act.sealed);
    return {
      revision: origin.revision,
      ...(correction ? { correctedBy: correction.revision } : {}),
      instrument: act.facts.instrument,
      // A correction says what was answered, not when: the scale stays where it lies in time (§9, edge case 6).
      occurredAt: origin.occurredAt,
      recordedAt: origin.recordedAt,
      on: origin.on,
      completeness: act.facts.completeness,
      enteredBy: act.facts.enteredBy,
      items: sealed?.items ?? null,
      total: sealed?.total ?? null,
      prorated: sealed?.prorated ?? null,
      unreadable: sealed === undefined,
    };
  });
  return inClinicalOrder(scales);
}

function phaseOf(
  acts: readonly CareAct[],
  referral: Act<'PatientReferred'>,
): Pick<Story, 'phase' | 'phaseAct' | 'ended'> {
  let phase: Phase = 'referred';
  let phaseAct: Act = referral;
  const retractions = acts.filter((act) => act.type === 'PatientDeathNoteRetracted');
  for (const act of acts) {
    const next = phaseAfter(act, phase, retractions);
    if (next && !(phase === 'ended' && next !== 'ended')) {
      phase = next;
      phaseAct = act;
    }
  }
  return phase === 'ended' ? { phase, phaseAct, ended: phaseAct as NonNullable<Story['ended']> } : { phase, phaseAct };
}

/** A death may be noted again after its retraction, when two records turn out to be one person after all. */
const isRetracted = (
  note: Act<'PatientDeathNoted'>,
  retractions: readonly Act<'PatientDeathNoteRetracted'>[],
): boolean =>
  retractions.some(
    ({ revision, facts }) => facts.patientRevision === note.facts.patientRevision && revision > note.revision,
  );

function phaseAfter(
  act: Act,
  phase: Phase,
  retractions: readonly Act<'PatientDeathNoteRetracted'>[],
): Phase | undefined {
  switch (act.type) {
    case 'PatientEnrolled':
      return 'acute';
    case 'RelapsePreventionStarted':
      // Without an enrolment (it was undone) there is nothing to step down from.
      return phase === 'acute' ? 'relapse-prevention' : undefined;
    case 'RelapseDetected':
      return phase === 'relapse-prevention' ? 'acute' : undefined;
    case 'ReferralClosed':
    case 'EpisodeDischarged':
      return 'ended';
    // A report of death that was retracted never ended anything.
    case 'PatientDeathNoted':
      return isRetracted(act, retractions) ? undefined : 'ended';
    default:
      return undefined;
  }
}

function ownerOf(
  acts: readonly (Act<'CareManagerAssigned'> | Act<'CareManagerReleased'> | Act<'EpisodeTransferred'>)[],
): string | undefined {
  let owner: string | undefined;
  for (const act of acts) {
    if (act.type === 'CareManagerAssigned') owner = act.facts.careManager;
    else if (act.type === 'EpisodeTransferred') owner = act.facts.to;
    else if (act.facts.careManager === owner) owner = undefined;
  }
  return owner;
}

type HoldAct = Act<'HoldStarted'> | Act<'HoldReviewed'> | Act<'HoldEnded'>;

/** Overlapping holds are one hold (edge case 27), also when one of them became known after the other had ended. */
function holdsOf(acts: readonly HoldAct[]): Hold[] {
  const holds: Hold[] = [];
  for (const hold of holdsAsRecorded(acts).toSorted((a, b) => byClinicalOrder(a.started, b.started))) {
    const before = holds.at(-1);
    const overlaps = before && (!before.ended || isAfter(before.ended, hold.started));
    if (overlaps) holds[holds.length - 1] = joined(before, hold);
    else holds.push(hold);
  }
  return holds;
}

/** An end belongs to the hold that was open when it was recorded. */
function holdsAsRecorded(acts: readonly HoldAct[]): Hold[] {
  const holds: Hold[] = [];
  for (const act of acts.toSorted((a, b) => a.revision - b.revision)) {
    const current = holds.at(-1);
    const isOpen = current !== undefined && !current.ended;
    if (isOpen)
      holds[holds.length - 1] =
        act.type === 'HoldEnded' ? { ...current, ended: act } : { ...current, reviews: [...current.reviews, act] };
    else if (act.type === 'HoldStarted') holds.push({ started: act, reviews: [] });
  }
  return holds;
}

function joined({ ended: _ended, ...first }: Hold, second: Hold): Hold {
  const ends = [_ended, second.ended].filter((end) => end !== undefined).toSorted(byClinicalOrder);
  const reviews = [...first.reviews, second.started, ...second.reviews].toSorted((a, b) => a.revision - b.revision);
  return { ...first, reviews, ...(ends.length === 2 ? { ended: ends[1]! } : {}) };
}

type AppointmentAct =
  | Act<'AppointmentBooked'>
  | Act<'AppointmentRescheduled'>
  | Act<'AppointmentKept'>
  | Act<'AppointmentMissed'>
  | Act<'AppointmentCancelled'>;

function appointmentsOf(acts: readonly AppointmentAct[]): Appointment[] {
  const known = new Map<number, Appointment>();
  // By revision: an outcome is always recorded after the booking, whatever clinical time either carries.
  for (const act of acts.toSorted((a, b) => a.revision - b.revision)) {
    const { appointment } = act.facts;
    const before = known.get(appointment);
    if (act.type === 'AppointmentBooked')
      known.set(appointment, {
        appointment,
        booked: act,
        anchor: act,
        on: act.facts.on,
        ...(act.facts.at === undefined ? {} : { at: act.facts.at }),
      });
    else if (!before) continue;
    else if (act.type === 'AppointmentRescheduled') {
      known.set(appointment, {
        appointment,
        booked: before.booked,
        anchor: act,
        on: act.facts.on,
        ...(act.facts.at === undefined ? {} : { at: act.facts.at }),
      });
    } else known.set(appointment, { ...before, outcome: act });
  }
  return [...known.values()];
}

function recommendationsOf(
  issued: readonly Act<'ConsultRecommendationIssued'>[],
  answers: readonly Act<'RecommendationAnswered'>[],
  withdrawals: readonly Act<'RecommendationWithdrawn'>[],
): Recommendation[] {
  return issued.map((act) => {
    const n = act.facts.recommendation;
    const answer = answers.filter((a) => a.facts.recommendation === n).at(-1);
    const gone =
      withdrawals.find((w) => w.facts.recommendation === n) ?? issued.find((other) => other.facts.replaces === n);
    return { recommendation: n, issued: act, ...(answer ? { answer } : {}), ...(gone ? { gone } : {}) };
  });
}

/** Days from enrolment to a date: the count that d56 and d84 mean. */
export const daysSinceEnrolment = (story: Story, date: LocalDate): number =>
  story.enrolled ? daysBetween(story.enrolled.facts.enrolledOn, date) : -1;
