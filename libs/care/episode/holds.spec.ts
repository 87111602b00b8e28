import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { referral, Tale } from '../testing/tale.js';

const at = (n: number): string => `2027-03-${String(n).padStart(2, '0')}T15:00:00.000Z`;
const tale = (): Tale => new Tale().at('2027-03-01 09:00').act(referral()).at('2027-03-28 12:00');
const starts = (n: number) => [{ type: 'StartHold', reason: 'travel' }, { occurredAt: at(n) }] as const;
const ends = (n: number) => [{ type: 'EndHold' }, { occurredAt: at(n) }] as const;

describe('holds', () => {
  it('that overlap are one hold, whenever they become known', () => {
    const told = tale()
      .act(...starts(5))
      .act(...ends(10))
      .act(...starts(8));
    expect(told.story.hold).toMatchObject({ started: { on: '2027-03-05' } });
    expect(told.open('hold-review')).toHaveLength(1);
    expect(told.act(...ends(12)).story.holds.map(({ started, ended }) => [started.on, ended?.on])).toEqual([
      ['2027-03-05', '2027-03-12'],
    ]);
    expect(told.open('hold-review')).toEqual([]);
  });

  it('that lie apart stay apart', () => {
    const { holds } = tale()
      .act(...starts(10))
      .act(...ends(12))
      .act(...starts(3))
      .act(...ends(5)).story;
    expect(holds.map(({ started, ended }) => [started.on, ended?.on])).toEqual([
      ['2027-03-03', '2027-03-05'],
      ['2027-03-10', '2027-03-12'],
    ]);
  });

  it('never overlap, in whatever order starts and ends are entered, and only the last may be open', () => {
    const entry = fc.tuple(fc.boolean(), fc.integer({ min: 2, max: 27 }));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 10 }), (entries) => {
        const told = tale();
        for (const [isStart, n] of entries)
          if (isStart) told.attempt(...starts(n));
          else told.attempt(...ends(n));
        const { holds, hold } = told.story;
        for (const [i, next] of holds.slice(1).entries()) {
          expect(holds[i]!.ended).toBeDefined();
          expect(holds[i]!.ended!.occurredAt <= next.started.occurredAt).toBe(true);
        }
        expect(told.open('hold-review')).toHaveLength(hold ? 1 : 0);
      }),
    );
  });
});
