import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Outreach } from '../day/shapes.js';
import type { AccessLine } from '../parts.js';
import { openHouse, STAFF, type House } from '../testing/house.js';

let house: House;
let episodeId: string;
let patientId: string;
const logged: AccessLine[] = [];
let keeping = true;

/** What nobody outside the team may find in any list. */
const SECRETS = ['Hidden Colleague', '555-0177', 'hidden question', 'hidden reason'];
const LISTS = [
  ...['caseload', 'worklist', 'consults', 'inbox', 'referrals', 'day/morning', 'day/outreach', 'day/huddle'],
  ...['day/documentation', 'day/evening'],
].map((list) => `/v1/${list}`);

const ofThem = (value: unknown): any[] => {
  if (Array.isArray(value)) return value.flatMap(ofThem);
  if (typeof value !== 'object' || value === null) return [];
  if ('patientId' in value) return value.patientId === patientId ? [value] : [];
  return Object.values(value).flatMap(ofThem);
};
const list = async (as: string, url: string) => {
  await house.upToDate();
  const answer = await house.ask(as, 'GET', url.includes('/day/') ? `${url}?careManager=all` : url);
  expect([url, answer.statusCode]).toEqual([url, 200]);
  return { text: answer.payload, rows: ofThem(answer.json()) };
};
const act = async (as: string, what: string, body: object, url = `/v1/episodes/${episodeId}/${what}`) => {
  const answer = await house.post(as, url, body, { 'access-reason': 'treatment' });
  expect([what, answer.statusCode, answer.json().detail]).toEqual([what, 201, undefined]);
};

beforeAll(async () => {
  house = await openHouse({
    accessLog: (line) => {
      if (!keeping) throw new Error('the disk is full');
      logged.push(line);
    },
  });
  ({ episodeId, patientId } = await house.refer({
    patient: { name: 'Hidden Colleague', phone: '555-0177' },
    reason: 'hidden reason',
    careManager: STAFF['care-manager'],
  }));
  await house.refer({ patient: { name: 'Somebody Else' }, careManager: STAFF['care-manager'] });
  house.clock.set('2026-03-04T15:00:00.000Z');
  await house.settle(episodeId);
  await act('care-manager', 'consult-requests', { question: 'hidden question' });
  await act('integration', 'assessments', {
    instrument: 'PHQ-9',
    items: [2, 2, 2, 2, 2, 2, 2, 2, 1],
    enteredBy: 'patient',
  });
  await house.settle(episodeId);
});
afterAll(() => house.close());

describe('a restricted record in lists', () => {
  let shown: Map<string, { text: string; rows: any[] }>;
  beforeAll(async () => {
    shown = new Map();
    for (const url of LISTS) shown.set(url, await list('supervisor', url));
    await act('supervisor', 'labels', { labels: ['staff'] }, `/v1/patients/${patientId}/labels`);
  });

  it.each(LISTS)('%s: outside the team the row stays where it was, without who it is and why', async (url) => {
    const before = shown.get(url)!;
    const { text, rows } = await list('supervisor', url);
    expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([]);
    const urgency = ({ class: cls, owner, careManager, headline, dueOn }: any) => ({
      ...{ cls, owner, careManager, dueOn: dueOn ?? headline?.dueOn, title: headline?.title },
    });
    expect(rows.map(urgency)).toEqual(before.rows.map(urgency));
    for (const row of rows) expect(row.masked).toBe(true);
    expect(text.includes('Somebody Else')).toBe(before.text.includes('Somebody Else'));
    if (rows.length > 0) expect(text).not.toBe(before.text);
  });

  it('keep their published shape', async () => {
    const { text } = await list('supervisor', '/v1/day/outreach');
    expect(Outreach.safeParse(JSON.parse(text))).toMatchObject({ success: true });
  });

  it('were shown before, or this would say nothing', () => {
    const all = [...shown.values()].map(({ text }) => text).join();
    expect(SECRETS.filter((secret) => !all.includes(secret))).toEqual([]);
    expect([...shown].filter(([, { rows }]) => rows.length === 0).map(([url]) => url)).toEqual([
      '/v1/day/documentation',
    ]);
  });

  it.each(LISTS)('%s: its care manager sees it as it is', async (url) => {
    if (shown.get(url)!.rows.length === 0) return;
    const { rows } = await list('care-manager', url);
    expect(rows.length).toBe(shown.get(url)!.rows.length);
    for (const row of rows) expect(row).toMatchObject({ patientName: 'Hidden Colleague' });
    expect(rows.some((row) => 'masked' in row)).toBe(false);
  });

  it('is masked under the record that leads as well, and shown again without its label', async () => {
    const { patientId: lead } = (await house.post('care-manager', '/v1/patients', { name: 'Hidden Colleague' })).json();
    await act('supervisor', 'merges', { duplicate: patientId }, `/v1/patients/${lead}/merges`);
    expect((await list('supervisor', '/v1/caseload')).text).not.toContain('Hidden Colleague');
    expect((await list('care-manager', '/v1/caseload')).text).toContain('Hidden Colleague');
    await act('supervisor', 'undo', {}, `/v1/patients/${lead}/merges/${patientId}/undo`);
    await act('supervisor', 'labels', { labels: [] }, `/v1/patients/${patientId}/labels`);
    expect((await list('supervisor', '/v1/caseload')).text).toContain('Hidden Colleague');
    await act('supervisor', 'labels', { labels: ['vip'] }, `/v1/patients/${patientId}/labels`);
  });
});

describe('who opens a restricted record with a reason', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const read = (url: string) =>
    house.ask('auditor', 'GET', url, { headers: { traceparent, 'access-reason': 'quality' } });

  it('is written down: when, what, whose, which episode, why, and the request', async () => {
    logged.length = 0;
    await read(`/v1/episodes/${episodeId}/timeline`);
    await read(`/v1/patients/${patientId}`);
    const line = {
      ...{ access: 'restricted-record', at: house.clock.now().toISOString(), patientId, actor: 'user:audit-1' },
      ...{ role: 'auditor', organisation: 'clinic', reason: 'quality', traceId: traceparent.split('-')[1] },
    };
    expect(logged).toEqual([
      { ...line, operation: 'readTimeline', episodeId },
      { ...line, operation: 'readPatient', episodeId: null },
    ]);
  });

  it('sees nothing when that cannot be written down', async () => {
    keeping = false;
    const answer = await read(`/v1/episodes/${episodeId}`);
    keeping = true;
    expect(answer.statusCode).toBe(500);
    expect(answer.payload).not.toContain('hidden');
  });

  it('needs it under each record of the person, for one label restricts them all', async () => {
    const { patientId: lead } = (await house.post('care-manager', '/v1/patients', { name: 'Hidden Colleague' })).json();
    await act('supervisor', 'merges', { duplicate: patientId }, `/v1/patients/${lead}/merges`);
    await house.upToDate();
    logged.length = 0;
    const open = (headers = {}) => house.ask('auditor', 'GET', `/v1/patients/${lead}`, { headers });
    const refused = await open();
    expect([refused.statusCode, refused.json().type]).toEqual([403, '/problems/access-reason-needed']);
    expect((await open({ 'access-reason': 'quality' })).statusCode).toBe(200);
    expect(logged).toEqual([expect.objectContaining({ patientId: lead, actor: 'user:audit-1', reason: 'quality' })]);
    const machine = await house.ask('integration', 'GET', `/v1/patients/${lead}`);
    expect([machine.statusCode, machine.json().type]).toEqual([403, '/problems/restricted-record']);
    await act('supervisor', 'undo', {}, `/v1/patients/${lead}/merges/${patientId}/undo`);
  });

  it('says it also to merge it into a record of their own, which would open it', async () => {
    const { patientId: own } = await house.refer({ careManager: STAFF.supervisor });
    const merge = (headers = {}) =>
      house.post('supervisor', `/v1/patients/${own}/merges`, { duplicate: patientId }, headers);
    logged.length = 0;
    const refused = await merge();
    expect([refused.statusCode, refused.json().type, logged]).toEqual([403, '/problems/access-reason-needed', []]);
    expect((await merge({ 'access-reason': 'supervision' })).statusCode).toBe(201);
    expect(logged).toEqual([expect.objectContaining({ patientId, operation: 'mergePatients', reason: 'supervision' })]);
    await act('supervisor', 'undo', {}, `/v1/patients/${own}/merges/${patientId}/undo`);
  });
});

describe('whoever has one of the person’s episodes', () => {
  it('opens each of them without a reason, as lists show them', async () => {
    const former = await house.refer({ careManager: 'cm-1' });
    const { patientId: id } = former;
    const closure = `/v1/episodes/${former.episodeId}/closure`;
    const basis = { 'if-match': `"${former.revision}"` };
    const closed = await house.post('care-manager', closure, { reason: 'patient-declined' }, basis);
    const next = await house.post('supervisor', '/v1/referrals', { patientId: id, careManager: 'cm-2' });
    expect([closed.statusCode, next.statusCode, next.json().ordinal]).toEqual([201, 201, 2]);
    await act('supervisor', 'labels', { labels: ['staff'] }, `/v1/patients/${id}/labels`);
    await house.upToDate();
    logged.length = 0;
    const open = (staff: string) =>
      house.ask(null, 'GET', `/v1/episodes/${former.episodeId}`, {
        headers: { authorization: `Bearer care-manager~${staff}~clinic` },
      });
    expect((await open('cm-2')).statusCode).toBe(200);
    const outside = await open('cm-3');
    expect([outside.statusCode, outside.json().type]).toEqual([403, '/problems/access-reason-needed']);
    expect(logged).toEqual([]);
  });
});

describe('a machine and a restricted record', () => {
  it('reads none, with a reason or without, and hands in all the same', async () => {
    const read = (headers = {}) => house.ask('integration', 'GET', `/v1/patients/${patientId}`, { headers });
    for (const answer of [await read(), await read({ 'access-reason': 'treatment' })])
      expect([answer.statusCode, answer.json().type]).toEqual([403, '/problems/restricted-record']);
    expect((await list('integration', '/v1/referrals')).text).not.toContain('Hidden Colleague');

    const url = `/v1/patients/${patientId}/corrections`;
    const stale = await house.post('integration', url, { reasonCode: 'changed', phone: '1' }, { 'if-match': '"0"' });
    const { current } = stale.json();
    const corrected = await house.post(
      ...(['integration', url, { reasonCode: 'changed', phone: '555-0188' }, { 'if-match': `"${current}"` }] as const),
    );
    expect([corrected.statusCode, corrected.json()]).toEqual([201, { patientId, revision: current + 1 }]);
  });

  it('is shown none by an act that it repeats, from before the record was restricted', async () => {
    const { patientId: id } = (await house.post('care-manager', '/v1/patients', { name: 'Hidden Later' })).json();
    const body = { reasonCode: 'changed', phone: '555-0177' };
    const headers = { 'idempotency-key': 'once', 'if-match': '"0"' };
    const correct = () => house.post('integration', `/v1/patients/${id}/corrections`, body, headers);
    expect((await correct()).json()).toMatchObject({ details: { name: 'Hidden Later' } });
    await act('supervisor', 'labels', { labels: ['staff'] }, `/v1/patients/${id}/labels`);
    const again = await correct();
    expect([again.headers['idempotency-replayed'], again.json()]).toEqual(['true', { patientId: id, revision: 1 }]);
  });

  it('files its notes elsewhere, which is logged', async () => {
    logged.length = 0;
    const notes = await house.ask('integration', 'GET', `/v1/episodes/${episodeId}/notes/to-send`);
    expect([notes.statusCode, logged]).toEqual([
      200,
      [expect.objectContaining({ patientId, actor: 'integration:portal-1', reason: 'filing' })],
    ]);
  });
});
