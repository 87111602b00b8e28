import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hasPostgres } from '../../libs/read-models/testing/postgres.js';
import { startTopology, type StartTemporal, type Topology } from '../clinic/topology.js';
import { walk, type Check } from '../clinic/walk.js';
import { Engine } from '../prove/field/engine.js';
import { hasTemporal } from './journey.js';

/** The development server: `npm run test:clinic` has the production one. */
const devServer: StartTemporal = async (folder) => {
  const engine = await Engine.in(folder);
  await engine.start();
  return engine;
};

(hasTemporal && hasPostgres ? describe : describe.skip)('the clinic profile, each part a process of its own', () => {
  let clinic: Topology;
  beforeAll(async () => {
    clinic = await startTopology(devServer);
  }, 120_000);
  afterAll(() => clinic?.end(), 60_000);

  it('keeps the sentence while one after the other is killed', async () => {
    const checks: Check[] = [];
    for await (const check of walk(clinic)) checks.push(check);
    expect(checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(checks.length).toBeGreaterThan(8);
  }, 600_000);
});
