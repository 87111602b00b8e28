import { writeFileSync } from 'node:fs';
import { examplesOf } from './examples.js';
import { EVENT_TYPES, fileOf, goldenOf, schemasOf, type Golden } from './golden.js';

/** `npm run golden:record`: writes down each version of an event that has not been yet. What was is never written over. */
for (const definition of EVENT_TYPES.filter((one) => !goldenOf(one))) {
  const { type, version } = definition;
  const golden: Golden = { type, schemas: schemasOf(definition), examples: examplesOf(definition) };
  writeFileSync(fileOf(type, version), `${JSON.stringify(golden, null, 1)}\n`);
  process.stdout.write(`${fileOf(type, version)}\n`);
}
