import { describe, expect, it } from '@jest/globals';
import { referral, Tale } from '../../testing/tale.js';

type Over = Parameters<typeof referral>[0];
type Who = Parameters<Tale['act']>[1];
const begun = (over: Over, who: Who): Tale => new Tale().at('2027-03-01 09:00').act(referral(over), who);

const provider = { actor: 'user:pcp-1', role: 'provider' } as const;
const machine = { actor: 'integration:ehr-1', role: 'integration' } as const;
const careManager = { actor: 'user:cm-1', role: 'care-manager' } as const;

describe('the provider of a referral that names none', () => {
  it.each([
    ['a provider, who refers', { referredBy: 'pcp-1' }, provider, 'pcp-1'],
    ['nobody, when a machine refers in its own name', { referredBy: 'ehr-1' }, machine, undefined],
    ['nobody, when a care manager does', { referredBy: 'cm-1' }, careManager, undefined],
    ['the one for whom a care manager enters it', { referredBy: 'pcp-1' }, careManager, 'pcp-1'],
    ['the one from whom a machine has it', { referredBy: 'pcp-1' }, machine, 'pcp-1'],
  ])('is %s', (_who, over, who, expected) => {
    expect(begun(over, who).story.provider).toBe(expected);
  });
});

describe('a referral of somebody whose episode is open', () => {
  const named = { careManager: 'cm-2', provider: 'pcp-2' };
  const inCharge = ({ story }: Tale) => [story.careManager, story.provider];
  const again = (tale: Tale, who: Who) => inCharge(tale.act(referral(named), who));

  it('puts in charge whom the care team names', () => {
    for (const who of [careManager, { actor: 'user:sup-1', role: 'supervisor' } as const])
      expect(again(begun({}, provider), who)).toEqual(['cm-2', 'pcp-2']);
  });

  it('by a machine fills a gap and takes nobody’s place', () => {
    expect(again(begun({ careManager: undefined, referredBy: 'ehr-1' }, machine), machine)).toEqual(['cm-2', 'pcp-2']);
    expect(again(begun({}, provider), machine)).toEqual(['cm-1', 'pcp-1']);
  });

  it('by a provider puts nobody in charge, also where nobody is', () => {
    expect(again(begun({ careManager: undefined, referredBy: 'ehr-1' }, machine), provider)).toEqual([
      undefined,
      undefined,
    ]);
    expect(again(begun({}, provider), { actor: 'user:pcp-2', role: 'provider' })).toEqual(['cm-1', 'pcp-1']);
  });

  it('that names those who are in charge says nothing new', () => {
    const tale = begun({}, provider).act(referral({ provider: 'pcp-1' }), careManager);
    expect(tale.events.filter(({ type }) => type.endsWith('Assigned'))).toHaveLength(1);
  });
});
