import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY, Tale } from '../testing/tale.js';
import { numbersBehind } from './explain.js';
import { enrolled, followUpFacts, kindsOf, recommend } from './specs.js';

const numbersOf = (tale: Tale, kind: string, about?: number) =>
  tale.open(kind).find((entry) => about === undefined || entry.about === about)?.numbers;
/** What explaining finds anew, for everything open. */
const behind = (tale: Tale) =>
  tale.open().map((entry) => {
    const opened = tale.events.find((e) => e.type === 'FollowUpOpened' && e.facts.followUpId === entry.followUpId);
    if (opened?.type !== 'FollowUpOpened') throw new Error('never opened');
    return [entry, numbersBehind(opened, tale.events, DEFAULT_POLICY)] as const;
  });

describe('the numbers of a follow-up', () => {
  it('are those its row read for it, and no sibling’s', () => {
    const tale = enrolled()
      .act(recommend())
      .act(recommend({ urgency: 'urgent' }));
    expect(numbersOf(tale, 'contact')).toEqual({
      'contact.acute': 14,
      'contact.digest': 14,
      'day.starts': 480,
      'repeat.every': 7,
    });
    expect(numbersOf(tale, 'recommendation-answer', 1)).toHaveProperty(['recommendation.answer'], 7);
    expect(numbersOf(tale, 'recommendation-answer', 1)).not.toHaveProperty(['recommendation.answer.urgent']);
    expect(numbersOf(tale, 'recommendation-answer', 2)).not.toHaveProperty(['recommendation.answer']);
    expect(numbersOf(tale, 'episode-review', 12)).toHaveProperty(['review.second'], 12);
  });
  it('also say what will end it', () => {
    expect(numbersOf(enrolled(), 'non-response-consult')).toMatchObject({ 'non-response.counts-from': 49 });
  });
  it('name the spacing of the treatment plan', () => {
    const tale = enrolled().act({
      type: 'SetTreatmentPlan',
      treatmentChanged: true,
      contactEvery: 21,
      reassessEvery: 28,
    });
    expect(numbersOf(tale, 'contact')).toMatchObject({ 'plan.contactEvery': 21 });
    expect(numbersOf(tale, 'reassessment')).toMatchObject({ 'plan.reassessEvery': 28 });
  });
  it('are those of the pathway that the episode has pinned', () => {
    const { 'contact.acute': acute, ...others } = DEFAULT_POLICY.pathway.parameters;
    const pathway = { ...DEFAULT_POLICY.pathway, parameters: { ...others, 'contact.acute': { ...acute!, value: 21 } } };
    const policy = { ...DEFAULT_POLICY, pathway };
    expect(numbersOf(enrolled(16, new Tale(policy)), 'contact')).toMatchObject({
      'contact.acute': 21,
    });
  });
  it('do not tell a level of risk in plain facts; explaining finds it', () => {
    const tale = enrolled().act({ type: 'RecordSafetyReview', outcome: 'assessed', level: 'high', tool: 'c-ssrs' });
    expect(followUpFacts(tale)).not.toContain('high');
    const explained = behind(tale).find(([{ kind }]) => kind === 'risk-reassessment');
    expect(explained?.[1]).toMatchObject({ 'risk.high': 7, 'risk.ahead': 2 });
  });
  it('are found again for everything open, whatever was recorded since', () => {
    const tale = enrolled().act(recommend()).at('2027-02-20 10:00').act({ type: 'AddNote', text: 'a note' });
    expect(kindsOf(tale).length).toBeGreaterThan(6);
    for (const [entry, found] of behind(tale)) expect(found).toMatchObject(entry.numbers!);
  });
});
