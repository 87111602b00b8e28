import { describe, expect, it } from '@jest/globals';
import type { FollowUpKind } from './kinds.js';
import { latestOf, mutingOf, type MutingEpisode } from './muting.js';

const NOW = '2027-03-09T15:00:00.000Z';
const episode: MutingEpisode = { bookedOn: null, isInpatient: false };
const item = (kind: FollowUpKind, over: object = {}) => ({
  kind,
  safety: kind === 'safety-review',
  snoozedUntil: null,
  ceiling: '2027-03-19T12:00:00.000Z',
  zone: 'America/New_York',
  ...over,
});

describe('a raised follow-up', () => {
  it('is shown', () => {
    expect(mutingOf(item('contact'), episode, NOW)).toBeNull();
  });

  it('is muted until the moment it was put off to', () => {
    const later = item('reassessment', { snoozedUntil: '2027-03-09T15:00:00.001Z' });
    expect(mutingOf(later, episode, NOW)).toEqual({ because: 'put-off', until: '2027-03-09T15:00:00.001Z' });
    expect(mutingOf({ ...later, snoozedUntil: NOW }, episode, NOW)).toBeNull();
  });

  it('waits for a visit that is booked before it would be too late', () => {
    const booked = { ...episode, bookedOn: '2027-03-19' };
    expect(mutingOf(item('contact'), booked, NOW)).toEqual({ because: 'appointment-booked', on: '2027-03-19' });
    expect(mutingOf(item('contact'), { ...booked, bookedOn: '2027-03-20' }, NOW)).toBeNull();
    expect(mutingOf(item('plan-review'), booked, NOW)).toBeNull();
  });

  it('of a risk rests while the patient is in hospital', () => {
    const inpatient = { ...episode, isInpatient: true };
    expect(mutingOf(item('risk-reassessment'), inpatient, NOW)).toEqual({ because: 'in-hospital' });
    expect(mutingOf(item('risk-reassessment'), { ...inpatient, isInpatient: false }, NOW)).toBeNull();
  });

  it('of safety is never muted', () => {
    const all = { bookedOn: '2027-03-10', isInpatient: true };
    expect(mutingOf(item('safety-review', { snoozedUntil: '2027-04-01T12:00:00.000Z' }), all, NOW)).toBeNull();
  });
});

it('how late a follow-up may get is its latest rung, or its first raise when that is later', () => {
  expect(latestOf(NOW, [{ at: '2027-03-19T12:00:00.000Z' }, { at: '2027-03-12T12:00:00.000Z' }])).toBe(
    '2027-03-19T12:00:00.000Z',
  );
  expect(latestOf(NOW, [{ at: '2027-03-01T12:00:00.000Z' }])).toBe(NOW);
});
