import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { referral, Tale } from '../testing/tale.js';
import { consentAt, consentSpans, isCountable, safetyCheckOwed } from './consent.js';

const day = (n: number): string => `2027-03-${String(n).padStart(2, '0')}`;
const at = (n: number): string => `${day(n)}T15:00:00.000Z`;

const tale = (): Tale => new Tale().at('2027-03-01 09:00').act(referral()).at('2027-03-28 12:00');
const gives = (n: number) =>
  [{ type: 'RecordConsent', kind: 'billing', method: 'verbal' }, { occurredAt: at(n) }] as const;
const withdraws = (n: number) => [{ type: 'WithdrawConsent', kind: 'billing' }, { occurredAt: at(n) }] as const;

describe('a consent', () => {
  it('stands from the moment it was given until the moment it was taken back, in whatever order both are entered', () => {
    const story = tale()
      .act(...gives(10))
      .act(...withdraws(20))
      .act(...gives(3))
      .act(...withdraws(5)).story;
    const stands = [1, 3, 4, 5, 9, 10, 19, 20, 27].filter((n) => consentAt(story, 'billing', at(n)));
    expect(stands).toEqual([3, 4, 10, 19]);
    expect(consentAt(story, 'messaging', at(12))).toBeUndefined();
  });

  it('cannot be taken back where none stood', () => {
    expect(
      tale()
        .act(...gives(10))
        .attempt(...withdraws(9)),
    ).toMatchObject({ code: 'no-such-consent' });
    expect(
      tale()
        .act(...gives(10))
        .act(...withdraws(12))
        .attempt(...withdraws(13)),
    ).toMatchObject({
      code: 'no-such-consent',
    });
  });

  it('covers the minutes of its time and no others, and never two spans at once', () => {
    const entry = fc.tuple(fc.constantFrom('gives', 'withdraws', 'works'), fc.integer({ min: 1, max: 27 }));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        const told = tale();
        for (const [what, n] of entries) {
          if (what === 'works') told.act({ type: 'LogTime', minutes: 5, activity: 'record' }, { occurredAt: at(n) });
          else if (what === 'gives') told.attempt(...gives(n));
          else told.attempt(...withdraws(n));
        }
        const { story } = told;
        const spans = consentSpans(story, 'billing');
        for (const [i, span] of spans.slice(1).entries()) expect(spans[i]!.until! <= span.from).toBe(true);
        for (const time of story.paperwork.filter((act) => act.type === 'TimeLogged'))
          expect(isCountable(time, story)).toBe(
            spans.some(({ from, until }) => from <= time.occurredAt && (until === null || time.occurredAt < until)),
          );
      }),
    );
  });

  it('to treatment, once taken back, keeps the patient until somebody has assessed their safety', () => {
    const left = tale().act({ type: 'RecordConsent', kind: 'treatment', method: 'verbal' });
    expect(safetyCheckOwed(left.story)).toBe(false);
    left.act({ type: 'WithdrawConsent', kind: 'treatment' });
    const close = { type: 'CloseReferral', reason: 'patient-declined', channel: 'record' } as const;
    expect(left.attempt(close)).toMatchObject({ code: 'safety-check-needed' });
    left.act({ type: 'RecordSafetyReview', outcome: 'assessed', level: 'none', tool: 'clinical-interview' });
    expect(left.attempt(close)).toBeUndefined();
  });

  it('that was taken back is not answered by an assessment of an earlier day, nor by the word that a trigger was undone', () => {
    const said = { type: 'RecordSafetyReview', level: 'none', tool: 'clinical-interview' } as const;
    const left = tale().act({ type: 'RecordConsent', kind: 'treatment', method: 'verbal' });
    left.act({ ...said, outcome: 'assessed' }, { occurredAt: at(27) });
    left.act({ type: 'WithdrawConsent', kind: 'treatment' });
    left.act({ ...said, outcome: 'trigger-withdrawn' });
    expect(safetyCheckOwed(left.story)).toBe(true);
  });
});
