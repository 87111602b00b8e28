import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TemporalServerProcess } from '#orchestration';
import { join } from 'node:path';
import { hasPostgres } from '../../libs/read-models/testing/postgres.js';
import { obtainTemporal } from '../../tools/temporal.mjs';
import { startTopology, type StartTemporal, type Topology } from '../clinic/topology.js';
import { freePort } from '../free-port.js';
import { walk, type Check } from '../clinic/walk.js';
import { hasTemporal } from './journey.js';

/** The development server: `npm run test:clinic` has the production one. */
const devServer: StartTemporal = async (folder) => {
  const cli = await obtainTemporal();
  if (!cli) throw new Error('no Temporal server to be had');
  const server = new TemporalServerProcess({
    binary: cli.path,
    dbFile: join(folder, 'temporal.db'),
    pidFile: join(folder, 'temporal.pid'),
    ...{ port: await freePort(), uiPort: await freePort() },
    operator: { info: () => undefined, warn: () => undefined },
  });
  await server.start();
  return { address: server.address, stop: () => server.stop() };
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
