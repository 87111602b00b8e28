import { createServer } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { add } from './erase-patient.js';
import { runCommand } from './testing/run-command.js';

const PATIENT = '018f2f6e-0000-7000-8000-000000000001';
afterEach(() => void jest.restoreAllMocks());

async function run(...args: string[]): Promise<{ code: number; said: string }> {
  let said = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((said += String(text)), true));
  const ended = await runCommand(add, 'erase-patient', PATIENT, '--token', 'a-token', ...args);
  return typeof ended === 'number' ? { code: ended, said } : { code: ended.exitCode, said: ended.message };
}

/** What the server answers, and what it was asked. */
function serverSaying(status: number, body: object): { url: string; init: RequestInit }[] {
  const asked: { url: string; init: RequestInit }[] = [];
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (url, init = {}) => {
    asked.push({ url: String(url), init });
    return Response.json(body, { status });
  });
  return asked;
}

describe('followthrough erase-patient', () => {
  it('asks, and says what the other person does', async () => {
    const asked = serverSaying(201, { erased: false, erasureRequest: { revision: 7 } });
    const { code, said } = await run('--reason', 'court-order', '--server', 'http://clinic.example');
    expect([code, said]).toEqual([0, expect.stringContaining('--approve 7 --token')]);
    expect(asked[0]!.url).toBe(`http://clinic.example/v1/patients/${PATIENT}/erasure-requests`);
    expect(asked[0]!.init).toMatchObject({ method: 'POST', body: '{"reasonCode":"court-order"}' });
  });

  it.each([
    ['--approve', 'approval', true, 'the key is destroyed'],
    ['--withdraw', 'withdrawal', false, 'No request'],
  ])('%s names the request by its revision', async (option, path, erased, words) => {
    const asked = serverSaying(201, { erased, erasureRequest: null });
    expect(await run(option, '7')).toEqual({ code: 0, said: expect.stringContaining(words) });
    expect(asked[0]!.url).toContain(`/erasure-requests/7/${path}`);
  });

  it('says so when what answers is another server, or is named by no address', async () => {
    jest
      .spyOn(globalThis, 'fetch')
      .mockImplementation(async () => new Response('<h1>Bad Gateway</h1>', { status: 502 }));
    expect(await run('--approve', '7')).toMatchObject({
      code: 3,
      said: expect.stringContaining('no server of Followthrough'),
    });
    expect(await run('--approve', '7', '--server', 'clinic')).toMatchObject({
      code: 2,
      said: 'clinic is no address of a server',
    });
  });

  it('hands on why it was refused', async () => {
    serverSaying(409, { title: 'A second person has to approve', detail: 'another person has to' });
    expect(await run('--approve', '7')).toEqual({ code: 1, said: 'another person has to' });
  });

  it('names what is wrong with the call', async () => {
    const errors = [{ pointer: '/reasonCode', detail: 'one of end-of-retention, court-order' }];
    serverSaying(400, { detail: 'The body does not have the right shape', errors });
    expect(await run('--reason', 'gone')).toEqual({
      code: 2,
      said: 'The body does not have the right shape; /reasonCode: one of end-of-retention, court-order',
    });
  });

  it('is not refused by a server that cannot now', async () => {
    serverSaying(503, { detail: 'The log is away' });
    expect(await run('--approve', '7')).toEqual({ code: 3, said: 'The log is away' });
  });

  it.each([[[]], [['--reason', 'court-order', '--approve', '1']], [['--approve', 'last']]])(
    'takes one of its options at a time: %j',
    async (args) => {
      expect(await run(...args)).toMatchObject({ code: 2 });
    },
  );

  it('wants the token of whoever approves', async () => {
    const ended = await runCommand(add, 'erase-patient', PATIENT, '--approve', '7');
    expect(ended).toMatchObject({ message: expect.stringMatching(/--token/) });
  });

  it('says so when no server answers', async () => {
    const port = await new Promise<number>((resolve) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = probe.address() as { port: number };
        probe.close(() => resolve(free));
      });
    });
    const answer = await run('--reason', 'court-order', '--server', `http://127.0.0.1:${port}`);
    expect(answer).toEqual({ code: 3, said: expect.stringContaining('no server answers') });
  });
});
