import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CommandFailed } from './command.js';
import { add } from './import.js';
import { runCommand } from './testing/run-command.js';

let folder: string;
let table: string;
let printed: string;
let said: string;
const before = { ...process.env };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'));
  process.env['FOLLOWTHROUGH_DATA'] = join(folder, 'data');
  process.env['FOLLOWTHROUGH_KEY_FILE'] = join(folder, 'master.key');
  table = join(folder, 'caseload.csv');
  writeFileSync(
    table,
    'patient_id,name,referred_on,pcp\nT-1,Test Patient 1,2026-08-03,pcp-1\nT-2,Test Patient 2,soon,pcp-1\n',
  );
  [printed, said] = ['', ''];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed += String(text)), true));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((said += String(text)), true));
  // Nobody serves here: the data folder itself is opened.
  jest.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fetch failed'));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
  process.env = { ...before };
  rmSync(folder, { recursive: true });
});

const run = (...args: string[]) => runCommand(add, 'import', table, ...args);

describe('followthrough import', () => {
  it('lists what it did not take', async () => {
    const list = join(folder, 'rejections.csv');
    expect(await run('--rejections', list)).toBe(1);
    expect(printed).toContain(`Rejections with file, line and reason: ${list}`);
    expect(readFileSync(list, 'utf8')).toContain('caseload.csv');
  });

  it('tells what became of the rows also when that list cannot be written', async () => {
    expect(await run('--rejections', join(folder, 'missing', 'rejections.csv'), '--json')).toBe(1);
    expect(JSON.parse(printed)).toMatchObject({ episodes: 1, rejected: 2 });
    expect(said).toMatch(/^the rejections could not be written \(ENOENT.*nothing is imported twice$/m);
  });

  it('says of a dry run that it was one', async () => {
    expect(await run('--dry-run', '--rejections', join(folder, 'rejections.csv'))).toBe(1);
    expect(said).toMatch(/^A dry run: nothing was recorded/m);
    expect(said).not.toContain('imported');
  });

  it('takes an address that is none for a wrong call', async () => {
    expect(await run('--server', 'clinic', '--token', 'a-token')).toEqual(
      new CommandFailed('clinic is no address of a server', 2),
    );
  });

  it('says so when what answers is no server of ours', async () => {
    jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('<p>Welcome</p>'));
    expect(await run('--server', 'http://127.0.0.1:1', '--token', 'a-token')).toEqual(
      new CommandFailed('what answers at http://127.0.0.1:1 is no server of Followthrough', 3),
    );
  });
});
