import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, jest } from '@jest/globals';
import { deadMansSwitch } from './dead-mans-switch.js';
import { SilentOperator } from './testing/silent-operator.js';

describe('the dead-man’s switch', () => {
  it('is called after a clean look, at most once a minute', () => {
    let now = 0;
    const called: string[] = [];
    const clean = deadMansSwitch({
      url: 'http://127.0.0.1/alive',
      operator: new SilentOperator(),
      now: () => now,
      call: async (url) => called.push(url),
    });
    clean();
    now += 59_999;
    clean();
    expect(called).toEqual(['http://127.0.0.1/alive']);
    now += 1;
    clean();
    expect(called).toHaveLength(2);
  });

  it('is called as ever after the clock was set back', () => {
    const called: string[] = [];
    const call = async (url: string) => called.push(url);
    const clean = deadMansSwitch({ url: 'http://127.0.0.1/alive', operator: new SilentOperator(), everyMs: 0, call });
    clean();
    const wall = jest.spyOn(Date, 'now').mockReturnValue(0);
    clean();
    wall.mockRestore();
    expect(called).toHaveLength(2);
  });

  it('says once that nobody answers, and once that somebody does again', async () => {
    let status = 500;
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const said: string[] = [];
    const operator = { info: (line: string) => said.push(line), warn: (line: string) => said.push(line) };
    const { port } = server.address() as AddressInfo;
    const clean = deadMansSwitch({ url: `http://127.0.0.1:${port}/alive`, operator, everyMs: 0 });
    const after = async (count: number, lines: number): Promise<void> => {
      clean();
      while (asked.length < count || said.length < lines) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await after(1, 1);
    await after(2, 1);
    status = 204;
    await after(3, 2);
    server.closeAllConnections();
    server.close();
    expect(asked).toEqual(['/alive', '/alive', '/alive']);
    expect(said).toEqual([
      'the dead-man’s switch is not reached (Status500)',
      'the dead-man’s switch is reached again',
    ]);
  });
});
