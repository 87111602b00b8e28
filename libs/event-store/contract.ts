import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyLink } from './chain.js';
import type { FrozenEvent, StoredEvent } from './envelope.js';
import { MAX_EVENT_BYTES } from './admission.js';
import type { EventStore, EventStoreError, FrozenBatch, Notice } from './port.js';
import { lastOf, sampleBatch } from './samples.js';

export interface Subject {
  /** A new, empty store. */
  readonly open: () => Promise<EventStore>;
  /** Whether the store refuses an event id that another stream holds. Where it does not, UUIDs have to do. */
  readonly uniqueIds: boolean;
}

const isConflict = (actual: number | 'no-stream') =>
  expect.objectContaining({ code: 'wrong-expected-revision', actual });
const isCode = (code: EventStoreError['code']) => expect.objectContaining({ code });
const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);

/** What every EventStore owes its callers. One suite, one factory per store. */
export function describeEventStore(name: string, subject: Subject): void {
  describe(`${name} as an event store`, () => {
    let store: EventStore;
    let ending: AbortController;

    beforeEach(async () => {
      store = await subject.open();
      ending = new AbortController();
    });
    afterEach(async () => {
      ending.abort();
      await store.close();
    });

    /** Appends so many batches of one event; gives the events. */
    async function fill(streamId: string, count: number, previous: FrozenEvent | null = null): Promise<FrozenEvent[]> {
      const events: FrozenEvent[] = [];
      let last = previous;
      for (let n = 0; n < count; n += 1) {
        const batch = sampleBatch(streamId, last, [{ n }]);
        await store.append(batch);
        events.push((last = lastOf(batch)));
      }
      return events;
    }

    describe('append and read', () => {
      it('gives back every field as it was frozen, and a position', async () => {
        const sealed = { kid: 'k1', iv: 'AAAA', ct: 'BBBB', tag: 'CCCC' };
        const traced = sampleBatch('episode-1', null, [{}], {
          body: { facts: { a: 1, b: [true, null, 'x', 2.5] }, sealed },
        });
        const batch: FrozenBatch = { ...traced, events: [{ ...traced.events[0], traceparent: '00-11-22-01' }] };
        const { revision, position } = await store.append(batch);
        expect(revision).toBe(0);
        expect(await store.readStream('episode-1')).toStrictEqual([{ ...batch.events[0], position }]);
      });

      it('leaves out an absent trace context', async () => {
        await store.append(sampleBatch('episode-1', null));
        const [event] = await store.readStream('episode-1');
        expect(event).not.toHaveProperty('traceparent');
      });

      it('numbers revisions without gaps over batches, and positions that sort as text', async () => {
        const first = sampleBatch('episode-1', null, [{}, {}, {}]);
        expect(await store.append(first)).toMatchObject({ revision: 2 });
        await fill('episode-2', 10);
        const second = sampleBatch('episode-1', lastOf(first), [{}, {}]);
        const appended = await store.append(second);
        const events = await store.readStream('episode-1');
        expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
        expect(appended).toEqual({ revision: 4, position: events[4]?.position });
        const positions = (await store.readAll()).map(({ position }) => position);
        expect(positions).toHaveLength(15);
        expect(positions.toSorted()).toEqual(positions);
        expect(new Set(positions).size).toBe(15);
      });

      it('reads from a revision and up to a limit', async () => {
        await store.append(sampleBatch('episode-1', null, [{}, {}, {}, {}, {}]));
        const revisions = async (options: { from?: number; limit?: number }) =>
          (await store.readStream('episode-1', options)).map((e) => e.revision);
        expect(await revisions({ from: 3 })).toEqual([3, 4]);
        expect(await revisions({ from: 1, limit: 2 })).toEqual([1, 2]);
        expect(await revisions({ from: 5 })).toEqual([]);
      });

      it('knows no events of a missing stream, nor of one whose id only starts alike', async () => {
        await fill('episode-12', 1);
        expect(await store.readStream('episode-1')).toEqual([]);
        expect(await store.readStream('episode-123')).toEqual([]);
      });

      it('keeps any text and a chain that verifies over what was read back', async () => {
        const facts = [
          {
            text: 'Zoë — 患者 🙂 "\\\u0000\u2028',
            ключ: '\uFEFF',
            nested: { z: 1, a: [{ b: 2, a: 1 }] },
            tiny: 1e-7,
            big: 9007199254740991,
          },
          {},
        ];
        await store.append(sampleBatch('episode-ü', null, facts));
        const events = await store.readStream('episode-ü');
        expect(events[0]?.body.facts).toEqual(facts[0]);
        expect(verifyChain(events)).toEqual([]);
      });

      it('takes an event of a megabyte, refuses one that is too large, and says so', async () => {
        const large = sampleBatch('episode-1', null, [{ text: 'x'.repeat(1024 * 1024) }]);
        await store.append(large);
        expect(await store.readStream('episode-1')).toHaveLength(1);
        const tooLarge = sampleBatch('episode-1', lastOf(large), [{}, { text: 'ü'.repeat(MAX_EVENT_BYTES / 2) }]);
        await expect(store.append(tooLarge)).rejects.toEqual(isCode('too-large'));
        const batch = sampleBatch(
          'episode-1',
          lastOf(large),
          Array.from({ length: 9 }, () => ({ text: 'x'.repeat(1024 * 1024) })),
        );
        await expect(store.append(batch)).rejects.toEqual(isCode('too-large'));
        expect(await store.readStream('episode-1')).toHaveLength(1);
      });
    });

    describe('the expected revision', () => {
      it('must be that of the stream, and the conflict tells the actual one', async () => {
        const first = sampleBatch('episode-1', null, [{}, {}]);
        await expect(store.append({ ...sampleBatch('episode-1', lastOf(first)) })).rejects.toEqual(
          isConflict('no-stream'),
        );
        await store.append(first);
        await expect(store.append(sampleBatch('episode-1', null))).rejects.toEqual(isConflict(1));
        await expect(store.append(sampleBatch('episode-1', first.events[0]))).rejects.toEqual(isConflict(1));
        const ahead = lastOf(sampleBatch('episode-1', lastOf(first), [{}, {}]));
        await expect(store.append(sampleBatch('episode-1', ahead))).rejects.toEqual(isConflict(1));
        expect(await store.readAll()).toHaveLength(2);
      });

      it('lets exactly one of a hundred racing writers win each revision', async () => {
        const first = sampleBatch('episode-1', null);
        await store.append(first);
        const rivals = Array.from({ length: 100 }, () => sampleBatch('episode-1', lastOf(first), [{}, {}]));
        const outcomes = await Promise.allSettled(rivals.map((batch) => store.append(batch)));
        const won = outcomes.filter(({ status }) => status === 'fulfilled');
        const lost = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown);
        expect(won).toHaveLength(1);
        for (const reason of lost) expect(reason).toEqual(isConflict(2));
        const events = await store.readStream('episode-1');
        expect(verifyChain(events)).toEqual([]);
        expect(idsOf(rivals.map(lastOf))).toContain(events[2]?.id);
        expect(events).toHaveLength(3);
      });

      it('keeps apart the outcomes of callers that share a moment', async () => {
        const taken = sampleBatch('episode-0', null);
        await store.append(taken);
        const good = Array.from({ length: 20 }, (_, n) => sampleBatch(`episode-${n + 1}`, null, [{}, {}]));
        const bad = Array.from({ length: 20 }, () => sampleBatch('episode-0', null));
        const outcomes = await Promise.allSettled(
          good.flatMap((batch, n) => [store.append(batch), store.append(bad[n] ?? taken)]),
        );
        expect(outcomes.map(({ status }) => status)).toEqual(good.flatMap(() => ['fulfilled', 'rejected']));
        expect(await store.readAll()).toHaveLength(41);
      });
    });

    describe('sending the same batch again', () => {
      it('succeeds with the first result, also when stream and log are longer by then', async () => {
        const first = sampleBatch('episode-1', null, [{}, {}]);
        const second = sampleBatch('episode-1', lastOf(first), [{}, {}, {}]);
        const results = [await store.append(first), await store.append(second)];
        await fill('episode-2', 3);
        await fill('episode-1', 2, lastOf(second));
        expect([await store.append(first), await store.append(second)]).toEqual(results);
        expect(await store.readAll()).toHaveLength(10);
      });

      it('succeeds once for all who send it at the same time', async () => {
        const batch = sampleBatch('episode-1', null, [{}, {}]);
        const results = await Promise.all(Array.from({ length: 10 }, () => store.append(batch)));
        expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
        expect(await store.readAll()).toHaveLength(2);
      });

      it('is a conflict when only some of its events are there, in whatever order', async () => {
        const whole = sampleBatch('episode-1', null, [{}, {}]);
        const [one, two] = [whole.events[0], lastOf(whole)];
        await store.append({ ...whole, events: [one] });
        await expect(store.append(whole)).rejects.toEqual(isConflict(0));
        await store.append({ streamId: 'episode-1', expected: 0, events: [two] });
        expect(await store.append(whole)).toMatchObject({ revision: 1 });
        const other = lastOf(sampleBatch('episode-1', one));
        await expect(store.append({ ...whole, events: [one, other] })).rejects.toEqual(isConflict(1));
        const third = lastOf(sampleBatch('episode-1', two));
        await expect(store.append({ ...whole, events: [one, two, third] })).rejects.toEqual(isConflict(1));
        expect(await store.readAll()).toHaveLength(2);
      });
    });

    describe('a batch that is wrong in itself', () => {
      const batch = sampleBatch('episode-1', null, [{}, {}]);
      const [one, two] = [batch.events[0], lastOf(batch)];
      const elsewhere = sampleBatch('episode-2', null).events[0];
      const wrong: Record<string, FrozenBatch> = {
        'no event': { ...batch, events: [] as unknown as FrozenBatch['events'] },
        'an event of another stream': { ...batch, events: [one, { ...two, streamId: 'episode-9' }] },
        'a gap in revisions': { ...batch, events: [one, { ...two, revision: 2 }] },
        'a first revision that is not the next': { ...batch, expected: 0 },
        'a broken link': { ...batch, events: [one, { ...two, prevHash: elsewhere.hash }] },
        "a new stream that starts from another's first hash": {
          ...batch,
          events: [{ ...one, prevHash: elsewhere.prevHash }],
        },
        'an expectation that is no revision': { ...batch, expected: -1 },
      };
      for (const [what, each] of Object.entries(wrong)) {
        it(`is refused: ${what}`, async () => {
          await expect(store.append(each)).rejects.toEqual(isCode('invalid'));
          expect(await store.head()).toBeNull();
        });
      }
    });

    describe('what the store compares with what it holds', () => {
      it('refuses a batch that follows another hash than the stored one', async () => {
        await fill('episode-1', 2);
        const forged = { ...lastOf(sampleBatch('episode-1', null, [{}, {}])) };
        await expect(store.append(sampleBatch('episode-1', forged))).rejects.toEqual(isCode('invalid'));
        expect(await store.readStream('episode-1')).toHaveLength(2);
      });

      it('refuses the same ids with other content', async () => {
        const batch = sampleBatch('episode-1', null, [{ a: 1 }]);
        await store.append(batch);
        const changed = sampleBatch('episode-1', null, [{ a: 2 }], { id: batch.events[0].id });
        await expect(store.append(changed)).rejects.toEqual(isCode('invalid'));
      });

      it('refuses an event id that the batch itself holds twice', async () => {
        const batch = sampleBatch('episode-1', null, [{}, {}]);
        const twice: FrozenBatch = {
          ...batch,
          events: [batch.events[0], { ...lastOf(batch), id: batch.events[0].id }],
        };
        await expect(store.append(twice)).rejects.toEqual(isCode('invalid'));
        expect(await store.readStream('episode-1')).toEqual([]);
      });

      if (subject.uniqueIds) {
        it('refuses an event id that any stream holds, and leaves nothing of the batch', async () => {
          const [taken] = await fill('episode-1', 1);
          const batch = sampleBatch('episode-2', null, [{}, {}]);
          const twice: FrozenBatch = { ...batch, events: [batch.events[0], { ...lastOf(batch), id: taken?.id ?? '' }] };
          await expect(store.append(twice)).rejects.toEqual(isCode('invalid'));
          expect(await store.readStream('episode-2')).toEqual([]);
        });
      }
    });

    describe('the whole log', () => {
      it('is empty at first', async () => {
        expect(await store.head()).toBeNull();
        expect(await store.readAll()).toEqual([]);
      });

      it('is read in the order of commits, after a position and up to a limit', async () => {
        const appended = [
          ...(await fill('episode-1', 3)),
          ...(await fill('patient-1', 3)),
          ...(await fill('episode-2', 2)),
        ];
        const all = await store.readAll();
        expect(idsOf(all)).toEqual(idsOf(appended));
        expect(idsOf(await store.readAll({ after: all[2]?.position ?? '', limit: 2 }))).toEqual(
          idsOf(appended.slice(3, 5)),
        );
        expect(await store.readAll({ after: all[7]?.position ?? '' })).toEqual([]);
      });

      it('is read for streams with one of some prefixes, however rare they are', async () => {
        const rare = await fill('patient-1', 1);
        let last: FrozenEvent | null = null;
        for (let n = 0; n < 9; n += 1) {
          const batch: FrozenBatch = sampleBatch(
            'episode-1',
            last,
            Array.from({ length: 500 }, () => ({})),
          );
          await store.append(batch);
          last = lastOf(batch);
        }
        rare.push(
          ...(await fill('organisation-1', 1)),
          ...(await fill('patient-%', 1)),
          ...(await fill('patient_1', 1)),
        );
        expect(idsOf(await store.readAll({ prefixes: ['patient-', 'organisation-'] }))).toEqual(
          idsOf(rare.slice(0, 3)),
        );
        expect(idsOf(await store.readAll({ prefixes: ['patient-%'] }))).toEqual(idsOf(rare.slice(2, 3)));
        expect(await store.readAll({ prefixes: ['Patient-'] })).toEqual([]);
        expect(await store.readAll({ prefixes: ['episode-'], limit: 600 })).toHaveLength(600);
      });

      it('has its newest event as head, and each event at its position', async () => {
        const events = await fill('episode-1', 3);
        const all = await store.readAll();
        expect(await store.head()).toEqual({ position: all[2]?.position, hash: events[2]?.hash });
        expect(await store.at(all[1]?.position ?? '')).toEqual(all[1]);
        expect(await store.at('not of this store')).toBeNull();
        expect(await store.at('9'.repeat(20))).toBeNull();
      });
    });

    describe('a subscription', () => {
      /** Reads notices until the predicate holds. */
      async function until(notices: AsyncIterable<Notice>, enough: (seen: Notice[]) => boolean): Promise<Notice[]> {
        const seen: Notice[] = [];
        for await (const notice of notices) {
          seen.push(notice);
          if (enough(seen)) break;
        }
        return seen;
      }
      const eventsIn = (notices: readonly Notice[]): StoredEvent[] =>
        notices.flatMap((notice) => (notice.kind === 'events' ? notice.events : []));
      const kinds = (notices: readonly Notice[]) => notices.map(({ kind }) => kind);

      it('of an empty log is caught up at once', async () => {
        const notices = await until(store.subscribe({ signal: ending.signal }), () => true);
        expect(notices).toEqual([{ kind: 'caught-up' }]);
      });

      it('gives the whole log in the order of readAll, then says caught up, then what comes', async () => {
        await fill('episode-1', 7);
        await fill('patient-1', 3);
        const notices = store.subscribe({ signal: ending.signal, pageSize: 4 })[Symbol.asyncIterator]();
        const seen: Notice[] = [];
        while (seen.at(-1)?.kind !== 'caught-up') seen.push((await notices.next()).value as Notice);
        expect(kinds(seen)).toEqual(['events', 'events', 'events', 'caught-up']);
        expect(eventsIn(seen)).toEqual(await store.readAll());
        const next = notices.next();
        const [live] = await fill('episode-2', 1);
        const notice = (await next).value as Notice;
        expect(idsOf(eventsIn([notice]))).toEqual([live?.id]);
      });

      it('says caught up no second time while nothing happens', async () => {
        await fill('episode-1', 1);
        const seen: Notice[] = [];
        for await (const notice of store.subscribe({ signal: ending.signal })) {
          seen.push(notice);
          if (notice.kind === 'caught-up') setTimeout(() => ending.abort(), 300);
        }
        expect(kinds(seen)).toEqual(['events', 'caught-up']);
      });

      it('resumed after any position misses nothing and repeats nothing', async () => {
        await fill('episode-1', 6);
        const all = await store.readAll();
        for (const [n, event] of all.entries()) {
          const notices = await until(
            store.subscribe({ after: event.position, signal: ending.signal, pageSize: 2 }),
            (seen) => seen.at(-1)?.kind === 'caught-up',
          );
          expect(eventsIn(notices)).toEqual(all.slice(n + 1));
        }
      });

      it('of some prefixes moves on past what it does not want', async () => {
        await fill('patient-1', 2);
        await fill('episode-1', 30);
        const notices = await until(
          store.subscribe({ prefixes: ['patient-'], signal: ending.signal }),
          (seen) => seen.at(-1)?.kind === 'caught-up',
        );
        expect(eventsIn(notices).map(({ streamId }) => streamId)).toEqual(['patient-1', 'patient-1']);
        const checkpoints = notices.flatMap((notice) => (notice.kind === 'checkpoint' ? [notice.position] : []));
        const head = await store.head();
        expect(checkpoints.at(-1)).toBe(head?.position);
        const resumed = await until(
          store.subscribe({ prefixes: ['patient-'], after: head?.position ?? '', signal: ending.signal }),
          () => true,
        );
        expect(kinds(resumed)).toEqual(['caught-up']);
      });

      it('of some prefixes misses nothing at the edges of its pages', async () => {
        for (let n = 0; n < 6; n += 1)
          await store.append(sampleBatch(`${n % 3 ? 'patient' : 'episode'}-${n}`, null, [{}, {}]));
        for (const pageSize of [1, 2, 3, 8]) {
          const notices = await until(
            store.subscribe({ prefixes: ['patient-'], signal: ending.signal, pageSize }),
            (seen) => seen.at(-1)?.kind === 'caught-up',
          );
          expect(idsOf(eventsIn(notices))).toEqual(idsOf(await store.readAll({ prefixes: ['patient-'] })));
          expect(eventsIn(notices)).toHaveLength(8);
        }
      });

      it('slower than the writer still gets everything once and in order', async () => {
        const received: string[] = [];
        const reading = (async () => {
          for await (const notice of store.subscribe({ signal: ending.signal, pageSize: 7 })) {
            received.push(...idsOf(eventsIn([notice])));
            await sleep(2);
            if (received.length >= 120) break;
          }
        })();
        const streams = await Promise.all([fill('episode-1', 40), fill('episode-2', 40), fill('patient-1', 40)]);
        await reading;
        expect(received).toEqual(idsOf(await store.readAll()));
        expect(received.toSorted()).toEqual(idsOf(streams.flat()).toSorted());
      });

      it('gives the same order to many subscribers while many write', async () => {
        const readers = Array.from({ length: 3 }, () =>
          until(store.subscribe({ signal: ending.signal }), (seen) => eventsIn(seen).length >= 100),
        );
        await Promise.all(Array.from({ length: 20 }, (_, n) => fill(`episode-${n}`, 5)));
        const expected = idsOf(await store.readAll());
        for (const reader of readers) expect(idsOf(eventsIn(await reader))).toEqual(expected);
      });

      it('ends when the signal aborts: before it began, between two notices, and while it waits', async () => {
        await fill('episode-1', 3);
        expect(await until(store.subscribe({ signal: AbortSignal.abort() }), () => false)).toEqual([]);
        const between = new AbortController();
        const seen = await until(
          store.subscribe({ signal: between.signal, pageSize: 1 }),
          () => (between.abort(), false),
        );
        expect(eventsIn(seen)).toHaveLength(1);
        const waiting = new AbortController();
        const ended = until(store.subscribe({ signal: waiting.signal }), (notices) => {
          if (notices.at(-1)?.kind === 'caught-up') setTimeout(() => waiting.abort(), 50);
          return false;
        });
        expect(kinds(await ended)).toEqual(['events', 'caught-up']);
      });
    });

    it('is healthy, and closed for good once it is closed', async () => {
      await expect(store.health()).resolves.toBeUndefined();
      expect(await store.head()).toBeNull();
      await store.close();
      await store.close();
      await expect(store.health()).rejects.toEqual(isCode('unavailable'));
      await expect(store.append(sampleBatch('episode-1', null))).rejects.toEqual(isCode('unavailable'));
      await expect(store.readStream('episode-1')).rejects.toEqual(isCode('unavailable'));
    });

    it('does what the model does, whatever is asked of it', async () => {
      const stream = fc.constantFrom('episode-a', 'episode-b', 'patient-a');
      const request = fc.oneof(
        {
          weight: 4,
          arbitrary: fc.record({
            do: fc.constant('append' as const),
            stream,
            back: fc.integer({ min: -1, max: 3 }),
            count: fc.integer({ min: 1, max: 3 }),
          }),
        },
        {
          weight: 2,
          arbitrary: fc.record({ do: fc.constant('again' as const), pick: fc.nat(), cut: fc.nat({ max: 2 }) }),
        },
        fc.record({
          do: fc.constant('stream' as const),
          stream,
          from: fc.nat({ max: 6 }),
          limit: fc.integer({ min: 1, max: 4 }),
        }),
        fc.record({
          do: fc.constant('all' as const),
          pick: fc.nat(),
          limit: fc.integer({ min: 1, max: 9 }),
          prefix: fc.constantFrom(undefined, 'episode-', 'patient-', 'x'),
        }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 25 }), async (requests) => {
          const tested = await subject.open();
          try {
            await compare(tested, requests);
          } finally {
            await tested.close();
          }
        }),
        { numRuns: 40 },
      );
    }, 120_000);
  });
}

type Asked =
  | { do: 'append'; stream: string; back: number; count: number }
  | { do: 'again'; pick: number; cut: number }
  | { do: 'stream'; stream: string; from: number; limit: number }
  | { do: 'all'; pick: number; limit: number; prefix: string | undefined };

/** The rules in their plainest form. */
class Model {
  readonly log: FrozenEvent[] = [];
  stream(streamId: string): FrozenEvent[] {
    return this.log.filter((event) => event.streamId === streamId);
  }
  append({
    streamId,
    expected,
    events,
  }: FrozenBatch): { revision: number; index: number } | { actual: number | 'no-stream' } {
    const stream = this.stream(streamId);
    const after = expected === 'no-stream' ? -1 : expected;
    const there = stream.slice(after + 1, after + 1 + events.length);
    if (after !== stream.length - 1) {
      const same = there.length === events.length && there.every(({ id }, n) => id === events[n]?.id);
      if (!same) return { actual: stream.length ? stream.length - 1 : 'no-stream' };
    } else {
      this.log.push(...events);
    }
    return {
      revision: after + events.length,
      index: this.log.findIndex(({ id }) => id === lastOf({ streamId, expected, events }).id),
    };
  }
}

/** Asks store and model the same things and compares each answer. */
async function compare(store: EventStore, requests: readonly Asked[]): Promise<void> {
  const model = new Model();
  const sent: FrozenBatch[] = [];
  const positionAt = async (index: number) => (await store.readAll({ limit: 1_000 }))[index]?.position;

  async function send(batch: FrozenBatch): Promise<void> {
    const wanted = model.append(batch);
    if ('actual' in wanted) return expect(store.append(batch)).rejects.toEqual(isConflict(wanted.actual));
    const appended = await store.append(batch);
    expect(appended).toEqual({ revision: wanted.revision, position: await positionAt(wanted.index) });
  }

  for (const asked of requests) {
    if (asked.do === 'append') {
      // `back` 0 is right, 1 and more is stale, -1 is ahead of the stream.
      const stream = model.stream(asked.stream);
      const tail = stream.at(-1) ?? null;
      const previous =
        asked.back < 0 ? lastOf(sampleBatch(asked.stream, tail)) : (stream[stream.length - 1 - asked.back] ?? null);
      const batch = sampleBatch(
        asked.stream,
        previous,
        Array.from({ length: asked.count }, (_, n) => ({ n })),
      );
      // One that was ahead may fit later by its revision but never by its hash.
      if (asked.back >= 0) sent.push(batch);
      await send(batch);
    } else if (asked.do === 'again') {
      const batch = sent[asked.pick % Math.max(1, sent.length)];
      if (!batch) continue;
      const [first, ...rest] = batch.events;
      await send({ ...batch, events: [first, ...rest.slice(0, Math.max(0, rest.length - asked.cut))] });
    } else if (asked.do === 'stream') {
      const wanted = model.stream(asked.stream).slice(asked.from, asked.from + asked.limit);
      expect(idsOf(await store.readStream(asked.stream, { from: asked.from, limit: asked.limit }))).toEqual(
        idsOf(wanted),
      );
    } else {
      const from = model.log.length ? asked.pick % model.log.length : 0;
      const after = from > 0 ? await positionAt(from - 1) : undefined;
      const { prefix } = asked;
      const wanted = model.log
        .slice(from)
        .filter(({ streamId }) => streamId.startsWith(prefix ?? ''))
        .slice(0, asked.limit);
      const read = await store.readAll({
        limit: asked.limit,
        ...(after ? { after } : {}),
        ...(prefix ? { prefixes: [prefix] } : {}),
      });
      expect(idsOf(read)).toEqual(idsOf(wanted));
    }
  }
  for (const streamId of new Set(model.log.map((event) => event.streamId)))
    expect(verifyChain(await store.readStream(streamId))).toEqual([]);
}

/** What is wrong with a stream as it was read; nothing when its chain holds. */
export function verifyChain(events: readonly StoredEvent[]): string[] {
  return events.flatMap((event, n) => verifyLink(events[n - 1] ?? null, event) ?? []);
}
