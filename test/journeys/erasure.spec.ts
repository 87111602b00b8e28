import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MATRIX } from '#access';
import type { Role } from '#care';
import { Canary, Printed } from './canary.js';
import { hasTemporal, Journey, newYork, standingAt, until } from './journey.js';

/** A patient of whom everything said holds one word; after the erasure it is looked for wherever anybody could ask or look. */
const { said, isIn: traces } = new Canary('ZKolibri88');
const CLI = fileURLToPath(new URL('../../dist/apps/cli/src/main.js', import.meta.url));

describe('an erased patient', () => {
  let journey: Journey;
  let printed: Printed;
  beforeAll(async () => {
    printed = new Printed();
    journey = await Journey.begin({ clock: standingAt('2027-03-01 09:30'), temporal: hasTemporal });
  }, 120_000);
  afterAll(async () => {
    printed.end();
    await journey.end();
  }, 60_000);

  const cli = (...args: string[]) =>
    spawnSync(process.execPath, [CLI, ...args, '--data', join(journey.folder, 'data')], {
      encoding: 'utf8',
      env: { ...process.env, XDG_CONFIG_HOME: join(journey.folder, 'config') },
    });

  /** `followthrough erase-patient` as somebody; not in one breath with the server, which has to answer it. */
  async function erase(role: Role, ...args: string[]): Promise<{ status: number; said: any; why: string }> {
    const token = await journey.token(role);
    const way = ['--server', journey.house.url, '--token', token, '--json'];
    const child = spawn(process.execPath, [CLI, 'erase-patient', ...args, ...way], { env: process.env });
    let [said, why] = ['', ''];
    child.stdout.on('data', (text: Buffer) => void (said += text.toString()));
    child.stderr.on('data', (text: Buffer) => void (why += text.toString()));
    const [status] = (await once(child, 'close')) as [number];
    return { status, said: said === '' ? null : JSON.parse(said), why };
  }

  /** Every address that can be read about the patient, as each role that may, now and as it was. */
  async function shown(patientId: string, episode: string, followUp: string): Promise<string[]> {
    const found: string[] = [];
    for (const { method, path, operation, roles } of MATRIX) {
      if (method !== 'GET' || operation === 'streamEvents') continue;
      const address = path
        .replace('{id}', path.startsWith('/v1/patients') ? patientId : episode)
        .replace('{followUpId}', encodeURIComponent(followUp))
        .replace('{code}', 'PHQ-9');
      const before = `?asRecorded=${newYork('2027-03-01 10:00')}`;
      for (const role of roles)
        for (const url of [address, address + before]) {
          const answer = await journey.request(role, 'GET', url, undefined, { 'access-reason': 'treatment' });
          expect({ url, role, broken: answer.status >= 500 }).toMatchObject({ broken: false });
          if (traces(JSON.stringify([answer.body, ...answer.headers]))) found.push(`${role} ${url.split('?')[0]}`);
        }
    }
    return found;
  }

  /** The live feed from its first event on, as far as it is there at once. */
  async function streamed(): Promise<string> {
    const token = await journey.token('integration');
    const [first] = (await journey.read('integration', '/v1/events?limit=1')).items;
    const response = await fetch(`${journey.house.url}/v1/events/stream`, {
      headers: { authorization: `Bearer ${token}`, 'last-event-id': first.position },
    });
    let text = '';
    for await (const piece of response.body!) {
      text += Buffer.from(piece).toString();
      if (text.includes('PatientRegistered')) break;
    }
    return text;
  }

  const filesWith = (): string[] =>
    readdirSync(journey.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && traces(readFileSync(join(entry.parentPath, entry.name), 'latin1')))
      .map(({ name }) => name);

  it('can be read by nobody and in no file any more, and every chain still holds', async () => {
    const key = { 'idempotency-key': 'the-registration' };
    const details = { name: said('name'), phone: said('phone'), note: said('note'), birthDate: '1980-01-01' };
    const register = () => journey.request('care-manager', 'POST', '/v1/patients', details, key);
    const { patientId } = (await register()).body;
    const episode = await journey.refer({ patient: undefined, patientId, reason: said('reason'), note: said('note') });
    const act = (path: string, body: object) => journey.act(episode, path, body);
    await act('enrolment', { note: said('note') });
    await act('visits', {
      contact: { kind: 'treatment', modality: 'phone', note: said('note'), intervention: said('doing') },
      assessments: [{ instrument: 'PHQ-9', items: [1, 1, 1, 1, 1, 1, 1, 1, 0], note: said('note') }],
    });
    await act('notes', { text: said('text') });
    await journey.at('2027-03-08 09:00');
    const [followUp] = [...(await journey.house.runtime.episodes.load(episode)).state.ledger.open.keys()];
    const isCleartext = await shown(patientId, episode, followUp!);
    // The control: who may look sees it, and the views hold it.
    expect(isCleartext).toEqual(
      expect.arrayContaining([`supervisor /v1/patients/${patientId}`, `auditor /v1/episodes/${episode}/timeline`]),
    );
    expect(filesWith().some((name) => name.startsWith('read.'))).toBe(true);
    expect(traces(cli('replay', episode).stdout)).toBe(true);

    await act('discharge', { reason: 'other', summary: said('summary') });
    const asked = await erase('administrator', patientId, '--reason', 'patient-right');
    expect(asked).toMatchObject({ status: 0, said: { erased: false } });
    const { revision } = asked.said.erasureRequest;
    expect(await erase('administrator', patientId, '--approve', `${revision}`)).toMatchObject({
      status: 1,
      why: expect.stringContaining('another person has to'),
    });
    expect(await erase('supervisor', patientId, '--approve', `${revision}`)).toMatchObject({ said: { erased: true } });
    await journey.read('supervisor', '/v1/worklist');

    expect(await shown(patientId, episode, followUp!)).toEqual([]);
    const again = await register();
    expect([again.status, traces(JSON.stringify(again.body))]).toEqual([201, false]);
    const feed = await streamed();
    expect([feed.includes('PatientRegistered'), traces(feed)]).toEqual([true, false]);
    for (const command of [['export'], ['replay', episode]]) {
      const { status, stdout } = cli(...command);
      expect([command, status, traces(stdout)]).toEqual([command, 0, false]);
    }
    expect(cli('verify', '--at', '2027-03-08T14:00:00Z').status).toBe(0);
    await until(() => filesWith().length === 0, `the files forget it: ${filesWith().join(', ')}`, 10_000);
    await journey.restart();
    expect(filesWith()).toEqual([]);
    expect(await shown(patientId, episode, followUp!)).toEqual([]);
    expect([...journey.lines, ...printed.lines].filter(traces)).toEqual([]);
  }, 180_000);
});
