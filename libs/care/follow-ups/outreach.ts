import { isAfter, type Act, type Story } from '../episode/story/index.js';
import type { Notify } from '../words.js';
import { missingSpread } from './outreach-spread.js';
import {
  actAt,
  businessMorning,
  closing,
  countedFrom,
  days,
  forward,
  later,
  morning,
  plusBusinessDays,
  plusDays,
  routine,
  type Occasion,
  type Row,
  type World,
} from './row.js';

/** From the referral until the patient is reached and enrolled, or the referral is closed. */

type Attempt = Act<'OutreachAttempted'>;

/** A wrong number reached nobody's telephone, a message in another language nobody's ear (first-outreach row; research §9, 17). */
const counts = (attempt: Attempt, { preferredLanguage }: Story): boolean =>
  attempt.facts.outcome !== 'wrong-number' && (met(attempt) || isUnderstood(attempt.facts.language, preferredLanguage));
const isUnderstood = (spoken: string | undefined, preferred: string | undefined): boolean =>
  spoken === undefined || preferred === undefined || spoken.split('-')[0] === preferred.split('-')[0];
const met = ({ facts }: Attempt): boolean => facts.outcome === 'reached' || facts.outcome === 'declined';
/** In writing, to be read at any hour: what the last attempt must be. A text that was sent is an attempt like a call (C3). */
export const isLetterSent = ({ channel, outcome }: { readonly channel: string; readonly outcome: string }): boolean =>
  outcome === 'sent' && (channel === 'letter' || channel === 'portal');
const isLetter = ({ facts }: Attempt): boolean => isLetterSent(facts);
const reachedNobody = (attempt: Attempt, story: Story): boolean => counts(attempt, story) && !met(attempt);

const metPatient = ({ story }: World): Act | undefined => story.reached ?? story.enrolled;

/** Which interval runs after the n-th attempt: to the second, to each later one, and after enough of them to a letter (C3). */
const nextWait = (world: World, n: number) =>
  n >= days(world, 'outreach.attempts')
    ? 'outreach.letter'
    : n === 1
      ? 'outreach.second-attempt'
      : 'outreach.third-attempt';

/** The fact that a follow-up would be counted from today, when it is not the one it was opened on. */
const other = (owed: { anchorRevision: number }, now: Act | undefined): number | undefined =>
  now && now.revision !== owed.anchorRevision ? now.revision : undefined;

/** One attempt a day counts: two voicemails five minutes apart are one (scenario 3). One before the order was written counts, as it answers it. */
function attemptDays({ story }: World): Attempt[] {
  const tries = story.attempts.filter((a) => reachedNobody(a, story));
  return tries.filter((a) => !tries.some((other) => other.on === a.on && other.revision < a.revision));
}

/** What the attempts still lack, letters counted as a channel. */
function lacking(world: World): ReturnType<typeof missingSpread> {
  const { story } = world;
  const calls = story.attempts.filter((a) => reachedNobody(a, story) && !isLetter(a));
  return missingSpread(world, calls, story.attempts.filter(isLetter));
}

/** C1. */
export const firstOutreach: Row = {
  kind: 'first-outreach',
  occasions(world) {
    const { story } = world;
    const met = metPatient(world);
    const referrals = story.acts.filter(
      (a): a is Act<'PatientReferred'> | Act<'ReferralRepeated'> =>
        a.type === 'PatientReferred' || a.type === 'ReferralRepeated',
    );
    return referrals
      .filter((r) => r.type === 'PatientReferred' || !met || isAfter(met, r))
      .map((referral) => {
        const urgent = referral.facts.urgency !== 'routine';
        const from = countedFrom(world, referral.on);
        const dueOn = urgent ? from : plusBusinessDays(world, from, days(world, 'referral.first-outreach'));
        // Whoever is assigned after it was raised has it on their list.
        const first: Notify[] = story.careManager === undefined ? ['care-manager', 'supervisor'] : ['care-manager'];
        return routine(world, { kind: 'first-outreach', anchorRevision: referral.revision, dueOn }, [
          morning(world, dueOn, first),
          urgent
            ? closing(world, dueOn, ['supervisor'])
            : businessMorning(world, plusBusinessDays(world, dueOn, 1), ['supervisor']),
        ]);
      });
  },
  fulfilled(owed, world) {
    const { story } = world;
    const anchor = actAt(story, owed.anchorRevision);
    if (!anchor) return undefined;
    const met = metPatient(world);
    const outreach = [...story.attempts.filter((a) => counts(a, story)), ...(met ? [met] : [])];
    // The patient may have been met before the order was written (a warm hand-over); that answers the referral, not a later one.
    const answers = outreach.filter((act) => anchor.type === 'PatientReferred' || isAfter(act, anchor));
    return answers.toSorted((a, b) => (isAfter(a, b) ? 1 : -1))[0]?.revision;
  },
};

/** C3. What the attempts so far lack is said with the next one. */
export const outreachRetry: Row = {
  kind: 'outreach-retry',
  occasions(world) {
    if (world.story.phase !== 'referred') return [];
    const tried = attemptDays(world).slice(0, days(world, 'outreach.attempts'));
    const last = tried.at(-1);
    if (!last) return [];
    const wait = nextWait(world, tried.length);
    const missing = lacking(world);
    const note =
      wait === 'outreach.letter'
        ? ['letter or portal message', ...(missing ? [`also try ${missing.another}`] : [])].join('; ')
        : (missing?.said ?? 'another day, another time');
    const dueOn = plusBusinessDays(world, countedFrom(world, last.on), days(world, wait));
    return [
      routine(world, { kind: 'outreach-retry', anchorRevision: last.revision, dueOn }, [
        morning(world, dueOn, ['care-manager'], note),
        businessMorning(world, plusBusinessDays(world, dueOn, days(world, 'outreach.digest')), ['digest']),
      ]),
    ];
  },
  fulfilled(owed, world) {
    const anchor = actAt(world.story, owed.anchorRevision);
    const nth = attemptDays(world).findIndex((a) => a.on === anchor?.on) + 1;
    if (!anchor || nth === 0) return undefined;
    const wantsLetter = nth >= days(world, 'outreach.attempts');
    return world.story.attempts.find(
      // When the last attempt was a letter already, no other is asked for.
      (a) => counts(a, world.story) && !isAfter(anchor, a) && (wantsLetter ? isLetter(a) : a.on > anchor.on),
    )?.revision;
  },
  superseded: (_owed, world) => metPatient(world)?.revision,
};

/** C3. The step asks a person; nothing closes by itself. */
export const closeUnreachedReferral: Row = {
  kind: 'close-unreached-referral',
  occasions(world) {
    const { story } = world;
    const tried = attemptDays(world);
    const first = tried[0];
    if (!first) return [];
    const letter = story.attempts.filter((a) => isLetter(a) && counts(a, story) && !isAfter(first, a)).at(-1);
    const close = plusDays(countedFrom(world, story.referral.on), days(world, 'outreach.close'));
    const dueOn = forward(
      world,
      letter ? later(close, plusDays(letter.on, days(world, 'outreach.close.after-letter'))) : close,
    );
    const isEnough = tried.length >= days(world, 'outreach.attempts') && lacking(world) === null;
    return [
      routine(world, { kind: 'close-unreached-referral', anchorRevision: first.revision, dueOn }, [
        isEnough
          ? morning(world, dueOn, ['care-manager'], 'closing is proposed')
          : morning(world, dueOn, ['supervisor'], 'attempts too few or too alike to propose closing'),
        businessMorning(world, plusBusinessDays(world, dueOn, days(world, 'outreach.close.supervisor')), [
          'supervisor',
        ]),
      ]),
    ];
  },
  fulfilled: (_owed, { story }) =>
    story.acts.find((act) => act.type === 'ReferralClosed' && act.facts.reason === 'unreached')?.revision,
  // An attempt that lies before the first one and became known later takes its place.
  superseded: (owed, world) => metPatient(world)?.revision ?? other(owed, attemptDays(world)[0]),
};

/** C2. */
export const initialAssessment: Row = {
  kind: 'initial-assessment',
  occasions(world): Occasion[] {
    const { story } = world;
    const reached = story.reached;
    if (!reached) return [];
    const dueOn = forward(
      world,
      later(
        plusDays(countedFrom(world, story.referral.on), days(world, 'assessment.initial')),
        plusBusinessDays(world, countedFrom(world, reached.on), days(world, 'assessment.initial.after-reached')),
      ),
    );
    return [
      routine(world, { kind: 'initial-assessment', anchorRevision: reached.revision, dueOn }, [
        morning(world, dueOn, ['care-manager']),
        businessMorning(world, plusDays(dueOn, days(world, 'assessment.initial.supervisor')), ['supervisor']),
      ]),
    ];
  },
  fulfilled: (_owed, { story }) => story.enrolled?.revision,
  superseded: (owed, { story }) => other(owed, story.reached),
};
