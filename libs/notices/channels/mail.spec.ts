import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Channel, Sending } from './channel.js';
import { mailChannel } from './mail.js';

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
  readonly text: string;
  readonly to: readonly string[];
  readonly isEncrypted: boolean;
}

/** A real SMTP server on this machine. */
async function server(
  options: SMTPServerOptions = {},
  host = '127.0.0.1',
): Promise<{ port: number; received: Received[] }> {
  const received: Received[] = [];
  const smtp = new SMTPServer({
    // Its own certificate is publicly known, which is right for a test.
    logger: false,
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const text = Buffer.concat(parts).toString();
        received.push({ text, to: session.envelope.rcptTo.map(({ address }) => address), isEncrypted: session.secure });
        done();
      });
    },
    ...options,
  });
  smtp.on('error', () => undefined);
  smtp.listen(0, host);
  await once(smtp.server, 'listening');
  closing.push(() => new Promise<void>((resolve) => smtp.close(() => resolve())));
  return { port: (smtp.server.address() as AddressInfo).port, received };
}

/** A server that speaks the script it is given and no more. */
async function scripted(onConnection: (socket: Socket) => void): Promise<number> {
  const raw: Server = createServer(onConnection).listen(0, '127.0.0.1');
  await once(raw, 'listening');
  closing.push(() => new Promise((resolve) => raw.close(resolve)));
  return (raw.address() as AddressInfo).port;
}

function channel(url: string, timeoutMs = 2_000): Channel {
  const mail = mailChannel({ url, from: 'Followthrough <followthrough@clinic.example>', timeoutMs });
  closing.push(() => mail.close());
  return mail;
}

const refusing = (responseCode: number, message = 'no') => Object.assign(new Error(message), { responseCode });

describe('a mail', () => {
  it('arrives once, at one mailbox, with the id of its message and nothing besides what it says', async () => {
    const { port, received } = await server();
    expect(await channel(`smtp://127.0.0.1:${port}`).send(sending)).toEqual({ kind: 'sent' });
    expect(received).toHaveLength(1);
    expect(received[0]?.to).toEqual(['cm-1@clinic.example']);
    expect(received[0]?.text).toContain(`Message-ID: <${sending.id}@clinic.example>`);
    expect(received[0]?.text).toContain('Subject: Followthrough: a safety item waits');
    expect(received[0]?.text).toContain('Auto-Submitted: auto-generated');
    expect(received[0]?.text.replaceAll('=\r\n', '')).toContain(sending.text);
  });

  it('is encrypted where the server offers it', async () => {
    const { port, received } = await server({ disabledCommands: [] });
    await channel(`smtp://127.0.0.1:${port}/?tls.rejectUnauthorized=false`).send(sending);
    expect(received[0]?.isEncrypted).toBe(true);
  });

  it('is not sent to a server whose certificate nobody vouches for', async () => {
    const { port, received } = await server({ disabledCommands: [] });
    const outcome = await channel(`smtp://127.0.0.1:${port}`).send(sending);
    expect([outcome.kind, received]).toEqual(['failed', []]);
  });

  it('is not sent in the clear to another machine, whatever that offers', async () => {
    const { port, received } = await server({}, '127.0.0.2');
    const outcome = await channel(`smtp://127.0.0.2:${port}`).send(sending);
    expect([outcome, received]).toEqual([{ kind: 'failed', code: expect.stringContaining('ETLS') }, []]);
  });

  it('authenticates, and fails where it is not let in', async () => {
    const { port, received } = await server({
      authOptional: false,
      onAuth: ({ username, password }, _session, done) =>
        username === 'clinic' && password === 'right' ? done(null, { user: username }) : done(refusing(535)),
    });
    expect(await channel(`smtp://clinic:right@127.0.0.1:${port}`).send(sending)).toEqual({ kind: 'sent' });
    expect(await channel(`smtp://clinic:wrong@127.0.0.1:${port}`).send(sending)).toEqual({
      kind: 'failed',
      code: 'EAUTH 535',
    });
    expect(received).toHaveLength(1);
  });

  it.each([
    ['a mailbox that is busy', 451, 'failed'],
    ['a mailbox that does not exist', 550, 'refused'],
  ])('%s: %i is %s', async (_what, code, kind) => {
    const { port } = await server({ onRcptTo: (_address, _session, done) => done(refusing(code)) });
    expect(await channel(`smtp://127.0.0.1:${port}`).send(sending)).toEqual({ kind, code: `EENVELOPE ${code}` });
  });

  it('that the server does not take from this sender says nothing about the recipient', async () => {
    const { port } = await server({ onMailFrom: (_address, _session, done) => done(refusing(550)) });
    expect(await channel(`smtp://127.0.0.1:${port}`).send(sending)).toMatchObject({ kind: 'failed' });
  });

  it('that the server refuses after reading it has failed', async () => {
    const { port } = await server({
      onData: (stream, _session, done) => {
        stream.resume();
        stream.on('end', () => done(refusing(554)));
      },
    });
    expect(await channel(`smtp://127.0.0.1:${port}`).send(sending)).toEqual({ kind: 'failed', code: 'EMESSAGE 554' });
  });

  it('fails when the connection is dropped, at the greeting or in the middle', async () => {
    const atOnce = await scripted((socket) => socket.destroy());
    expect(await channel(`smtp://127.0.0.1:${atOnce}`).send(sending)).toMatchObject({ kind: 'failed' });
    const inTheMiddle = await scripted((socket) => {
      socket.on('error', () => undefined);
      socket.write('220 here\r\n');
      socket.once('data', () => {
        socket.write('250 here\r\n');
        socket.once('data', () => socket.destroy());
      });
    });
    expect(await channel(`smtp://127.0.0.1:${inTheMiddle}`).send(sending)).toMatchObject({ kind: 'failed' });
  });

  it('fails when the server goes on talking for ever', async () => {
    let end = () => {};
    const talking = await scripted((socket) => {
      end = () => socket.destroy();
      socket.on('error', () => undefined);
      socket.write('220 here\r\n');
      const saying = setInterval(() => socket.write('250-and another thing\r\n'), 20);
      socket.on('close', () => clearInterval(saying));
    });
    const outcome = await channel(`smtp://127.0.0.1:${talking}`, 100).send(sending);
    end();
    expect(outcome).toEqual({ kind: 'failed', code: 'ETIMEDOUT' });
  });

  it('fails when the server says nothing, or is not there', async () => {
    const silent = await scripted((socket) => closing.push(() => socket.destroy()));
    expect(await channel(`smtp://127.0.0.1:${silent}`, 200).send(sending)).toMatchObject({ kind: 'failed' });
    const { port } = await server();
    for (const close of closing.splice(0)) await close();
    expect(await channel(`smtp://127.0.0.1:${port}`).send(sending)).toEqual({ kind: 'failed', code: 'ESOCKET' });
  });

  it.each([null, '', 'not an address', 'a@b.example, c@d.example', 'a@b.example\r\nBcc: c@d.example', '<a@b.example>'])(
    'goes nowhere when all that is known is %j',
    async (email) => {
      const { port, received } = await server();
      expect(await channel(`smtp://127.0.0.1:${port}`).send({ ...sending, email })).toEqual({
        kind: 'unreachable',
        code: 'no-address',
      });
      expect(received).toEqual([]);
    },
  );
});
