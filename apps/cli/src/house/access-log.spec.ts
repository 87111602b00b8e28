import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AccessLog } from '../../../api/src/app.js';
import { ACCESS_LOG_FILE, accessLogIn } from './access-log.js';

type AccessLine = Parameters<AccessLog>[0];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-log-'));
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const line = (operation: string): AccessLine => ({
  access: 'restricted-record',
  at: '2026-03-02T15:00:00.000Z',
  operation,
  patientId: 'p-1',
  episodeId: null,
  actor: 'user:sup-1',
  role: 'supervisor',
  organisation: 'clinic',
  reason: 'supervision',
  traceId: 't-1',
});
const kept = (name = ACCESS_LOG_FILE): unknown[] =>
  readFileSync(join(folder, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as unknown);

describe('the access log', () => {
  it('adds to what is there, for its owner alone, whoever else writes it', () => {
    const [api, worker] = [accessLogIn(folder), accessLogIn(folder)];
    api(line('readEpisode'));
    worker(line('readPatient'));
    api(line('readScores'));
    expect(kept()).toEqual([line('readEpisode'), line('readPatient'), line('readScores')]);
    expect(statSync(join(folder, ACCESS_LOG_FILE)).mode & 0o777).toBe(0o600);
  });

  it('goes on in a new file when it was moved away', () => {
    const keep = accessLogIn(folder);
    keep(line('readEpisode'));
    renameSync(join(folder, ACCESS_LOG_FILE), join(folder, '2026.jsonl'));
    keep(line('readPatient'));
    expect([kept('2026.jsonl'), kept()]).toEqual([[line('readEpisode')], [line('readPatient')]]);
  });

  it('does not pass over a line that it cannot keep', () => {
    const keep = accessLogIn(join(folder, 'gone'));
    expect(() => keep(line('readEpisode'))).toThrow('ENOENT');
  });
});
