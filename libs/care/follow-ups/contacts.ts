import { lastBusinessDayOfMonth, addMonths } from '../calendar/index.js';
import { isAfter, type Act, type Scale } from '../episode/story.js';
import type { LocalDate } from '../words.js';
import { actAt, businessMorning, countedFrom, days, earlier, forward, later, morning, plusDays, routine, type Owed, type Row, type World } from './row.js';

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
  return planned !== undefined && planned > every ? dueOn : earlier(dueOn, lastBusinessDayOfMonth(world.calendar, addMonths(from, 1)));
}

/** A phase change derives contact and reassessment anew from the same anchor (G6); what was open before it ends. */
const phaseChangedSince = (owed: Owed, { story }: World): number | undefined =>
  owed.openedRevision !== undefined && (story.phaseAct.type === 'RelapsePreventionStarted' || story.phaseAct.type === 'RelapseDetected') && story.phaseAct.revision > owed.openedRevision ? story.phaseAct.revision : undefined;

const nextContactAfter = (owed: Owed, { story }: World): number | undefined => {
  const anchor = actAt(story, owed.anchorRevision);
  return anchor && story.treatmentContacts.find((contact) => isAfter(contact, anchor))?.revision;
};

export const contact: Row = {
  kind: 'contact',
  occasions(world) {
    const anchor = lastContact(world);
    if (!anchor || !inTreatment(world)) return [];
    const every = days(world, world.story.phase === 'acute' ? 'contact.acute' : 'contact.relapse-prevention');
    const dueOn = floored(world, countedFrom(world, anchor.on), every, world.story.plan?.facts.contactEvery);
    return [routine(world, { kind: 'contact', anchorRevision: anchor.revision, dueOn }, [morning(world, dueOn, ['care-manager']), businessMorning(world, plusDays(dueOn, days(world, 'contact.digest')), ['digest'])])];
  },
  fulfilled: nextContactAfter,
  superseded(owed, world) {
    const chase = [...world.ledger.open.values()].find((entry) => entry.kind === 'no-contact' && entry.raisedFirst);
    return chase?.raisedFirst?.revision ?? phaseChangedSince(owed, world);
  },
};

export const reassessment: Row = {
  kind: 'reassessment',
  occasions(world) {
    const { story } = world;
    if (!inTreatment(world) || !story.enrolled) return [];
    const declined = story.acts.filter((act): act is Act<'AssessmentDeclined'> => act.type === 'AssessmentDeclined' && act.facts.instrument === story.primaryScale && isAfter(act, story.last ?? story.enrolled!)).at(-1);
    const anchor: Act | Scale = declined ?? story.last ?? story.enrolled;
    const from = countedFrom(world, anchor.on);
    const every = days(world, story.phase === 'acute' || !story.baseline ? 'reassessment.acute' : 'reassessment.relapse-prevention');
    const dueOn = declined ? forward(world, plusDays(from, days(world, 'reassessment.after-declined'))) : floored(world, from, every, story.plan?.facts.reassessEvery);
    return [routine(world, { kind: 'reassessment', anchorRevision: anchor.revision, dueOn }, [
      morning(world, dueOn, ['care-manager']), businessMorning(world, plusDays(dueOn, days(world, 'reassessment.overdue')), ['care-manager'], 'overdue'),
      businessMorning(world, plusDays(dueOn, days(world, 'reassessment.digest')), ['digest', 'consult-queue'])])];
  },
  fulfilled(owed, { story }) {
    // Enrolment asks for a baseline: any complete primary scale from that day on answers it, whichever was entered first.
    if (owed.anchorRevision === story.enrolled?.revision) return story.baseline?.revision;
    const anchor = story.scales.find((scale) => scale.revision === owed.anchorRevision) ?? actAt(story, owed.anchorRevision);
    return anchor && story.primary.find((scale) => isAfter(scale, anchor))?.revision;
  },
  superseded(owed, world) {
    const { story } = world;
    const anchor = story.scales.find((scale) => scale.revision === owed.anchorRevision) ?? actAt(story, owed.anchorRevision);
    const declined = story.acts.find((act) => act.type === 'AssessmentDeclined' && act.facts.instrument === story.primaryScale && act.revision !== owed.anchorRevision && anchor && isAfter(act, anchor));
    return declined?.revision ?? phaseChangedSince(owed, world);
  },
};

export const noContact: Row = {
  kind: 'no-contact',
  occasions(world) {
    const { story } = world;
    const anchor = lastContact(world);
    if (!anchor || !inTreatment(world)) return [];
    const from = countedFrom(world, anchor.on);
    const planned = anchor.type === 'ContactRecorded' ? anchor.facts.nextContactOn : undefined;
    const warn = plusDays(from, days(world, 'no-contact.warn'));
    const dueOn = forward(world, planned ? later(warn, plusDays(planned, days(world, 'no-contact.after-planned'))) : warn);
    const highRisk = story.riskLevel === 'high';
    return [routine(world, { kind: 'no-contact', anchorRevision: anchor.revision, dueOn }, [
      ...(highRisk ? [businessMorning(world, plusDays(from, days(world, 'no-contact.high-risk')), ['supervisor'], 'high risk')] : []),
      morning(world, dueOn, ['care-manager']),
      businessMorning(world, plusDays(dueOn, days(world, 'no-contact.second')), ['care-manager']), businessMorning(world, plusDays(dueOn, days(world, 'no-contact.third')), ['care-manager']),
      businessMorning(world, later(plusDays(from, days(world, 'no-contact.act')), plusDays(dueOn, days(world, 'no-contact.third') + 1)), ['care-manager', 'provider', 'supervisor'], 'ask the provider, send a letter'),
      // A high risk is never proposed for discharge; the supervisor decides (C15, C17).
      ...(highRisk ? [] : [businessMorning(world, later(plusDays(from, days(world, 'no-contact.propose')), plusDays(dueOn, days(world, 'no-contact.third') + 2)), ['care-manager', 'supervisor'], 'discharge is proposed')]),
    ])];
  },
  fulfilled: nextContactAfter,
  superseded: phaseChangedSince,
};
