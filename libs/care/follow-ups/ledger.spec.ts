import { describe, expect, it } from '@jest/globals';
import {
  dueRaise,
  emptyLedger,
  foldLedger,
  isRepeating,
  lateness,
  nextDue,
  type Ledger,
  type LedgerEntry,
  type Rung,
} from './ledger.js';

const ID = 'consult-request:3:1';
const ladder: readonly Rung[] = [
  { step: 1, at: '2027-03-01T13:00:00.000Z', notify: ['care-manager'] },
  { step: 2, at: '2027-03-03T13:00:00.000Z', notify: ['provider', 'consult-queue'], unlessAcknowledged: true },
  { step: 3, at: '2027-03-08T13:00:00.000Z', notify: ['supervisor'] },
];
const opened = {
  ...{ followUpId: ID, kind: 'consult-request', anchorRevision: 3, dueOn: '2027-03-01', zone: 'America/New_York' },
  ...{ ladder, repeat: { every: 7, unit: 'days', notify: ['supervisor'] }, safety: false },
};

let revision = 3;
const told = (ledger: Ledger, type: string, facts: object): Ledger =>
  foldLedger(ledger, {
    type,
    revision: (revision += 1),
    recordedAt: '2027-02-20T10:00:00.000Z',
    facts: { followUpId: ID, ...facts },
  });
const open = (more: object = {}): Ledger => told(emptyLedger, 'FollowUpOpened', { ...opened, ...more });
const entryIn = (ledger: Ledger): LedgerEntry => ledger.open.get(ID)!;
const raised = (ledger: Ledger, step: number): Ledger =>
  told(ledger, 'FollowUpRaised', { step, at: ladder[step - 1]!.at, notify: ladder[step - 1]!.notify });

describe('a ledger', () => {
  it('takes in follow-ups alone, and of these what fits', () => {
    const ledger = open();
    expect(told(ledger, 'NoteAdded', {})).toBe(ledger);
    expect(told(emptyLedger, 'FollowUpRaised', { step: 1 })).toBe(emptyLedger);
  });

  it('keeps how a follow-up ended, by what, and why where that is said', () => {
    const [fulfilled, superseded] = [
      told(open(), 'FollowUpFulfilled', { byRevision: 9 }),
      told(open(), 'FollowUpSuperseded', { byRevision: 9, reason: 'hold' }),
    ].map((ledger) => ledger.ended.get(ID)!);
    expect(fulfilled).toMatchObject({ how: 'fulfilled', byRevision: 9 });
    expect(fulfilled).not.toHaveProperty('reason');
    expect(superseded).toMatchObject({ how: 'superseded', byRevision: 9, reason: 'hold' });
  });

  it('keeps of an opening what it says and nothing that it does not', () => {
    for (const name of ['owner', 'about', 'carriesOn', 'numbers']) expect(entryIn(open())).not.toHaveProperty(name);
    const said = {
      owner: 'cm-2',
      about: 4,
      carriesOn: { followUpId: 'x', lastStep: 2 },
      numbers: { 'repeat.every': 7 },
    };
    expect(entryIn(open(said))).toMatchObject({ ...said, lastStep: 2 });
  });

  it('knows who has it in hand, whose it is, and what was raised first and last', () => {
    const first = raised(open(), 1);
    const entry = entryIn(
      told(told(raised(first, 3), 'FollowUpAcknowledged', { by: 'cm-1' }), 'FollowUpHandedOver', { to: 'cm-2' }),
    );
    expect(entry).toMatchObject({ acknowledgedBy: 'cm-1', owner: 'cm-2', lastStep: 3 });
    expect([entry.raisedFirst?.at, entry.raisedLast?.at]).toEqual([ladder[0]!.at, ladder[2]!.at]);
    expect(
      told(raised(open(), 3), 'FollowUpRaised', { step: 3, at: '', notify: [] }).open.get(ID)!.raisedLast?.at,
    ).toBe(ladder[2]!.at);
    expect(entryIn(told(open(), 'FollowUpOfTomorrow', { by: 'x', to: 'x' }))).toEqual(
      expect.not.objectContaining({ owner: 'x' }),
    );
  });
});

describe('what is due', () => {
  it('is one raise for all that came due, to everybody of them but a provider who is told late', () => {
    expect(dueRaise(entryIn(open()), '2027-03-01T12:59:59.999Z')).toBeNull();
    expect(dueRaise(entryIn(open()), ladder[0]!.at)).toEqual({ ...due(1), standsFor: [] });
    expect(dueRaise(entryIn(open()), ladder[1]!.at)).toEqual({
      ...due(2),
      notify: ['provider', 'consult-queue', 'care-manager'],
      standsFor: [1],
    });
    expect(dueRaise(entryIn(open()), ladder[2]!.at)).toEqual({
      ...due(3),
      notify: ['supervisor', 'care-manager', 'consult-queue'],
      standsFor: [1, 2],
    });
  });

  it('leaves out what nobody needs to hear once somebody has it in hand', () => {
    const inHand = told(raised(open(), 1), 'FollowUpAcknowledged', { by: 'cm-1' });
    expect([nextDue(entryIn(raised(open(), 1))).step, nextDue(entryIn(inHand)).step]).toEqual([2, 3]);
  });

  it('is at once what was opened for that moment, whatever the clock says since', () => {
    const atOnce = { ladder: [{ ...ladder[0]!, at: '2027-02-20T10:00:00.000Z' }, ladder[1]!] };
    expect(dueRaise(entryIn(open(atOnce)), '2027-02-01T00:00:00.000Z')).toMatchObject({ step: 1, standsFor: [] });
  });

  const due = (step: number) => {
    const { at, notify } = ladder[step - 1]!;
    return { step, at, notify };
  };
});

describe('only repetitions are left', () => {
  it('when every step was raised, of it or of what it carries on', () => {
    expect([1, 3].map((step) => isRepeating(entryIn(raised(open(), step))))).toEqual([false, true]);
    const carriesOn = { followUpId: 'consult-request:3:0', lastStep: 4, repeats: true };
    const again = { ladder: [{ ...ladder[2]!, step: 5 }], carriesOn };
    expect(isRepeating(entryIn(open(again)))).toBe(true);
    expect(isRepeating(entryIn(open({ ...again, carriesOn: { ...carriesOn, repeats: undefined } })))).toBe(false);
  });
});

it('a raise is late after its time, or after its opening where that came later', () => {
  const at = (day: number): string => `2027-03-0${day}T13:00:00.000Z`;
  expect(lateness({ openedAt: at(1) }, { at: at(3) }, at(4))).toBe(86_400_000);
  expect(lateness({ openedAt: at(3) }, { at: at(1) }, at(4))).toBe(86_400_000);
});
