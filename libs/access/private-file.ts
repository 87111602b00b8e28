import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** A file that holds a secret cannot be trusted as it is; the message says what to do about it. */
export class PrivateFileError extends Error {
  override readonly name = 'PrivateFileError';
}

/**
 * The content of a file that only its owner may read, or null when there is none.
 * @throws PrivateFileError when group or others may touch it
 */
export function readPrivateFile(file: string): string | null {
  const handle = openIfThere(file);
  if (handle === null) return null;
  try {
    // The open handle is asked, not the path, so that nobody can exchange the file in between.
    assertOwnerOnly(fs.fstatSync(handle), file);
    return fs.readFileSync(handle, 'utf8');
  } finally {
    fs.closeSync(handle);
  }
}

/** Creates the file, whole and durable, readable by its owner alone. False, and nothing done, when there is one already. */
export function createPrivateFile(file: string, content: string): boolean {
  makeDirectory(dirname(file));
  const draft = `${file}.${randomUUID()}`;
  try {
    writeDurably(draft, content);
    return publish(draft, file);
  } finally {
    fs.rmSync(draft, { force: true });
    syncDirectory(dirname(file));
  }
}

/** Creates missing folders, for the owner alone, so that they outlive a power cut. */
export function makeDirectory(directory: string): void {
  const first = fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let at = directory; at.length >= first.length; at = dirname(at)) syncDirectory(dirname(at));
}

/** Makes the names in a folder durable: an fsync of a file does not cover its own name. */
export function syncDirectory(directory: string): void {
  // Windows cannot open a folder; its file systems journal names themselves.
  if (process.platform === 'win32') return;
  const handle = fs.openSync(directory, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

function openIfThere(file: string): number | null {
  try {
    return fs.openSync(file, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new PrivateFileError(`${file} cannot be read (${String(codeOf(error))}).`, { cause: error });
  }
}

function assertOwnerOnly(stat: fs.Stats, file: string): void {
  if (!stat.isFile()) throw new PrivateFileError(`${file} is not a file.`);
  // Windows has no such bits; there the user's profile folder guards the file.
  if (process.platform === 'win32' || (stat.mode & OTHERS) === 0) return;
  const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
  throw new PrivateFileError(`${file} is open to others (mode ${mode}). Close it: chmod 600 ${file}`);
}

function writeDurably(file: string, content: string): void {
  const handle = fs.openSync(file, 'wx', OWNER_ONLY);
  try {
    fs.writeFileSync(handle, content);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** A link appears whole or not at all and never replaces: two processes that start at once end with one file. */
function publish(draft: string, file: string): boolean {
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Asked by shape: under Jest the errors of Node come from another realm. */
function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
