import { daysBetween, localDate } from '../../calendar/index.js';
import type { LocalDate, RiskLevel, Urgency } from '../../words.js';
import type { RecordedEpisodeEvent, RecordedEpisodeEventOf } from '../events.js';
import { inClinicalOrder, isPaperwork, readable, type Act, type CareAct, type PaperworkType } from './acts.js';
import { appointmentsOf, type Appointment } from './appointments.js';
import { holdsOf, type Hold } from './holds.js';
import { phaseOf, type PhaseOf } from './phase.js';
import { recommendationsOf, type Recommendation } from './recommendations.js';
import { scalesOf, type Scale } from './scales.js';

/**
 * The story of an episode: its acts with voids and corrections applied, in clinical order (`occurredAt`, then revision: follow-up-rules G6),
 * and what they mean together. Follow-up rules and readers use the story, never the raw list.
 */
export interface Story extends PhaseOf {
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

/** Which acts were undone, each by which void. A void may itself be voided, which brings the act back. */
export function voidsOf(acts: readonly RecordedEpisodeEvent[]): Map<number, number> {
  const voided = new Map<number, number>();
  for (const act of [...acts].reverse())
    if (act.type === 'ActVoided' && !voided.has(act.revision)) voided.set(act.facts.revision, act.revision);
  return voided;
}

// An act keeps its local date for as long as the episode keeps its zone.
const datedActs = new WeakMap<RecordedEpisodeEvent, { readonly zone: string; readonly act: Act }>();

/** The act with its local date. */
export function dated(event: RecordedEpisodeEvent, zone: string): Act {
  const known = datedActs.get(event);
  if (known?.zone === zone) return known.act;
  const act = { ...event, on: localDate(event.occurredAt, zone) } as Act;
  datedActs.set(event, { zone, act });
  return act;
}

/** The zone in which the episode lives from an act on, where the act says so. */
const zoneIn = (act: RecordedEpisodeEvent): string | undefined =>
  act.type === 'EpisodeTransferred' || act.type === 'EpisodePinned' ? act.facts.zone : undefined;

/** The story of these acts, told from the first; null before the first referral. Pure and total. */
export function retell(recorded: readonly RecordedEpisodeEvent[]): Story | null {
  const first = recorded.find((act) => act.type === 'PatientReferred');
  if (first?.type !== 'PatientReferred') return null;
  const voided = voidsOf(recorded);
  const moved = recorded.findLast((act) => zoneIn(act) !== undefined && !voided.has(act.revision));
  const zone = (moved && zoneIn(moved)) ?? first.facts.zone;
  const standing = inClinicalOrder(recorded.filter((act) => !voided.has(act.revision) || act === first)).map((act) =>
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
  // By the enrolment that stands: one that was undone leaves its scale behind.
  const fixed = of('PrimaryScaleFixed').find(({ commandId }) => commandId === enrolled?.commandId);
  const primaryScale = fixed?.facts.instrument;
  const scales = scalesOf(of('AssessmentRecorded'), of('AssessmentCorrected'));
  // Both days are those of one zone; the day that the enrolment states may be that of another, corrected since.
  const primary = enrolled
    ? scales.filter((s) => s.instrument === primaryScale && s.total !== null && s.on >= enrolled.on)
    : [];
  const { phase, phaseAct, ended } = phaseOf(acts, referral);
  const holds = holdsOf(of('HoldStarted', 'HoldReviewed', 'HoldEnded'));
  const hold = phase === 'ended' ? undefined : holds.findLast((h) => !h.ended);
  const review = of('SafetyReviewRecorded').findLast((r) => r.facts.outcome !== 'trigger-withdrawn');
  const riskLevel = review && readable(review.sealed)?.level;
  const plan = of('TreatmentPlanSet', 'TreatmentPlanRevised').at(-1);
  const careManager = ownerOf(of('CareManagerAssigned', 'CareManagerReleased', 'EpisodeTransferred'));
  const provider = of('ProviderAssigned').at(-1)?.facts.provider ?? referringProvider(referral);
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
    ...(provider === undefined ? {} : { provider }),
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
    concerns: recorded.filter((act) => act.type === 'SafetyConcernRaised'),
    lastRevision: recorded.at(-1)?.revision ?? -1,
  };
}

const URGENCY_ORDER: readonly Urgency[] = ['routine', 'urgent', 'safety'];
/** A routine repeat of an urgent referral makes nothing less urgent. */
const mostUrgent = (said: readonly Urgency[]): Urgency =>
  said.reduce((most, next) => (URGENCY_ORDER.indexOf(next) > URGENCY_ORDER.indexOf(most) ? next : most), 'routine');

/** Who refers a patient is their provider, unless they say so of themselves in another role: a care manager or a machine that enters a referral. */
function referringProvider({ facts: { referredBy }, actor, actorRole }: Act<'PatientReferred'>): string | undefined {
  const isSelf = actor.slice(actor.indexOf(':') + 1) === referredBy;
  return isSelf && actorRole !== 'provider' ? undefined : referredBy;
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

/** Days from enrolment to a date: the count that d56 and d84 mean. */
export const daysSinceEnrolment = (story: Story, date: LocalDate): number =>
  story.enrolled ? daysBetween(story.enrolled.facts.enrolledOn, date) : -1;
