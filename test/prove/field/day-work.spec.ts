import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { luckFor } from '../../simulation/chance.js';
import type { Client } from './client.js';
import { dayWork } from './day-work.js';

it('counts until the last act is answered: who falls behind does not keep the pace', async () => {
  const slow = { act: () => sleep(600), concerned: () => sleep(600, 'new') } as unknown as Client;
  const work = { perSecond: 100, forMs: 200, luck: luckFor(1, 0, 'day') };
  const { acts, perSecond } = await dayWork(slow, ['one'], work);
  expect(acts).toBeGreaterThan(0);
  expect(perSecond).toBeLessThan(50);
});
