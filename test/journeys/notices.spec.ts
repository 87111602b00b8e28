import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { Journey, newYork, standingAt, until } from './journey.js';

/** Scenarios 1 and 6 of follow-up-rules: who is told when, by a house that reaches people over a signed webhook. */
const SECRET = `whsec_${Buffer.from('a test secret of thirty-two bytes').toString('base64')}`;
const ENV = { FOLLOWTHROUGH_PUBLIC_URL: 'https://followthrough.example' };

interface Told {
  readonly recipient: string;
  readonly class: string;
  readonly text: string;
}

/** A pager service on this machine: it takes only what verifies. */
class Pager {
  private readonly told: Told[] = [];
  refused = 0;
  private readonly server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      try {
        const verified = new Webhook(SECRET).verify(
          Buffer.concat(parts).toString(),
          request.headers as Record<string, string>,
        );
        this.told.push(verified as Told);
        response.writeHead(204).end();
      } catch {
        this.refused += 1;
        response.writeHead(401).end();
      }
    });
  });

  async open(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  /** Waits for so many more and answers who was told what. */
  async hears(count: number): Promise<string[]> {
    await until(() => this.told.length >= count, `${count} notices, not ${JSON.stringify(this.told)}`, 15_000);
    return this.told
      .splice(0)
      .map((told) => `${told.recipient}: ${told.class}`)
      .toSorted();
  }

  /** Waits until somebody is told something of a class; others may be told meanwhile. */
  async tells(recipient: string, of: string): Promise<void> {
    const isIt = (told: { recipient: string; class: string }): boolean =>
      told.recipient === recipient && told.class === of;
    await until(() => this.told.some(isIt), `${recipient}: ${of}, not ${JSON.stringify(this.told)}`, 15_000);
  }

  /** Everything so far, looked at no more. */
  forget(): void {
    this.told.splice(0);
  }
}

describe('somebody is told', () => {
  const pager = new Pager();
  let journey: Journey;
  const organisation = async (path: string, body: object): Promise<void> => {
    const answer = await journey.request('administrator', 'POST', `/v1/organisation/${path}`, body);
    expect({ path, status: answer.status < 300 ? 'accepted' : answer.body }).toEqual({ path, status: 'accepted' });
  };

  beforeAll(async () => {
    journey = await Journey.begin({
      clock: standingAt('2027-03-01 08:30'),
      temporal: false,
      env: { ...ENV, FOLLOWTHROUGH_WEBHOOK_URL: await pager.open(), FOLLOWTHROUGH_WEBHOOK_SECRET: SECRET },
    });
    await organisation('staff', { staff: 'oncall-1', role: 'care-manager' });
    const { body } = await journey.request('administrator', 'GET', '/v1/organisation');
    const { site, calendar } = body.sites[0];
    await organisation(`sites/${site}/hours`, { calendar, onCall: 'oncall-1' });
  }, 60_000);
  afterAll(async () => {
    await journey.end();
    await pager.close();
  }, 60_000);

  it('scenario 1: the care manager is on leave; a portal answer on Friday evening is told to on-call, the supervisor, and on Saturday to supervisor, consultant and provider', async () => {
    const episode = await journey.refer();
    await journey.act(episode, 'enrolment', {});
    await organisation('coverage', {
      absent: 'cm-1',
      cover: 'cm-2',
      from: newYork('2027-03-05 08:00'),
      until: newYork('2027-03-15 08:00'),
    });
    await journey.at('2027-03-05 18:40');
    pager.forget();
    const items = [null, null, null, null, 1, 2, 1, 2, 1];
    const form = { instrument: 'PHQ-9', items, mode: 'portal', enteredBy: 'patient' };
    await journey.act(episode, 'assessments', form, 'integration');
    await journey.caughtUp();
    expect(await pager.hears(1)).toEqual(['oncall-1: safety']);

    await journey.act(episode, 'outreach-attempts', { channel: 'phone', outcome: 'left-message', purpose: 'other' });
    await journey.act(episode, 'notes', { text: 'Test note: left a voicemail.' });
    await journey.at('2027-03-05 19:40');
    expect(await pager.hears(1)).toEqual(['oncall-1: safety']);
    await journey.at('2027-03-05 22:40');
    expect(await pager.hears(1)).toEqual(['sup-1: safety']);
    await journey.at('2027-03-06 08:00');
    expect(await pager.hears(3)).toEqual(['pcp-1: safety', 'psy-1: safety', 'sup-1: safety']);

    const told = await journey.request('supervisor', 'GET', '/v1/notices?day=2027-03-05');
    expect(told.body.items.map(({ recipient, state }: Record<string, string>) => [recipient, state])).toEqual([
      ['sup-1', 'delivered'],
      ['oncall-1', 'delivered'],
      ['oncall-1', 'delivered'],
    ]);
    const load = await journey.request('administrator', 'GET', '/v1/alert-load?from=2027-03-05&to=2027-03-06');
    expect(load.body).toMatchObject({
      aim: { rows: 15, interruptions: 3 },
      items: expect.arrayContaining([{ staff: 'oncall-1', day: '2027-03-05', rows: 1, interruptions: 2, snoozes: 0 }]),
    });

    await journey.act(episode, 'safety-reviews', { level: 'none', tool: 'c-ssrs' });
    await journey.at('2027-03-06 12:00');
    expect((await journey.raises(episode, 'safety-review')).map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(pager.refused).toBe(0);
  }, 120_000);

  it('scenario 6: what was opened before a raise is saved after it; she leaves without cover, and her high-risk item goes to the supervisor at once', async () => {
    await journey.at('2027-03-15 09:00');
    const episode = await journey.refer({ patient: { name: 'Test Patient R' } });
    await journey.act(episode, 'enrolment', {});
    await journey.act(episode, 'safety-reviews', { level: 'high', tool: 'c-ssrs' });
    await journey.act(episode, 'plan', { treatment: 'Test plan' });
    // Due Monday 22 March; two days before is a Saturday, so that the first step is on Friday.
    await journey.at('2027-03-19 07:58');
    const opened = await journey.request('care-manager', 'GET', `/v1/episodes/${episode}`);
    pager.forget();
    await journey.at('2027-03-19 08:00');
    expect(await journey.raises(episode, 'risk-reassessment')).toHaveLength(1);
    await journey.at('2027-03-19 08:05');
    const saved = await journey.request(
      'care-manager',
      'POST',
      `/v1/episodes/${episode}/plan`,
      { treatment: 'Test plan, revised', treatmentChanged: false },
      { 'if-match': opened.headers.get('etag') ?? '' },
    );
    expect({ status: saved.status < 300, body: saved.body }).toMatchObject({ status: true });
    await pager.tells('cm-1', 'list');

    await journey.at('2027-03-19 08:10');
    pager.forget();
    await organisation('staff/cm-1/departure', {});
    // What else was hers goes to the same supervisor, as a list.
    await pager.tells('sup-1', 'safety');
  }, 120_000);

  it('readiness shows the outbox', async () => {
    const notices = async (): Promise<unknown> =>
      (await journey.request('supervisor', 'GET', '/health/ready')).body.notices;
    await until(async () => ((await notices()) as { waiting: number }).waiting === 0, 'nothing waiting', 15_000);
    expect(await notices()).toEqual({ waiting: 0, oldestWaiting: null, undelivered: 0, failing: [] });
  });
});

describe('by mail', () => {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      mails.push(...session.envelope.rcptTo.map(({ address }) => address));
      stream.resume();
      stream.on('end', () => done());
    },
  });
  let journey: Journey;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    journey = await Journey.begin({
      clock: standingAt('2027-03-01 10:00'),
      temporal: false,
      env: {
        ...ENV,
        FOLLOWTHROUGH_SMTP_URL: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
        FOLLOWTHROUGH_MAIL_FROM: 'followthrough@clinic.example',
      },
    });
  }, 60_000);
  afterAll(async () => {
    await journey.end();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }, 60_000);

  it('whoever gave no address is passed over, and a restart sends nothing again', async () => {
    const staff = { staff: 'sup-2', role: 'supervisor', email: 'sup-2@clinic.example' };
    expect((await journey.request('administrator', 'POST', '/v1/organisation/staff', staff)).status).toBe(201);
    const episode = await journey.refer();
    await journey.act(episode, 'safety-concerns', { note: 'Test note' });
    await journey.caughtUp();
    await until(() => mails.length > 0, 'a mail arrives', 15_000);
    await journey.restart();
    await journey.caughtUp();
    const told = async () => (await journey.request('administrator', 'GET', '/v1/notices')).body.items;
    await until(async () => (await told()).some(({ state }: { state: string }) => state === 'delivered'), 'delivered');
    expect(mails).toEqual(['sup-2@clinic.example']);
    expect(
      (await told())
        .map(({ recipient, state, attempts }: any) => [recipient, state, attempts.at(-1).outcome])
        .toSorted(),
    ).toEqual([
      ['cm-1', 'passed-on', 'unreachable'],
      ['sup-1', 'passed-on', 'unreachable'],
      ['sup-2', 'delivered', 'sent'],
    ]);
  }, 60_000);
});
