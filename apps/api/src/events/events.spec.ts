import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { openMemoryStore } from '#event-store';
import { openHouse, STAFF, type House } from '../testing/house.js';
import { eventPage } from './event-page.js';
import { eventStream } from './event-stream.js';
import { feedPositionOf, resumeFeedAt } from './feed-position.js';

let house: House;
let url: string;
let episodeId: string;
beforeAll(async () => {
  house = await openHouse();
  ({ episodeId } = await house.refer({ reason: 'secret words' }));
  await house.app.listen(0, '127.0.0.1');
  url = await house.app.getUrl();
});
afterAll(() => house.close());

const note = () => house.post('care-manager', `/v1/episodes/${episodeId}/notes`, { text: 'secret words' });
const page = async (query: string) => (await house.ask('integration', 'GET', `/v1/events${query}`)).json();

describe('the event feed', () => {
  it('tells what happened as CloudEvents: ids and facts, never what was sealed', async () => {
    const answer = await house.ask('integration', 'GET', '/v1/events?types=PatientReferred');
    expect(answer.json().items).toEqual([
      {
        specversion: '1.0',
        id: expect.any(String),
        source: '/organisations/clinic',
        type: 'followthrough.episode.PatientReferred.v1',
        subject: `episode-${episodeId}`,
        time: '2026-03-02T15:00:00.000Z',
        datacontenttype: 'application/json',
        dataschema: 'https://followthrough.example/v1/events/schemas/followthrough.episode.PatientReferred.v1',
        position: expect.stringMatching(/^\d{20}\.[0-9a-f]{16}$/),
        revision: 0,
        traceparent: expect.any(String),
        data: {
          occurredAt: '2026-03-02T15:00:00.000Z',
          actor: 'user:pcp-1',
          actorRole: 'provider',
          site: 'main',
          facts: expect.objectContaining({ urgency: 'routine', ordinal: 1 }),
        },
      },
    ]);
    expect((await house.ask('integration', 'GET', '/v1/events?limit=200')).body).not.toContain('secret');
  });

  it('is read in pages to the end, each event once and in order', async () => {
    const whole = (await page('?limit=200')).items;
    const read: { position: string }[] = [];
    for (let after = ''; ;) {
      const { items, next, caughtUp } = await page(`?limit=5${after && `&after=${after}`}`);
      read.push(...items);
      if (caughtUp) break;
      after = next;
    }
    expect(read).toEqual(whole);
    expect(whole.map(({ position }: { position: string }) => position)).toEqual(
      whole.map(({ position }: { position: string }) => position).toSorted(),
    );
  });

  it('goes on behind what did not match', async () => {
    expect(await page('?types=PatientDied')).toEqual({
      items: [],
      next: feedPositionOf((await house.store.head())!),
      caughtUp: true,
    });
  });

  it('says of a page whether there is more behind it, also of an empty one', async () => {
    const [rare] = await house.store.readAll({ prefixes: [`episode-${episodeId}`], limit: 1 });
    const [other] = await house.store.readAll({ prefixes: ['organisation-'], limit: 1 });
    const store = openMemoryStore([...Array.from({ length: 5_000 }, () => other!), rare!]);
    const look = (after: string | null) =>
      resumeFeedAt(store, after ?? undefined).then((from) =>
        eventPage(store, { after: from, limit: 100, filter: ({ type }) => type === 'PatientReferred', publicUrl: '' }),
      );
    const first = await look(null);
    expect(first).toMatchObject({ items: [], caughtUp: false });
    const second = await look(first.next);
    expect(second).toMatchObject({ items: [{ id: rare!.id }], caughtUp: true });
    expect(await look(second.next)).toEqual({ items: [], next: second.next, caughtUp: true });
  });

  it('names a schema for every event, which its data fit and facts that are not declared do not', async () => {
    await note();
    const { items } = await page('?limit=200');
    const listed = (await house.ask('integration', 'GET', '/v1/events/schemas')).json().items;
    expect(listed.map(({ type }: { type: string }) => type)).toEqual(
      expect.arrayContaining([...new Set(items.map(({ type }: { type: string }) => type))]),
    );
    for (const { dataschema, data } of items) {
      const answer = await house.ask('integration', 'GET', new URL(dataschema).pathname);
      const schema = z.fromJSONSchema(answer.json());
      expect(schema.safeParse(data).error).toBeUndefined();
      expect(schema.safeParse({ ...data, facts: { ...data.facts, undeclared: 1 } }).success).toBe(false);
    }
    expect((await house.ask('integration', 'GET', '/v1/events/schemas/NoteAdded')).statusCode).toBe(404);
  });

  it('takes no type that there is none of', async () => {
    const wrong = { status: 400, errors: [{ pointer: '/types', detail: 'name 2 is no type of event' }] };
    for (const types of ['NoteAdded,AssesmentRecorded', 'NoteAdded,followthrough.episode.NoteAdded.v2'])
      for (const path of ['/v1/events', '/v1/events/stream'])
        expect((await house.ask('integration', 'GET', `${path}?types=${types}`)).json()).toMatchObject(wrong);
    const whole = await page('?types=followthrough.episode.PatientReferred.v1');
    expect(whole.items).toEqual((await page('?types=PatientReferred')).items);
    expect(whole.items).toHaveLength(1);
  });

  it('says that the log is another one, rather than pass over what happened in it', async () => {
    const before = await openHouse();
    await before.refer();
    const { items, next } = (await before.ask('integration', 'GET', '/v1/events')).json();
    await before.close();
    const beyond = `${'9'.repeat(20)}.${next.split('.')[1]}`;
    for (const position of [items[0].position, next, beyond])
      for (const answer of [
        await house.ask('integration', 'GET', `/v1/events?after=${position}`),
        await house.ask('integration', 'GET', `/v1/events/stream?after=${position}`),
        await house.ask('integration', 'GET', '/v1/events/stream', { headers: { 'last-event-id': position } }),
      ])
        expect(answer.json()).toMatchObject({ status: 410, type: '/problems/feed-rewound' });
  });

  it('shows an organisation only its own, and takes only positions of a feed', async () => {
    expect((await house.ask('auditor@elsewhere', 'GET', '/v1/events')).json().items).toEqual([]);
    expect((await house.ask('auditor', 'GET', '/v1/events?after=C:1/P:1')).json()).toMatchObject({
      status: 400,
      errors: [{ pointer: '/after' }],
    });
    expect((await house.ask('auditor', 'GET', '/v1/events?after=abc')).json()).toMatchObject({
      type: '/problems/malformed-query',
    });
  });
});

/** Reads a stream of server-sent events until `count` events came. */
async function follow(
  headers: Record<string, string>,
  count: number,
  query = '',
): Promise<{ id: string; event: string; data: { revision: number } }[]> {
  const stop = new AbortController();
  const answer = await fetch(`${url}/v1/events/stream${query}`, {
    headers: { authorization: `Bearer integration~${STAFF.integration}~clinic`, ...headers },
    signal: stop.signal,
  });
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  let text = '';
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.split('\ndata: ').length > count) break;
  }
  stop.abort();
  const frames = text.split('\n\n').filter((frame) => frame.includes('data: '));
  return frames.map((frame) => {
    const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1] ?? '';
    return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) as { revision: number } };
  });
}

describe('the event stream', () => {
  it('follows what happens from now on', async () => {
    const following = follow({}, 1);
    await sleep(100);
    await note();
    expect(await following).toEqual([
      expect.objectContaining({
        event: 'followthrough.episode.NoteAdded.v1',
        id: feedPositionOf((await house.store.head())!),
      }),
    ]);
  });

  it('resumes after the last event that somebody saw, and misses nothing', async () => {
    await note();
    await note();
    const [, seen, ...missed] = (await page('?types=NoteAdded')).items;
    const resumed = await follow({ 'last-event-id': seen.position }, missed.length, '?types=NoteAdded');
    expect(resumed.map(({ data }) => data)).toEqual(missed);
  });

  it('takes no id that is none, and ends when the house closes', async () => {
    for (const id of ['a b', 'zzz']) {
      const answer = await house.ask('integration', 'GET', '/v1/events/stream', { headers: { 'last-event-id': id } });
      expect(answer.json()).toMatchObject({ status: 400, type: '/problems/malformed-header' });
    }
    expect((await house.ask('integration', 'GET', '/v1/events/stream?after=zzz')).json()).toMatchObject({
      type: '/problems/malformed-query',
      errors: [{ pointer: '/after' }],
    });
    const other = await openHouse();
    await other.app.listen(0, '127.0.0.1');
    const open = await fetch(`${await other.app.getUrl()}/v1/events/stream`, {
      headers: { authorization: `Bearer integration~${STAFF.integration}~clinic` },
    });
    const text = open.text();
    await other.close();
    expect(await text).toContain('retry: 3000');
  });

  it('may be held four times by one caller', async () => {
    const stop = new AbortController();
    const hold = () =>
      fetch(`${url}/v1/events/stream`, {
        headers: { authorization: `Bearer auditor~${STAFF.auditor}~clinic` },
        signal: stop.signal,
      });
    const statuses = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await hold()).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    stop.abort();
    await sleep(100);
    const again = new AbortController();
    expect(
      (
        await fetch(`${url}/v1/events/stream`, {
          headers: { authorization: `Bearer auditor~${STAFF.auditor}~clinic` },
          signal: again.signal,
        })
      ).status,
    ).toBe(200);
    again.abort();
  });
});

describe('a client', () => {
  const start = {
    filter: () => true,
    publicUrl: '',
    after: { position: '0'.repeat(20), hash: '' },
    mayGoOn: async () => true,
  };

  it('is told at once where it begins: it misses nothing when it is cut off before the first event', async () => {
    const stream = eventStream(house.store, { ...start, after: null, signal: new AbortController().signal });
    const said: string[] = [];
    stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    await sleep(50);
    expect(said.join('')).toContain(`\n\nid: ${feedPositionOf((await house.store.head())!)}\n\n`);
    stream.destroy();
  });

  it('that reads is kept alive by a heartbeat, which carries its position on', async () => {
    const stream = eventStream(house.store, {
      ...start,
      filter: () => false,
      signal: new AbortController().signal,
      heartbeatMs: 20,
    });
    await sleep(80);
    let text = '';
    for (let chunk: Buffer | null; (chunk = stream.read() as Buffer | null) !== null;) text += chunk.toString();
    expect(text).toContain(`: still here\nid: ${feedPositionOf((await house.store.head())!)}\n\n`);
    stream.destroy();
  });

  it('that stops reading is closed, and never fills the memory', async () => {
    const stream = eventStream(house.store, {
      ...start,
      signal: new AbortController().signal,
      heartbeatMs: 20,
      bufferBytes: 100,
    });
    await sleep(150);
    expect(stream.destroyed).toBe(true);
    expect(stream.writableLength + stream.readableLength).toBeLessThan(10_000);
  });

  it('that would not be let in any more is told nothing more', async () => {
    let letIn = true;
    const signal = new AbortController().signal;
    const stream = eventStream(house.store, { ...start, mayGoOn: async () => letIn, signal, heartbeatMs: 20 });
    stream.resume();
    await sleep(80);
    expect(stream.writableEnded).toBe(false);
    letIn = false;
    await once(stream, 'end');
  });
});
