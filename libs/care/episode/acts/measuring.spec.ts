import { describe, expect, it } from '@jest/globals';
import { INSTRUMENTS, PRIMARY_SCALES } from '../../instruments/index.js';
import { phq9, referral, Tale } from '../../testing/tale.js';
import type { EpisodeCommand } from '../commands.js';
import { standingFlags } from '../flags.js';

type Items = Extract<EpisodeCommand, { type: 'RecordAssessment' }>['items'];

const form = (instrument: string, items: Items, over: object = {}): EpisodeCommand => ({
  type: 'RecordAssessment',
  instrument,
  items,
  language: 'en',
  mode: 'interview',
  enteredBy: 'staff',
  ...over,
});

/** Nine answers of an adolescent with this total, item 9 at zero. */
const phqA = (total: number): EpisodeCommand => ({ ...phq9(total), instrument: 'PHQ-A' }) as EpisodeCommand;

const referred = (): Tale => new Tale().at('2027-01-04 08:30').act(referral()).at('2027-01-04 09:00');

/** An adolescent, enrolled on Monday 4 January 2027 with a PHQ-A. */
const adolescent = (baseline: number): Tale =>
  referred().act({ type: 'EnrolPatient', primaryScale: 'PHQ-A' }).act(phqA(baseline));

const safetyReviews = (tale: Tale): number => tale.open('safety-review').length;

describe('the primary scale', () => {
  it('is never a short form or a screener', () => {
    for (const { code } of INSTRUMENTS.values()) {
      const refusal = referred().attempt({ type: 'EnrolPatient', primaryScale: code });
      expect([code, refusal?.code]).toEqual([code, PRIMARY_SCALES.includes(code) ? undefined : 'not-a-primary-scale']);
    }
  });

  it('may be the PHQ-A: half of its baseline is a response', () => {
    const tale = adolescent(16);
    expect(tale.open('non-response-consult')).toHaveLength(1);
    tale.at('2027-02-15 10:00').act(phqA(9));
    expect(tale.open('non-response-consult')).toHaveLength(1);
    tale.at('2027-02-22 10:00').act(phqA(8));
    expect(tale.open('non-response-consult')).toEqual([]);
  });

  it('alarms in relapse prevention by the rise that its own file names', () => {
    const stable = () => adolescent(12).at('2027-02-15 10:00').act(phqA(3)).act({ type: 'StartRelapsePrevention' });
    expect(stable().at('2027-03-15 10:00').act(phqA(7)).open('relapse-confirm')).toEqual([]);
    expect(stable().at('2027-03-15 10:00').act(phqA(8)).open('relapse-confirm')).toHaveLength(1);
  });

  it('is that of the enrolment that stands, also when it is entered anew for an earlier day', () => {
    const tale = referred().at('2027-01-06 10:00').act({ type: 'EnrolPatient' });
    const { revision } = tale.events.findLast(({ type }) => type === 'PatientEnrolled')!;
    tale
      .act({ type: 'VoidAct', revision, reasonCode: 'entered-in-error' })
      .act({ type: 'EnrolPatient', primaryScale: 'GAD-7' }, { occurredAt: '2027-01-05T15:00:00.000Z' });
    expect(tale.story.primaryScale).toBe('GAD-7');
  });

  it('is not measured by its short form', () => {
    const tale = referred().act({ type: 'EnrolPatient' }).act(phq9(16));
    const due = tale.one('reassessment');
    tale.at('2027-01-11 10:00').act(form('PHQ-2', [0, 0]));
    expect(tale.one('reassessment').followUpId).toBe(due.followUpId);
    expect(tale.story.last?.total).toBe(16);
  });
});

describe('a form of any instrument', () => {
  it('keeps a total that contradicts its items, and sets a bad answer aside', () => {
    const tale = referred().act(form('EPDS', [1, 1, 1, 1, 1, 1, 1, 1, 1, 0], { total: 20 }));
    tale.act(form('PCL-5', [4, 5, 'often']));
    expect(tale.story.scales).toMatchObject([{ total: 9 }, { total: null, completeness: 'partial' }]);
    expect(tale.story.acts.flatMap((act) => (act.type === 'FlagRaised' ? [act.facts.flag] : []))).toEqual([
      'total-mismatch',
      'answer-set-aside',
    ]);
  });

  it('that comes in after a flag was cleared is flagged, however long ago it was filled in', () => {
    const odd = form('EPDS', [1, 1, 1, 1, 1, 1, 1, 1, 1, 0], { total: 20 });
    const tale = referred().at('2027-01-12 10:00').act(odd);
    expect(standingFlags(tale.act({ type: 'ClearFlag', flag: 'total-mismatch' }).story)).toEqual([]);
    tale.act(odd, { occurredAt: '2027-01-11T15:00:00.000Z' });
    expect(standingFlags(tale.story)).toHaveLength(1);
  });

  it.each<[string, Items, object, string | undefined]>([
    ['EPDS', [0, 0, 0, 0, 0, 0, 0, 0, 0, 1], {}, 'item-positive'],
    ['EPDS', [0, 0, 0, 0, 0, 0, 0, 0, 0], {}, 'item-unanswered'],
    ['EPDS', undefined, { total: 1 }, 'items-unavailable'],
    ['EPDS', undefined, { total: 0 }, undefined],
    ['C-SSRS', { '6': 'yes' }, {}, 'item-positive'],
    ['C-SSRS', { '1': 'no' }, {}, 'item-unanswered'],
    ['PHQ-A', { attempt: true }, {}, 'item-positive'],
    ['GAD-7', undefined, { total: 21 }, undefined],
    ['AUDIT-C', undefined, { total: 12 }, undefined],
    ['PCL-5', undefined, { total: 80 }, undefined],
  ])('%s %j %j raises the concern that its file names', (instrument, items, over, cause) => {
    const tale = referred().act(form(instrument, items, over));
    expect(tale.story.concerns.map(({ facts }) => facts.cause)).toEqual(cause === undefined ? [] : [cause]);
    expect(safetyReviews(tale)).toBe(cause === undefined ? 0 : 1);
  });

  it.each<[Items, object, string[]]>([
    [undefined, { total: 28 }, ['/total']],
    [undefined, { total: 'x', difficulty: 9 }, ['/total', '/difficulty']],
    [[9, null, 'x'], {}, ['/items/0', '/items/2']],
    [Array(11).fill(7).fill(null, 0, 9), {}, ['/items/9', '/items/10']],
    [{ '3': 9, 'a/b': 1 }, {}, ['/items/3', '/items/a~1b']],
  ])('with %j %j and nothing to use is refused with pointers into what was sent', (items, over, pointers) => {
    const refusal = referred().attempt(form('PHQ-9', items, over));
    expect([refusal?.code, refusal?.errors?.map(({ pointer }) => pointer)]).toEqual(['no-usable-answer', pointers]);
  });

  it('opens a review when it is imported, unless a later imported answer says otherwise (fatigue rule 9)', () => {
    const imported = (said: EpisodeCommand, day: string): Tale =>
      referred()
        .act(form('EPDS', [0, 0, 0, 0, 0, 0, 0, 0, 0, 2], { imported: true }), {
          occurredAt: '2026-12-05T15:00:00.000Z',
        })
        .act(said, { occurredAt: `2026-12-${day}T15:00:00.000Z` });
    const safe = phq9([0, 0, 0, 0, 0, 0, 0, 0, 0], { imported: true });
    expect(safetyReviews(imported(safe, '01'))).toBe(1);
    expect(safetyReviews(imported(safe, '10'))).toBe(0);
  });

  it('whose item was left out is answered by asking again, whichever form asks', () => {
    const tale = referred().act(form('EPDS', [0, 0, 0, 0, 0, 0, 0, 0, 0]));
    expect(safetyReviews(tale)).toBe(1);
    tale.act(form('EPDS', [0, 0, 0, 0, 0, 0, 0, 0, 1, 0]));
    expect(safetyReviews(tale)).toBe(0);
  });
});

describe('lowering a level of risk', () => {
  const high = (): Tale =>
    referred()
      .act({ type: 'RaiseSafetyConcern' })
      .act({ type: 'RecordSafetyReview', level: 'high', outcome: 'assessed', tool: 'other' });
  const lower = (over: object = {}): EpisodeCommand =>
    ({ type: 'RecordSafetyReview', level: 'low', outcome: 'assessed', tool: 'other', ...over }) as EpisodeCommand;

  it('needs the word of another than the one who lowers it, unless that is the consultant', () => {
    expect(high().attempt(lower())).toMatchObject({ code: 'approval-needed' });
    expect(high().attempt(lower({ approvedBy: 'cm-1' }))).toMatchObject({
      code: 'approval-needed',
      errors: [{ pointer: '/approvedBy', detail: 'whoever lowers it cannot approve it' }],
    });
    expect(high().attempt(lower({ approvedBy: 'psy-1' }))).toBeUndefined();
    expect(high().attempt(lower(), { actor: 'user:psy-1', role: 'psychiatric-consultant' })).toBeUndefined();
  });
  it('is not what a review does that is entered late, of a time before the level was found', () => {
    const tale = referred()
      .at('2027-01-05 09:00')
      .act({ type: 'RecordSafetyReview', level: 'high', outcome: 'assessed', tool: 'other' });
    expect(tale.attempt(lower(), { occurredAt: '2027-01-04T16:00:00.000Z' })).toBeUndefined();
    expect(tale.story.riskLevel).toBe('high');
  });
  it('is not what a word does that what asked for a review was undone', () => {
    const tale = high();
    expect(tale.attempt(lower({ outcome: 'trigger-withdrawn' }))).toBeUndefined();
    expect(tale.act(lower({ outcome: 'trigger-withdrawn' })).story.riskLevel).toBe('high');
  });
  it('is not done by undoing the review that found it, but by a supervisor; undoing one that found no more is', () => {
    const undoing = (tale: Tale): EpisodeCommand => {
      const { revision } = tale.events.findLast(({ type }) => type === 'SafetyReviewRecorded')!;
      return { type: 'VoidAct', revision, reasonCode: 'wrong-patient' };
    };
    expect(high().attempt(undoing(high()))?.code).toBe('supervisor-needed');
    expect(high().attempt(undoing(high()), { role: 'supervisor' })).toBeUndefined();
    const lowered = high().act(lower({ approvedBy: 'psy-1' }));
    expect(lowered.act(undoing(lowered)).story.riskLevel).toBe('high');
    const { revision } = lowered.events.findLast(({ type }) => type === 'ActVoided')!;
    const undone: EpisodeCommand = { type: 'VoidAct', revision, reasonCode: 'entered-in-error' };
    expect(lowered.attempt(undone)?.code).toBe('supervisor-needed');
    const again = high().act({ type: 'RecordSafetyReview', level: 'high', outcome: 'assessed', tool: 'other' });
    expect(again.attempt(undoing(again))).toBeUndefined();
  });
});
