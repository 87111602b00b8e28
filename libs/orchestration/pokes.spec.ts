import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newCounters, type Counters } from './counters.js';
import { DueIndex } from './due-index.js';
import { PokeBook } from './poke-book.js';
import { Pokes } from './pokes.js';
import { FakeEngine } from './testing/fake-engine.js';
import { fakeLedger } from './testing/fake-ledger.js';
import { eventually, FakeLog, readFacts } from './testing/fake-log.js';
import { SilentOperator } from './testing/silent-operator.js';

let folder: string;
let log: FakeLog;
let engine: FakeEngine;
let counters: Counters;
let stop: AbortController;
let index: DueIndex;
let book: PokeBook;
let pokes: Pokes;
let running: Promise<unknown>;

function begin(): void {
  stop = new AbortController();
  const operator = new SilentOperator();
  index = new DueIndex(join(folder, 'due.db'), { log, ledger: fakeLedger, readFacts, counters, operator });
  book = new PokeBook(join(folder, 'pokes.db'));
  pokes = new Pokes({ log, engine, book, open: index, counters, operator, retry: { firstMs: 10, mostMs: 20 } });
  running = Promise.all([index.run(stop.signal), pokes.run(stop.signal)]);
}

async function end(): Promise<void> {
  stop.abort();
  await running;
  index.close();
  book.close();
}

const act = (episode: string, actor = 'user:anna'): void =>
  void log.add(`episode-${episode}`, 'ContactRecorded', {}, { actor });
const owe = (episode: string, at: string, safety = false): void =>
  void log.add(`episode-${episode}`, 'FollowUpOpened', {
    followUpId: 'contact:0:1',
    kind: 'contact',
    safety,
    at: [at],
  });
const nothingWaits = async (): Promise<void> => {
  const head = (await log.head())?.position;
  await eventually(() => book.checkpoint('namespace-1')?.position === head && book.waiting('namespace-1') === 0);
};

/** A namespace that is known: new ones start with what is open, and follow from the head. */
const connected = async (): Promise<void> => {
  engine.connect();
  act('seed');
  await nothingWaits();
  engine.pokes = [];
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pokes-'));
  log = new FakeLog();
  engine = new FakeEngine();
  counters = newCounters();
  begin();
});
afterEach(async () => {
  await end();
  rmSync(folder, { recursive: true });
});

describe('pokes', () => {
  it('tell each workflow the newest revision of its episode', async () => {
    await connected();
    act('a');
    act('a');
    act('b');
    await nothingWaits();
    expect(engine.poked()).toEqual(expect.arrayContaining(['a@1', 'b@0']));
  });

  it('leave out what the workflow itself has done, and other streams', async () => {
    await connected();
    act('a');
    act('a', 'system:workflow');
    act('b', 'system:watchdog');
    log.add('patient-p', 'PatientRegistered');
    await nothingWaits();
    expect(engine.poked().sort()).toEqual(['a@0', 'b@0']);
  });

  it('wait while there is no server, and lose nothing', async () => {
    act('a');
    owe('a', '2027-03-02T13:00:00.000Z');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(engine.poked()).toEqual([]);
    engine.connect();
    await eventually(() => engine.poked().includes('a@1'));
  });

  it('wait while the server is silent, without moving the checkpoint', async () => {
    await connected();
    const before = book.checkpoint('namespace-1');
    engine.silent = true;
    act('a');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(book.checkpoint('namespace-1')).toEqual(before);
    engine.silent = false;
    await eventually(() => engine.poked().includes('a@0'));
  });

  it('set a failing id aside, go on with the others, and come back to it', async () => {
    await connected();
    engine.failing.add('bad');
    act('bad');
    act('good');
    await eventually(() => engine.poked().includes('good@0') && book.waiting('namespace-1') === 1);
    expect(book.checkpoint('namespace-1')?.position).toBe((await log.head())?.position);
    await end();
    begin(); // it is written down: a restart does not forget it
    engine.failing.clear();
    await eventually(() => engine.poked().includes('bad@0'));
    await nothingWaits();
    expect(counters.pokesSetAside).toBe(1);
  });

  it('carry on from the checkpoint after a restart', async () => {
    await connected();
    act('a');
    await nothingWaits();
    await end();
    act('b');
    begin();
    await nothingWaits();
    expect(engine.poked()).toEqual(['a@0', 'b@0']);
  });

  it('fill an emptied server with every open episode, safety first, then the earliest due', async () => {
    engine.connect();
    owe('later', '2027-03-09T13:00:00.000Z');
    owe('soon', '2027-03-02T13:00:00.000Z');
    owe('safety', '2027-03-30T13:00:00.000Z', true);
    act('closed');
    await nothingWaits();
    engine.empty();
    await eventually(() => engine.pokes.length === 3);
    expect(engine.poked()).toEqual(['safety@0', 'soon@0', 'later@0']);
    expect(engine.pokes.every(({ again }) => again)).toBe(true);
  });

  it('poke everything open anew when the log was rewound', async () => {
    engine.connect();
    owe('a', '2027-03-09T13:00:00.000Z');
    act('a');
    await nothingWaits();
    await end();
    log.rewind(1);
    begin();
    await eventually(() =>
      engine.pokes.some(({ episodeId, revision, again }) => episodeId === 'a' && revision === 0 && again),
    );
  });

  it('poke all open ones on request, at a bounded rate, and say when it is done', async () => {
    for (let i = 0; i < 30; i += 1) owe(`e${String(i).padStart(2, '0')}`, '2027-03-09T13:00:00.000Z');
    engine.connect();
    await nothingWaits();
    engine.pokes = [];
    const begun = Date.now();
    const report = await pokes.pokeOpen({ reason: 'deploy', rate: 50 });
    expect(report).toEqual({ queued: 30, left: 0 });
    expect(engine.pokes).toHaveLength(30);
    expect(Date.now() - begun).toBeGreaterThan(350); // 30 at 50 a second
  });

  it('are not waited for once their server was emptied: the new one is filled anew', async () => {
    for (let i = 0; i < 30; i += 1) owe(`e${String(i).padStart(2, '0')}`, '2027-03-09T13:00:00.000Z');
    engine.connect();
    await nothingWaits();
    const asked = pokes.pokeOpen({ reason: 'deploy', rate: 10 });
    engine.empty();
    const { left } = await asked;
    expect(left).toBeGreaterThan(0);
    await eventually(() => engine.pokes.length === 30);
  });
});
