import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Role } from '#care';
import { hasTemporal, Journey, standingAt, until } from '../journey.js';

/** Research §9, 36: a day full of words that occur nowhere else; afterwards everything that was written is searched for them. */
const CANARY = 'ZKanarie77';
const said = (what: string): string => `${CANARY}-${what}`;
/** The word itself, and what it looks like in base64 wherever it begins. */
const TRACES = [
  CANARY,
  ...[0, 1, 2].map((shift) =>
    Buffer.from(`${'x'.repeat(shift)}${CANARY}`)
      .toString('base64')
      .slice(4, -4),
  ),
];
const traces = (text: string): boolean => TRACES.some((trace) => text.includes(trace));

describe('words that are nobody’s business', () => {
  let journey: Journey;
  const printed: string[] = [];
  const streams = [process.stdout, process.stderr] as const;
  const writes = streams.map((stream) => stream.write.bind(stream));
  beforeAll(async () => {
    for (const [i, stream] of streams.entries())
      stream.write = ((chunk: string | Uint8Array, ...more: never[]) => {
        printed.push(String(chunk));
        return writes[i]!(chunk, ...more);
      }) as typeof stream.write;
    journey = await Journey.begin({ clock: standingAt('2027-03-01 07:30'), temporal: hasTemporal });
    if (hasTemporal) await until(() => journey.house.temporal.link.isUp(), 'Temporal is up', 60_000);
  }, 120_000);
  afterAll(async () => {
    for (const [i, stream] of streams.entries()) stream.write = writes[i]!;
    await journey.end();
  }, 60_000);

  it('36 stay in what is sealed and in the views: not in addresses, problems, lines for operators, indexes or Temporal', async () => {
    const addresses: string[] = [];
    const problems: unknown[] = [];
    const ask = async (method: string, path: string, body?: object, role: Role = 'care-manager') => {
      const answer = await journey.request(role, method, path, body, { 'access-reason': 'treatment' });
      addresses.push(path, ...[...answer.headers].map(([name, value]) => `${name}: ${value}`));
      if (answer.status >= 400) problems.push(answer.body);
      return answer;
    };
    const registered = await ask('POST', '/v1/patients', {
      name: said('name'),
      phone: said('phone'),
      email: said('email'),
      recordNumber: said('record'),
      note: said('note'),
      language: 'es',
    });
    const { patientId } = registered.body;
    const episode = await journey.refer({ patient: undefined, patientId, reason: said('reason'), note: said('note') });
    const act = (path: string, body: object, role?: Role) => journey.act(episode, path, body, role);
    const note = said('note');
    await act('outreach-attempts', { channel: 'phone', outcome: 'left-message', note });
    await act('contact-preferences', { note, language: 'es' });
    await act('declines', { scope: 'call', askAgainOn: '2027-03-04', note });
    await act('consents', { kind: 'treatment', method: 'verbal', until: '2031-03-01', note });
    await act('enrolment', { note });
    await act('visits', {
      contact: {
        kind: 'treatment',
        modality: 'phone',
        note,
        intervention: said('doing'),
        sideEffects: said('effects'),
      },
      assessments: [{ instrument: 'PHQ-9', items: [2, 2, 2, 2, 2, 2, 2, said('answer'), 1], note }],
      barriers: [{ kind: 'housing', note }],
      nextAppointment: { on: '2027-03-10', note },
    });
    await act('safety-concerns', { note }, 'provider');
    await act('safety-reviews', { level: 'moderate', note });
    await act('plan', { goals: [said('goal')], treatment: said('drug'), note });
    await act('consult-requests', { question: said('question') });
    await act('recommendations', { text: said('advice') }, 'psychiatric-consultant');
    await act('recommendations/1/answer', { answer: 'declined', reason: said('reason') }, 'provider');
    await act('notes', { text: note });
    await act('flags', { flag: 'other', note });
    await act('tasks', { dueOn: '2027-03-02', text: said('task') });
    await act('acute-care', { kind: 'admission', on: '2027-02-27', facility: said('facility'), note });
    await ask('POST', `/v1/patients/${patientId}/labels`, { labels: ['vip'], note }, 'supervisor');
    await ask('POST', `/v1/patients/${patientId}/corrections`, { name: said('name-2'), reasonCode: 'changed' });

    // Whatever is refused is refused without repeating what was said.
    const episodePath = `/v1/episodes/${episode}`;
    await ask('POST', `${episodePath}/assessments`, { instrument: 'PHQ-9', items: [said('answer')], note });
    await ask('POST', `${episodePath}/assessments`, { instrument: 'NONE-1', items: [1], note });
    await ask('POST', `${episodePath}/contacts`, { kind: said('kind'), modality: 'phone', note });
    await ask('POST', `${episodePath}/notes`, { text: note, about: said('about') });
    await ask('POST', `${episodePath}/consent-withdrawals`, { kind: 'messaging', note });
    await ask('POST', `/v1/patients/${patientId}/merges`, { duplicate: crypto.randomUUID(), note }, 'supervisor');
    await ask('POST', '/v1/patients', { name: said('name'), zone: said('zone') });
    expect(problems.length).toBeGreaterThanOrEqual(7);
    expect(problems.filter((problem) => traces(JSON.stringify(problem)))).toEqual([]);

    await journey.at('2027-03-02 09:00');
    await until(async () => (await journey.raises(episode)).length > 0, 'a raise');
    for (const list of ['worklist', 'caseload', 'consults', 'inbox', 'referrals'])
      addresses.push(JSON.stringify((await ask('GET', `/v1/${list}?limit=5`, undefined, 'supervisor')).body.next));
    const feed = await journey.read('integration', '/v1/events?limit=200');
    expect(traces(JSON.stringify(feed))).toBe(false);
    expect(traces(JSON.stringify(await journey.read('auditor', '/health/ready')))).toBe(false);
    await ask('GET', `${episodePath}/timeline`, undefined, 'auditor');
    await journey.act(episode, 'discharge', { reason: 'other', summary: said('summary') });
    await journey.read('supervisor', '/v1/worklist');
    expect(addresses.filter(traces)).toEqual([]);

    const found: string[] = [];
    await journey.restart(() => {
      for (const entry of readdirSync(journey.folder, { recursive: true, withFileTypes: true })) {
        const file = join(entry.parentPath, entry.name);
        if (entry.isFile() && traces(readFileSync(file, 'latin1'))) found.push(basename(file));
      }
    });
    // The views are made to be read: they prove that the search would find what is there.
    expect(found.filter((name) => name.startsWith('read.')).length).toBeGreaterThan(0);
    expect(found.filter((name) => !name.startsWith('read.'))).toEqual([]);
    expect([...journey.lines, ...printed].filter(traces)).toEqual([]);
    expect(printed.some((line) => line.includes('restricted-record'))).toBe(true);
  }, 180_000);
});
