import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { onFiles, openHouse, type House } from '../testing/house.js';

let house: House;
let logged: string[];
let episode: string;

/** A patient whose key was damaged while the server was stopped. */
beforeEach(async () => {
  logged = [];
  house = await openHouse(
    { faultLog: (message, fault) => logged.push(`${message}: ${String(fault)}`) },
    async (...at) => {
      const before = await onFiles(...at);
      const patientId = '018f2f6e-0000-7000-8000-000000000001';
      const by = { actor: 'user:cm-1', actorRole: 'care-manager', organisation: 'clinic' } as const;
      const registration = { type: 'RegisterPatient', name: 'Ada' } as const;
      await before.patients.handle(patientId, { ...by, commandId: 'c-1', command: registration });
      const referral = {
        type: 'ReferPatient',
        patientId,
        site: 'main',
        referredBy: 'pcp-1',
        urgency: 'routine',
      } as const;
      ({ episodeId: episode } = await before.episodes.refer({ ...by, commandId: 'c-2', command: referral }));
      await before.close();
      const database = new DatabaseSync(join(before.dataDir!, 'keys.db'));
      database.exec(`UPDATE keys SET wrapped = zeroblob(60) WHERE subject = 'patient:${patientId}'`);
      database.close();
      return onFiles(...at);
    },
  );
});
afterEach(() => house.close());

const act = (name: string, body: object, key: string) =>
  house.post('care-manager', `/v1/episodes/${episode}/${name}`, body, { 'idempotency-key': key });

it('a damaged key silences no safety concern: without a note it is recorded, once, and followed up', async () => {
  const concern = await act('safety-concerns', {}, 'concern-1');
  expect(concern.statusCode).toBe(201);
  expect((await act('safety-concerns', {}, 'concern-1')).headers['idempotency-replayed']).toBe('true');
  const { raised } = await house.settle(episode);
  expect(raised).toEqual([expect.objectContaining({ kind: 'safety-review' })]);
  const shown = await house.ask('care-manager', 'GET', `/v1/episodes/${episode}`);
  expect([shown.statusCode, shown.json().revision]).toEqual([200, concern.json().revision + 1]);
});

it('what has to be sealed is refused with words for the operator, who is told, and readiness counts it', async () => {
  const refused = await act('safety-concerns', { note: 'said' }, 'concern-2');
  expect([refused.statusCode, refused.json().type]).toEqual([503, '/problems/record-key-damaged']);
  expect(refused.headers['retry-after']).toBe('30');
  expect(logged).toEqual([expect.stringContaining(refused.json().traceId)]);
  expect(house.parts.runtime.keys.damaged()).toBe(1);
});

it('a patient whose key is damaged can be erased: a copy of it may be whole', async () => {
  const { patientId, revision } = (await house.ask('care-manager', 'GET', `/v1/episodes/${episode}`)).json();
  const closure = `/v1/episodes/${episode}/closure`;
  await house.post('care-manager', closure, { reason: 'patient-declined' }, { 'if-match': `"${revision}"` });
  const requests = `/v1/patients/${patientId}/erasure-requests`;
  const asked = (await house.post('administrator', requests, { reasonCode: 'patient-right' })).json();
  const approved = await house.post('supervisor', `${requests}/${asked.revision}/approval`);
  expect([approved.statusCode, approved.json().erased]).toEqual([201, true]);
  expect(house.parts.runtime.keys.damaged()).toBe(0);
});
