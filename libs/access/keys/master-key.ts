import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { createPrivateFile, readPrivateFile } from '../private-file.js';
import { KEY_STORE_FILE } from './key-store.js';
import { KEY_BYTES } from './wrapping.js';

const ENCODED = /^[A-Za-z0-9_-]{43}$/;

export interface MasterKeyOptions {
  readonly env: NodeJS.ProcessEnv;
  /** The data folder; the master key never lives inside it. */
  readonly dataDir: string;
  /** The user's configuration folder; absent: XDG_CONFIG_HOME or ~/.config. */
  readonly configDir?: string;
}

export interface MasterKey {
  readonly key: Uint8Array;
  readonly file: string;
  /** True on first use: whoever starts the program should say where the key lies and that it needs a backup. */
  readonly created: boolean;
}

/** The master key is missing, misplaced or malformed; the message says what to do. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError';
}

/**
 * Loads the key under which all others are wrapped: from FOLLOWTHROUGH_KEY_FILE, else from the user's configuration folder.
 * It is made on first use, but never beside a key store that needs the one it was made with.
 * @throws MasterKeyError | PrivateFileError
 */
export function loadMasterKey(options: MasterKeyOptions): MasterKey {
  const file = masterKeyFile(options);
  assertOutside(file, options.dataDir);
  const stored = readPrivateFile(file);
  if (stored !== null) return { key: decode(stored, file), file, created: false };
  assertFirstUse(file, options.dataDir);
  return create(file);
}

/** Where the master key lies. */
export function masterKeyFile({ env, configDir }: Omit<MasterKeyOptions, 'dataDir'>): string {
  const named = env['FOLLOWTHROUGH_KEY_FILE'];
  return named ? resolve(named) : join(configDir ?? userConfigFolder(env), 'followthrough', 'master.key');
}

function userConfigFolder(env: NodeJS.ProcessEnv): string {
  const named = env['XDG_CONFIG_HOME'];
  // The XDG specification says to ignore a relative path.
  return named && isAbsolute(named) ? named : join(env['HOME'] || homedir(), '.config');
}

/** A backup of the data folder must never carry the key that opens it. */
function assertOutside(file: string, dataDir: string): void {
  const way = relative(realPath(dataDir), realPath(file));
  const inside = way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
  if (inside) throw new MasterKeyError(`The master key must not lie in the data folder: ${file}. Move it elsewhere.`);
}

/** The path without symbolic links, also of a file that is not there yet. */
function realPath(path: string): string {
  const full = resolve(path);
  try {
    return realpathSync(full);
  } catch {
    const parent = dirname(full);
    return parent === full ? full : join(realPath(parent), basename(full));
  }
}

function assertFirstUse(file: string, dataDir: string): void {
  const store = join(dataDir, KEY_STORE_FILE);
  if (!existsSync(store)) return;
  throw new MasterKeyError(
    `There is no master key at ${file}, but ${store} was made with one. Restore it, or name it in FOLLOWTHROUGH_KEY_FILE.`,
  );
}

function create(file: string): MasterKey {
  const created = createPrivateFile(file, `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
  // Read back in both cases: another process may have been first, and then its key holds.
  return { key: decode(readPrivateFile(file) ?? '', file), file, created };
}

function decode(text: string, file: string): Uint8Array {
  const encoded = text.trim();
  if (!ENCODED.test(encoded)) throw new MasterKeyError(`${file} does not hold 32 bytes in base64url.`);
  return Buffer.from(encoded, 'base64url');
}
