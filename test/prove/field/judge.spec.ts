import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compareWithLog, lateness, tellFollowUps } from './judge.js';
import { outcomeOf } from './outcome.js';

let folder: string;
let db: DatabaseSync;
let revision = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'followthrough-judge-'));
  db = new DatabaseSync(join(folder, 'events.db'));
  db.exec('CREATE TABLE events (position INTEGER PRIMARY KEY, stream_id, revision, type, recorded_at, actor, body)');
  revision = 0;
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const at = (seconds: number): string => new Date(Date.UTC(2027, 0, 1) + seconds * 1_000).toISOString();
function record(type: string, seconds: number, facts: object = {}, actor = 'system:workflow'): void {
  db.prepare('INSERT INTO events (stream_id, revision, type, recorded_at, actor, body) VALUES (?, ?, ?, ?, ?, ?)').run(
    ...['episode-1', (revision += 1), type, at(seconds), actor, JSON.stringify({ facts })],
  );
}
const opened = (...steps: number[]): void =>
  record('FollowUpOpened', 0, { followUpId: 'f', ladder: steps.map((s, n) => ({ step: n + 1, at: at(s) })) });
const raised = (seconds: number, step: number, standsFor: number[] = []): void =>
  record('FollowUpRaised', seconds, { followUpId: 'f', step, standsFor });
const told = (seconds: number) => tellFollowUps(folder, Date.parse(at(seconds)));

describe('the attacker’s own reading of a log', () => {
  it('asks for every step whose time has come, and for no other', () => {
    opened(10, 20, 30);
    raised(11, 1);
    expect(told(25)).toMatchObject({ due: 2, missed: 1, doubled: 0, early: 0, latenessMs: [1_000] });
  });

  it('takes a step for raised that a later one stands for', () => {
    opened(10, 20);
    raised(22, 2, [1]);
    expect(told(25)).toMatchObject({ due: 2, missed: 0, latenessMs: [2_000, 12_000] });
  });

  it('counts what is raised twice, and what comes early by a millisecond', () => {
    opened(10);
    raised(9.999, 1);
    raised(12, 1);
    expect(told(25)).toMatchObject({ doubled: 1, early: 1, missed: 0, byWaker: { 'system:workflow': 2 } });
  });

  it('asks for what is owed from its opening on, also by a clock that is behind it', () => {
    opened(0, 10);
    expect(told(-90)).toMatchObject({ due: 1, missed: 1 });
    raised(0, 1);
    expect(told(-90)).toMatchObject({ due: 1, missed: 0 });
  });

  it('leaves out what was opened up to a position', () => {
    opened(10);
    raised(95, 1);
    record('FollowUpOpened', 100, { followUpId: 'g', ladder: [{ step: 1, at: at(100) }] });
    expect(tellFollowUps(folder, Date.parse(at(101)), 2)).toMatchObject({ due: 1, missed: 1, latenessMs: [] });
  });

  it('asks nothing of what has ended', () => {
    opened(10);
    record('FollowUpFulfilled', 5, { followUpId: 'f' });
    expect(told(25)).toMatchObject({ due: 0, missed: 0 });
  });

  it('finds what was acknowledged and is not there, and what is there more often than it was done', () => {
    record('NoteAdded', 1);
    record('NoteAdded', 1);
    const note = { streamId: 'episode-1', type: 'NoteAdded' };
    expect(
      compareWithLog(
        folder,
        [1, 2].map((r) => ({ ...note, revision: r })),
      ),
    ).toEqual({ lost: 0, twice: 0 });
    expect(compareWithLog(folder, [{ ...note, revision: 1 }])).toEqual({ lost: 0, twice: 1 });
    expect(
      compareWithLog(
        folder,
        [1, 2, 3].map((r) => ({ ...note, revision: r })),
      ),
    ).toEqual({ lost: 1, twice: 0 });
    expect(compareWithLog(folder, [{ streamId: 'patient-1', type: 'PatientRegistered', revision: 0 }])).toEqual({
      lost: 1,
      twice: 0,
    });
  });

  it('does not hold when a process of the product ended by itself, though it was started again', () => {
    opened(10);
    raised(11, 1);
    const judged = (crashes: number) =>
      outcomeOf({
        ...{ dataDir: folder, client: { acknowledged: [], contradictions: [] }, crashes },
        ...{ now: Date.parse(at(25)), withinMs: 60_000, verdict: { wrong: false, said: null }, more: {} },
      });
    expect(judged(0)).toMatchObject({ holds: true, figure: { due: 1, crashes: 0 } });
    expect(judged(1)).toMatchObject({ holds: false, figure: { due: 1, crashes: 1 } });
  });

  it('sorts latenesses into a few heaps', () => {
    expect(lateness([10, 900, 4_000, 70_000])).toEqual({
      ...{ medianS: 0.9, p99S: 70, maxS: 70 },
      ...{ '≤1s': 2, '≤5s': 1, '≤300s': 1 },
    });
  });
});
