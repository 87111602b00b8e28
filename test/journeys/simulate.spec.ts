import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const program = join(process.cwd(), 'dist', 'apps', 'cli', 'src', 'main.js');

async function simulate(...args: readonly string[]): Promise<{ pathway: string; episodes: number; digest: string }[]> {
  const asked = ['simulate', '--patients', '20', '--panel', '10', '--years', '1', '--seed', '7', '--json', ...args];
  const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...asked]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { pathway: string; episodes: number; digest: string });
}

describe('followthrough simulate', () => {
  it('says the same on one thread and on two, and draws it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'followthrough-simulate-'));
    try {
      const svg = join(folder, 'in-time.svg');
      const both = await simulate('--pathway', 'default', '--against', 'monthly-floor', '--threads', '2', '--svg', svg);
      expect(both.map(({ pathway, episodes }) => [pathway, episodes])).toEqual([
        ['default', 20],
        ['monthly-floor', 20],
      ]);
      expect(both[0]!.digest).not.toBe(both[1]!.digest);
      const [alone] = await simulate('--pathway', 'default', '--threads', '1');
      expect(alone!.digest).toBe(both[0]!.digest);
      expect(readFileSync(svg, 'utf8')).toMatch(/^<svg [\s\S]*monthly-floor[\s\S]*<\/svg>\n$/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);

  it('says before it begins that the chart has no place', async () => {
    await expect(
      simulate('--pathway', 'default', '--svg', join(tmpdir(), 'no-such-folder', 'a.svg')),
    ).rejects.toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('there is no folder') });
  });
});
