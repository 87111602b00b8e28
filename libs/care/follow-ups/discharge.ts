import type { Act } from '../episode/story/index.js';
import {
  actsOf,
  actAt,
  back,
  days,
  earlier,
  forward,
  later,
  morning,
  plusDays,
  routine,
  type Occasion,
  type Row,
  type World,
} from './row.js';

/** After a stay in a facility (C16; research §9, edge case 28). */

type Report = Act<'AcuteCareReported'>;

const reports = ({ story }: World, kind: Report['facts']['kind']): Report[] =>
  actsOf(story, 'AcuteCareReported').filter((report) => report.facts.kind === kind);

/** Two systems may report one discharge: those of one day are one. */
const discharges = (world: World): Report[] => {
  const byDay = Map.groupBy(reports(world, 'discharge'), (report) => report.facts.on);
  return [...byDay.values()].map((same) => same.toSorted((a, b) => a.revision - b.revision)[0]!);
};

const FIRST = 1;
const SECOND = 2;

/** Rolled back to a business day, but never onto the day of discharge, on which nothing counts. */
const windowEnd = (world: World, on: string, key: 'post-discharge.first' | 'post-discharge.second'): string =>
  later(back(world, plusDays(on, days(world, key))), plusDays(on, 1));

function first(world: World, { revision, facts: { on } }: Report): Occasion {
  const dueOn = windowEnd(world, on, 'post-discharge.first');
  const call = forward(world, plusDays(on, days(world, 'post-discharge.call')));
  const supervisor = back(world, plusDays(on, days(world, 'post-discharge.supervisor')));
  return routine(world, { kind: 'post-discharge-contact', anchorRevision: revision, about: FIRST, dueOn }, [
    morning(world, earlier(call, dueOn), ['care-manager']),
    morning(world, earlier(supervisor, dueOn), ['supervisor']),
    morning(world, dueOn, ['care-manager', 'provider']),
  ]);
}

function second(world: World, { revision, facts: { on } }: Report): Occasion {
  const dueOn = windowEnd(world, on, 'post-discharge.second');
  return routine(world, { kind: 'post-discharge-contact', anchorRevision: revision, about: SECOND, dueOn }, [
    morning(world, dueOn, ['care-manager']),
  ]);
}

/** Days count from the discharge itself, whenever it became known. A contact after its window fulfils it late. */
export const postDischargeContact: Row = {
  kind: 'post-discharge-contact',
  throughHold: true,
  occasions: (world) => discharges(world).flatMap((report) => [first(world, report), second(world, report)]),
  fulfilled(owed, world) {
    const discharge = actAt(world.story, owed.anchorRevision);
    if (discharge?.type !== 'AcuteCareReported') return undefined;
    const { on } = discharge.facts;
    const after = owed.about === FIRST ? on : plusDays(on, days(world, 'post-discharge.first'));
    return world.story.treatmentContacts.find((contact) => contact.on > after)?.revision;
  },
  // Another discharge tells of a readmission that nobody reported. A stay of one day may be reported in any order, so its day is no later one.
  superseded(owed, world) {
    const discharge = actAt(world.story, owed.anchorRevision);
    if (discharge?.type !== 'AcuteCareReported') return undefined;
    return [...reports(world, 'admission'), ...reports(world, 'discharge')].find(
      (report) => report.facts.on > discharge.facts.on,
    )?.revision;
  },
};
