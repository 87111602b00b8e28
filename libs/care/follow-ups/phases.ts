import { expectedEndOf, isAfter, saidBy, type Act, type Scale } from '../episode/story/index.js';
import {
  actAt,
  actsOf,
  back,
  businessMorning,
  countedFrom,
  days,
  earlier,
  forward,
  morning,
  plusBusinessDays,
  plusDays,
  routine,
  type Owed,
  type Row,
  type World,
} from './row.js';
import { isElevated, isRemission, roseAbove } from './response.js';
import { contactAfter } from './contacts.js';
import { answers } from './treatment.js';

/** Stepping down, relapse prevention, relapse, and holds. */

const rpSince = ({ story }: World): Act<'RelapsePreventionStarted'> | undefined =>
  story.phase === 'relapse-prevention' ? (story.phaseAct as Act<'RelapsePreventionStarted'>) : undefined;

const relapseSince = (owed: Owed, { story }: World): number | undefined =>
  story.acts.find((act) => act.type === 'RelapseDetected' && act.revision > owed.anchorRevision)?.revision;

/** A person decided to go on as before (the command asks for a reason). To decide to step down is not yet to step down. */
const goesOn = (act: Act): boolean =>
  act.type === 'CaseReviewed' && act.facts.subject === 'step-down' && act.facts.decision === 'continue';

/** Scales since a person last decided to continue as before, or a relapse: what a new proposal may rest on. */
function undecidedScales({ story }: World): readonly Scale[] {
  const from = story.acts.findLast((act) => goesOn(act) || act.type === 'RelapseDetected');
  return story.primary.filter((scale) => !from || isAfter(scale, from));
}

/** The scale that proposes stepping down: a second remission far enough from the first, none lost between (acute); or the last of three stable ones (relapse prevention). */
function proposing(world: World): Scale | undefined {
  const { story, pathway } = world;
  const scales = undecidedScales(world);
  if (story.phase === 'acute') {
    const lost = scales.findLastIndex((scale) => !isRemission(pathway, scale));
    const [first, ...others] = scales.slice(lost + 1);
    return first && others.find((scale) => scale.on >= plusDays(first.on, days(world, 'step-down.apart')));
  }
  const since = rpSince(world);
  if (!since) return undefined;
  const stable = scales.filter((scale) => isAfter(scale, since));
  const alarm = stable.findLastIndex((scale) => alarms(world, scale));
  return stable.slice(alarm + 1)[days(world, 'step-down.stable-scales') - 1];
}

/** Research §3.6. */
export const stepDownReview: Row = {
  kind: 'step-down-review',
  occasions(world) {
    const scale = proposing(world);
    if (!scale) return [];
    const dueOn = forward(world, plusDays(countedFrom(world, scale.on), days(world, 'step-down.due')));
    return [
      routine(world, { kind: 'step-down-review', anchorRevision: scale.revision, dueOn }, [
        morning(world, dueOn, ['care-manager']),
        businessMorning(world, plusDays(dueOn, days(world, 'step-down.digest')), ['digest']),
      ]),
    ];
  },
  fulfilled(owed, { story }) {
    return story.acts.find(
      (act) =>
        act.revision > owed.anchorRevision &&
        (act.type === 'RelapsePreventionStarted' || act.type === 'EpisodeDischarged' || goesOn(act)),
    )?.revision;
  },
  superseded(owed, world) {
    const { story, pathway } = world;
    const scale = story.primary.find((s) => s.revision === owed.anchorRevision);
    if (!scale) return undefined;
    const loses = (s: Scale): boolean => (story.phase === 'acute' ? !isRemission(pathway, s) : alarms(world, s));
    // The scale itself may have been corrected to a worse one.
    const lost = story.primary.find((s) => (s === scale || isAfter(s, scale)) && loses(s));
    return lost ? saidBy(lost) : relapseSince(owed, world);
  },
};

/** C13. */
export const relapsePlan: Row = {
  kind: 'relapse-plan',
  occasions(world) {
    const since = rpSince(world);
    if (!since) return [];
    // The second contact is the one that took place, or is due a spacing after the first; until there is a first, two after stepping down (C13).
    const [first, second] = world.story.treatmentContacts.filter((contact) => isAfter(contact, since));
    const { dueOn: expected, numbers } = contactAfter(world, first?.on ?? contactAfter(world, since.on).dueOn);
    const latest = plusDays(second ? earlier(second.on, expected) : expected, -1);
    const from = countedFrom(world, since.on);
    const dueOn = back(world, earlier(plusDays(from, days(world, 'relapse-plan.due')), latest));
    return [
      routine(
        world,
        { kind: 'relapse-plan', anchorRevision: since.revision, dueOn },
        [morning(world, dueOn, ['care-manager']), morning(world, back(world, latest), ['supervisor'])],
        numbers,
      ),
    ];
  },
  fulfilled(owed, { story }) {
    // A plan written in the weeks before stepping down counts (C13); one from before a relapse does not.
    const relapse = story.acts.findLast((act) => act.type === 'RelapseDetected' && act.revision < owed.anchorRevision);
    return story.acts.find(
      (act) =>
        act.type === 'RelapsePlanCompleted' &&
        act.facts.patientHasCopy &&
        (!relapse || act.revision > relapse.revision),
    )?.revision;
  },
  superseded: relapseSince,
};

/** PHQ-9 ≥ 10 or five above the best score; GAD-7 ≥ 10 or four above (follow-up-rules, relapse-confirm). */
function alarms({ story, pathway }: World, scale: Scale): boolean {
  const before = story.primary.filter((other) => isAfter(scale, other));
  return isElevated(pathway, scale) || roseAbove(scale, before);
}

/** Research §2.8. */
export const relapseConfirm: Row = {
  kind: 'relapse-confirm',
  occasions(world) {
    const since = rpSince(world);
    if (!since) return [];
    const ruledOut = actsOf(world.story, 'RelapseRuledOut');
    const alarm = world.story.primary.find(
      (scale) => isAfter(scale, since) && alarms(world, scale) && !ruledOut.some((act) => answers(act, scale)),
    );
    if (!alarm) return [];
    const dueOn = back(world, plusDays(countedFrom(world, alarm.on), days(world, 'relapse.confirm')));
    return [
      routine(world, { kind: 'relapse-confirm', anchorRevision: alarm.revision, dueOn }, [
        morning(world, plusBusinessDays(world, countedFrom(world, alarm.on), 1), ['care-manager', 'consult-queue']),
        morning(world, dueOn, ['care-manager']),
        businessMorning(world, plusBusinessDays(world, dueOn, days(world, 'relapse.supervisor')), ['supervisor']),
      ]),
    ];
  },
  // Ruling out needs a second scale (decide.ts asks for it); a relapse may be confirmed without one, which supersedes.
  fulfilled(owed, world) {
    const { story } = world;
    const alarm = story.primary.find((scale) => scale.revision === owed.anchorRevision);
    if (!alarm) return undefined;
    const again = plusDays(alarm.on, days(world, 'relapse.second-scale'));
    const isSecond = (scale: Scale, act: Act): boolean => scale.on >= again && !isAfter(scale, act);
    return actsOf(story, 'RelapseRuledOut', 'RelapseDetected').find(
      (act) =>
        answers(act, alarm) && (act.type === 'RelapseRuledOut' || story.primary.some((scale) => isSecond(scale, act))),
    )?.revision;
  },
  superseded: relapseSince,
};

/** Research §3.10 and §9, edge case 27. */
export const holdReview: Row = {
  kind: 'hold-review',
  throughHold: true,
  occasions(world) {
    const hold = world.story.hold;
    if (!hold) return [];
    const anchor = [hold.started, ...hold.reviews].reduce((last, act) => (act.revision > last.revision ? act : last));
    const weekOn = plusDays(anchor.on, days(world, 'hold.review'));
    const expected = expectedEndOf(hold);
    const dueOn = forward(world, expected && expected > anchor.on ? earlier(weekOn, expected) : weekOn);
    return [
      routine(world, { kind: 'hold-review', anchorRevision: anchor.revision, dueOn }, [
        morning(world, dueOn, ['care-manager']),
        businessMorning(world, plusBusinessDays(world, dueOn, days(world, 'hold.digest')), ['digest']),
      ]),
    ];
  },
  fulfilled(owed, { story }) {
    const anchor = actAt(story, owed.anchorRevision);
    return (
      anchor &&
      // The end may be entered late, as of a day before the last review.
      story.acts.find(
        (act) =>
          act.revision > anchor.revision &&
          (act.type === 'HoldEnded' || (act.type === 'HoldReviewed' && isAfter(act, anchor))),
      )?.revision
    );
  },
};
