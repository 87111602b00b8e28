import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newCounters, type Counters } from './counters.js';
import { DueIndex } from './due-index.js';
import { fakeLedger } from './testing/fake-ledger.js';
import { eventually, FakeLog, readFacts } from './testing/fake-log.js';
import { SilentOperator } from './testing/silent-operator.js';

let folder: string;
let log: FakeLog;
let counters: Counters;
let stop: AbortController;
let index: DueIndex;
let done: Promise<void>;

const T = (iso: string): number => Date.parse(iso);

function begin(): void {
  stop = new AbortController();
  index = new DueIndex(join(folder, 'due.db'), {
    log,
    ledger: fakeLedger,
    readFacts,
    counters,
    operator: new SilentOperator(),
  });
  done = index.run(stop.signal);
}

async function end(): Promise<void> {
  stop.abort();
  await done;
  index.close();
}

const caughtUp = async (): Promise<void> => index.reached((await log.head())?.position ?? '', stop.signal);

const opened = (
  episode: string,
  id: string,
  at: string[],
  more: { safety?: boolean; recordedAt?: string } = {},
): void => {
  const { safety = false, recordedAt = '2027-03-01T12:00:00.000Z' } = more;
  log.add(`episode-${episode}`, 'FollowUpOpened', { followUpId: id, kind: 'contact', safety, at }, { recordedAt });
};
const raised = (episode: string, id: string, step: number): void =>
  void log.add(`episode-${episode}`, 'FollowUpRaised', { followUpId: id, step });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'due-index-'));
  log = new FakeLog();
  counters = newCounters();
  begin();
});
afterEach(async () => {
  await end();
  rmSync(folder, { recursive: true });
});

describe('the due index', () => {
  it('knows the next step of each open follow-up, also after raises', async () => {
    opened('a', 'contact:0:1', ['2027-03-10T13:00:00.000Z', '2027-03-17T13:00:00.000Z']);
    await caughtUp();
    expect(index.due(T('2027-03-10T12:59:59.999Z'), 10)).toEqual([]);
    expect(index.due(T('2027-03-10T13:00:00.000Z'), 10)).toEqual([{ episodeId: 'a', safety: false }]);
    raised('a', 'contact:0:1', 1);
    await caughtUp();
    expect(index.due(T('2027-03-16T13:00:00.000Z'), 10)).toEqual([]);
    raised('a', 'contact:0:1', 2);
    await caughtUp();
    expect(index.due(T('2027-03-24T13:00:00.000Z'), 10)).toHaveLength(1); // the last step repeats
  });

  it('forgets what was fulfilled', async () => {
    opened('a', 'contact:0:1', ['2027-03-10T13:00:00.000Z']);
    log.add('episode-a', 'FollowUpFulfilled', { followUpId: 'contact:0:1', byRevision: 1 });
    await caughtUp();
    expect(index.openFollowUps()).toBe(0);
    expect(index.openPage({ limit: 10 })).toEqual([]);
    expect(index.revisionOf('a')).toBe(1);
  });

  it('counts a late entry from its recording', async () => {
    opened('a', 'contact:0:1', ['2027-02-01T13:00:00.000Z'], { recordedAt: '2027-03-01T12:00:00.000Z' });
    await caughtUp();
    expect(index.due(T('2027-03-01T11:59:00.000Z'), 10)).toEqual([]);
    const opening = T('2027-03-01T12:00:00.000Z');
    expect(index.oldestDue(opening - 1)).toBeNull();
    expect(index.oldestDue(opening)).toBe(opening);
    expect(index.oldestDue(opening + 60_000)).toBe(opening);
  });

  it('knows what is due as it was opened by a clock that has been set back since, and nothing else of that time', async () => {
    const now = T('2027-03-01T12:00:00.000Z');
    const recordedAt = '2027-03-31T12:00:00.000Z';
    opened('at-once', 'contact:0:1', [recordedAt], { recordedAt });
    opened('later', 'contact:0:1', ['2027-04-01T13:00:00.000Z'], { recordedAt });
    opened('past', 'contact:0:1', ['2027-02-28T13:00:00.000Z'], { recordedAt });
    opened('soon', 'contact:0:1', ['2027-03-02T13:00:00.000Z'], { recordedAt });
    await caughtUp();
    const dueAt = (at: number) => new Set(index.due(at, 10, at).map(({ episodeId }) => episodeId));
    expect(dueAt(now)).toEqual(new Set(['at-once', 'past']));
    expect(dueAt(T('2027-03-02T13:00:00.000Z'))).toEqual(new Set(['at-once', 'past', 'soon']));
    expect(index.latestRecorded()).toBe(T(recordedAt));
  });

  it('puts safety first, then what is due longest', async () => {
    opened('late', 'contact:0:1', ['2027-03-02T13:00:00.000Z']);
    opened('later', 'contact:0:1', ['2027-03-03T13:00:00.000Z']);
    opened('safety', 'contact:0:1', ['2027-03-04T13:00:00.000Z'], { safety: true });
    await caughtUp();
    const order = ['safety', 'late', 'later'];
    expect(index.due(T('2027-03-05T00:00:00.000Z'), 10).map(({ episodeId }) => episodeId)).toEqual(order);
    expect(index.openByUrgency().map(({ episodeId }) => episodeId)).toEqual(order);
    expect(index.due(T('2027-03-05T00:00:00.000Z'), 1)).toHaveLength(1);
  });

  it('lists only what changed after a position, and pages by id', async () => {
    opened('a', 'contact:0:1', ['2027-03-02T13:00:00.000Z']);
    const since = (await log.head())?.position ?? '';
    opened('b', 'contact:0:1', ['2027-03-02T13:00:00.000Z']);
    await caughtUp();
    expect(index.openByUrgency({ since })).toEqual([{ episodeId: 'b', revision: 0 }]);
    expect(index.openPage({ limit: 1 })).toEqual([{ episodeId: 'a', revision: 0 }]);
    expect(index.openPage({ after: 'a', limit: 1 })).toEqual([{ episodeId: 'b', revision: 0 }]);
  });

  it('carries on from its checkpoint after a restart', async () => {
    opened('a', 'contact:0:1', ['2027-03-10T13:00:00.000Z', '2027-03-17T13:00:00.000Z']);
    await caughtUp();
    await end();
    raised('a', 'contact:0:1', 1);
    begin();
    await caughtUp();
    expect(index.due(T('2027-03-17T12:00:00.000Z'), 10)).toEqual([]);
    expect(index.due(T('2027-03-17T13:00:00.000Z'), 10)).toHaveLength(1);
  });

  it('builds itself again when the log was rewound', async () => {
    opened('a', 'contact:0:1', ['2027-03-10T13:00:00.000Z']);
    opened('b', 'contact:0:1', ['2027-03-10T13:00:00.000Z']);
    await caughtUp();
    await end();
    log.rewind(1);
    opened('c', 'contact:0:1', ['2027-03-10T13:00:00.000Z']);
    begin();
    await caughtUp();
    expect(index.openPage({ limit: 10 }).map(({ episodeId }) => episodeId)).toEqual(['a', 'c']);
    expect(counters.rewinds).toBe(1);
  });

  it('builds itself again from a damaged file', async () => {
    opened('a', 'contact:0:1', ['2027-03-10T13:00:00.000Z']);
    await end();
    writeFileSync(join(folder, 'due.db'), 'this is no database, and never was one'.repeat(100));
    begin();
    await caughtUp();
    expect(index.openFollowUps()).toBe(1);
  });

  it('passes over an event that cannot be read, and counts it', async () => {
    opened('a', 'contact:0:1', ['2027-03-10T13:00:00.000Z']);
    log.add('episode-a', 'FollowUpRaised', {}, { body: null as never });
    opened('a', 'contact:2:1', ['2027-03-11T13:00:00.000Z']);
    await caughtUp();
    expect(index.openFollowUps()).toBe(2);
    expect(counters.unreadable).toBe(1);
  });

  it('asks about an entry whose next step cannot be computed rather than never', async () => {
    opened('a', 'contact:0:1', []);
    await caughtUp();
    expect(index.due(T('2027-03-01T12:00:00.000Z'), 10)).toHaveLength(1);
  });

  it('passes over an entry that it cannot keep, and goes on with other episodes', async () => {
    log.add('episode-a', 'FollowUpOpened', {});
    opened('b', 'contact:0:1', ['2027-03-10T13:00:00.000Z']);
    await caughtUp();
    expect(index.openPage({ limit: 10 })).toEqual([{ episodeId: 'b', revision: 0 }]);
    expect(counters.unreadable).toBeGreaterThan(0);
  });

  it('waits out a log that is away', async () => {
    await end();
    log.away = true;
    begin();
    await eventually(() => counters.followerFailures > 0);
    log.away = false;
    opened('a', 'contact:0:1', ['2027-03-10T13:00:00.000Z']);
    await eventually(() => index.openFollowUps() === 1, 4000);
  });
});
