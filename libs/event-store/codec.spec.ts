import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { prevHashOf, verifyLink } from './chain.js';
import { createCodec } from './codec.js';
import type { FrozenEvent } from './envelope.js';
import type { EventDefinition } from './event-definition.js';
import type { Decision } from './freeze.js';
import { jsonSchemas } from './json-schemas.js';
import { memoryKeys } from './testing.js';
import { UnreadableEvent } from './unreadable-event.js';

const UNREADABLE = Symbol('unreadable');
const Scored: EventDefinition = {
  type: 'AssessmentRecorded',
  version: 1,
  facts: z.strictObject({ instrument: z.enum(['PHQ-9', 'GAD-7']), language: z.string().optional() }),
  sealed: z.strictObject({ total: z.int().max(27), note: z.string() }),
  upcasts: {},
};
const Accepted: EventDefinition = {
  type: 'ReferralAccepted',
  version: 1,
  facts: z.strictObject({}),
  sealed: null,
  upcasts: {},
};
const scored = {
  type: 'AssessmentRecorded',
  facts: { instrument: 'PHQ-9' },
  sealed: { total: 19, note: 'Zoë schläft schlecht 🙁' },
  occurredAt: '2026-03-01T09:00:00.000Z',
  commandId: 'c-1',
  fingerprint: 'f-1',
};
const accepted = { ...scored, type: 'ReferralAccepted', facts: {}, sealed: null };

const codecFor = (types: readonly EventDefinition[], keys = memoryKeys()) =>
  createCodec({ types, keys, unreadable: UNREADABLE });
const decision = (events: Decision['events'], rest: Partial<Decision> = {}): Decision => ({
  streamId: 'episode-1',
  expected: 'no-stream',
  lastHash: null,
  lastRecordedAt: null,
  subject: 'patient-1',
  recordedAt: '2026-03-02T15:04:05.678Z',
  actor: 'user:ana',
  actorRole: 'care-manager',
  organisation: 'north',
  site: 'main-street',
  pin: 'p-1',
  newId: randomUUID,
  events,
  ...rest,
});

describe('freezing with a damaged key', () => {
  const Noted = { ...Scored, type: 'ConcernRaised', facts: z.strictObject({}) };
  const types = [{ ...Noted, sealed: z.strictObject({ note: z.string().optional() }) }];
  const concern = { ...scored, type: 'ConcernRaised', facts: {} };
  const troubled = (name: string) =>
    codecFor(types, {
      ...memoryKeys(),
      keyFor: () => {
        throw Object.assign(new Error('trouble'), { name });
      },
    });

  it('needs no box for what says nothing, and reads it back', () => {
    const codec = troubled('KeyDamaged');
    const [event] = codec.freeze(decision([{ ...concern, sealed: {} }])).events;
    expect(event.body.sealed).toBeNull();
    expect(codec.read(event)).toMatchObject({ facts: {}, sealed: {} });
    expect(codecFor(types).read(event)).toMatchObject({ sealed: {} });
  });

  it('seals something or says that it cannot', () => {
    expect(() => troubled('KeyDamaged').freeze(decision([{ ...concern, sealed: { note: 'said' } }]))).toThrow(
      'trouble',
    );
    // Nothing may be added to the record of somebody who was erased.
    expect(() => troubled('KeyDestroyed').freeze(decision([{ ...concern, sealed: {} }]))).toThrow('trouble');
    const [event] = codecFor(types).freeze(decision([{ ...concern, sealed: {} }])).events;
    expect(event.body.sealed).not.toBeNull();
  });
});

describe('freezing a decision', () => {
  const keys = memoryKeys();
  const codec = codecFor([Scored, Accepted], keys);

  it('gives each event its revision, and links it to the one before', () => {
    const fresh = codec.freeze(decision([scored, accepted]));
    expect(fresh).toMatchObject({
      streamId: 'episode-1',
      expected: 'no-stream',
      events: [{ revision: 0, prevHash: prevHashOf('episode-1') }, { revision: 1 }],
    });
    const [one, two] = fresh.events;
    expect(verifyLink(null, one)).toBeNull();
    expect(two && verifyLink(one, two)).toBeNull();
    const later = codec.freeze(
      decision([accepted], { expected: 1, lastHash: two?.hash ?? '', lastRecordedAt: two?.recordedAt ?? '' }),
    );
    expect(later.events[0].revision).toBe(2);
    expect(two && verifyLink(two, later.events[0])).toBeNull();
  });

  it('carries the metadata of the decision and of each event', () => {
    const { events } = codec.freeze(
      decision([scored, { ...accepted, commandId: 'c-2', fingerprint: '' }], { traceparent: '00-1-2-01' }),
    );
    const shared = {
      actor: 'user:ana',
      actorRole: 'care-manager',
      organisation: 'north',
      site: 'main-street',
      pin: 'p-1',
      schemaVersion: 1,
      traceparent: '00-1-2-01',
    };
    expect(events[0]).toMatchObject({ ...shared, commandId: 'c-1', fingerprint: 'f-1', occurredAt: scored.occurredAt });
    expect(events[1]).toMatchObject({ ...shared, commandId: 'c-2', fingerprint: '' });
    expect(codec.freeze(decision([accepted])).events[0]).not.toHaveProperty('traceparent');
  });

  it('never records before the last event of the stream', () => {
    const late = { expected: 0, lastHash: 'aa', lastRecordedAt: '2026-03-02T16:00:00.000Z' } as const;
    expect(codec.freeze(decision([accepted], late)).events[0].recordedAt).toBe('2026-03-02T16:00:00.000Z');
    expect(
      codec.freeze(decision([accepted], { ...late, lastRecordedAt: '2026-03-02T15:00:00.000Z' })).events[0].recordedAt,
    ).toBe('2026-03-02T15:04:05.678Z');
  });

  it('stores nothing of the sealed box in plain, and the same content twice in two ways', () => {
    const { events } = codec.freeze(decision([scored, scored]));
    const text = JSON.stringify(events);
    for (const secret of ['19', 'schl', 'total', 'note'])
      expect(JSON.stringify(events[0].body.sealed)).not.toContain(secret);
    expect(text).not.toContain('schläft');
    expect(events[1]?.body.sealed?.ct).not.toBe(events[0].body.sealed?.ct);
    expect(events[1]?.body.sealed?.iv).not.toBe(events[0].body.sealed?.iv);
  });

  it('uses no nonce twice, however many boxes are sealed', () => {
    const { events } = codec.freeze(decision(Array.from({ length: 600 }, () => scored)));
    expect(new Set(events.map(({ body }) => body.sealed?.iv)).size).toBe(600);
  });

  it('names type and path of what does not fit, and never a value', () => {
    const refused = (event: Partial<typeof scored>, rest: Partial<Decision> = {}) => {
      try {
        codec.freeze(decision([{ ...scored, ...event }], rest));
      } catch (error) {
        expect(error).toMatchObject({ name: 'EventStoreError', code: 'invalid' });
        return (error as Error).message;
      }
      throw new Error('was not refused');
    };
    expect(refused({ sealed: { total: 9999, note: 'Ana' } })).toBe('AssessmentRecorded sealed: total too_big');
    expect(refused({ facts: { instrument: 'Ana' as 'PHQ-9' } })).toBe(
      'AssessmentRecorded facts: instrument invalid_value',
    );
    expect(refused({ facts: { ...scored.facts, name: 'Ana' } as typeof scored.facts })).toBe(
      'AssessmentRecorded facts: (whole) unrecognized_keys',
    );
    expect(refused({ type: 'NoSuchThing' })).toContain('NoSuchThing');
    expect(refused({ type: accepted.type, facts: {} as typeof scored.facts, sealed: { total: 1, note: 'Ana' } })).toBe(
      'ReferralAccepted seals nothing, yet something was given',
    );
    expect(refused({}, { subject: null })).toContain('subject');
    expect(refused({}, { expected: 3 })).toContain('hash of revision 3');
    expect(() => codec.freeze(decision([]))).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('asks for no key when nothing is sealed, so that an erased patient can still be closed', () => {
    const erasing = memoryKeys();
    erasing.erase('patient-1');
    const late = codecFor([Scored, Accepted], erasing);
    expect(late.freeze(decision([accepted])).events).toHaveLength(1);
    expect(() => late.freeze(decision([scored]))).toThrow('erased');
  });
});

describe('reading an event', () => {
  const keys = memoryKeys();
  const codec = codecFor([Scored, Accepted], keys);
  const stored = { ...codec.freeze(decision([scored])).events[0], position: '00000000000000000007' };

  it('opens what was sealed and keeps the metadata', () => {
    const { body, ...metadata } = stored;
    expect(codec.read(stored)).toEqual({ ...metadata, facts: scored.facts, sealed: scored.sealed });
    expect(body.sealed).not.toBeNull();
    expect(codec.read(codec.freeze(decision([accepted])).events[0])).toMatchObject({ facts: {}, sealed: null });
  });

  it('marks a box as unreadable once its key is gone, and still gives the facts', () => {
    const erasing = memoryKeys();
    const other = codecFor([Scored], erasing);
    const [event] = other.freeze(decision([scored])).events;
    erasing.erase('patient-1');
    expect(other.read(event)).toMatchObject({ facts: scored.facts, sealed: UNREADABLE });
    expect(other.readFacts(event)).toEqual(scored.facts);
  });

  it('opens a box only where it was sealed', () => {
    const moved: Partial<FrozenEvent>[] = [{ streamId: 'episode-2' }, { revision: 1 }, { type: 'OtherRecorded' }];
    const both = createCodec({ types: [Scored, { ...Scored, type: 'OtherRecorded' }], keys, unreadable: UNREADABLE });
    for (const change of moved)
      expect(() => both.read({ ...stored, ...change })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('refuses a box with any other bit', () => {
    const { sealed } = stored.body;
    if (!sealed) throw new Error('not sealed');
    const flip = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    for (const change of [
      { ct: flip(sealed.ct) },
      { iv: flip(sealed.iv) },
      { tag: flip(sealed.tag) },
      { tag: sealed.tag.slice(0, 8) },
    ]) {
      const forged = { ...stored, body: { ...stored.body, sealed: { ...sealed, ...change } } };
      expect(() => codec.read(forged)).toThrow(UnreadableEvent);
    }
  });

  it('refuses an unknown type and a newer schema, for facts alone too', () => {
    for (const read of [codec.read, codec.readFacts]) {
      expect(() => read({ ...stored, type: 'Unheard' })).toThrow(
        expect.objectContaining({ name: 'UnreadableEvent', code: 'unknown-type' }),
      );
      expect(() => read({ ...stored, schemaVersion: 2 })).toThrow(expect.objectContaining({ code: 'newer-schema' }));
    }
  });

  it('refuses facts that do not fit, unless told not to look', () => {
    const wrong = { ...stored, body: { ...stored.body, facts: { instrument: 'Ana' } } };
    for (const read of [codec.read, codec.readFacts]) {
      expect(() => read(wrong)).toThrow(
        expect.objectContaining({ code: 'invalid', message: expect.not.stringContaining('Ana') }),
      );
    }
    const trusting = createCodec({ types: [Scored], keys, unreadable: UNREADABLE, validate: false });
    expect(trusting.read(wrong).facts).toEqual({ instrument: 'Ana' });
  });
});

describe('upcasting', () => {
  const third: EventDefinition = {
    type: 'AssessmentRecorded',
    version: 3,
    facts: z.strictObject({ instrument: z.enum(['PHQ-9', 'GAD-7']), mode: z.string(), steps: z.array(z.int()) }),
    sealed: z.strictObject({ score: z.int() }),
    upcasts: {
      1: ({ facts, sealed }) => ({
        facts: { ...(facts as object), mode: 'paper', steps: [1] },
        sealed: sealed && { score: (sealed as { total: number }).total },
      }),
      2: ({ facts, sealed }) => ({
        facts: { ...(facts as object), steps: [...(facts as { steps: number[] }).steps, 2] },
        sealed,
      }),
    },
  };
  const keys = memoryKeys();
  const old = codecFor([Scored], keys).freeze(decision([scored])).events[0];
  const facts = { instrument: 'PHQ-9', mode: 'paper', steps: [1, 2] };

  it('goes step by step from the stored version to the current one', () => {
    expect(codecFor([third], keys).read(old)).toMatchObject({ facts, sealed: { score: 19 }, schemaVersion: 1 });
  });

  it('works for facts without a key', () => {
    expect(codecFor([third], memoryKeys()).readFacts(old)).toEqual(facts);
    expect(codecFor([third], memoryKeys()).read(old)).toMatchObject({ facts, sealed: UNREADABLE });
  });

  it('is checked by the current schema even where reading is trusted', () => {
    const wrong = { ...third, upcasts: { ...third.upcasts, 2: () => ({ facts: {}, sealed: null }) } };
    const trusting = createCodec({ types: [wrong], keys, unreadable: UNREADABLE, validate: false });
    expect(() => trusting.read(old)).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect(() => trusting.readFacts(old)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('that is missing or fails makes the event unreadable', () => {
    const missing = { ...third, upcasts: { 1: third.upcasts[1] ?? (() => ({ facts: {}, sealed: {} })) } };
    const failing = { ...third, upcasts: { ...third.upcasts, 1: () => JSON.parse('Ana') as never } };
    for (const type of [missing, failing]) {
      expect(() => codecFor([type], keys).read(old)).toThrow(
        expect.objectContaining({ code: 'invalid', message: expect.not.stringContaining('Ana') }),
      );
    }
  });
});

describe('the fingerprint of a request', () => {
  const keys = memoryKeys();
  const codec = codecFor([], keys);

  it('is the same for the same request, whatever the order of its keys', () => {
    const print = codec.fingerprint('patient-1', { a: 1, b: [true] });
    expect(print).toMatch(/^[0-9a-f]{64}$/);
    expect(codec.fingerprint('patient-1', { b: [true], a: 1 })).toBe(print);
    expect(codec.fingerprint('patient-1', { a: 1, b: [false] })).not.toBe(print);
  });

  it('tells nothing without the key: another subject, another fingerprint', () => {
    expect(codec.fingerprint('patient-2', { a: 1 })).not.toBe(codec.fingerprint('patient-1', { a: 1 }));
    expect(codecFor([], memoryKeys()).fingerprint('patient-1', { a: 1 })).not.toBe(
      codec.fingerprint('patient-1', { a: 1 }),
    );
  });
});

describe('event types', () => {
  it('are declared once each', () => {
    expect(() => codecFor([Scored, Scored])).toThrow('declared twice');
  });

  it('have JSON Schemas', () => {
    const schemas = jsonSchemas([Scored, Accepted]);
    expect(schemas['AssessmentRecorded']).toMatchObject({
      version: 1,
      facts: { type: 'object', required: ['instrument'] },
      sealed: { type: 'object' },
    });
    expect(schemas['ReferralAccepted']).toMatchObject({ sealed: null });
  });
});
