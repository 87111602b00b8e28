import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { Sending } from './channel.js';
import { webhookChannel } from './webhook.js';

const SECRET = `whsec_${Buffer.from('a test secret of 32 bytes, no more').toString('base64')}`;
const sending: Sending = {
  id: '0b6cf0a5-0000-5000-8000-000000000001',
  organisation: 'clinic',
  recipient: 'cm-1',
  kind: 'safety',
  subject: 'Followthrough: a safety item waits',
  text: 'A safety item waits in Followthrough: https://followthrough.example/v1/episodes/e-1',
  link: 'https://followthrough.example/v1/episodes/e-1',
  email: 'cm-1@clinic.example',
};

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real receiver on this machine; it answers with these statuses in turn, the last for ever. */
async function receiver(...statuses: number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      const status = statuses[Math.min(received.length, statuses.length) - 1] ?? 200;
      if (status === 0) request.socket.destroy();
      else if (status > 0) response.writeHead(status, { location: '/elsewhere' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

/** Another implementation of the standard judges what arrives. */
const judge = new Webhook(SECRET);
const signed = ({ headers }: Received) =>
  Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, String(headers[name])]),
  );

describe('a webhook', () => {
  it('is signed so that the receiver can verify who sent it, and carries nothing personal', async () => {
    const { url, received } = await receiver(204);
    expect(await webhookChannel({ url, secret: SECRET }).send(sending)).toEqual({ kind: 'sent' });
    expect(judge.verify(received[0]!.body, signed(received[0]!))).toEqual({
      type: 'notice',
      id: sending.id,
      organisation: 'clinic',
      recipient: 'cm-1',
      class: 'safety',
      text: sending.text,
      link: sending.link,
    });
    expect(received[0]?.headers['webhook-id']).toBe(sending.id);
  });

  it('does not verify when the body, the id, the time or the secret is another', async () => {
    const { url, received } = await receiver();
    await webhookChannel({ url, secret: SECRET }).send(sending);
    const { body } = received[0]!;
    const headers = signed(received[0]!);
    const later = String(Number(headers['webhook-timestamp']) + 1);
    expect(() => judge.verify(body.replace('cm-1', 'cm-2'), headers)).toThrow('No matching signature found');
    expect(() => judge.verify(body, { ...headers, 'webhook-id': 'another' })).toThrow('No matching signature found');
    expect(() => judge.verify(body, { ...headers, 'webhook-timestamp': later })).toThrow('No matching signature found');
    expect(() => new Webhook(Buffer.alloc(32).toString('base64')).verify(body, headers)).toThrow(
      'No matching signature found',
    );
  });

  it('that is replayed after five minutes is refused by whoever keeps the window', async () => {
    const { url, received } = await receiver();
    await webhookChannel({ url, secret: SECRET }).send(sending);
    const { body } = received[0]!;
    const old = new Date(Date.now() - 301_000);
    const headers = {
      'webhook-id': sending.id,
      'webhook-timestamp': String(Math.floor(old.getTime() / 1000)),
      'webhook-signature': judge.sign(sending.id, old, body),
    };
    expect(() => judge.verify(body, headers)).toThrow('too old');
  });

  it('has the same id and content in every attempt', async () => {
    const { url, received } = await receiver(503, 200);
    const channel = webhookChannel({ url, secret: SECRET });
    expect(await channel.send(sending)).toEqual({ kind: 'failed', code: 'HTTP 503' });
    expect(await channel.send(sending)).toEqual({ kind: 'sent' });
    expect(received[0]?.body).toBe(received[1]?.body);
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([sending.id, sending.id]);
  });

  it.each([301, 400, 401, 404, 410, 429, 500])('that is answered with %i has failed', async (status) => {
    const { url, received } = await receiver(status);
    expect(await webhookChannel({ url, secret: SECRET }).send(sending)).toEqual({
      kind: 'failed',
      code: `HTTP ${status}`,
    });
    expect(received).toHaveLength(1);
  });

  it('fails when the receiver drops the connection, says nothing, or is not there', async () => {
    const dropping = await receiver(0);
    expect(await webhookChannel({ url: dropping.url, secret: SECRET }).send(sending)).toMatchObject({ kind: 'failed' });
    const silent = await receiver(-1);
    expect(await webhookChannel({ url: silent.url, secret: SECRET, timeoutMs: 100 }).send(sending)).toEqual({
      kind: 'failed',
      code: 'TimeoutError',
    });
    for (const close of closing.splice(0)) await close();
    expect(await webhookChannel({ url: silent.url, secret: SECRET }).send(sending)).toEqual({
      kind: 'failed',
      code: 'ECONNREFUSED',
    });
  });
});
