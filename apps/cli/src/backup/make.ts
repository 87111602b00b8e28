import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { masterKeyIdOf } from '#access';
import { VERSION } from '#runtime';
import { CommandFailed } from '../command.js';
import { CollectedHeads } from '../heads/collect.js';
import { linesOf } from '../heads/heads-file.js';
import { EVENTS, HEADS, KEYS, NOTICES, plainFiles } from './contents.js';
import { damageIn, digestOf, privateFolder, settleTree, snapshot, synced } from './files.js';
import { checkCopies } from './log-check.js';
import type { LogSource } from './log-source.js';
import { MANIFEST_FILE, manifestOf, type ArchivedFile, type Manifest } from './manifest.js';

export interface Making {
  readonly log: LogSource;
  /** Where the keys and the books lie. */
  readonly data: string;
  readonly to: string;
  readonly now: Date;
  /** Signs the heads; null: nobody does. */
  readonly signWith: KeyObject | null;
}

export interface Made {
  /** The folder of this backup. */
  readonly backup: string;
  readonly manifest: Manifest;
}

/**
 * Copies the log, and what of the data folder is not made of it, into a new folder below `to`, also while a server writes them. It bears
 * its name only once it is complete, checked and on disk.
 * @throws CommandFailed when something is missing or a copy is not what it should be
 */
export async function makeBackup({ to, ...what }: Making): Promise<Made> {
  const backup = join(to, `followthrough-${what.now.toISOString().replaceAll(/[:.]/g, '-')}`);
  const draft = `${backup}.partial`;
  await privateFolder(to);
  for (const folder of [draft, join(draft, 'log'), join(draft, 'keys')]) await privateFolder(folder);
  try {
    const manifest = await fill(draft, what);
    await settleTree(draft);
    await rename(draft, backup);
    await synced(to);
    return { backup, manifest };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/**
 * The log first: every key that its events need was on disk before them, so that keys copied later have it. The notices last: whoever
 * was told of a step in the copied log is then known to have been told.
 */
async function fill(draft: string, { log: source, data, now, signWith }: Omit<Making, 'to'>): Promise<Manifest> {
  const log = join(draft, EVENTS.inBackup);
  await writeFile(log, '', { flag: 'wx', mode: 0o600 });
  const head = await source(log);
  await copyDatabase(data, KEYS, draft);
  if (existsSync(join(data, NOTICES.inData))) await copyDatabase(data, NOTICES, draft);
  const plain = plainFiles(data);
  for (const name of plain) {
    const target = join(draft, 'log', name);
    await privateFolder(dirname(target));
    await copyFile(join(data, name), target);
  }
  const heads = new CollectedHeads();
  const checked = await checkCopies(log, join(draft, KEYS.inBackup), (event) => heads.take(event));
  if (checked.log.head?.hash !== head?.hash)
    throw new CommandFailed('the copy of the log does not end where the log ended; nothing was kept', 1);
  await writeFile(join(draft, HEADS.inBackup), linesOf(heads.takenAt(now), signWith), { mode: 0o600 });
  const databases = [EVENTS, KEYS, NOTICES]
    .map(({ inBackup }) => inBackup)
    .filter((path) => existsSync(join(draft, path)));
  for (const path of databases) assertSound(draft, path);
  const files = [...databases, HEADS.inBackup, ...plain.map((name) => `log/${name}`)];
  const manifest = manifestOf(masterKeyIdOf(join(draft, KEYS.inBackup)), {
    takenAt: now.toISOString(),
    software: VERSION,
    ...checked,
    files: await Promise.all(files.map((path) => archived(draft, path))),
  });
  await writeFile(join(draft, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  return manifest;
}

async function copyDatabase(
  data: string,
  { inData, inBackup }: { readonly inData: string; readonly inBackup: string },
  draft: string,
): Promise<void> {
  const from = join(data, inData);
  if (!existsSync(from)) throw new CommandFailed(`there is no ${inData} in ${data}`, 3);
  await snapshot(from, join(draft, inBackup));
}

function assertSound(draft: string, path: string): void {
  const damage = damageIn(join(draft, path));
  if (damage !== null) throw new CommandFailed(`the copy ${path} is damaged (${damage}); nothing was kept`, 1);
}

const archived = async (draft: string, path: string): Promise<ArchivedFile> => ({
  path,
  ...(await digestOf(join(draft, path))),
});
