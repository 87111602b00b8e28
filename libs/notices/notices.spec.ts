import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventStoreError, type EventStore } from '#event-store';
import type { Channel, Outcome, Sending } from './channels/channel.js';
import { Notices, type NoticesParts } from './notices.js';
import { portal, PUBLIC_URL, ToldClinic } from './testing/clinic-suite.js';

let folder: string;
let clinic: ToldClinic;
let sent: Sending[];
let answer: (sending: Sending) => Outcome;
let warnings: string[];
let running: (() => Promise<void>)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'notices-'));
  clinic = await ToldClinic.open('2027-03-01 07:00');
  sent = [];
  answer = () => ({ kind: 'sent' });
  warnings = [];
  running = [];
});
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  rmSync(folder, { recursive: true });
});

const mail: Channel = {
  name: 'mail',
  send: async (sending) => {
    sent.push(sending);
    return answer(sending);
  },
  close: () => undefined,
};

/** As the worker runs it, on a file of the test’s folder. */
function start(over: Partial<NoticesParts> = {}): Notices {
  const { store, codec, clock } = clinic;
  const notices = new Notices({
    file: join(folder, 'notices.db'),
    store,
    codec,
    clock,
    channels: [mail],
    publicUrl: PUBLIC_URL,
    operator: { warn: (line) => warnings.push(line) },
    pace: { tickMs: 5, gatherMs: 20, safetyRetriesMs: [5], lastResortMs: 5 },
    ...over,
  });
  const stopping = new AbortController();
  const run = notices.run(stopping.signal);
  running.push(async () => {
    stopping.abort();
    await run;
    notices.close();
  });
  return notices;
}
const stopAll = async (): Promise<void> => {
  for (const stop of running.splice(0)) await stop();
};

async function eventually(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('it never came to hold');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

async function concern(local = '2027-03-02 10:00'): Promise<string> {
  const episode = await clinic.refer();
  await clinic.at(local);
  await clinic.act(episode, portal(1), 'portal', 'integration');
  await clinic.raise();
  return episode;
}
const people = () => sent.map(({ recipient }) => recipient);

describe('notices', () => {
  it('follow the log, and reach people by the address that their joining sealed', async () => {
    await clinic.organisation({ type: 'RemoveStaff', staff: 'cm-1' });
    await clinic.organisation({ type: 'AddStaff', staff: 'cm-1', role: 'care-manager', email: 'cm-1@clinic.example' });
    const notices = start();
    await concern();
    await eventually(() => notices.page({ organisation: 'clinic', limit: 9 }).rows[0]?.state === 'delivered');
    expect(sent).toMatchObject([{ recipient: 'cm-1', email: 'cm-1@clinic.example', kind: 'safety' }]);
  });

  it('know no address once its key is gone, and then pass on to whoever can be reached', async () => {
    await clinic.organisation({ type: 'AddStaff', staff: 'cm-3', role: 'care-manager', email: 'cm-3@clinic.example' });
    clinic.keys.erase('organisation:clinic');
    answer = ({ email, recipient }) =>
      email === null && recipient !== 'sup-1' ? { kind: 'unreachable', code: 'no-address' } : { kind: 'sent' };
    start();
    await concern();
    await eventually(() => sent.length === 2);
    expect(sent.map(({ recipient, email }) => [recipient, email])).toEqual([
      ['cm-1', null],
      ['sup-1', null],
    ]);
  });

  it('are told also while something waits to be raised without an end', async () => {
    start({ isUrgentElsewhere: () => true });
    await concern();
    await eventually(() => sent.length === 1);
    expect(people()).toEqual(['cm-1']);
  });

  it('carry on after a restart and send nothing twice', async () => {
    const first = start();
    const episode = await concern();
    await eventually(() => first.status().waiting === 0 && sent.length === 1);
    await stopAll();
    await clinic.act(episode, { type: 'RecordSafetyReview', outcome: 'assessed', level: 'none', tool: 'c-ssrs' });
    await clinic.act(episode, portal(2), 'portal', 'integration');
    await clinic.raise();
    start();
    await eventually(() => sent.length === 2);
    await aWhile();
    expect(new Set(sent.map(({ id }) => id)).size).toBe(2);
  });

  it('send nothing again when the log was restored or rewound', async () => {
    const first = start();
    await concern();
    await eventually(() => first.status().waiting === 0 && sent.length === 1);
    await stopAll();
    let asked = 0;
    const rewound: EventStore = {
      ...clinic.store,
      at: async (position) => {
        const event = await clinic.store.at(position);
        return asked++ === 0 && event ? { ...event, hash: 'another' } : event;
      },
    };
    start({ store: rewound });
    await eventually(() => warnings.some((line) => line.includes('restored or rewound')));
    await aWhile();
    expect(sent).toHaveLength(1);
    await clinic.at('2027-03-02 11:00');
    await eventually(() => sent.length === 2);
  });

  it('send what waited when the log was restored only once it was read again, and withdraw none of it meanwhile', async () => {
    const isRestored = (): boolean => warnings.some((line) => line.includes('restored or rewound'));
    answer = () => (isRestored() ? { kind: 'sent' } : { kind: 'failed', code: 'ECONNREFUSED' });
    const first = start();
    await concern();
    await eventually(() => first.status().undelivered === 1);
    await stopAll();
    const head = (await clinic.store.head())!.position;
    const after = start({
      store: {
        ...clinic.store,
        at: async (position) => {
          const event = await clinic.store.at(position);
          return position === head && event && !isRestored() ? { ...event, hash: 'another' } : event;
        },
        async *subscribe(options) {
          await aWhile();
          yield* clinic.store.subscribe(options);
        },
      },
    });
    await eventually(() =>
      after.page({ organisation: 'clinic', limit: 9 }).rows.some(({ state }) => state === 'delivered'),
    );
    expect(after.status()).toMatchObject({ waiting: 0, undelivered: 0 });
  });

  it('that lost their file tell once more what still waits, and nothing that is over', async () => {
    start();
    const over = await concern();
    await eventually(() => sent.length === 1);
    await clinic.act(over, { type: 'RecordSafetyReview', outcome: 'assessed', level: 'none', tool: 'c-ssrs' });
    const open = await concern('2027-03-02 10:30');
    await eventually(() => sent.length === 2);
    await stopAll();
    rmSync(join(folder, 'notices.db'));
    sent = [];
    start();
    await eventually(() => sent.length === 1);
    await aWhile();
    expect(sent.map(({ link }) => link)).toEqual([`${PUBLIC_URL}/v1/episodes/${open}`]);
  });

  it('go on when an event cannot be read', async () => {
    const { codec } = clinic;
    start({
      codec: {
        read: codec.read,
        readFacts: (event) => {
          if (event.type === 'CareManagerAssigned') throw new Error('damaged');
          return codec.readFacts(event);
        },
      },
    });
    await concern();
    await eventually(() => people().includes('sup-1'));
    expect(warnings).toContainEqual(expect.stringContaining('CareManagerAssigned'));
  });

  it('take in again what their file could not take', async () => {
    start();
    const file = new DatabaseSync(join(folder, 'notices.db'));
    const head = (await clinic.store.head())?.position;
    await eventually(() => file.prepare('SELECT position FROM checkpoint').get()?.['position'] === head);
    file.exec('ALTER TABLE joined RENAME TO gone');
    await clinic.organisation({ type: 'RemoveStaff', staff: 'cm-1' });
    await clinic.organisation({ type: 'AddStaff', staff: 'cm-1', role: 'care-manager', email: 'cm-1@clinic.example' });
    await eventually(() => warnings.length > 0);
    file.exec('ALTER TABLE gone RENAME TO joined');
    file.close();
    await concern();
    await eventually(() => sent.length === 1);
    expect(sent).toMatchObject([{ recipient: 'cm-1', email: 'cm-1@clinic.example' }]);
  });

  it('let go of their file when it cannot be made ready', async () => {
    start();
    await stopAll();
    const file = new DatabaseSync(join(folder, 'notices.db'));
    file.exec(`INSERT INTO delivery VALUES ('m', 'carrier pigeon', 'waiting', 0, 0);
      CREATE TRIGGER full BEFORE UPDATE ON delivery BEGIN SELECT RAISE(ABORT, 'full'); END`);
    file.close();
    expect(() => start()).toThrow('full');
    // Whoever has a file open last removes the write-ahead log beside it.
    expect(readdirSync(folder)).toEqual(['notices.db']);
  });

  it('begin anew where their file is damaged, keep that one, and say so', async () => {
    start();
    await stopAll();
    writeFileSync(join(folder, 'notices.db'), 'this is no database, and never was one'.repeat(100));
    start();
    expect(warnings).toEqual([expect.stringMatching(/notices\.db is damaged, and lies in .*told once more/)]);
    expect(readdirSync(folder).filter((name) => name.startsWith('notices.db.damaged-'))).toHaveLength(1);
  });

  it('tell once of a failure that lasts', async () => {
    start();
    const file = new DatabaseSync(join(folder, 'notices.db'));
    file.exec('ALTER TABLE departed RENAME TO gone');
    await eventually(() => warnings.length > 0);
    await aWhile();
    expect(warnings.filter((line) => line.startsWith('planning notices failed'))).toHaveLength(1);
    file.exec('ALTER TABLE gone RENAME TO departed');
    file.close();
    await concern();
    await eventually(() => sent.length === 1);
  });

  it('say of no channel that it fails once it is not in use any more', async () => {
    answer = () => ({ kind: 'failed', code: 'ECONNREFUSED' });
    const before = start();
    await concern();
    await eventually(() => before.status().failing.includes('mail'));
    await stopAll();
    const after = start({ channels: [{ ...mail, name: 'webhook', send: async () => ({ kind: 'sent' }) }] });
    expect(after.status().failing).toEqual([]);
  });

  it('wait for the log when it is away', async () => {
    let away = true;
    start({
      store: {
        ...clinic.store,
        subscribe: (options) => {
          if (away) throw new Error('away');
          return clinic.store.subscribe(options);
        },
      },
    });
    await concern();
    await eventually(() => warnings.length > 0);
    expect(sent).toEqual([]);
    away = false;
    await eventually(() => sent.length === 1);
  });

  it('pass nothing on because the log, which knows the address, is away: that is no attempt', async () => {
    let away = true;
    const notices = start({
      store: {
        ...clinic.store,
        at: async (position) => {
          if (away) throw new EventStoreError('unavailable', 'away');
          return clinic.store.at(position);
        },
      },
    });
    await concern();
    await eventually(() => notices.status().waiting === 1);
    await aWhile();
    const { rows } = notices.page({ organisation: 'clinic', limit: 9 });
    expect(rows).toMatchObject([{ recipient: 'cm-1', attempts: [] }]);
    away = false;
    await eventually(() => sent.length > 0);
    expect(people()).toEqual(['cm-1']);
  });
});
