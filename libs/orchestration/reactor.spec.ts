import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contentHash } from '#door';
import type { Json } from '#event-store';
import { newCounters, type Counters } from './counters.js';
import { Reactor, reactionId } from './reactor.js';
import { ReactorBook } from './reactor-book.js';
import { eventually, FakeLog, readFacts } from './testing/fake-log.js';
import { SilentOperator } from './testing/silent-operator.js';

const uuid = (n: number): string => `11111111-1111-4111-8111-${String(n).padStart(12, '0')}`;
const [E1, E2, E3, P1, P2] = [1, 2, 3, 11, 12].map(uuid) as [string, string, string, string, string];

let folder: string;
let log: FakeLog;
let counters: Counters;
let stop: AbortController;
let book: ReactorBook;
let running: Promise<void>;
let issued: { episodeId: string; type: string; command: object; commandId: string; occurredAt: string }[];
let away: boolean;
let refuses: string | null;

function begin(): void {
  stop = new AbortController();
  book = new ReactorBook(join(folder, 'reactor.db'));
  const reactor = new Reactor({
    log,
    book,
    readFacts,
    counters,
    operator: new SilentOperator(),
    issue: async (episodeId, command, commandId, occurredAt) => {
      const { type } = command;
      if (away) throw new Error('away');
      issued.push({ episodeId, type, command, commandId, occurredAt });
      if (episodeId === refuses) return 'refused';
      return type === 'Repin' ? 'unchanged' : 'done';
    },
  });
  running = reactor.run(stop.signal);
}

async function end(): Promise<void> {
  stop.abort();
  await running;
  book.close();
}

const refer = (episodeId: string, patientId: string, site = 'main'): void =>
  void log.add(`episode-${episodeId}`, 'PatientReferred', { patientId, ordinal: 1, site });
const assign = (episodeId: string, careManager: string): void =>
  void log.add(`episode-${episodeId}`, 'CareManagerAssigned', { careManager });
const pin = (episodeId: string, pathway: Json, calendar: Json): void =>
  void log.add(`episode-${episodeId}`, 'EpisodePinned', {
    pathway: contentHash(pathway),
    calendar: contentHash(calendar),
  });
const settledWithin = async (ms?: number): Promise<void> => {
  const head = (await log.head())?.position;
  await eventually(() => book.checkpoint()?.position === head && book.waiting() === 0, ms);
};
const settled = (): Promise<void> => settledWithin();
const what = (): string[] => issued.map(({ episodeId, type }) => `${type} ${episodeId.at(-1)}`);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reactor-'));
  log = new FakeLog();
  counters = newCounters();
  issued = [];
  away = false;
  refuses = null;
  begin();
});
afterEach(async () => {
  await end();
  rmSync(folder, { recursive: true });
});

describe('the reactor', () => {
  it('notes a death on every episode of the patient, and takes it back', async () => {
    refer(E1, P1);
    refer(E2, P1);
    refer(E3, P2);
    const died = log.add(
      `patient-${P1}`,
      'PatientDied',
      { source: 'family' },
      { occurredAt: '2027-02-27T10:00:00.000Z' },
    );
    log.add(`patient-${P1}`, 'PatientDeathRetracted', { retracts: 0 });
    await settled();
    expect(what().sort()).toEqual(['NoteDeath 1', 'NoteDeath 2', 'RetractDeathNote 1', 'RetractDeathNote 2']);
    expect(what().indexOf('NoteDeath 1')).toBeLessThan(what().indexOf('RetractDeathNote 1'));
    expect(issued.find(({ type }) => type === 'RetractDeathNote')).toMatchObject({
      command: { patientRevision: died.revision },
    });
    expect(issued.find(({ episodeId, type }) => episodeId === E1 && type === 'NoteDeath')).toMatchObject({
      commandId: reactionId(died.id, E1),
      occurredAt: '2027-02-27T10:00:00.000Z',
    });
  });

  it('notes a death on a referral that was decided meanwhile', async () => {
    log.add(`patient-${P1}`, 'PatientDied', { source: 'family' });
    refer(E1, P1);
    await settled();
    expect(what()).toEqual(['NoteDeath 1']);
  });

  it('knows a death by its first report, which a retraction names, also when its date was told later', async () => {
    refer(E1, P1);
    const died = log.add(`patient-${P1}`, 'PatientDied', { source: 'family' });
    log.add(`patient-${P1}`, 'PatientDied', { source: 'registry', diedOn: '2027-02-26' });
    refer(E2, P1);
    log.add(`patient-${P1}`, 'PatientDeathRetracted', { retracts: died.revision });
    await settled();
    expect(what().sort()).toEqual(['NoteDeath 1', 'NoteDeath 2', 'RetractDeathNote 1', 'RetractDeathNote 2']);
    expect(issued.map(({ command }) => command)).toEqual(
      Array(4).fill(expect.objectContaining({ patientRevision: died.revision })),
    );
  });

  it('carries a death to every record of the person, takes it back when they are two, and notes it anew', async () => {
    refer(E1, P1);
    refer(E2, P2);
    log.add(`patient-${P2}`, 'PatientDied', { source: 'family' });
    await settled();
    expect(what()).toEqual(['NoteDeath 2']);
    log.add(`episode-${E2}`, 'PatientDeathNoted', { patientRevision: 0 });
    log.add(`patient-${P1}`, 'PatientsMerged', { duplicate: P2 });
    await settled();
    expect(what().slice(1)).toEqual(['NoteDeath 1']);
    log.add(`patient-${P1}`, 'PatientsUnmerged', { duplicate: P2 });
    log.add(`patient-${P2}`, 'PatientsMerged', { duplicate: P1 });
    await settled();
    expect(
      what()
        .slice(2)
        .filter((one) => one.endsWith('Death 1') || one.endsWith('DeathNote 1')),
    ).toEqual(['RetractDeathNote 1', 'NoteDeath 1']);
    expect(new Set(issued.map(({ commandId }) => commandId)).size).toBe(issued.length);
  });

  it('asks which of two open episodes goes on, at a merge, a referral or an undone discharge, and no longer when they are two persons', async () => {
    refer(E1, P1);
    refer(E2, P2);
    log.add(`patient-${P1}`, 'PatientsMerged', { duplicate: P2 });
    await settled();
    expect(issued.map(({ episodeId, command }) => ({ episodeId, command }))).toEqual(
      expect.arrayContaining([
        { episodeId: E1, command: { type: 'AskWhichEpisode', otherEpisode: E2 } },
        { episodeId: E2, command: { type: 'AskWhichEpisode', otherEpisode: E1 } },
      ]),
    );
    const discharge = log.add(`episode-${E1}`, 'EpisodeDischarged', { reason: 'graduated' });
    refer(E3, P2);
    await settled();
    expect(issued).toHaveLength(2);
    log.add(`episode-${E1}`, 'ActVoided', { revision: discharge.revision, reasonCode: 'entered-in-error' });
    await settled();
    expect(what().slice(2).sort()).toEqual([
      'AskWhichEpisode 1',
      'AskWhichEpisode 1',
      'AskWhichEpisode 2',
      'AskWhichEpisode 3',
      // What was adopted while it was ended has passed it by.
      'Repin 1',
    ]);
    log.add(`patient-${P1}`, 'PatientsUnmerged', { duplicate: P2 });
    await settled();
    expect(what().slice(7).sort()).toEqual([
      'WithdrawWhichEpisode 1',
      'WithdrawWhichEpisode 1',
      'WithdrawWhichEpisode 2',
      'WithdrawWhichEpisode 3',
    ]);
  });

  it('releases the episodes of a care manager who left, and later assignments to her', async () => {
    refer(E1, P1);
    refer(E2, P2);
    assign(E1, 'anna');
    assign(E2, 'anna');
    log.add(`episode-${E2}`, 'CareManagerReleased', { careManager: 'anna', reason: 'reassigned' });
    log.add('organisation-clinic', 'StaffLeft', { staff: 'anna' });
    await settled();
    expect(what()).toEqual(['ReleaseCareManager 1']);
    assign(E2, 'anna');
    await settled();
    expect(what()).toEqual(['ReleaseCareManager 1', 'ReleaseCareManager 2']);
    log.add('organisation-clinic', 'StaffJoined', { staff: 'anna', role: 'care-manager' });
    assign(E2, 'anna');
    await settled();
    expect(issued).toHaveLength(2);
  });

  it('releases nobody who came back, when its file was lost', async () => {
    refer(E1, P1);
    assign(E1, 'anna');
    assign(E1, 'ben');
    log.add('organisation-clinic', 'StaffLeft', { staff: 'anna' });
    await settled();
    // More than is read at a time.
    for (let i = 0; i < 12; i += 1) log.add(`patient-${P2}`, 'PatientDetailsCorrected');
    log.add('organisation-clinic', 'StaffJoined', { staff: 'anna', role: 'care-manager' });
    assign(E1, 'anna');
    await settled();
    await end();
    rmSync(join(folder, 'reactor.db'));
    issued = [];
    begin();
    await settled();
    expect(what()).toEqual([]);
  });

  it.each([
    ['leaves to the cover what a care manager had who left under cover', '2027-03-01T12:00:00.001Z', []],
    ['releases it where the cover was over', '2027-03-01T12:00:00.000Z', ['ReleaseCareManager 1']],
  ])('%s', async (_what, until, expected) => {
    refer(E1, P1);
    assign(E1, 'anna');
    const from = '2027-03-01T12:00:00.000Z';
    log.add('organisation-clinic', 'CoverageArranged', { absent: 'anna', cover: 'ben', from, until });
    const [june, july] = ['2027-06-01T12:00:00.000Z', '2027-07-01T12:00:00.000Z'];
    log.add('organisation-clinic', 'CoverageArranged', { absent: 'anna', cover: 'ben', from: june, until: july });
    log.add('organisation-clinic', 'StaffLeft', { staff: 'anna' });
    await settled();
    expect(what()).toEqual(expected);
  });

  it('releases what a care manager had who came back before her cover was over, and then left', async () => {
    refer(E1, P1);
    assign(E1, 'anna');
    const [from, until] = ['2027-03-01T12:00:00.000Z', '2027-07-01T12:00:00.000Z'];
    for (const cover of ['ben', 'anna'])
      log.add('organisation-clinic', 'CoverageArranged', { absent: 'anna', cover, from, until });
    log.add('organisation-clinic', 'StaffLeft', { staff: 'anna' });
    await settled();
    expect(what()).toEqual(['ReleaseCareManager 1']);
  });

  it('takes a transfer for an assignment', async () => {
    refer(E1, P1);
    log.add(`episode-${E1}`, 'EpisodeTransferred', { to: 'ben', site: 'north' });
    log.add('organisation-clinic', 'StaffLeft', { staff: 'ben' });
    log.add('organisation-clinic', 'SiteHoursSet', { site: 'main' });
    log.add('organisation-clinic', 'SiteHoursSet', { site: 'north' });
    await settled();
    expect(what()).toEqual(['ReleaseCareManager 1', 'Repin 1']);
  });

  it('re-pins an episode whose transfer was undone by the hours of the site it is back at', async () => {
    refer(E1, P1);
    const moved = log.add(`episode-${E1}`, 'EpisodeTransferred', { to: 'ben', site: 'north' }, { site: 'north' });
    log.add(`episode-${E1}`, 'ActVoided', { revision: moved.revision, reasonCode: 'entered-in-error' });
    log.add('organisation-clinic', 'SiteHoursSet', { site: 'main' });
    await settled();
    expect(what()).toEqual(['Repin 1']);
  });

  it('re-pins the open episodes of a site, or of all sites, but not of another organisation', async () => {
    refer(E1, P1);
    refer(E2, P2, 'north');
    log.add(`episode-${E3}`, 'PatientReferred', { patientId: P2, ordinal: 1, site: 'main' }, { organisation: 'other' });
    log.add('organisation-clinic', 'SiteHoursSet', { site: 'main' });
    await settled();
    expect(what()).toEqual(['Repin 1']);
    log.add('organisation-clinic', 'PathwayAdopted', { pathway: {} });
    await settled();
    expect(what()).toEqual(['Repin 1', 'Repin 1', 'Repin 2']);
  });

  it('leaves ended episodes alone, and takes up one whose discharge was voided', async () => {
    refer(E1, P1);
    refer(E2, P2);
    const discharge = log.add(`episode-${E1}`, 'EpisodeDischarged', { reason: 'graduated' });
    log.add(`episode-${E2}`, 'ReferralClosed', { reason: 'elsewhere' });
    log.add(`episode-${E1}`, 'ActVoided', { revision: discharge.revision, reasonCode: 'entered-in-error' });
    log.add(`episode-${E2}`, 'ActVoided', { revision: 0, reasonCode: 'entered-in-error' });
    await settled();
    // What was adopted meanwhile has passed it by.
    expect(what()).toEqual(['Repin 1']);
    log.add('organisation-clinic', 'PathwayAdopted', { pathway: {} });
    await settled();
    expect(what()).toEqual(['Repin 1', 'Repin 1']);
    expect(book.progress('clinic')).toMatchObject({ episodes: 1, done: 1 });
  });

  it('takes up no episode that had ended before the death that was retracted, and asks nobody about it', async () => {
    refer(E1, P1);
    log.add(`episode-${E1}`, 'EpisodeDischarged', { reason: 'graduated' });
    refer(E2, P1);
    for (const episode of [E1, E2]) log.add(`episode-${episode}`, 'PatientDeathNoted', { patientRevision: 1 });
    for (const episode of [E2, E1]) log.add(`episode-${episode}`, 'PatientDeathNoteRetracted', { patientRevision: 1 });
    await settled();
    expect(what()).toEqual(['Repin 2']);
  });

  it('tells how far the newest pathway has come, also over a restart', async () => {
    for (const [episode, patient] of [
      [E1, P1],
      [E2, P2],
      [E3, P2],
    ] as const)
      refer(episode, patient);
    away = true;
    log.add('organisation-clinic', 'PathwayAdopted', { pathway: { id: 'a' } });
    await eventually(() => book.progress('clinic')?.episodes === 3);
    expect(book.progress('clinic')).toEqual({ revision: 0, episodes: 3, done: 0, waiting: 3, refused: 0 });
    await end();
    away = false;
    refuses = E2;
    begin();
    await settledWithin(8_000);
    expect(book.progress('clinic')).toEqual({ revision: 0, episodes: 3, done: 2, waiting: 0, refused: 1 });
    log.add('organisation-clinic', 'PathwayAdopted', { pathway: { id: 'b' } });
    await settled();
    expect(book.progress('clinic')).toMatchObject({ revision: 1, episodes: 3, refused: 1 });
    expect(book.progress('other')).toBeNull();
  });

  it('re-pins a referral that was decided while a pathway was adopted or hours were set', async () => {
    const [older, newer, calendar] = [{ id: 'older' }, { id: 'newer' }, { zone: 'America/New_York' }];
    log.add('organisation-clinic', 'SiteOpened', { site: 'main', calendar });
    log.add('organisation-clinic', 'PathwayAdopted', { pathway: newer });
    refer(E1, P1);
    pin(E1, older, calendar);
    refer(E2, P2);
    pin(E2, newer, calendar);
    refer(E3, P2);
    pin(E3, newer, { zone: 'UTC' });
    // A later pin may name the pathway it began with for ever.
    pin(E2, older, calendar);
    await settled();
    expect(what()).toEqual(['Repin 1', 'Repin 3']);
  });

  it('re-pins an episode that moved to a site while the hours of that site were set', async () => {
    const [main, older, newer] = [{ zone: 'America/New_York' }, { zone: 'America/Denver' }, { zone: 'UTC' }];
    log.add('organisation-clinic', 'SiteOpened', { site: 'main', calendar: main });
    log.add('organisation-clinic', 'SiteHoursSet', { site: 'north', calendar: newer });
    refer(E1, P1);
    pin(E1, {}, main);
    log.add(`episode-${E1}`, 'EpisodeTransferred', { to: 'ben', site: 'north' });
    for (const calendar of [older, newer]) pin(E1, {}, calendar);
    await settled();
    expect(what()).toEqual(['Repin 1']);
  });

  it('takes in again what its file could not take', async () => {
    refer(E1, P1);
    await settled();
    const file = new DatabaseSync(join(folder, 'reactor.db'));
    file.exec('ALTER TABLE task RENAME TO gone');
    log.add(`patient-${P1}`, 'PatientDied', { source: 'family' });
    await eventually(() => counters.followerFailures > 0);
    file.exec('ALTER TABLE gone RENAME TO task');
    file.close();
    await settled();
    expect(what()).toEqual(['NoteDeath 1']);
  });

  it('keeps what it owes while the door is away, also over a restart, and passes it on under the same id', async () => {
    refer(E1, P1);
    away = true;
    const died = log.add(`patient-${P1}`, 'PatientDied', { source: 'family' });
    await eventually(() => counters.reactionsFailed > 0);
    await end();
    away = false;
    begin();
    await eventually(() => issued.length === 1, 4000);
    expect(issued[0]?.commandId).toBe(reactionId(died.id, E1));
  });

  it('says the same again under the same ids after a rewound log', async () => {
    refer(E1, P1);
    log.add(`patient-${P1}`, 'PatientDied', { source: 'family' });
    log.add('organisation-clinic', 'StaffLeft', { staff: 'anna' });
    await settled();
    await end();
    log.rewind(2);
    begin();
    await settled();
    expect(new Set(issued.map(({ commandId }) => commandId)).size).toBe(1);
  });
});
