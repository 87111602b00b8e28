import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FOLLOW_UP_KINDS } from '#care';
import { clinicDay, course, item, NOW, record, standingOut, subject, TODAY } from '../testing/clinic-day.js';
import type { ClinicDay, StandingOut } from './clinic-day.js';
import { documentation } from './documentation.js';
import { evening, URGENT_CLASSES } from './evening.js';
import { huddle, HUDDLE_CLASSES, type InTreatment } from './huddle.js';
import type { DayItem } from './item.js';
import type { DayList } from './lines.js';
import { morning, MORNING_CLASSES } from './morning.js';
import { outreach, OUTREACH_CLASSES } from './outreach.js';
import { LACKS } from './records.js';

/** Laws of the lists of a day, over clinics of every kind of follow-up in every state. */

const EVERYBODY = {};
const patient = fc.constantFrom('p-1', 'p-2', 'p-3', 'p-4', 'p-5', 'p-6');
const someone = fc.constantFrom('cm-1', 'cm-2', 'cm-3', 'cm-4', null);
/** The care manager belongs to the patient; a follow-up may have been handed to anybody. */
const managers = fc.array(someone, { minLength: 6, maxLength: 6 });
const near = fc
  .integer({ min: -20, max: 20 })
  .map((days) => new Date(Date.parse(TODAY) + days * 86_400_000).toISOString());

const owed = fc.record({
  patient,
  secondEpisode: fc.boolean(),
  kind: fc.constantFrom(...FOLLOW_UP_KINDS),
  due: near,
  isTold: fc.boolean(),
  owner: fc.option(fc.constantFrom('cm-1', 'cm-2', 'cm-4'), { freq: 4 }),
  acknowledgedBy: fc.option(fc.constant('cm-1')),
  inHand: fc.constantFrom(null, NOW, '2027-03-08T15:00:00.000Z'),
  bookedOn: fc.option(near.map((at) => at.slice(0, 10))),
  snoozedUntil: fc.option(near),
});
const stands = fc.record({
  patient,
  worse: fc.boolean(),
  asks: fc.boolean(),
  lacks: fc.array(fc.constantFrom(...LACKS), { maxLength: 3 }),
});

const clinics = fc
  .record({
    managers,
    owed: fc.array(owed, { maxLength: 40 }),
    stands: fc.uniqueArray(stands, { maxLength: 6, selector: (one) => one.patient }),
    treated: fc.uniqueArray(patient, { maxLength: 6 }),
  })
  .map((told): { day: ClinicDay; treated: InTreatment[] } => {
    const managerOf = (who: string): string | null => told.managers[Number(who.slice(2)) - 1] ?? null;
    const items = told.owed.map((one, n): DayItem => {
      const dueOn = one.due.slice(0, 10);
      const made = item(one.kind, {
        patient: one.patient,
        careManager: managerOf(one.patient),
        followUpId: `${one.kind}:${n}:1`,
        dueOn,
        owner: one.owner,
        acknowledgedBy: one.acknowledgedBy,
        inHandSince: one.inHand,
        bookedOn: one.bookedOn,
        snoozedUntil: one.snoozedUntil,
        raised: dueOn <= TODAY || one.isTold,
      });
      return one.secondEpisode ? { ...made, episodeId: `${made.episodeId}-2` } : made;
    });
    const standing = told.stands.map((one): StandingOut => ({
      ...standingOut(one.patient, {
        worse: one.worse ? { on: '2027-03-04', since: '2027-03-04T15:00:00.000Z', from: 9, to: 16 } : null,
        requests: one.asks
          ? [
              {
                because: 'request',
                revision: 3,
                urgency: 'routine',
                question: null,
                unreadable: false,
                since: '2027-03-01T15:00:00.000Z',
                on: '2027-03-01',
              },
            ]
          : [],
        records: one.lacks.map((lacks, i) => record(lacks, { revision: 10 + i })),
      }),
      subject: subject(one.patient, { careManager: managerOf(one.patient) }),
    }));
    const treated = told.treated.map((who) => ({
      subject: subject(who, { careManager: managerOf(who) }),
      course: course(),
    }));
    return { day: clinicDay(items, standing), treated };
  });

const holds = (law: (clinic: { day: ClinicDay; treated: InTreatment[] }) => void): void =>
  fc.assert(fc.property(clinics, law), { numRuns: 300 });

const listsOf = ({
  day,
  treated,
}: {
  day: ClinicDay;
  treated: InTreatment[];
}): [readonly string[], DayList<string>][] => [
  [MORNING_CLASSES, morning(day, EVERYBODY)],
  [OUTREACH_CLASSES, outreach(day, new Map(), EVERYBODY)],
  [HUDDLE_CLASSES, huddle(day, treated, new Map(), EVERYBODY)],
  [LACKS, documentation(day, EVERYBODY)],
  [URGENT_CLASSES, evening(day, EVERYBODY).urgent],
  [MORNING_CLASSES, evening(day, EVERYBODY).tomorrow],
];
const patientsIn = (list: { lines: DayList<string>['lines'] }): (string | null)[] =>
  list.lines.map(({ patientId }) => patientId);

describe('every list of a day', () => {
  it('counts each line once: the counts add up to the lines', () =>
    holds((clinic) => {
      for (const [order, list] of listsOf(clinic)) {
        expect(Object.values(list.counts).reduce((a, b) => a + b, 0)).toBe(list.lines.length);
        expect(list.total).toBe(list.lines.length);
        expect(list.mutedCount).toBe(list.muted.length);
        for (const cls of order) expect(list.counts[cls]).toBe(list.lines.filter((line) => line.class === cls).length);
      }
    }));

  it('has one line for each patient, headed by its most pressing reason', () =>
    holds((clinic) => {
      for (const [order, list] of listsOf(clinic)) {
        expect(new Set(patientsIn(list)).size).toBe(list.lines.length);
        for (const { headline, class: cls, reasons } of list.lines) {
          expect(reasons[0]).toBe(headline);
          expect(cls).toBe(headline.class);
          const ranks = reasons.map((reason) => order.indexOf(reason.class));
          expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        }
      }
    }));

  it('is in the order of its classes, and within a class what was due first', () =>
    holds((clinic) => {
      for (const [order, list] of listsOf(clinic)) {
        const ranks = list.lines.map((line) => order.indexOf(line.class));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      }
      const { lines } = morning(clinic.day, EVERYBODY);
      const overdue = lines.filter((line) => line.class === 'safety').map(({ headline }) => headline.dueOn ?? '');
      expect(overdue).toEqual(overdue.toSorted());
    }));

  it('falls apart into the lists of its people without loss or repeat', () =>
    holds(({ day }) => {
      const namesOf = (list: DayList<string>): string[] =>
        list.lines
          .flatMap(({ reasons }) =>
            reasons.map((one) => `${one.episodeId} ${one.followUpId ?? `${one.title} ${one.revision}`}`),
          )
          .concat(list.muted.map((one) => `${one.episodeId} ${one.followUpId} muted`));
      const owners = ['cm-1', 'cm-2', 'cm-3', 'cm-4', 'sup-1', 'psy-1'];
      const apart = owners.flatMap((careManager) => namesOf(morning(day, { careManager })));
      expect(apart.toSorted()).toEqual(namesOf(morning(day, EVERYBODY)).toSorted());
    }));
});

describe('a morning', () => {
  it('has everything raised or due, once: as a reason, or muted with its reason', () =>
    holds(({ day }) => {
      const { lines, muted } = morning(day, EVERYBODY);
      const told = [
        ...lines.flatMap(({ reasons }) =>
          reasons.flatMap((one) => (one.followUpId === null ? [] : [`${one.episodeId} ${one.followUpId}`])),
        ),
        ...muted.map((one) => `${one.episodeId} ${one.followUpId}`),
      ];
      expect(new Set(told).size).toBe(told.length);
      for (const one of day.items)
        if (one.raised || one.dueOn <= TODAY) expect(told).toContain(`${one.episodeId} ${one.followUpId}`);
    }));

  it('never mutes safety, and puts it first', () =>
    holds(({ day }) => {
      const { lines, muted } = morning(day, EVERYBODY);
      expect(muted.filter(({ followUpId }) => followUpId.startsWith('safety-review'))).toEqual([]);
      for (const line of lines)
        if (line.reasons.some(({ kind }) => kind === 'safety-review')) expect(line.class).toBe('safety');
    }));

  it('has every patient whom the evening would call urgent or in hand', () =>
    holds(({ day }) => {
      const end = evening(day, EVERYBODY);
      expect(patientsIn(morning(day, EVERYBODY))).toEqual(
        expect.arrayContaining([...patientsIn(end.urgent), ...patientsIn({ lines: end.inHand })]),
      );
    }));
});

describe('an evening', () => {
  it('names an owner for every urgent line, and their numbers add up', () =>
    holds(({ day }) => {
      const { urgent, owners } = evening(day, EVERYBODY);
      expect(owners.reduce((sum, { count }) => sum + count, 0)).toBe(urgent.total);
      for (const { owner } of owners) expect(owner).not.toBeNull();
      for (const { owner, count } of owners)
        expect(count).toBe(urgent.lines.filter((line) => line.owner === owner).length);
    }));

  it('leaves nobody’s safety open: it is urgent, or in hand of somebody who is there', () =>
    holds(({ day }) => {
      const { urgent, inHand } = evening(day, EVERYBODY);
      const told = [...urgent.lines, ...inHand].flatMap(({ reasons }) =>
        reasons.map((one) => `${one.episodeId} ${one.followUpId}`),
      );
      for (const one of day.items)
        if (one.kind === 'safety-review' && one.dueOn <= TODAY)
          expect(told.filter((name) => name === `${one.episodeId} ${one.followUpId}`)).toHaveLength(1);
    }));
});
