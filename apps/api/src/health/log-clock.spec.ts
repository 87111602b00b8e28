import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fixedClock } from '#door';
import { openHouse, type House } from '../testing/house.js';
import { LogClock } from './log-clock.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const behind = async (seconds: number) => {
  const clock = fixedClock(new Date(house.clock.now().getTime() - seconds * 1_000));
  const log = new LogClock(house.store, clock);
  await log.look();
  return { clock, log };
};

it('says by how much a clock is behind what another process has recorded', async () => {
  await house.refer();
  expect((await behind(90)).log.reading()).toEqual({ behindLogSeconds: 90, aheadOfTemporalSeconds: null });
  expect((await behind(-90)).log.reading()).toMatchObject({ behindLogSeconds: 0 });
});

it('goes on saying so when the newest record is of a clock that is behind, until its own is right', async () => {
  const { clock, log } = await behind(90);
  house.clock.advance(-90_000);
  await house.refer();
  await log.look();
  expect(log.reading()).toMatchObject({ behindLogSeconds: 90 });
  clock.advance(90_000);
  expect(log.reading()).toMatchObject({ behindLogSeconds: 0 });
});
