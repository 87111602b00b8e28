import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { destroyKeys, holdKeyStore, KeyStoreUnusable, masterKeyIdOf } from '#access';
import { copyLog, positionAt, START } from '#event-store';
import { DataFolderInUse, holdDataFolder } from '#runtime';
import { CommandFailed } from '../command.js';
import { progressOn } from '../progress.js';
import { ACCESS, EVENTS, HEADS, KEYS, NOTICES } from './contents.js';
import { damageIn, digestOf, privateFolder, settleTree, snapshot, synced } from './files.js';
import { knownErasures } from './known-erasures.js';
import { checkCopies } from './log-check.js';
import { readManifest, type Manifest } from './manifest.js';

export interface Restoring {
  /** The folder that holds the manifest and log/. */
  readonly from: string;
  /** The folder that holds the key store, when it is kept apart; a later backup's will do. Default: keys/ of the backup. */
  readonly keys?: string;
  readonly data: string;
  /** Only what was recorded up to here. */
  readonly until?: Date;
  /** Whether a data folder that holds something may be moved aside. */
  readonly replace: boolean;
  readonly now: Date;
}

export interface Restored {
  readonly data: string;
  readonly log: Manifest['log'];
  /** Events of the backup that were recorded after the instant asked for. */
  readonly leftOut: number;
  /** Keys that the backup still held of patients whose data were erased. */
  readonly destroyedAgain: number;
  /** Where what stood there before now lies; null when nothing did. */
  readonly movedAside: string | null;
  /** The name of the master key that the next start needs; null when the key store does not say. */
  readonly masterKeyId: string | null;
  /** Whose memory of who was told holds from now on; null when there is none. */
  readonly notices: 'of the folder replaced' | 'of the backup' | null;
}

/**
 * Builds a data folder from a backup beside the place where it belongs, and puts it there only when it is complete, checked and on disk.
 * Nothing is deleted: what stood there is moved aside.
 * @throws CommandFailed
 */
export async function restoreBackup(asked: Restoring): Promise<Restored> {
  const data = resolve(asked.data);
  const manifest = readManifest(asked.from);
  await assertWhole(asked, manifest);
  using _folder = heldFolder(data);
  const isEmpty = (await readdir(data)).every((name) => name.startsWith('lock.db'));
  if (!isEmpty && !asked.replace)
    throw new CommandFailed(`${data} is not empty; --replace moves it aside, or name another folder with --data`, 2);
  const stamp = asked.now.toISOString().replaceAll(/[:.]/g, '-');
  const draft = `${data}.restoring-${stamp}`;
  // Held from the beginning, so that nobody starts on it before its names are on disk.
  using _held = heldFolder(draft);
  try {
    const filled = await fill(draft, data, asked, manifest);
    await settleTree(draft);
    using _keys = heldKeys(join(data, KEYS.inData));
    const aside = `${data}.before-restore-${stamp}`;
    await exchange({ data, draft, aside });
    if (isEmpty) await rm(aside, { recursive: true });
    return { data, ...filled, movedAside: isEmpty ? null : aside };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** Every file is there and is what the manifest says. Keys that were named apart need not be those of this backup, only sound. */
async function assertWhole(asked: Restoring, { files }: Manifest): Promise<void> {
  const archived = files.filter(({ path }) => !(path === KEYS.inBackup && asked.keys !== undefined));
  const progress = progressOn(process.stderr, 'bytes checked');
  const all = archived.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const { path, bytes, sha256 } of archived) {
    const file = placeOf(asked, path);
    if (!existsSync(file))
      throw new CommandFailed(
        `the backup is not whole: ${file} is missing${path === KEYS.inBackup ? '; name the folder of the keys with --keys' : ''}`,
        3,
      );
    const found = await digestOf(file);
    if (found.bytes !== bytes || found.sha256 !== sha256)
      throw new CommandFailed(`${file} is not what was backed up: its SHA-256 differs from the manifest’s`, 1);
    done += bytes;
    progress(done, all);
  }
  const keys = placeOf(asked, KEYS.inBackup);
  if (!existsSync(keys)) throw new CommandFailed(`there is no ${KEYS.inData} in ${dirname(keys)}`, 3);
  const damage = damageIn(keys);
  if (damage !== null) throw new CommandFailed(`${keys} is damaged (${damage})`, 1);
}

const placeOf = ({ from, keys }: Restoring, path: string): string =>
  keys !== undefined && path === KEYS.inBackup ? join(keys, KEYS.inData) : join(from, path);

function heldFolder(folder: string): Disposable {
  try {
    const { release } = holdDataFolder(folder);
    return { [Symbol.dispose]: release };
  } catch (error) {
    if (error instanceof DataFolderInUse) throw new CommandFailed(error.message, 3);
    throw error;
  }
}

/** An API beside the server would go on with the keys that are moved aside. Null when there are none that anybody could use. */
function heldKeys(file: string): Disposable | null {
  if (!existsSync(file) || damageIn(file) !== null) return null;
  try {
    return holdKeyStore(file);
  } catch (error) {
    if (error instanceof KeyStoreUnusable) throw new CommandFailed(error.message, 3);
    throw error;
  }
}

async function fill(
  draft: string,
  data: string,
  asked: Restoring,
  manifest: Manifest,
): Promise<Omit<Restored, 'data' | 'movedAside'>> {
  const from = (path: string): string => placeOf(asked, path);
  const log = join(draft, EVENTS.inData);
  const through = asked.until
    ? positionAt(from(EVENTS.inBackup), asked.until.toISOString())
    : manifest.log.head?.position;
  if (asked.until && through === null)
    throw new CommandFailed(`nothing in the backup was recorded by ${asked.until.toISOString()}`, 2);
  await writeFile(log, '', { flag: 'wx', mode: 0o600 });
  const progress = progressOn(process.stderr, 'events restored');
  await copyLog({ from: from(EVENTS.inBackup), to: log, through: through ?? START, progress });
  const keys = join(draft, KEYS.inData);
  await copyFile(from(KEYS.inBackup), keys);
  const checked = await checkCopies(log, keys);
  if (!asked.until) assertAsManifested(checked.log, manifest.log);
  if (checked.keys.missing > manifest.keys.missing)
    throw new CommandFailed(
      `${checked.keys.missing} keys that the log names are not in ${from(KEYS.inBackup)}; name later keys`,
      1,
    );

  // Also those beyond the cut, and those that only the folder being replaced knows of.
  const erasures = [
    ...(await knownErasures(from(EVENTS.inBackup), from(KEYS.inBackup))),
    ...(await knownErasures(join(data, EVENTS.inData), join(data, KEYS.inData))),
  ];
  const destroyedAgain = destroyKeys(keys, erasures);
  const notices = await restoreNotices(draft, data, from(NOTICES.inBackup));
  await restoreAccessLog(draft, data, from(ACCESS.inBackup));
  const notAsItIs: readonly string[] = [ACCESS, EVENTS, HEADS, KEYS, NOTICES].map(({ inBackup }) => inBackup);
  for (const { path } of manifest.files.filter((file) => !notAsItIs.includes(file.path))) {
    const target = join(draft, path.replace('log/', ''));
    await privateFolder(dirname(target));
    await copyFile(from(path), target);
  }
  return {
    log: checked.log,
    leftOut: manifest.log.events - checked.log.events,
    destroyedAgain,
    notices,
    masterKeyId: masterKeyIdOf(keys),
  };
}

/** A log can end with the right event and lack others. */
function assertAsManifested(log: Manifest['log'], said: Manifest['log']): void {
  if (log.head?.hash !== said.head?.hash)
    throw new CommandFailed('the restored log does not end as the manifest says; nothing was changed', 1);
  if (log.events !== said.events || log.streams !== said.streams)
    throw new CommandFailed(
      `the log of the backup holds ${log.events} events in ${log.streams} streams, its manifest says ${said.events} in ${said.streams}; nothing was changed`,
      1,
    );
}

/** The folder being replaced knows more of who was told than any backup; what was told stays told, whatever became of the log. */
async function restoreNotices(draft: string, data: string, backup: string): Promise<Restored['notices']> {
  const replaced = join(data, NOTICES.inData);
  const isKept = existsSync(replaced) && damageIn(replaced) === null;
  if (!isKept && !existsSync(backup)) return null;
  await snapshot(isKept ? replaced : backup, join(draft, NOTICES.inData));
  return isKept ? 'of the folder replaced' : 'of the backup';
}

/** Who opened what stays known, whatever becomes of the log: the lines of the backup, then those that only the folder being replaced has. */
async function restoreAccessLog(draft: string, data: string, backup: string): Promise<void> {
  const kept = [backup, join(data, ACCESS.inData)].filter(existsSync);
  const texts = await Promise.all(kept.map((file) => readFile(file, 'utf8')));
  const lines = new Set(texts.flatMap((text) => text.split('\n')).filter((line) => line !== ''));
  if (lines.size > 0) await writeFile(join(draft, ACCESS.inData), `${[...lines].join('\n')}\n`, { mode: 0o600 });
}

/** Two renames: killed in between, both folders lie beside the place, whole, and the same call makes it good. */
async function exchange({ data, draft, aside }: { data: string; draft: string; aside: string }): Promise<void> {
  try {
    await rename(data, aside);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailed(
      `${data} cannot be moved aside (${String(code)}); it may be a mount: restore into another folder with --data`,
      3,
    );
  }
  await rename(draft, data);
  await synced(dirname(data));
}
