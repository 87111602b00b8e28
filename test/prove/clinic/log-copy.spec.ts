import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Log } from '../../standins/kurrentdb/log.js';
import { compareWithLog, lastRevisions, tellFollowUps } from '../field/judge.js';
import { LogCopy } from './log-copy.js';

let folder: string;
let file: string;
let log: Log;
let copy: LogCopy;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'followthrough-copy-'));
  file = join(folder, 'log.jsonl');
  log = new Log(file);
  copy = new LogCopy(file, join(folder, 'copy'));
});
afterEach(() => {
  copy.close();
  log.close();
  rmSync(folder, { recursive: true });
});

const AT = '2027-01-01T00:00:00.000Z';
const record = (stream: string, types: readonly string[], facts: object = {}): void =>
  void log.append(
    stream,
    'any',
    types.map((type) => ({
      ...{ id: crypto.randomUUID(), type, contentType: 'application/json' },
      data: Buffer.from(JSON.stringify({ facts, sealed: null })),
      metadata: Buffer.from(JSON.stringify({ recordedAt: AT, actor: 'system:workflow' })),
    })),
  );
const step = { followUpId: 'f', step: 1, ladder: [{ step: 1, at: AT }] };

it('gives the judge what the stand-in has on disk, and later what came since', () => {
  record('episode-1', ['PatientReferred', 'FollowUpOpened'], step);
  expect(copy.catchUp()).toBe(2);
  expect(tellFollowUps(copy.folder, Date.parse(AT))).toMatchObject({ due: 1, missed: 1 });
  record('episode-1', ['FollowUpRaised'], step);
  record('episode-2', ['PatientReferred']);
  expect(copy.catchUp()).toBe(4);
  expect(tellFollowUps(copy.folder, Date.parse(AT))).toMatchObject({ missed: 0, byWaker: { 'system:workflow': 1 } });
  expect(lastRevisions(copy.folder)).toEqual(new Map([['1', 2], ['2', 0]])); // prettier-ignore
  const referred = { streamId: 'episode-2', type: 'PatientReferred', revision: 0 };
  expect(compareWithLog(copy.folder, [referred])).toEqual({ lost: 0, twice: 0 });
  expect(compareWithLog(copy.folder, [{ ...referred, revision: 1 }])).toEqual({ lost: 1, twice: 0 });
});

it('leaves out what a SIGKILL cut off, which the stand-in itself forgets, and goes on after it', () => {
  record('episode-1', ['PatientReferred']);
  appendFileSync(file, '{"stream":"episode-1","events":[{"type":"Not');
  expect(copy.catchUp()).toBe(1);
  log.close();
  log = new Log(file);
  record('episode-2', ['PatientReferred']);
  expect(copy.catchUp()).toBe(2);
});
