import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addBusinessDays, addDays, localDate, plusHours } from '../calendar/index.js';
import type { EpisodeCommand } from '../episode/commands.js';
import type { Pin, Policy } from '../episode/context.js';
import { episodeDecider } from '../episode/decide.js';
import { tell } from '../episode/story/index.js';
import { DEFAULT_PATHWAY, parameter, SHIPPED_PATHWAYS, withClass, type Pathway } from '../pathway/index.js';
import { DEFAULT_POLICY, NEW_YORK, phq9, policyWith, referral, Tale, tried, visit } from '../testing/tale.js';
import { deriveFollowUps } from './derive.js';
import { SAFETY_KINDS } from './kinds.js';
import { nextDue, type LedgerEntry } from './ledger.js';

/** Safety that only ever tightens, as adoption allows; the rest as it comes. */
const SAFETY: readonly Readonly<Record<string, number>>[] = [
  {},
  { 'risk.high': 5, 'risk.moderate': 10, 'safety.remind': 0.5, 'no-contact.high-risk': 5 },
  {
    'risk.high': 4,
    'risk.moderate': 8,
    'risk.low': 20,
    'safety.second-owner': 2,
    'safety.remind': 0.5,
    'safety.repeat': 2,
  },
];
const tightened = (pathway: Pathway, level: number): Pathway => ({
  ...pathway,
  parameters: {
    ...pathway.parameters,
    ...Object.fromEntries(
      Object.entries(SAFETY[level]!).map(([key, value]) => [key, { ...pathway.parameters[key]!, value }]),
    ),
  },
});

const command = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom<EpisodeCommand>(
      { type: 'RaiseSafetyConcern' },
      { type: 'RecordSafetyReview', tool: 'c-ssrs', outcome: 'assessed', level: 'high' },
      { type: 'RecordSafetyReview', tool: 'c-ssrs', outcome: 'assessed', level: 'moderate', approvedBy: 'psy-1' },
    ),
  },
  { weight: 3, arbitrary: fc.constantFrom(tried(), tried('reached'), visit(), phq9(4), phq9(16), phq9(21)) },
  fc.constantFrom<EpisodeCommand>(
    { type: 'EnrolPatient' },
    { type: 'EnrolPatient' },
    { type: 'StartRelapsePrevention' },
    { type: 'ConfirmRelapse', confirmed: true },
    phq9([1, 1, 1, 1, 1, 1, 1, 1, 2]),
    { type: 'RecordSafetyReview', tool: 'c-ssrs', outcome: 'assessed', level: 'low', approvedBy: 'psy-1' },
    { type: 'SetTreatmentPlan', contactEvery: 45, reassessEvery: 45 } as EpisodeCommand,
    { type: 'IssueRecommendation', urgency: 'routine', text: 'x', about: ['medication'] } as unknown as EpisodeCommand,
    { type: 'StartHold', reason: 'other' } as EpisodeCommand,
    { type: 'EndHold' },
    { type: 'VoidAct', revision: 4, reasonCode: 'entered-in-error' },
    referral({ urgency: 'urgent' }),
  ),
);
/** Six weeks of possible closures, dense enough that they meet what is due. */
const WEEKDAYS = Array.from({ length: 42 }, (_, i) => addDays('2027-01-04', i)).filter((_, i) => i % 7 < 5);
const adoption = fc.record({
  pathway: fc.constantFrom(...SHIPPED_PATHWAYS.keys()),
  tighter: fc.boolean(),
  closures: fc.subarray(WEEKDAYS),
  closes: fc.constantFrom('15:00', '17:00', '20:00'),
});
const moment = fc.record({
  hours: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 9 * 24 })),
  what: fc.oneof({ weight: 3, arbitrary: command }, { weight: 2, arbitrary: adoption }),
});

const openOf = (tale: Tale): ReadonlyMap<string, LedgerEntry> => new Map(tale.open().map((e) => [e.followUpId, e]));
/** The same follow-up after a repin: itself, or the one that carries it on. */
const heirOf = (entry: LedgerEntry, tale: Tale): LedgerEntry | undefined =>
  tale
    .open()
    .find(
      ({ followUpId, kind, anchorRevision, about }) =>
        followUpId === entry.followUpId ||
        (kind === entry.kind && anchorRevision === entry.anchorRevision && about === entry.about),
    );

function expectNothingLost(before: ReadonlyMap<string, LedgerEntry>, tale: Tale): void {
  for (const entry of before.values()) {
    const heir = heirOf(entry, tale);
    const isRaised = entry.lastStep > 0 && entry.kind !== 'episode-review';
    if (isRaised) expect([entry.followUpId, heir?.lastStep]).toEqual([entry.followUpId, entry.lastStep]);
    if (!heir) continue;
    if (isRaised) expect(heir.dueOn <= entry.dueOn).toBe(true);
    if (SAFETY_KINDS.has(entry.kind)) expectNoLater(heir, entry);
    else if (heir.dueOn < entry.dueOn) expect(heir.dueOn >= noticeFrom(tale)).toBe(true);
  }
}

/** Day, next step and, where the ladder has the same shape, every step. */
function expectNoLater(heir: LedgerEntry, entry: LedgerEntry): void {
  expect(heir.dueOn <= entry.dueOn).toBe(true);
  expect(nextDue(heir).at <= nextDue(entry).at).toBe(true);
  const left = entry.ladder.filter(({ step }) => step > entry.lastStep);
  const ahead = heir.ladder.filter(({ step }) => step > heir.lastStep);
  for (const [i, rung] of left.entries()) expect(ahead[i] === undefined || ahead[i].at <= rung.at).toBe(true);
}

const noticeFrom = ({ now, context: { pinned } }: Tale): string =>
  addBusinessDays(pinned.calendar, localDate(now, 'America/New_York'), parameter(pinned.pathway, 'repin.lead'));

/** A policy from its pin and what was adopted, as an auditor would put it together years later. */
const fromPin = ({ pathway, clinical = pathway, safety = pathway, calendar }: Pin, adopted: readonly Policy[]) => {
  const named = (name: string): Pathway => adopted.find(({ pin }) => pin.pathway === name)!.pathway;
  return {
    pathway: withClass(withClass(named(pathway), 'clinical', named(clinical)), 'safety', named(safety)),
    calendar: adopted.find(({ pin }) => pin.calendar === calendar)!.calendar,
  };
};

/** Everything recorded, folded anew and derived by the pins alone, asks for nothing else than what is recorded. */
function expectReplays(tale: Tale, adopted: readonly Policy[]): void {
  const state = tale.events.reduce(episodeDecider.evolve, episodeDecider.initial);
  const story = tell(state)!;
  const pin = state.acts.findLast((act) => act.type === 'EpisodePinned')!.facts;
  const policy = fromPin(pin, adopted);
  expect(policy.pathway.parameters).toEqual(tale.context.pinned.pathway.parameters);
  expect(deriveFollowUps({ story, ledger: state.ledger, ...policy })).toEqual([]);
}

describe('whatever an organisation adopts, and whenever', () => {
  it('nothing raised vanishes, safety never comes later, the rest never without notice, and the pins alone replay it', () => {
    let repins = 0;
    fc.assert(
      fc.property(fc.array(moment, { minLength: 3, maxLength: 18 }), (moments) => {
        const tale = new Tale().at('2027-01-04 08:30').act(referral());
        const adopted = [DEFAULT_POLICY];
        let level = 0;
        for (const { hours, what } of moments) {
          tale.until(plusHours(tale.now, hours));
          if ('type' in what) tale.attempt(what, { role: 'supervisor' });
          else {
            level = Math.min(level + (what.tighter ? 1 : 0), SAFETY.length - 1);
            const hoursOpen = { opens: '08:00', closes: what.closes };
            const calendar = {
              ...NEW_YORK,
              hours: { '1': hoursOpen, '2': hoursOpen, '3': hoursOpen, '4': hoursOpen, '5': hoursOpen },
              closures: what.closures,
            };
            adopted.push(policyWith(tightened(SHIPPED_PATHWAYS.get(what.pathway) ?? DEFAULT_PATHWAY, level), calendar));
            const before = openOf(tale);
            tale.repin(adopted.at(-1)!);
            repins += 1;
            expectNothingLost(before, tale);
          }
          expectReplays(tale, adopted);
        }
      }),
      { numRuns: 60, seed: 20261125 },
    );
    expect(repins).toBeGreaterThan(100);
  });
});
