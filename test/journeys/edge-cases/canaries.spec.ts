import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import type { Role } from '#care';
import { OtlpReceiver } from '../../standins/otlp-receiver.js';
import { Canary, Printed } from '../canary.js';
import { hasTemporal, Journey, standingAt, until } from '../journey.js';
import { markedPlaces, templateOf, typedPlaces } from '../typed-places.js';

/** Research §9, 36: a day full of words that occur nowhere else; afterwards everything that leaves the house is searched for them. */
const canary = new Canary('ZKanarie77');
const { said } = canary;
const note = said('note');
const CLI = fileURLToPath(new URL('../../../dist/apps/cli/src/main.js', import.meta.url));
/**
 * A zone and a command are checked against what they may be: nothing else typed there is ever accepted. The name of a holiday is part of a
 * site's calendar, which is policy and plain, as is the pathway.
 */
const NOT_SEALED = /\/(zone|command\/type|calendar\/holidays\/\*\/name)$/;

type Ask = (method: string, path: string, body?: object, role?: Role) => ReturnType<Journey['request']>;

describe('words that are nobody’s business', () => {
  const delivered: string[] = [];
  let hook: Server;
  let mail: SMTPServer;
  let receiver: OtlpReceiver;
  let printed: Printed;
  let journey: Journey;
  beforeAll(async () => {
    hook = createServer((request, response) => {
      request.on('data', (part: Buffer) => delivered.push(part.toString()));
      request.on('end', () => response.writeHead(204).end());
    }).listen(0, '127.0.0.1');
    mail = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, _session, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        // Lines are folded where the encoding likes.
        stream.on('end', () => {
          delivered.push(
            Buffer.concat(parts)
              .toString()
              .replaceAll(/=?\r\n/g, ''),
          );
          done();
        });
      },
    });
    mail.listen(0, '127.0.0.1');
    await Promise.all([once(hook, 'listening'), once(mail.server, 'listening')]);
    receiver = await OtlpReceiver.listen();
    const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
    printed = new Printed();
    journey = await Journey.begin({
      clock: standingAt('2027-03-01 07:30'),
      temporal: hasTemporal,
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        FOLLOWTHROUGH_WEBHOOK_URL: `http://127.0.0.1:${portOf(hook)}`,
        FOLLOWTHROUGH_WEBHOOK_SECRET: `whsec_${Buffer.from('a test secret of thirty-two bytes').toString('base64')}`,
        FOLLOWTHROUGH_SMTP_URL: `smtp://127.0.0.1:${portOf(mail.server)}`,
        FOLLOWTHROUGH_MAIL_FROM: 'followthrough@clinic.example',
      },
    });
    if (hasTemporal) await until(() => journey.house.temporal.link.isUp(), 'Temporal is up', 60_000);
  }, 120_000);
  afterAll(async () => {
    printed.end();
    await journey.end();
    await receiver.close();
    hook.close();
    await new Promise<void>((resolve) => mail.close(resolve));
  }, 60_000);

  it('36 stay in what is sealed and in the views: not in addresses, problems, lines for operators, metrics, traces, notices, indexes, exports or Temporal', async () => {
    const addresses: string[] = [];
    const problems: unknown[] = [];
    const typed = new Set<string>();
    const document = (await journey.request('auditor', 'GET', '/openapi.json')).body;
    const ask: Ask = async (method, path, body, role = 'care-manager') => {
      const etag = await etagOf(path);
      const answer = await journey.request(role, method, path, body, {
        'access-reason': 'treatment',
        ...(etag === '' ? {} : { 'if-match': etag }),
      });
      addresses.push(path, ...[...answer.headers].map(([name, value]) => `${name}: ${value}`));
      if (answer.status >= 400) problems.push(answer.body);
      else for (const place of markedPlaces(body, canary.isIn)) typed.add(`${templateOf(document, path)} ${place}`);
      return answer;
    };
    const etagOf = async (path: string): Promise<string> => {
      const [stream] = /^\/v1\/(episodes|patients)\/[^/]+/.exec(path) ?? [];
      const current =
        stream && (await journey.request('supervisor', 'GET', stream, undefined, { 'access-reason': 'supervision' }));
      return (current && current.headers.get('etag')) ?? '';
    };
    /** What must be accepted. */
    const done: Done = async (path, body, role) => {
      const answer = await ask('POST', path, body, role);
      expect({ path, problem: answer.status < 300 ? null : answer.body }).toEqual({ path, problem: null });
    };

    await theClinic(done);
    const { episode, patientId } = await theTreatment(done, ask, journey);
    await theOthers(done, ask, journey);
    const left = [...typedPlaces(document)].filter((place) => !typed.has(place) && !NOT_SEALED.test(place));
    expect(left).toEqual([]);

    await refusals(ask, episode, patientId, journey);
    expect(problems).toHaveLength(12);
    expect(problems.filter((problem) => canary.isIn(JSON.stringify(problem)))).toEqual([]);

    await journey.at('2027-03-02 17:30');
    await until(async () => (await journey.raises(episode)).length > 0, 'a raise');
    const isDelivered = (): boolean => ['{', 'From:'].every((start) => delivered.some((text) => text.includes(start)));
    // What is told of at once is gathered for a moment first.
    await journey.at('2027-03-02 17:45');
    await until(isDelivered, 'mail and webhook');
    for (const list of ['worklist', 'caseload', 'consults', 'inbox', 'referrals'])
      addresses.push(JSON.stringify((await ask('GET', `/v1/${list}?limit=5`, undefined, 'supervisor')).body.next));
    for (const path of ['/v1/events?limit=200', '/health/ready'])
      expect(canary.isIn(JSON.stringify(await journey.read('integration', path)))).toBe(false);
    await ask('GET', `/v1/episodes/${episode}/timeline`, undefined, 'auditor');
    await journey.read('supervisor', '/v1/worklist');
    expect(addresses.filter(canary.isIn)).toEqual([]);

    expect(delivered.filter(canary.isIn)).toEqual([]);
    await until(() => receiver.spans.some(({ name }) => name === 'decide DischargePatient'), 'traces');
    expect(receiver.bodies.filter(canary.isIn)).toEqual([]);
    const metrics = await (await fetch(`${journey.house.url}/metrics`)).text();
    expect(metrics).toContain('route="/v1/episodes/{id}/notes"');
    expect(canary.isIn(metrics)).toBe(false);
    if (hasTemporal) expect((await histories(journey)).filter(canary.isIn)).toEqual([]);
    for (const command of ['verify', 'export', 'projections', 'keys status'])
      expect([command, canary.isIn(await cli(journey, ...command.split(' ')))]).toEqual([command, false]);
    expect(canary.isIn(await cli(journey, 'status', '--server', journey.house.url))).toBe(false);

    const found: string[] = [];
    await journey.restart(() => {
      for (const entry of readdirSync(journey.folder, { recursive: true, withFileTypes: true })) {
        const file = join(entry.parentPath, entry.name);
        if (entry.isFile() && canary.isIn(readFileSync(file, 'latin1'))) found.push(basename(file));
      }
    });
    // The views are made to be read: they prove that the search would find what is there.
    expect(found.filter((name) => name.startsWith('read.')).length).toBeGreaterThan(0);
    expect(found.filter((name) => !name.startsWith('read.'))).toEqual([]);
    expect([...journey.lines, ...printed.lines].filter(canary.isIn)).toEqual([]);
    expect(printed.lines.some((line) => line.includes('restricted-record'))).toBe(true);
  }, 240_000);
});

type Done = (path: string, body: object, role?: Role) => Promise<void>;

/** What the clinic says of its staff. */
async function theClinic(done: Done): Promise<void> {
  await done('/v1/organisation/staff', { staff: 'new-1', role: 'provider', name: said('staff'), email: said('mail'), phone: said('phone') }, 'administrator'); // prettier-ignore
  // Told by mail; all others by the webhook.
  await done('/v1/organisation/staff', { staff: 'cm-8', role: 'care-manager', name: said('staff'), email: 'cm-8@clinic.example', phone: said('phone') }, 'administrator'); // prettier-ignore
}

/** One patient from the registration to the discharge, with everything that can be said on the way. */
async function theTreatment(done: Done, ask: Ask, journey: Journey): Promise<{ episode: string; patientId: string }> {
  const registered = await ask('POST', '/v1/patients', {
    name: said('name'),
    phone: said('phone'),
    email: said('email'),
    recordNumber: said('record'),
    note,
    language: 'es',
  });
  const { patientId } = registered.body;
  const referral = { patientId, reason: said('reason'), note, careManager: 'cm-8', site: 'main' };
  const episode: string = (await ask('POST', '/v1/referrals', referral, 'provider')).body.episodeId;
  const act: Done = (path, body, role) => done(`/v1/episodes/${episode}/${path}`, body, role);
  const last = async (type: string): Promise<number> =>
    (await journey.events(episode)).findLast((event) => event.type === type)!.revision;
  await act('outreach-attempts', { channel: 'phone', outcome: 'left-message', note });
  await act('contact-preferences', { note, language: 'es' });
  await act('declines', { scope: 'call', askAgainOn: '2027-03-04', note });
  await act('consents', { kind: 'treatment', method: 'verbal', until: '2031-03-01', note });
  await act('consents', { kind: 'messaging', method: 'verbal', note });
  await act('consent-withdrawals', { kind: 'messaging', note });
  await act('enrolment', { note });
  await act('visits', {
    contact: { kind: 'treatment', modality: 'phone', note, intervention: said('doing'), sideEffects: said('effects') },
    assessments: [{ instrument: 'PHQ-9', items: [2, 2, 2, 2, 2, 2, 2, said('answer'), 1], note }],
    safetyReview: { level: 'moderate', note },
    barriers: [{ kind: 'housing', note }],
    nextAppointment: { on: '2027-03-10', note },
  });
  await act('contacts', { kind: 'treatment', modality: 'phone', note, intervention: said('doing'), sideEffects: said('effects') }); // prettier-ignore
  await act('assessments', { instrument: 'GAD-7', items: [1, 1, 1, 1, 1, 1, 1], note });
  await act('corrections', { corrects: await last('AssessmentRecorded'), instrument: 'GAD-7', items: [1, 1, 1, 1, 1, 1, 2], reasonCode: 'entry-error', note }); // prettier-ignore
  await act('assessment-refusals', { instrument: 'GAD-7', reason: 'no-time', note });
  const items = [1, 1, 1, 1, 1, 1, 1, 1, 1];
  await act('assessments', { instrument: 'PHQ-9', items, mode: 'portal', enteredBy: 'patient' }, 'integration'); // prettier-ignore
  await act('result-reviews', { of: await last('AssessmentRecorded'), note });
  await act('safety-concerns', { note }, 'provider');
  await act('safety-reviews', { level: 'moderate', note });
  await act('acute-care', { kind: 'admission', on: '2027-02-27', facility: said('facility'), note });
  await act('appointments', { on: '2027-03-10', note });
  await act('appointments/1/outcome', { outcome: 'cancelled', by: 'patient', note });
  await act('barriers', { kind: 'cost', note });
  await act('barriers/1/resolution', { note });
  await act('resources', { kind: 'food', note });
  await act('resources/1/outcome', { outcome: 'connected', note });
  await act('plan', { goals: [said('goal')], treatment: said('drug'), note });
  await act('consult-requests', { question: said('question') });
  await act('recommendations', { text: said('advice') }, 'psychiatric-consultant');
  await act('recommendations/1/answer', { answer: 'declined', reason: said('reason') }, 'provider');
  await act('recommendations', { text: said('advice') }, 'psychiatric-consultant');
  await act('recommendations/2/withdrawal', { note }, 'psychiatric-consultant');
  await act('case-reviews', { subject: 'caseload-review', decision: 'continue', reason: said('reason') });
  await act('provider-notifications', { about: 'progress', note });
  await act('notes', { text: said('text') });
  const written = await last('NoteAdded');
  await act(`notes/${written}/signature`, {});
  await act(`notes/${written}/dispatch`, { reference: said('reference') });
  await act('flags', { flag: 'other', note });
  await act('flags/other/clearance', { note });
  await act('tasks', { dueOn: '2027-03-02', text: said('task') });
  await act('tasks/1/outcome', { outcome: 'done', note });
  await act('holds', { reason: 'travel', expectedEnd: '2027-03-20', note });
  await act('holds/current/review', { expectedEnd: '2027-03-22', note });
  await act('holds/current/end', { note });
  await act('transfer', { to: 'cm-1', note });
  await act('voids', { revision: written, reasonCode: 'entered-in-error', note });
  await act('relapse-prevention', { note });
  await act('relapse-plan', { patientHasCopy: true, plan: said('plan') });
  await act('relapse-confirmation', { confirmed: true, note });
  await done(`/v1/patients/${patientId}/labels`, { labels: ['vip'], note }, 'supervisor');
  const corrected = { name: said('name-2'), phone: said('phone-2'), email: said('email-2'), recordNumber: said('record-2'), note }; // prettier-ignore
  await done('/v1/patients/lookup', { recordNumber: said('record') });
  await done(`/v1/patients/${patientId}/corrections`, { ...corrected, reasonCode: 'changed' });
  await act('discharge', { reason: 'other', summary: said('summary') }, 'supervisor');
  return { episode, patientId };
}

/** Who is turned away, who is the same person twice, who dies, and who comes from another system. */
async function theOthers(done: Done, ask: Ask, journey: Journey): Promise<void> {
  const patient = {
    name: said('name'),
    phone: said('phone'),
    email: said('email'),
    recordNumber: said('record-9'),
    note,
  };
  const referral = { patient, reason: said('reason'), note, careManager: 'cm-1', site: 'main' };
  const { episodeId } = (await ask('POST', '/v1/referrals', referral, 'provider')).body;
  await done(`/v1/episodes/${episodeId}/closure`, { reason: 'not-eligible', note });
  const worried = await ask(
    'POST',
    '/v1/referrals',
    { ...referral, patient: { name: said('name') }, careManager: 'cm-8' },
    'provider',
  );
  await done(`/v1/episodes/${worried.body.episodeId}/enrolment`, { note });
  await done(`/v1/episodes/${worried.body.episodeId}/safety-concerns`, { note }, 'provider');
  const one = await journey.enrol();
  const other = (await ask('POST', '/v1/patients', { name: said('name') })).body.patientId;
  await done(`/v1/patients/${one.patientId}/merges`, { duplicate: other, note }, 'supervisor');
  await done(`/v1/patients/${one.patientId}/merges/${other}/undo`, { note }, 'supervisor');
  await done(`/v1/patients/${one.patientId}/death`, { source: 'family', note });
  await done(`/v1/patients/${one.patientId}/death/retraction`, { note }, 'supervisor');
  const occurredAt = '2027-02-01T15:00:00Z';
  const brought = {
    patient: { key: 'p-1', details: { ...patient, recordNumber: said('record-10') } },
    referral: { key: 'r-1', occurredAt, site: 'main', referredBy: 'pcp-1', reason: said('reason'), note },
    acts: [{ key: 'a-1', occurredAt, command: { type: 'AddNote', text: said('text') } }],
  };
  await done('/v1/imports', { episodes: [brought] }, 'administrator');
}

/** Whatever is refused is refused without repeating what was said. */
async function refusals(ask: Ask, episode: string, patientId: string, journey: Journey): Promise<void> {
  const path = `/v1/episodes/${episode}`;
  await ask('POST', `${path}/assessments`, { instrument: 'PHQ-9', items: [said('answer')], note });
  await ask('POST', `${path}/assessments`, { instrument: 'NONE-1', items: [1], note });
  await ask('POST', `${path}/contacts`, { kind: said('kind'), modality: 'phone', note });
  await ask('POST', `${path}/notes`, { text: note, about: said('about') });
  await ask('POST', `${path}/transfer`, { to: 'cm-9', zone: said('zone'), note });
  await ask('POST', `${path}/consent-withdrawals`, { kind: 'messaging', note });
  await ask('POST', `/v1/patients/${patientId}/merges`, { duplicate: crypto.randomUUID(), note }, 'supervisor');
  await ask('POST', '/v1/patients', { name: said('name'), zone: said('zone') });
  await ask(
    'POST',
    '/v1/organisation/pathway',
    { pathway: { title: said('title'), parameters: said('number') } },
    'administrator',
  );
  const act = { key: 'a-2', occurredAt: '2027-02-01T15:00:00Z', command: { type: said('type'), text: said('text') } };
  await ask('POST', '/v1/imports', { episodes: [{ acts: [act] }] }, 'administrator');
  await ask('POST', `${path}/notes`, { text: said('long').repeat(60_000) });
  await ask('POST', `${path}/notes`, { text: note }, 'auditor');
  // Sent by other means than a form of ours; what comes back of a path or a header is the caller's own and goes to nobody else.
  const token = await journey.token('care-manager');
  const raw = (init: RequestInit, to = `${path}/notes`): Promise<Response> =>
    fetch(`${journey.house.url}${to}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'k-1', ...init.headers }, // prettier-ignore
    });
  const broken = await raw({ method: 'POST', body: `{"text":"${said('broken')}` });
  expect([broken.status, canary.isIn(await broken.text())]).toEqual([400, false]);
  await raw({ method: 'POST', body: said('plain'), headers: { 'content-type': 'text/plain' } });
  await raw(
    { headers: { traceparent: said('trace'), 'user-agent': said('agent'), 'access-reason': said('why') } },
    path,
  );
  await raw({ headers: { authorization: `Bearer ${said('token')}` } }, path);
  await raw({}, `/v1/caseload?provider=${said('query')}&cursor=${said('cursor')}`);
  await raw({}, `/v1/nowhere/${said('path')}`);
  await raw({}, `/v1/episodes/${said('id')}`);
}

/** Everything that Temporal keeps of every workflow: history, memo, search attributes, summaries. */
async function histories({ house }: Journey): Promise<string[]> {
  const { client } = house.temporal.link.present()!;
  const kept: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId);
    kept.push(inPlain(await handle.fetchHistory()), inPlain((await handle.describe()).raw));
  }
  expect(kept.some((text) => text.includes('settle'))).toBe(true);
  return kept;
}

/** As JSON, with payloads as the text that they hold. */
const inPlain = (value: unknown): string =>
  JSON.stringify(value, (_key, one) => {
    const bytes: unknown = one?.type === 'Buffer' ? one.data : one;
    return bytes instanceof Uint8Array || (Array.isArray(bytes) && one?.type === 'Buffer')
      ? Buffer.from(bytes as number[]).toString('latin1')
      : one;
  });

/** What a command prints, on both streams; not in one breath with the server. */
async function cli({ folder }: Journey, ...args: string[]): Promise<string> {
  const data = args[0] === 'status' ? [] : ['--data', join(folder, 'data')];
  const child = spawn(process.execPath, [CLI, ...args, ...data], {
    env: { ...process.env, XDG_CONFIG_HOME: join(folder, 'config') },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => void (text += part.toString()));
  await once(child, 'close');
  expect(text.length).toBeGreaterThan(20);
  return text;
}
