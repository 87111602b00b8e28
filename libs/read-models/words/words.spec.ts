import { describe, expect, it } from '@jest/globals';
import { EPISODE_EVENT_TYPES, FOLLOW_UP_KINDS } from '#care';
import { sentenceOf } from './acts.js';
import { classOf, classRank } from './classes.js';
import { titleOf, whatCloses, whyItExists } from './follow-ups.js';

describe('the words for a follow-up', () => {
  it.each(FOLLOW_UP_KINDS)('%s: a title, what closes it, and why, also without its anchor', (kind) => {
    expect(titleOf(kind)).toMatch(/^[A-Z]/);
    expect(whatCloses(kind).length).toBeGreaterThan(5);
    expect(whyItExists({ kind, anchorOn: '2026-12-20', dueOn: '2027-01-03', scale: 'PHQ-9' })).toMatch(/\d+ Jan/);
    for (const anchorOn of [null, '2027-01-03'])
      expect(whyItExists({ kind, anchorOn, dueOn: '2027-01-03' })).not.toMatch(/undefined|null|NaN|\( | {2}/);
  });

  it('names the year only when it is another one', () => {
    expect(whyItExists({ kind: 'reassessment', anchorOn: '2026-12-20', dueOn: '2027-01-03', scale: 'GAD-7' })).toBe(
      'GAD-7 due 3 Jan: 14 days after the last one or enrolment (20 Dec 2026)',
    );
  });
});

describe('the classes', () => {
  it('follow the order in which the kinds are declared', () => {
    const ranks = FOLLOW_UP_KINDS.map((kind) => classRank(classOf(kind)));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  });
});

describe('the sentences of the timeline', () => {
  it('exist for every event type', () => {
    const names = EPISODE_EVENT_TYPES.map(({ type }) => type);
    const bare = {
      followUpId: 'contact:1:1',
      kind: 'contact',
      notify: ['care-manager'],
      at: '',
      on: '',
      until: '2027-01-01T00:00:00.000Z',
      dueOn: '2027-01-01',
      reason: 'x',
      outcome: 'x',
      channel: 'x',
      purpose: 'x',
      completeness: 'x',
      reasonCode: 'x',
      cause: 'x',
      tool: 'x',
      withWhom: 'x',
      modality: 'x',
      to: 'x',
      answer: 'x',
      subject: 'x',
      decision: 'x',
      about: 'x',
      activity: 'x',
      flag: 'x',
      pathway: 'x',
      enrolledOn: '2027-01-01',
    };
    for (const type of names) expect(sentenceOf({ type, facts: bare as never })).not.toBe(type);
  });

  it('name a type of a later version', () => {
    expect(sentenceOf({ type: 'SomethingNew' as never, facts: {} as never })).toBe('SomethingNew');
  });
});
