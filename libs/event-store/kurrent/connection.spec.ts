import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { Connection } from './connection.js';

it('a connection that was closed takes no new client', async () => {
  const [closed, open] = [1, 2].map(() => new Connection('kurrentdb://127.0.0.1:1?tls=false', 10)) as [
    Connection,
    Connection,
  ];
  const before = [closed.current, open.current] as const;
  await sleep(1_100);
  await closed.close();
  closed.replace(before[0]);
  open.replace(before[1]);
  expect([closed.current === before[0], open.current === before[1]]).toEqual([true, false]);
  await open.close();
});
