import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { plusHours } from '../../calendar/index.js';
import { referral, Tale, tried, visit } from '../../testing/tale.js';
import type { EpisodeCommand } from '../commands.js';
import { tell } from './index.js';

const note: EpisodeCommand = { type: 'AddNote', text: 'Slept better.' };
const time: EpisodeCommand = { type: 'LogTime', minutes: 10, activity: 'record' };

/** What people may do next, and how many hours after the fact they enter it. */
const step = fc.record({
  what: fc.constantFrom<EpisodeCommand | 'sign' | 'void'>(note, note, time, tried('reached'), visit(), 'sign', 'void'),
  hoursAgo: fc.constantFrom(0, 0, 0, 1, 30),
  asked: fc.boolean(),
});

describe('the story of an episode', () => {
  it('is the same whether it was told all along or for the first time', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.nat(), (steps, pick) => {
        const tale = new Tale().at('2027-03-01 09:00').act(referral());
        for (const { what, hoursAgo, asked } of steps) {
          const revision = 1 + (pick % Math.max(1, tale.state.revision));
          const command =
            what === 'sign'
              ? ({ type: 'SignNote', note: revision } as const)
              : what === 'void'
                ? ({ type: 'VoidAct', revision, reasonCode: 'entered-in-error' } as const)
                : what;
          tale.attempt(command, { occurredAt: plusHours(tale.now, -hoursAgo) });
          if (asked) tell(tale.state);
        }
        const untold = { ...tale.state, acts: [...tale.state.acts] };
        expect(tell(tale.state)).toEqual(tell(untold));
      }),
    );
  });

  it('keeps the acts of care as they are when only paperwork is added', () => {
    const tale = new Tale().at('2027-03-01 09:00').act(referral());
    const { acts } = tale.story;
    tale.act(note).act(time);
    expect(tale.story.acts).toBe(acts);
    expect(tale.story.paperwork.map(({ type }) => type)).toEqual(['NoteAdded', 'TimeLogged']);
    tale.act(visit());
    expect(tale.story.acts).not.toBe(acts);
  });
});
