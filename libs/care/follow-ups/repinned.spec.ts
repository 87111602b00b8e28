import { describe, expect, it } from '@jest/globals';
import { DEFAULT_PATHWAY, type Pathway } from '../pathway/index.js';
import { NEW_YORK, phq9, policyWith, referral, Tale, visit } from '../testing/tale.js';
import { enrolled, stepsOf } from './specs.js';

/** The default with other values. */
const valued = (values: Readonly<Record<string, number>>): Pathway => ({
  ...DEFAULT_PATHWAY,
  parameters: {
    ...DEFAULT_PATHWAY.parameters,
    ...Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, { ...DEFAULT_PATHWAY.parameters[key]!, value }]),
    ),
  },
});
const review = (level: 'low' | 'moderate' | 'high') =>
  ({ type: 'RecordSafetyReview', tool: 'c-ssrs', outcome: 'assessed', level }) as const;

describe('a new pathway in a running episode', () => {
  it('takes up safety at once: a tightened risk is due earlier, also in the past', () => {
    const tale = enrolled().act(review('high'));
    expect(tale.one('risk-reassessment').dueOn).toBe('2027-01-11');
    tale.at('2027-01-08 10:00').repin(policyWith(valued({ 'risk.high': 3 })));
    expect(tale.one('risk-reassessment').dueOn).toBe('2027-01-07');
    expect(tale.wake().raised('risk-reassessment').at(-1)).toMatchObject({ recordedAt: tale.now });
  });

  it('takes up clinical numbers with the next phase, and administrative ones never', () => {
    const tale = new Tale().at('2027-01-04 08:30').act(referral());
    tale.repin(
      policyWith(valued({ 'contact.acute': 21, 'contact.relapse-prevention': 60, 'referral.first-outreach': 3 })),
    );
    expect(tale.one('first-outreach').dueOn).toBe('2027-01-05');
    tale.at('2027-01-05 09:00').act({ type: 'EnrolPatient' });
    expect(tale.one('contact').dueOn).toBe('2027-01-26');
    tale.repin(policyWith(valued({ 'contact.acute': 7, 'contact.relapse-prevention': 45 })));
    expect(tale.one('contact').dueOn).toBe('2027-01-26');
    tale.at('2027-01-06 09:00').act({ type: 'StartRelapsePrevention' });
    // 45 days from enrolment would be 19 February; the monthly floor holds beside it.
    expect(tale.one('contact').dueOn).toBe('2027-02-19');
    expect(tale.context.pinned.pin).toMatchObject({ pathway: policyWith(DEFAULT_PATHWAY).pin.pathway });
  });

  it('is not pinned where it says the same, and not twice', () => {
    const tale = enrolled();
    const pins = () => tale.events.filter(({ type }) => type === 'EpisodePinned').length;
    tale.repin(policyWith({ ...DEFAULT_PATHWAY, version: 2, title: 'Another title' }));
    expect(pins()).toBe(1);
    const tighter = policyWith(valued({ 'safety.repeat': 2 }));
    tale.repin(tighter).repin(tighter);
    expect(pins()).toBe(2);
  });

  it('is not taken up by a transfer, but for safety and the hours of the new site', () => {
    const tale = enrolled().at('2027-01-05 10:00');
    tale.today = policyWith(valued({ 'contact.acute': 7, 'risk.high': 5 }), { ...NEW_YORK, closures: ['2027-01-18'] });
    tale.act({ type: 'TransferEpisode', to: 'cm-2', site: 'north' });
    expect(tale.one('contact').dueOn).toBe('2027-01-19');
    expect(tale.context.pinned.pin).toMatchObject({
      pathway: policyWith(DEFAULT_PATHWAY).pin.pathway,
      safety: tale.today.pin.pathway,
      calendar: tale.today.pin.calendar,
    });
    expect(tale.context.pinned.pin.clinical).toBeUndefined();
    expect(tale.events.filter(({ type }) => type === 'EpisodePinned')).toHaveLength(2);
  });

  it('is followed by a safety concern before the fan-out came by', () => {
    const tale = enrolled();
    tale.today = policyWith(valued({ 'safety.second-owner': 2 }));
    tale.act({ type: 'RaiseSafetyConcern', note: 'said so' });
    expect(stepsOf(tale.one('safety-review'))).toContain('2027-01-04 11:00 second-owner');
  });
});

describe('a zone that is corrected in a running episode', () => {
  it('gives what is open the mornings and days of the place, once', () => {
    const tale = new Tale(policyWith(DEFAULT_PATHWAY, { ...NEW_YORK, zone: 'UTC' })).at('2027-01-04 13:30');
    tale.act(referral({ zone: 'UTC' }));
    expect(tale.one('first-outreach').ladder[0]?.at).toBe('2027-01-05T08:00:00.000Z');
    tale.repin(policyWith(DEFAULT_PATHWAY)).repin(policyWith(DEFAULT_PATHWAY));
    expect(tale.story.zone).toBe('America/New_York');
    expect(tale.one('first-outreach').ladder[0]?.at).toBe('2027-01-05T13:00:00.000Z');
    expect(tale.events.filter(({ type }) => type === 'EpisodePinned')).toHaveLength(2);
  });

  it('keeps the baseline of an evening, which was the next day already where the zone was wrong', () => {
    const tale = new Tale(policyWith(DEFAULT_PATHWAY, { ...NEW_YORK, zone: 'UTC' })).at('2027-01-04 15:00');
    tale
      .act(referral({ zone: 'UTC' }))
      .at('2027-01-05 00:30')
      .act({ type: 'EnrolPatient' })
      .act(phq9(16));
    tale.repin(policyWith(DEFAULT_PATHWAY));
    expect(tale.story.baseline).toMatchObject({ on: '2027-01-04', total: 16 });
    expect(tale.open('early-response-check')).toHaveLength(1);
  });
});

describe('new hours in a running episode', () => {
  const closed = (...closures: string[]) => policyWith(DEFAULT_PATHWAY, { ...NEW_YORK, closures });

  it('bring nothing forward without notice', () => {
    const tale = new Tale(closed('2027-01-05', '2027-01-06')).at('2027-01-04 08:30').act(referral());
    expect(tale.one('first-outreach').dueOn).toBe('2027-01-07');
    tale.at('2027-01-05 10:00').repin(closed());
    expect(tale.one('first-outreach').dueOn).toBe('2027-01-06');
    expect(stepsOf(tale.one('first-outreach'))).toEqual([
      '2027-01-06 08:00 care-manager',
      '2027-01-06 08:00 supervisor',
    ]);
  });

  it('leave a day that comes sooner than the notice as it was', () => {
    const tale = new Tale(closed('2027-01-05')).at('2027-01-04 08:30').act(referral());
    expect(tale.one('first-outreach').dueOn).toBe('2027-01-06');
    tale.at('2027-01-05 10:00').repin(closed());
    expect(tale.one('first-outreach').dueOn).toBe('2027-01-06');
  });

  it('never make a step about safety later', () => {
    const longer = { opens: '08:00', closes: '20:00' };
    const tale = enrolled().act({ type: 'RaiseSafetyConcern', note: 'said so' });
    const before = stepsOf(tale.one('safety-review'));
    tale.repin(policyWith(DEFAULT_PATHWAY, { ...NEW_YORK, hours: { ...NEW_YORK.hours, '1': longer } }));
    expect(stepsOf(tale.one('safety-review'))).toEqual(before);
  });

  it('that take a step out of an open safety review leave it the steps it has, for good', () => {
    const shorter = { opens: '08:00', closes: '15:00' };
    const tale = enrolled().at('2027-01-04 15:30').act({ type: 'RaiseSafetyConcern' }).wake();
    const left = stepsOf(tale.one('safety-review')).slice(1);
    expect(left).toContain('2027-01-04 17:00 supervisor');
    tale.repin(policyWith(valued({ 'safety.repeat': 2 }), { ...NEW_YORK, hours: { ...NEW_YORK.hours, '1': shorter } }));
    const recorded = tale.wake().events.length;
    expect([stepsOf(tale.one('safety-review')), tale.one('safety-review').repeat.every]).toEqual([left, 2]);
    expect(tale.wake().events).toHaveLength(recorded);
  });

  it('leave what was raised owed', () => {
    const tale = enrolled().at('2027-01-19 09:00');
    expect(tale.one('contact')).toMatchObject({ dueOn: '2027-01-19', lastStep: 1 });
    tale.repin(closed('2027-01-19')).at('2027-01-22 09:00');
    expect(tale.one('contact')).toMatchObject({ dueOn: '2027-01-19', lastStep: 1 });
    tale.act(visit());
    expect(tale.one('contact').dueOn).toBe('2027-02-05');
  });
});
