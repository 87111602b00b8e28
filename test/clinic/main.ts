import { parseArgs } from 'node:util';
import { startCluster } from './temporal-cluster.js';
import { startTopology } from './topology.js';
import { walk } from './walk.js';

/**
 * `npm run test:clinic [-- --json]`: the clinic profile from native programs, with the production Temporal server on PostgreSQL. One line for each
 * check; exit 1 when one does not hold.
 */
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const began = performance.now();
await using clinic = await startTopology((folder, port) => startCluster(folder, port, say)).then((started) => ({
  ...started,
  [Symbol.asyncDispose]: () => started.end(),
}));
say(`the clinic runs after ${((performance.now() - began) / 1000).toFixed(1)} s`);
let failed = 0;
let passed = 0;
for await (const check of walk(clinic)) {
  if (check.holds) passed += 1;
  else failed += 1;
  const { check: what, holds, figure } = check;
  process.stdout.write(
    values.json ? `${JSON.stringify(check)}\n` : `${holds ? 'holds ' : 'BROKEN'} ${what}  ${JSON.stringify(figure)}\n`,
  );
}
say(`${passed} passed, ${failed} failed in ${((performance.now() - began) / 1000).toFixed(1)} s`);
process.exitCode = failed === 0 ? 0 : 1;
