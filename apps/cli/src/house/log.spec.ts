import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '#door';
import { openNamedRuntime } from './log.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a start upon a log that cannot be used', () => {
  it('says so in one line, also when nothing but the data folder was named', async () => {
    writeFileSync(
      join(folder, 'events.db'),
      'no database at all, and long enough to have a header of one: '.repeat(20),
    );
    const env = { FOLLOWTHROUGH_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
    const start = openNamedRuntime({ dataDir: folder, clock: systemClock, env, warn: () => undefined });
    await expect(start).rejects.toMatchObject({
      name: 'CommandFailed',
      exitCode: 3,
      message: `the log in ${folder} cannot be used: file is not a database`,
    });
  });
});
