import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const rules: { forbidden: { name: string }[] } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');

// Each file breaks one line of the table: a rule that never fires would be found here.
const breaches: Record<string, [file: string, source: string]> = {
  'care-is-pure': ['libs/care/rule.ts', `import 'node:fs';`],
  'workflows-are-sandboxed': ['workflows/late.ts', `import 'zod';`],
  'event-store-knows-no-domain': ['libs/event-store/care.ts', `import '../care/index.js';`],
  'door-is-one-way-in': ['libs/door/query.ts', `import 'node:sqlite';`],
  'access-is-not-the-framework': ['libs/access/guard.ts', `import '@nestjs/common';`],
  'read-models-know-no-framework': ['libs/read-models/view.ts', `import '@nestjs/common';`],
  'notices-read-the-log-only': ['libs/notices/view.ts', `import '../read-models/index.js';`],
  'orchestration-reads-the-log-only': ['libs/orchestration/view.ts', `import '../read-models/index.js';`],
  'orchestration-uses-nest-in-its-module-only': ['libs/orchestration/wake.ts', `import '@nestjs/common';`],
  'orchestration-contract-is-light': ['libs/orchestration/contract.ts', `import './wake.js';`],
  'api-knows-no-engine': ['apps/api/src/start.ts', `import '@temporalio/client';`],
  'worker-knows-no-api': ['apps/worker/src/ask.ts', `import '../../api/src/start.js';`],
  'cli-runs-no-workflow-code': ['apps/cli/src/run.ts', `import '../../../workflows/late.js';`],
  'cli-starts-modules': ['apps/cli/src/reach.ts', `import '../../api/src/start.js';`],
  'runtime-is-for-apps': ['libs/door/open.ts', `import '../runtime/index.js';`],
  'runtime-opens-libs-only': ['libs/runtime/serve.ts', `import '../../apps/api/src/start.js';`],
  'traces-in-one-place': ['libs/access/span.ts', `import '@opentelemetry/api';`],
  'libs-know-no-apps': ['libs/access/app.ts', `import '../../apps/api/src/start.js';`],
  'no-cycles': ['libs/care/arc.ts', `import './circle-closed.js';`],
  'no-import-of-dist': ['apps/cli/src/old.ts', `import '../../../dist/old.js';`],
  'through-the-index-from-outside': ['apps/api/src/past.ts', `import '../../../libs/care/rule.js';`],
  'through-the-index-between-libs': ['libs/door/past.ts', `import '../care/rule.js';`],
  'test-tools-stay-in-tests': ['libs/care/try.ts', `import '@jest/globals';`],
  resolvable: ['libs/care/lost.ts', `import './nowhere.js';`],
};

const surroundings: Record<string, string> = {
  'libs/care/index.ts': '',
  'libs/read-models/index.ts': '',
  'libs/runtime/index.ts': '',
  'libs/care/circle-closed.ts': `import './arc.js';`,
  'dist/old.js': '',
  'tsconfig.json': '{ "compilerOptions": { "module": "nodenext", "allowJs": true } }',
  'package.json': '{ "type": "module" }',
  ...Object.fromEntries(
    ['zod', '@nestjs/common', '@temporalio/client', '@jest/globals', '@opentelemetry/api'].flatMap((name) => [
      [`node_modules/${name}/package.json`, `{ "name": "${name}", "main": "index.js" }`],
      [`node_modules/${name}/index.js`, ''],
    ]),
  ),
};

describe('the table of imports', () => {
  const folder = mkdtempSync(join(tmpdir(), 'followthrough-imports-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const found = new Map<string, string[]>();
  beforeAll(() => {
    for (const [file, source] of [...Object.entries(surroundings), ...Object.values(breaches)]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), source);
    }
    copyFileSync(join(root, '.dependency-cruiser.cjs'), join(folder, '.dependency-cruiser.cjs'));
    const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
    const args = [cruiser, '--config=.dependency-cruiser.cjs', '--output-type=json', 'apps', 'libs', 'workflows'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    if (!stdout) throw new Error(stderr);
    for (const { rule, from } of JSON.parse(stdout).summary.violations) {
      found.set(rule.name, [...(found.get(rule.name) ?? []), from]);
    }
  }, 60_000);

  it('has a breach here for every rule', () => {
    expect(Object.keys(breaches).sort()).toEqual([...new Set(rules.forbidden.map(({ name }) => name))].sort());
  });

  it.each(Object.entries(breaches))('%s', (rule, [file]) => {
    expect(found.get(rule)).toContain(file);
  });
});
