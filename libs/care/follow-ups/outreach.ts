import { isAfter, type Act } from '../episode/story.js';
import { actAt, businessMorning, closing, countedFrom, days, forward, later, morning, plusBusinessDays, plusDays, routine, type Occasion, type Row, type World } from './row.js';

/** From the referral until the patient is reached and enrolled, or the referral is closed. */

type Attempt = Act<'OutreachAttempted'>;

/** A wrong number reached nobody's telephone; it counts as no attempt (first-outreach row). */
const counts = (attempt: Attempt): boolean => attempt.facts.outcome !== 'wrong-number';
const isLetter = (attempt: Attempt): boolean => attempt.facts.outcome === 'sent';
const reachedNobody = (attempt: Attempt): boolean => counts(attempt) && !isLetter(attempt) && attempt.facts.outcome !== 'reached' && attempt.facts.outcome !== 'declined';

const metPatient = ({ story }: World): Act | undefined => story.reached ?? story.enrolled;

/** One attempt a day counts: two voicemails five minutes apart are one (scenario 3). */
function attemptDays({ story }: World): Attempt[] {
  const tries = story.attempts.filter((a) => reachedNobody(a) && isAfter(a, story.referral));
  return tries.filter((a, i) => tries.findIndex((other) => other.on === a.on) === i);
}

export const firstOutreach: Row = {
  kind: 'first-outreach',
  occasions(world) {
    const { story } = world;
    const met = metPatient(world);
    const referrals = story.acts.filter((a): a is Act<'PatientReferred'> | Act<'ReferralRepeated'> => a.type === 'PatientReferred' || a.type === 'ReferralRepeated');
    return referrals.filter((r) => r.type === 'PatientReferred' || !met || isAfter(met, r)).map((referral) => {
      const urgent = referral.facts.urgency !== 'routine';
      const from = countedFrom(world, referral.on);
      const dueOn = urgent ? from : plusBusinessDays(world, from, days(world, 'referral.first-outreach'));
      const first = story.careManager === undefined ? (['supervisor'] as const) : (['care-manager'] as const);
      return routine(world, { kind: 'first-outreach', anchorRevision: referral.revision, dueOn },
        [morning(world, dueOn, [...first]), urgent ? closing(world, dueOn, ['supervisor']) : businessMorning(world, plusBusinessDays(world, dueOn, 1), ['supervisor'])]);
    });
  },
  fulfilled(owed, world) {
    const anchor = actAt(world.story, owed.anchorRevision);
    const met = [...world.story.attempts.filter(counts), ...(metPatient(world) ? [metPatient(world)!] : [])];
    return anchor && met.filter((act) => isAfter(act, anchor)).toSorted((a, b) => (isAfter(a, b) ? 1 : -1))[0]?.revision;
  },
};

export const outreachRetry: Row = {
  kind: 'outreach-retry',
  occasions(world) {
    if (world.story.phase !== 'referred') return [];
    const tried = attemptDays(world);
    const last = tried.at(-1);
    const wait = (['outreach.second-attempt', 'outreach.third-attempt', 'outreach.letter'] as const)[tried.length - 1];
    if (!last || !wait) return [];
    const dueOn = plusBusinessDays(world, countedFrom(world, last.on), days(world, wait));
    return [routine(world, { kind: 'outreach-retry', anchorRevision: last.revision, dueOn },
      [morning(world, dueOn, ['care-manager'], wait === 'outreach.letter' ? 'letter or portal message' : 'another day, another time'), businessMorning(world, plusBusinessDays(world, dueOn, days(world, 'outreach.digest')), ['digest'])])];
  },
  fulfilled(owed, world) {
    const anchor = actAt(world.story, owed.anchorRevision);
    const nth = attemptDays(world).findIndex((a) => a.revision === owed.anchorRevision) + 1;
    if (!anchor || nth === 0) return undefined;
    const wantsLetter = nth >= days(world, 'outreach.attempts');
    return world.story.attempts.find((a) => isAfter(a, anchor) && counts(a) && (wantsLetter ? isLetter(a) : a.on > anchor.on))?.revision;
  },
  superseded: (_owed, world) => metPatient(world)?.revision,
};

export const closeUnreachedReferral: Row = {
  kind: 'close-unreached-referral',
  occasions(world) {
    const { story } = world;
    const tried = attemptDays(world);
    const first = tried[0];
    if (!first) return [];
    const letter = story.attempts.filter((a) => isLetter(a) && isAfter(a, first)).at(-1);
    const close = plusDays(countedFrom(world, story.referral.on), days(world, 'outreach.close'));
    const dueOn = forward(world, letter ? later(close, plusDays(letter.on, days(world, 'outreach.close.after-letter'))) : close);
    const enough = tried.length >= days(world, 'outreach.attempts');
    return [routine(world, { kind: 'close-unreached-referral', anchorRevision: first.revision, dueOn },
      [enough ? morning(world, dueOn, ['care-manager'], 'closing is proposed') : morning(world, dueOn, ['supervisor'], 'too few attempts to propose closing'),
        businessMorning(world, plusBusinessDays(world, dueOn, days(world, 'outreach.close.supervisor')), ['supervisor'])])];
  },
  fulfilled: (_owed, { story }) => story.acts.find((act) => act.type === 'ReferralClosed')?.revision,
  superseded: (_owed, world) => metPatient(world)?.revision,
};

export const initialAssessment: Row = {
  kind: 'initial-assessment',
  occasions(world): Occasion[] {
    const { story } = world;
    const reached = story.reached;
    if (!reached) return [];
    const dueOn = forward(world, later(plusDays(countedFrom(world, story.referral.on), days(world, 'assessment.initial')), plusBusinessDays(world, countedFrom(world, reached.on), days(world, 'assessment.initial.after-reached'))));
    return [routine(world, { kind: 'initial-assessment', anchorRevision: reached.revision, dueOn }, [morning(world, dueOn, ['care-manager']), businessMorning(world, plusDays(dueOn, days(world, 'assessment.initial.supervisor')), ['supervisor'])])];
  },
  fulfilled: (_owed, { story }) => story.enrolled?.revision,
};
