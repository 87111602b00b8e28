import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SEED_ORGANISATION, systemClock } from '#door';
import { openRuntime, type OpenRuntime } from '#runtime';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Luck } from '../../simulation/chance.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { removeAtExit } from '../field/at-exit.js';
import { compilePreload } from '../field/preload.js';
import { FROM_SOURCE, ROOT } from '../field/server.js';
import { NOT_DURABLE } from '../pieces.js';
import { Disk, readRecording, type Operation } from '../power/recording.js';

const IMAGES = { tiny: 50, short: 2_000, full: 20_000 } as const;
const PATIENTS = 120;
/** The process that writes is killed so often between a write and its sync, and begins again on what it left. */
const LIVES = 8;
const SYNCS_OF_A_LIFE = 40;
/** So often an image is opened by the product, which then has to go on. */
const OPENED_EVERY = 50;

/** Every write and sync of the log and of the keys is recorded; from that come the disks a power cut could leave. */
export const power: Attack = {
  name: 'power',
  goal: 'no image is corrupt, none lacks what was acknowledged or the key it was sealed with',
  run: (order) => attack(order, [], IMAGES[order.size]),
  controls: [
    {
      broken: 'synchronous=NORMAL, and nobody looks at start',
      by: 'lostAcknowledged',
      run: (order) => attack(order, NOT_DURABLE, Math.min(300, IMAGES[order.size])),
    },
  ],
};

interface Tally {
  images: number;
  corrupt: number;
  lostAcknowledged: number;
  withoutKey: number;
  /** Of those that the product itself opened, the ones it would not go on with. */
  refused: number;
  opened: number;
}

async function attack({ luck, say }: Order, planted: readonly PlantedBug[], images: number): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'followthrough-power-'));
  for (const one of [folder, imageFolder(folder)]) removeAtExit(one);
  try {
    const operations = readRecording(record(folder, { planted, luck }));
    say(
      `${operations.length} operations recorded, ${operations.filter(({ what }) => what === 'sync').length} of them syncs`,
    );
    const tally: Tally = { images: 0, corrupt: 0, lostAcknowledged: 0, withoutKey: 0, refused: 0, opened: 0 };
    const written = writtenIn(join(folder, 'data'));
    const { torn, acknowledged } = await cutOften({ operations, images, luck, folder, tally, written });
    const { corrupt, lostAcknowledged, withoutKey, refused } = tally;
    return {
      holds: tally.images === images && corrupt + lostAcknowledged + withoutKey + refused === 0,
      figure: { ...tally, torn, acknowledged, operations: operations.length },
    };
  } finally {
    for (const one of [folder, imageFolder(folder)]) rmSync(one, { recursive: true, force: true });
  }
}

/** Runs the writing process under the recorder; answers where the record is. */
function record(
  folder: string,
  { planted, luck }: { readonly planted: readonly PlantedBug[]; readonly luck: Luck },
): string {
  const [library, recording, dataDir] = ['recorder.so', 'recording', 'data'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  compilePreload('test/prove/power/recorder.c', library);
  const writing = [...FROM_SOURCE, `${ROOT}test/prove/power/writing.ts`, dataDir, String(PATIENTS)];
  const env = {
    ...{ LD_PRELOAD: library, RECORD_FOLDER: `${dataDir}/`, RECORD_TO: recording },
    ...{ XDG_CONFIG_HOME: join(folder, 'config'), PLANTED_BUG: JSON.stringify(planted) },
  };
  for (let life = 0; life < LIVES; life += 1) {
    const syncs = { RECORD_SYNCS: String(SYNCS_OF_A_LIFE / 2 + luck.below(SYNCS_OF_A_LIFE)) };
    const options = { env: { ...process.env, ...env, ...syncs }, encoding: 'utf8' } as const;
    const { signal, stderr } = spawnSync(process.execPath, writing, options);
    if (signal !== 'SIGKILL' && planted.length === 0) throw new Error(`what was to write ended otherwise: ${stderr}`);
  }
  return recording;
}

interface Cutting {
  readonly operations: readonly Operation[];
  readonly images: number;
  readonly luck: Luck;
  readonly folder: string;
  readonly tally: Tally;
  /** Each event that was ever written, byte for byte. */
  readonly written: ReadonlyMap<string, string>;
}

/** Goes through the recording once and cuts the power at random operations, the same one more than once where there are few. */
async function cutOften({
  operations,
  images,
  luck,
  folder,
  tally,
  written,
}: Cutting): Promise<{ torn: number; acknowledged: number }> {
  const acknowledged: string[] = [];
  const first = operations.findIndex(({ file }) => file === 'acks');
  const cuts = Array.from({ length: images }, () => first + luck.below(operations.length - first)).toSorted(
    (a, b) => a - b,
  );
  const disk = new Disk();
  let next = 0;
  for (const [n, operation] of operations.entries()) {
    if (operation.file !== 'acks') disk.take(operation);
    else if (operation.what === 'write') acknowledged.push(...operation.data.toString('utf8').trim().split('\n'));
    for (; cuts[next] === n; next += 1) await judge(disk.cut(luck), { acknowledged, folder, tally, written });
  }
  return { torn: disk.torn, acknowledged: acknowledged.length };
}

interface Judging extends Pick<Cutting, 'folder' | 'tally' | 'written'> {
  readonly acknowledged: readonly string[];
}

async function judge(
  image: ReadonlyMap<string, Buffer>,
  { acknowledged, folder, tally, written }: Judging,
): Promise<void> {
  const dataDir = imageFolder(folder);
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { mode: 0o700 });
  for (const [file, bytes] of image)
    if (/^(events|keys)\.db/.test(file)) writeFileSync(join(dataDir, file), bytes, { mode: 0o600 });
  tally.images += 1;
  const found = look(dataDir, written);
  if (!found) tally.corrupt += 1;
  else {
    tally.lostAcknowledged += acknowledged.some((one) => !found.events.has(one)) ? 1 : 0;
    tally.withoutKey += [...found.sealedWith].some((kid) => !found.keys.has(kid)) ? 1 : 0;
    if (tally.images % OPENED_EVERY === 0) {
      tally.opened += 1;
      tally.refused += (await goesOn(folder, dataDir)) ? 0 : 1;
    }
  }
}

/** In memory where there is such a place: the image is what counts, not how it got there. */
const imageFolder = (folder: string): string =>
  join(existsSync('/dev/shm') ? '/dev/shm' : folder, `${basename(folder)}-image`);

/** What is in it; null when it is damaged: SQLite or the chain says so, or an event is not as it was written. */
function look(
  dataDir: string,
  written: ReadonlyMap<string, string>,
): { events: Set<string>; sealedWith: Set<string>; keys: Set<string> } | null {
  try {
    using events = new DatabaseSync(join(dataDir, 'events.db'));
    using keys = new DatabaseSync(join(dataDir, 'keys.db'));
    for (const db of [events, keys])
      if (Object.values(db.prepare('PRAGMA integrity_check').get()!)[0] !== 'ok') return null;
    const found = { events: new Set<string>(), sealedWith: new Set<string>(), keys: new Set<string>() };
    // Lost from the very beginning, tables and all: nothing is damaged, and nothing is there.
    if (!events.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'events'").get()) return found;
    const broken = events.prepare(BROKEN_LINKS).get() as { n: number };
    if (broken.n > 0) return null;
    for (const { event, kid, bytes } of events.prepare(EVENTS).iterate()) {
      if (written.get(String(event)) !== bytes) return null;
      found.events.add(String(event));
      if (kid !== null) found.sealedWith.add(String(kid));
    }
    for (const { kid } of keys.prepare('SELECT kid FROM keys WHERE wrapped IS NOT NULL').iterate())
      found.keys.add(String(kid));
    return found;
  } catch {
    return null;
  }
}

/** Each event of a log, byte for byte. */
function writtenIn(dataDir: string): Map<string, string> {
  using events = new DatabaseSync(join(dataDir, 'events.db'));
  const rows = events.prepare(EVENTS).all();
  return new Map(rows.map(({ event, bytes }) => [String(event), String(bytes)]));
}

const EVENTS = `SELECT stream_id || ' ' || revision AS event, body ->> '$.sealed.kid' AS kid, concat_ws(char(31), id, type, schema_version,
  occurred_at, recorded_at, actor, actor_role, organisation, site, command_id, fingerprint, pin, hex(prev_hash), hex(hash), body) AS bytes FROM events`;

/** Events that do not follow the one before them in their stream. */
const BROKEN_LINKS = `SELECT count(*) AS n FROM events e WHERE e.revision > 0 AND NOT EXISTS
  (SELECT 1 FROM events p WHERE p.stream_id = e.stream_id AND p.revision = e.revision - 1 AND p.hash = e.prev_hash)`;

/** Whether the product opens the image and records something more. */
async function goesOn(folder: string, dataDir: string): Promise<boolean> {
  const env = { XDG_CONFIG_HOME: join(folder, 'config') };
  try {
    await using runtime = await closing({ dataDir, clock: systemClock, env, warn: () => undefined });
    const command = { type: 'RegisterPatient' as const, name: 'Test Patient' };
    const envelope = {
      commandId: randomUUID(),
      command,
      actor: 'user:cm-1',
      actorRole: 'care-manager',
      organisation: SEED_ORGANISATION,
    } as const;
    return (await runtime.patients.handle(randomUUID(), envelope)).kind === 'appended';
  } catch {
    return false;
  }
}

async function closing(options: Parameters<typeof openRuntime>[0]): Promise<OpenRuntime & AsyncDisposable> {
  const runtime = await openRuntime(options);
  return { ...runtime, [Symbol.asyncDispose]: () => runtime.close() };
}
