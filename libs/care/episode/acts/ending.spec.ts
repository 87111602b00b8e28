import { describe, expect, it } from '@jest/globals';
import { enrolled } from '../../follow-ups/specs.js';
import { referral, Tale, tried, visit } from '../../testing/tale.js';
import type { RiskLevel } from '../../words.js';
import type { EpisodeCommand } from '../commands.js';

const reviewed = (tale: Tale, level: RiskLevel): Tale =>
  tale
    .act({ type: 'RaiseSafetyConcern' })
    .act({ type: 'RecordSafetyReview', level, outcome: 'assessed', tool: 'other' });
const discharge = { type: 'DischargePatient', reason: 'lost-to-follow-up', channel: 'record' } as const;
const closing = (reason: 'unreached' | 'patient-declined') =>
  ({ type: 'CloseReferral', reason, channel: 'record' }) as const;
const referred = (): Tale => new Tale().at('2027-01-04 09:00').act(referral());

describe('ending an episode', () => {
  it.each([
    ['none', undefined],
    ['low', undefined],
    ['moderate', 'at-risk'],
    ['high', 'at-risk'],
  ] as const)('a care manager, of a patient whose last review says %s: %s', (level, code) => {
    expect(reviewed(enrolled(), level).attempt(discharge)?.code).toBe(code);
    expect(reviewed(referred(), level).attempt(closing('patient-declined'))?.code).toBe(code);
  });
  it.each(['supervisor', 'psychiatric-consultant'])('a %s ends also one at high risk', (role) => {
    expect(reviewed(enrolled(), 'high').attempt(discharge, { role })).toBeUndefined();
    expect(reviewed(referred(), 'high').attempt(closing('patient-declined'), { role })).toBeUndefined();
  });
  it('asks the same when an undone discharge is to stand again', () => {
    const reopened = (tale: Tale): EpisodeCommand => {
      const undo = (type: string): EpisodeCommand => ({
        type: 'VoidAct',
        revision: tale.events.findLast((event) => event.type === type)!.revision,
        reasonCode: 'entered-in-error',
      });
      tale.act(discharge).act(undo('EpisodeDischarged'));
      return undo('ActVoided');
    };
    const tale = enrolled();
    const again = reopened(tale);
    expect(tale.act({ type: 'RaiseSafetyConcern' }).attempt(again)?.code).toBe('safety-review-open');
    expect(reviewed(tale, 'high').attempt(again)?.code).toBe('at-risk');
    expect(tale.attempt(again, { role: 'supervisor' })).toBeUndefined();
    expect(tale.story.phase).toBe('ended');
  });
  it('a care manager cannot say "unreached" of somebody whom nobody tried to reach, or who was reached', () => {
    expect(referred().attempt(closing('unreached'))?.code).toBe('never-tried');
    expect(referred().act(visit()).attempt(closing('unreached'))?.code).toBe('was-reached');
    expect(referred().act(tried()).attempt(closing('unreached'))).toBeUndefined();
    expect(referred().attempt(closing('unreached'), { role: 'supervisor' })).toBeUndefined();
  });
});
