import { describe, expect, it } from '@jest/globals';
import { hashOf, prevHashOf, verifyLink, type Hashable } from './chain.js';
import type { FrozenEvent } from './envelope.js';

/** Test vectors, computed by an independent implementation (Python: hashlib, json with sorted keys). */
const PREV_HASH = 'bf308ae5ed2f9932b774e6ad0a6f8cade15d347481463dfb76f73c16ac60e58c';
const HASH_0 = '0f7cfb3cec9493857a1ad6673b6a37bdac6cc7d16d29b8fb5bb796945710b429';
const HASH_1 = 'f39f64a86b69494b8585dff25eeb2d53fdfb91fbcc880ade2b8b054abde407dc';

const first: Hashable = {
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  type: 'ContactRecorded',
  schemaVersion: 2,
  streamId: 'episode-1',
  revision: 0,
  occurredAt: '2026-03-02T15:00:00.000Z',
  recordedAt: '2026-03-02T15:04:05.678Z',
  actor: 'user:ana',
  actorRole: 'care-manager',
  organisation: 'north',
  site: 'main-street',
  commandId: '01890a5d-ac96-774b-bcce-b302099a8058',
  fingerprint: '',
  pin: '',
  body: {
    facts: { ü: [true, null], minutes: 20, kind: 'treatment' },
    sealed: { kid: 'k1', iv: 'AAAA', ct: 'BBBB', tag: 'CCCC' },
  },
  prevHash: PREV_HASH,
};
const second: Hashable = {
  ...first,
  id: '01890a5d-ac96-774b-bcce-b302099a8059',
  revision: 1,
  body: { facts: {}, sealed: null },
  prevHash: HASH_0,
};
const one: FrozenEvent = { ...first, hash: HASH_0 };
const two: FrozenEvent = { ...second, hash: HASH_1 };

describe('the hash chain of a stream', () => {
  it('gives the test vectors', () => {
    expect(prevHashOf('episode-1')).toBe(PREV_HASH);
    expect(hashOf(first)).toBe(HASH_0);
    expect(hashOf(second)).toBe(HASH_1);
  });

  it('leaves out position, trace context and the hash itself', () => {
    expect(hashOf({ ...one, traceparent: '00-1-2-01', position: '7' } as FrozenEvent)).toBe(HASH_0);
  });

  it('holds for untouched events', () => {
    expect(verifyLink(null, one)).toBeNull();
    expect(verifyLink(one, two)).toBeNull();
  });

  for (const key of Object.keys(first) as (keyof Hashable)[]) {
    it(`shows a change of ${key}`, () => {
      const changed =
        typeof two[key] === 'number'
          ? two[key] + 1
          : key === 'body'
            ? { facts: { a: 1 }, sealed: null }
            : `${String(two[key])}x`;
      expect(verifyLink(one, { ...two, [key]: changed })).not.toBeNull();
      expect(hashOf({ ...two, [key]: changed } as FrozenEvent)).not.toBe(HASH_1);
    });
  }

  it('shows a dropped, a repeated and a foreign event, each in words', () => {
    expect(verifyLink(null, two)).toBe('revision 1 stands where 0 belongs');
    expect(verifyLink(one, one)).toBe('revision 0 stands where 1 belongs');
    expect(verifyLink({ ...one, streamId: 'episode-2' }, two)).toBe('stream episode-1 follows stream episode-2');
    expect(verifyLink({ ...one, hash: HASH_1 }, two)).toBe('revision 1 does not follow the event before it');
  });

  it('shows time running backwards, even when the hashes were made to fit', () => {
    const early = { ...second, recordedAt: '2026-03-02T15:04:05.677Z' };
    expect(verifyLink(one, { ...early, hash: hashOf(early) })).toBe(
      'revision 1 was recorded before the event before it',
    );
  });

  it('trusts an event that was found sound only while nobody can change it', () => {
    const facts = { kind: 'treatment', minutes: [20] };
    const open = Object.freeze({ ...first, body: Object.freeze({ facts: Object.freeze(facts), sealed: null }) });
    const sound: FrozenEvent = Object.freeze({ ...open, hash: hashOf(open) });
    expect(verifyLink(null, sound)).toBeNull();
    // The list within is not frozen.
    facts.minutes[0] = 60;
    expect(verifyLink(null, sound)).toMatch(/not what was hashed/);

    Object.freeze(facts.minutes);
    const whole: FrozenEvent = Object.freeze({ ...open, hash: hashOf(open) });
    expect(verifyLink(null, whole)).toBeNull();
    expect(verifyLink(null, whole)).toBeNull();
    expect(verifyLink(null, { ...whole, actor: 'user:eve' })).toMatch(/not what was hashed/);
    expect(verifyLink(null, Object.freeze({ ...whole, pin: 'another' }))).toMatch(/not what was hashed/);
  });
});
