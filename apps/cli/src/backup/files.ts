import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A folder that only its owner may enter. One at a time: where none can be made, as in /proc, Node’s `recursive` tries for ever. */
export async function privateFolder(folder: string): Promise<void> {
  const above = dirname(folder);
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const there = await stat(folder).catch(() => null);
    if (there?.isDirectory()) return;
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || existsSync(above)) throw error;
    await privateFolder(above);
    await mkdir(folder, { mode: 0o700 });
  }
}

/** Length and SHA-256 of a file, read piece by piece. */
export async function digestOf(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  return { bytes: (await stat(file)).size, sha256: hash.digest('hex') };
}

/** A consistent copy of a database that others may be writing; `to` must be missing. */
export async function snapshot(from: string, to: string): Promise<void> {
  // Made first, so that its content is never open to others.
  await (await open(to, 'wx', 0o600)).close();
  using source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  source.prepare('VACUUM INTO ?').run(to);
}

/** What SQLite itself finds wrong with a file; null when it is sound. */
export function damageIn(file: string): string | null {
  try {
    using database = new DatabaseSync(file, { readOnly: true });
    const found = String(Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0]);
    return found === 'ok' ? null : found;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Makes a tree outlive a power cut: every file and every name, for its owner alone. */
export async function settleTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await settleTree(path);
    else {
      await chmod(path, 0o600);
      await synced(path);
    }
  }
  await synced(folder);
}

/** fsync of a file or folder. Windows cannot open a folder; its file systems journal names themselves. */
export async function synced(path: string): Promise<void> {
  if (process.platform === 'win32' && (await stat(path)).isDirectory()) return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
