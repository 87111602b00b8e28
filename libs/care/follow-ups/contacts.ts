import { addMonths, lastBusinessDayOfMonth, localDate } from '../calendar/index.js';
import { isAfter, type Act, type Scale, type Story } from '../episode/story/index.js';
import type { LocalDate } from '../words.js';
import { PLAN_NUMBERS, type Numbers } from './numbers.js';
import {
  actAt,
  businessMorning,
  countedFrom,
  days,
  earlier,
  forward,
  later,
  morning,
  plusDays,
  routine,
  type Owed,
  type Row,
  type World,
} from './row.js';

/** Staying in touch and measuring: contact, reassessment, and the chase when there is no contact. */

const inTreatment = ({ story }: World): boolean => story.phase === 'acute' || story.phase === 'relapse-prevention';

/** The latest of enrolment and the treatment contacts: what contact and no-contact count from. */
function lastContact({ story }: World): Act | undefined {
  const after = story.treatmentContacts.filter((contact) => !story.enrolled || isAfter(contact, story.enrolled));
  return after.at(-1) ?? story.enrolled;
}

/** The monthly floor (G5, C6): the last business day of the month after the anchor's, unless the plan asks for wider spacing. */
function floored(world: World, from: LocalDate, every: number, planned: number | undefined): LocalDate {
  const dueOn = forward(world, plusDays(from, planned ?? every));
  return planned !== undefined && planned > every
    ? dueOn
    : earlier(dueOn, lastBusinessDayOfMonth(world.calendar, addMonths(from, 1)));
}

/**
 * The days the plan asks for, narrower or wider than the pathway (G5, G6). A wider spacing that was planned before a relapse
 * does not outlive it: a patient who relapsed is not seen every 60 days because they once were well.
 */
function plannedDays(
  { plan, phaseAct }: Story,
  key: 'contactEvery' | 'reassessEvery',
  every: number,
): number | undefined {
  const asked = plan?.facts[key];
  const outlived = plan && asked && asked > every && phaseAct.type === 'RelapseDetected' && isAfter(phaseAct, plan);
  return outlived ? undefined : asked;
}

const plannedNumbers = (key: 'contactEvery' | 'reassessEvery', planned: number | undefined): Numbers =>
  planned === undefined ? {} : { [PLAN_NUMBERS[key]]: planned };

/** A phase change derives contact and reassessment anew from the same anchor (G6); what was open before it ends. */
const phaseChangedSince = (owed: Owed, { story }: World): number | undefined =>
  owed.openedRevision !== undefined &&
  (story.phaseAct.type === 'RelapsePreventionStarted' || story.phaseAct.type === 'RelapseDetected') &&
  story.phaseAct.revision > owed.openedRevision
    ? story.phaseAct.revision
    : undefined;

const nextContactAfter = (owed: Owed, { story }: World): number | undefined => {
  const anchor = actAt(story, owed.anchorRevision);
  return anchor && story.treatmentContacts.find((contact) => isAfter(contact, anchor))?.revision;
};

/** C4, C5 while acute; C12 in relapse prevention. */
const contactDays = (world: World): number =>
  days(world, world.story.phase === 'acute' ? 'contact.acute' : 'contact.relapse-prevention');

/** By when the next treatment contact is due after one on this day, and the spacing that the plan asks for, if it does. */
export function contactAfter(world: World, on: LocalDate): { dueOn: LocalDate; numbers: Numbers } {
  const every = contactDays(world);
  const planned = plannedDays(world.story, 'contactEvery', every);
  return {
    dueOn: floored(world, countedFrom(world, on), every, planned),
    numbers: plannedNumbers('contactEvery', planned),
  };
}

/** C4, C5, C6, C12. */
export const contact: Row = {
  kind: 'contact',
  occasions(world) {
    const anchor = lastContact(world);
    if (!anchor || !inTreatment(world)) return [];
    const { dueOn, numbers } = contactAfter(world, anchor.on);
    return [
      routine(
        world,
        { kind: 'contact', anchorRevision: anchor.revision, dueOn },
        [
          morning(world, dueOn, ['care-manager']),
          businessMorning(world, plusDays(dueOn, days(world, 'contact.digest')), ['digest']),
        ],
        numbers,
      ),
    ];
  },
  fulfilled: nextContactAfter,
  superseded(owed, world) {
    return chased(world) ?? phaseChangedSince(owed, world);
  },
};

/** The raise by which no-contact took contact over. The early word to the supervisor about a high risk (day 7) is none: the contact is still to be made. */
function chased({ ledger }: World): number | undefined {
  const chase = [...ledger.open.values()].find(({ kind, lastStep }) => kind === 'no-contact' && lastStep > 0);
  const raise = chase?.raisedLast;
  if (!chase || !raise)
    return chase?.carriesOn && chase.dueOn <= localDate(chase.openedAt, chase.zone) ? chase.openedRevision : undefined;
  return localDate(raise.at, chase.zone) >= chase.dueOn ? raise.revision : undefined;
}

/** C7 while acute, C12 in relapse prevention; the baseline within its own window after enrolment (NY reporting guide). */
function scaleDays(world: World): number {
  if (!world.story.baseline) return days(world, 'baseline.window');
  return days(world, world.story.phase === 'acute' ? 'reassessment.acute' : 'reassessment.relapse-prevention');
}

/** C6, C7. */
export const reassessment: Row = {
  kind: 'reassessment',
  occasions(world) {
    const { story } = world;
    if (!inTreatment(world) || !story.enrolled) return [];
    const declined = story.acts
      .filter(
        (act): act is Act<'AssessmentDeclined'> =>
          act.type === 'AssessmentDeclined' &&
          act.facts.instrument === story.primaryScale &&
          isAfter(act, story.last ?? story.enrolled!),
      )
      .at(-1);
    const anchor: Act | Scale = declined ?? story.last ?? story.enrolled;
    const from = countedFrom(world, anchor.on);
    const every = declined ? days(world, 'reassessment.after-declined') : scaleDays(world);
    const planned = declined || !story.baseline ? undefined : plannedDays(story, 'reassessEvery', every);
    const dueOn = floored(world, from, every, planned);
    return [
      routine(
        world,
        { kind: 'reassessment', anchorRevision: anchor.revision, dueOn },
        [
          morning(world, dueOn, ['care-manager']),
          businessMorning(world, plusDays(dueOn, days(world, 'reassessment.overdue')), ['care-manager'], 'overdue'),
          businessMorning(world, plusDays(dueOn, days(world, 'reassessment.digest')), ['digest', 'consult-queue']),
        ],
        plannedNumbers('reassessEvery', planned),
      ),
    ];
  },
  fulfilled(owed, { story }) {
    // Enrolment asks for a baseline: any complete primary scale from that day on answers it, whichever was entered first.
    if (owed.anchorRevision === story.enrolled?.revision) return story.baseline?.revision;
    const anchor =
      story.scales.find((scale) => scale.revision === owed.anchorRevision) ?? actAt(story, owed.anchorRevision);
    return anchor && story.primary.find((scale) => isAfter(scale, anchor))?.revision;
  },
  superseded(owed, world) {
    const { story } = world;
    const anchor =
      story.scales.find((scale) => scale.revision === owed.anchorRevision) ?? actAt(story, owed.anchorRevision);
    const declined = story.acts.find(
      (act) =>
        act.type === 'AssessmentDeclined' &&
        act.facts.instrument === story.primaryScale &&
        act.revision !== owed.anchorRevision &&
        anchor &&
        isAfter(act, anchor),
    );
    return declined?.revision ?? phaseChangedSince(owed, world);
  },
};

/** The day the next contact is planned for: said at the last one, or by a plan that spaces contacts wider than the pathway; else nobody chases a patient for keeping to the plan. */
function plannedContact(world: World, anchor: Act, from: LocalDate): LocalDate | undefined {
  const every = contactDays(world);
  const planned = plannedDays(world.story, 'contactEvery', every);
  const said = anchor.type === 'ContactRecorded' ? anchor.facts.nextContactOn : undefined;
  const wider = planned !== undefined && planned > every ? plusDays(from, planned) : undefined;
  return said && wider ? later(said, wider) : (said ?? wider);
}

/** C15. */
export const noContact: Row = {
  kind: 'no-contact',
  endsOthers: true,
  occasions(world) {
    const { story } = world;
    const anchor = lastContact(world);
    if (!anchor || !inTreatment(world)) return [];
    const from = countedFrom(world, anchor.on);
    const warn = plusDays(from, days(world, 'no-contact.warn'));
    const planned = plannedContact(world, anchor, from);
    const dueOn = forward(
      world,
      planned ? later(warn, plusDays(planned, days(world, 'no-contact.after-planned'))) : warn,
    );
    // A level that cannot be read may be a high one (decision 6).
    const highRisk = story.review !== undefined && (story.riskLevel ?? 'high') === 'high';
    const letterOn = later(
      plusDays(from, days(world, 'no-contact.act')),
      plusDays(dueOn, days(world, 'no-contact.third') + 1),
    );
    return [
      routine(world, { kind: 'no-contact', anchorRevision: anchor.revision, dueOn }, [
        ...(highRisk
          ? [businessMorning(world, plusDays(from, days(world, 'no-contact.high-risk')), ['supervisor'], 'told early')]
          : []),
        morning(world, dueOn, ['care-manager']),
        businessMorning(world, plusDays(dueOn, days(world, 'no-contact.second')), ['care-manager']),
        businessMorning(world, plusDays(dueOn, days(world, 'no-contact.third')), ['care-manager']),
        businessMorning(world, letterOn, ['care-manager', 'provider', 'supervisor'], 'ask the provider, send a letter'),
        // A high risk is never proposed for discharge; the supervisor decides (C15, C17).
        ...(highRisk
          ? []
          : [
              businessMorning(
                world,
                // However late the letter is, there is as long to answer it.
                plusDays(letterOn, days(world, 'no-contact.propose') - days(world, 'no-contact.act')),
                ['care-manager', 'supervisor'],
                'discharge is proposed',
              ),
            ]),
      ]),
    ];
  },
  fulfilled: nextContactAfter,
  superseded: phaseChangedSince,
};
