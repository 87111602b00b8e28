import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleFrom, strangersIn, type WorkflowBundle } from './workflow-modules.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('the bundle of the workflows', () => {
  let bundle: WorkflowBundle;
  beforeAll(async () => {
    bundle = await bundleFrom(join(root, 'workflows', 'index.ts'));
  }, 60_000);

  it('holds the workflows', () => {
    expect(bundle.modules).toEqual(expect.arrayContaining(['workflows/index.ts', 'workflows/episode.ts']));
  });

  it('holds nothing but workflows, their contract, and Temporal', () => {
    expect(strangersIn(bundle)).toEqual([]);
  });

  it('stays below 2 MB', () => {
    expect(bundle.bytes).toBeLessThan(2 * 1024 * 1024);
  });
});

describe('the same check on workflow code that reaches too far', () => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'trial-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function bundleOf(source: string): Promise<WorkflowBundle> {
    const file = join(folder, 'trial.ts');
    writeFileSync(file, `${source}\nexport async function trialWorkflow(): Promise<void> {}\n`);
    return bundleFrom(file);
  }

  it('names reflect-metadata', async () => {
    expect(strangersIn(await bundleOf(`import 'reflect-metadata';`))).toContain('reflect-metadata');
  }, 60_000);

  it('names what lies behind an index', async () => {
    const strangers = strangersIn(await bundleOf(`import { z } from 'zod';\nexport const schema = z.string();`));
    expect(strangers).toContain('zod');
  }, 60_000);

  it.each(['node:fs', 'crypto'])(
    'refuses %s',
    async (module) => {
      await expect(bundleOf(`import * as io from '${module}';\nexport const all = io;`)).rejects.toThrow(
        /disallowed modules|Webpack finished with errors/,
      );
    },
    60_000,
  );
});
