import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 } from 'uuid';
import { z } from 'zod';
import { eventType } from '#care';
import { createCodec, memoryKeys } from '#event-store';
import { onFiles, openHouse, type House } from '../testing/house.js';

let house: House;
let logged: string[];
let damaged: string;
let sound: string;

beforeEach(async () => {
  logged = [];
  house = await openHouse({ faultLog: (message, fault) => logged.push(`${message}: ${String(fault)}`) }, onFiles);
  damaged = (await house.refer()).episodeId;
  sound = (await house.refer()).episodeId;
});
afterEach(() => house.close());

const address = (episodeId: string, act = ''): string => `/v1/episodes/${episodeId}${act && `/${act}`}`;
const lastOf = async (episodeId: string) => (await house.store.readStream(`episode-${episodeId}`)).at(-1)!;

/** As somebody with the file would do it: past the triggers, in a connection of their own. */
function overwrite(column: string, value: string, revision: number): void {
  const db = new DatabaseSync(join(house.parts.runtime.dataDir!, 'events.db'));
  db.exec('DROP TRIGGER events_no_update');
  db.prepare(`UPDATE events SET ${column} = ${value} WHERE stream_id = ? AND revision = ?`).run(
    `episode-${damaged}`,
    revision,
  );
  db.close();
}

/** An event whose links are sound and that this build does not know, as a newer one would append it. */
async function appendedByANewerBuild(): Promise<void> {
  const Newer = eventType({ type: 'SomethingNewer', meaning: 'Unknown here.', facts: z.strictObject({}) });
  const { streamId, revision, hash, recordedAt, organisation, site, pin } = await lastOf(damaged);
  await house.store.append(
    createCodec({ types: [Newer], keys: memoryKeys(), unreadable: null }).freeze({
      ...{ streamId, expected: revision, lastHash: hash, lastRecordedAt: recordedAt, organisation, site, pin },
      ...{ recordedAt, subject: null, actor: 'user:cm-1', actorRole: 'care-manager', newId: v7 },
      events: [
        {
          type: 'SomethingNewer',
          facts: {},
          sealed: null,
          occurredAt: recordedAt,
          commandId: 'newer',
          fingerprint: '',
        },
      ],
    }),
  );
}

async function expectRefused(slug: string, named: RegExp): Promise<void> {
  const before = await house.store.head();
  const note = await house.post('care-manager', address(damaged, 'notes'), { text: 'x' });
  const read = await house.ask('care-manager', 'GET', address(damaged));
  for (const answer of [note, read])
    expect([answer.statusCode, answer.json().type]).toEqual([503, `/problems/${slug}`]);
  expect(await house.store.head()).toEqual(before);
  expect(logged).toEqual([expect.stringMatching(named), expect.stringMatching(named)]);
  expect(logged[0]).toContain(note.json().traceId);
  expect(note.body).not.toContain('SomethingNewer');
  expect((await house.post('care-manager', address(sound, 'notes'), { text: 'x' })).statusCode).toBe(201);
}

describe('a record that was tampered with', () => {
  it('under a running service is neither shown nor added to', async () => {
    const { revision } = await lastOf(damaged);
    overwrite('hash', 'zeroblob(32)', revision);
    await expectRefused('record-tampered', /is not what was hashed/);
  });

  it('long ago is neither shown nor added to once it is read again', async () => {
    overwrite('actor', "'user:cm-2'", 0);
    house.parts.runtime.door.forget();
    await expectRefused('record-tampered', /revision 0 is not what was hashed/);
  });

  it('still has its follow-ups raised', async () => {
    overwrite('actor', "'user:cm-2'", 0);
    house.parts.runtime.door.forget();
    house.clock.set('2026-03-03T15:00:00.000Z');
    expect(await house.settle(damaged)).toMatchObject({
      raised: [{ kind: 'first-outreach' }],
      derivation: 'refused',
    });
  });
});

describe('a record with an event that this build cannot read', () => {
  it('is neither shown nor added to, and says when to try again', async () => {
    await appendedByANewerBuild();
    await expectRefused('record-unreadable', /SomethingNewer v1: this code does not know the type/);
    const answer = await house.ask('care-manager', 'GET', address(damaged));
    expect(answer.headers['retry-after']).toBe('30');
  });
});
