import { z } from 'zod';
import {
  accept,
  eventType,
  refuse,
  UNREADABLE,
  type Decider,
  type EventOf,
  type RecordedOf,
  type Unreadable,
} from '#care';
import { createCodec, type Codec, type KeyRing } from '#event-store';
import type { Definition } from '../definition.js';
import type { Envelope } from '../port.js';

/** A toy for the specs of the door: something is counted, and every full ten is concluded from it. */
export const Counted = eventType({
  type: 'Counted',
  meaning: 'Something was counted.',
  facts: z.strictObject({ by: z.int() }),
  sealed: z.strictObject({ why: z.string() }),
});
export const Marked = eventType({ type: 'Marked', meaning: 'The tally was marked.', facts: z.strictObject({}) });
export const TenPassed = eventType({
  type: 'TenPassed',
  meaning: 'Another ten is full.',
  facts: z.strictObject({ tens: z.int() }),
});
export const TALLY_TYPES = [Counted, Marked, TenPassed] as const;

type TallyEvent = EventOf<(typeof TALLY_TYPES)[number]>;
type RecordedTallyEvent = RecordedOf<(typeof TALLY_TYPES)[number]>;

export interface Tally {
  readonly total: number;
  readonly tens: number;
  readonly marks: number;
  readonly whys: readonly (string | 'unreadable')[];
}

export type TallyCommand =
  | { readonly type: 'Count'; readonly by: number; readonly why?: string }
  | { readonly type: 'Mark' }
  | { readonly type: 'Derive' };

const decider: Decider<Tally, TallyCommand, TallyEvent, RecordedTallyEvent, { readonly most: number }> = {
  category: 'tally',
  initial: { total: 0, tens: 0, marks: 0, whys: [] },
  decide(state, command, _circumstances, { most }) {
    if (command.type === 'Mark') return accept({ type: 'Marked', facts: {}, sealed: null });
    if (command.type === 'Derive' || command.by === 0) return accept();
    if (state.total + command.by > most) return refuse('too-much', `More than ${most} cannot be counted.`);
    return accept({ type: 'Counted', facts: { by: command.by }, sealed: { why: command.why ?? '' } });
  },
  evolve(state, event) {
    switch (event.type) {
      case 'Counted': {
        const why = event.sealed === UNREADABLE ? 'unreadable' : event.sealed.why;
        return { ...state, total: state.total + event.facts.by, whys: [...state.whys, why] };
      }
      case 'Marked':
        return { ...state, marks: state.marks + 1 };
      case 'TenPassed':
        return { ...state, tens: event.facts.tens };
    }
  },
  conclude({ total, tens }) {
    const full = Math.floor(total / 10);
    return full > tens ? [{ type: 'TenPassed', facts: { tens: full }, sealed: null }] : [];
  },
};

export const tally = (
  most = 1_000_000,
): Definition<Tally, TallyCommand, TallyEvent, RecordedTallyEvent, { readonly most: number }> => ({
  decider,
  contextFor: async () => ({ context: { most } }),
  subjectOf: (streamId) => `patient:${streamId}`,
  siteOf: () => 'main',
  pinOf: () => 'a-pin',
  concludesAlways: ({ type }) => type === 'Derive',
});

export const tallyCodec = (keys: KeyRing): Codec<Unreadable> =>
  createCodec({ types: TALLY_TYPES, keys, unreadable: UNREADABLE });

let last = 0;
/** A command by somebody at the clinic; what is given overrides. */
export const asked = (command: TallyCommand, given: Partial<Envelope<TallyCommand>> = {}): Envelope<TallyCommand> => ({
  commandId: `command-${(last += 1)}`,
  command,
  actor: 'user:cm-1',
  actorRole: 'care-manager',
  organisation: 'clinic',
  ...given,
});
