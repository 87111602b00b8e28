import { beforeAll, expect, it } from '@jest/globals';
import { EPISODE_EVENT_TYPES, UNREADABLE } from '#care';
import { createCodec, memoryKeys, type StoredEvent } from '#event-store';
import { Chance } from '../simulate/chance.js';
import { FORGERIES, type Forgery } from './forgeries.js';
import { Judge } from './judge.js';
import { falsified } from './sample-clinic.js';
import { sampleLife } from './sample-life.js';

/** The verdict is the same whether the log is read in its order, or one whole stream after the other. */
const { readFacts } = createCodec({ types: EPISODE_EVENT_TYPES, keys: memoryKeys(), unreadable: UNREADABLE });
const DAY_MS = 86_400_000;
let life: StoredEvent[];

beforeAll(async () => {
  life = await sampleLife(new Chance(2));
});

/** As a reader of JSON gets it, the order of its keys included. */
function verdictOf(judging: (judge: Judge) => void): string {
  const at = new Date(Date.parse(life.at(-1)!.recordedAt) + DAY_MS);
  const judge = new Judge({ at, graceMs: 300_000, readFacts });
  judging(judge);
  return JSON.stringify([judge.verdict(), judge.wrong]);
}

const inItsOrder = (events: readonly StoredEvent[]): string =>
  verdictOf((judge) => events.forEach((event) => judge.take(event)));

/** The youngest stream first: an order that says nothing about time. */
const byStream = (events: readonly StoredEvent[]): string =>
  verdictOf((judge) => {
    for (const [streamId, stream] of [...Map.groupBy(events, (event) => event.streamId)].toReversed()) {
      for (const event of stream) judge.take(event);
      judge.ends(streamId);
    }
  });

/** Many wakers, each in every stream. */
const manyWakers: Forgery = (log) =>
  falsified(log, (event) =>
    event.type === 'FollowUpRaised' ? { ...event, actor: `system:waker-${event.revision % 10}` } : event,
  );

/** More is wrong than is told, in every stream. */
const allRaisedTwice: Forgery = (log) =>
  falsified(log, (event) => (event.type === 'FollowUpRaised' ? [event, { ...event, id: 'again' }] : event));

it.each(Object.entries({ ...FORGERIES, manyWakers, allRaisedTwice }))('judges alike: %s', (_name, forge) => {
  const log = forge(life, new Chance(3));
  expect(byStream(log)).toBe(inItsOrder(log));
});
