import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { createPrivateFile, readPrivateFile } from '../private-file.js';
import { KEY_STORE_FILE } from './key-store.js';
import { KEY_BYTES } from './wrapping.js';

/** Base64 or base64url, with or without padding. */
const ENCODED = /^[A-Za-z0-9+/_-]{43}=?$/;
/** For secret managers that inject what they keep; a file is the better place where there is a choice. */
const VARIABLE = 'FOLLOWTHROUGH_MASTER_KEY';
/** For a key management service: its own program opens the key, and no file or variable holds it. */
const COMMAND = 'FOLLOWTHROUGH_MASTER_KEY_COMMAND';
const FILE = 'FOLLOWTHROUGH_KEY_FILE';
/** A service that needs longer is away: a start says so instead of hanging. */
const COMMAND_MS = 30_000;

export interface MasterKeyOptions {
  readonly env: NodeJS.ProcessEnv;
  /** The data folder; the master key never lives inside it. */
  readonly dataDir: string;
  /** The user's configuration folder; absent: XDG_CONFIG_HOME or ~/.config. */
  readonly configDir?: string;
}

export interface MasterKey {
  readonly key: Uint8Array;
  /** Null when it came from the environment or from a command. */
  readonly file: string | null;
  /** True on first use: whoever starts the program should say where the key lies and that it needs a backup. */
  readonly created: boolean;
}

/** The master key is missing, misplaced or malformed; the message says what to do. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError';
}

/**
 * Loads the key under which all others are wrapped: from FOLLOWTHROUGH_MASTER_KEY, from what FOLLOWTHROUGH_MASTER_KEY_COMMAND prints, from
 * FOLLOWTHROUGH_KEY_FILE, else from the user's configuration folder. A file is made on first use, but never beside a key store that needs
 * the one it was made with.
 * @throws MasterKeyError | PrivateFileError
 */
export function loadMasterKey(options: MasterKeyOptions): MasterKey {
  const { [VARIABLE]: injected, [COMMAND]: command } = options.env;
  assertOneSource(options.env);
  if (injected) return { key: decode(injected, VARIABLE), file: null, created: false };
  if (command) return { key: decode(printedBy(command), `What ${COMMAND} prints`), file: null, created: false };
  const file = masterKeyFile(options);
  const stored = readMasterKey(file, options.dataDir);
  if (stored) return { key: stored, file, created: false };
  assertFirstUse(file, options.dataDir);
  return createMasterKey(file);
}

/** The key in a file; null when there is none. @throws MasterKeyError | PrivateFileError */
export function readMasterKey(file: string, dataDir: string): Uint8Array | null {
  assertOutside(file, dataDir);
  const stored = readPrivateFile(file);
  return stored === null ? null : decode(stored, file);
}

/** Makes a new key in a file, unless another process was first: then its key holds. */
export function createMasterKey(file: string): MasterKey & { readonly file: string } {
  const created = createPrivateFile(file, `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
  return { key: decode(readPrivateFile(file) ?? '', file), file, created };
}

function assertOneSource(env: NodeJS.ProcessEnv): void {
  const named = [VARIABLE, COMMAND, FILE].filter((name) => env[name]);
  if (named.length > 1) throw new MasterKeyError(`${named.join(' and ')} each name a master key. Keep one of them.`);
}

/** Runs the command as a shell does. What it prints on standard error is for whoever starts the program. */
function printedBy(command: string): string {
  const { status, signal, stdout, error } = spawnSync(command, {
    shell: true,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: COMMAND_MS,
  });
  if (status === 0) return stdout;
  const isLate = (error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT';
  const why = isLate ? `did not end within ${COMMAND_MS / 1000} s` : `ended with ${status ?? signal}`;
  throw new MasterKeyError(`The command in ${COMMAND} ${why}, so there is no master key.`);
}

/** Where the master key lies. */
export function masterKeyFile({ env, configDir }: Omit<MasterKeyOptions, 'dataDir'>): string {
  const named = env[FILE];
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
    `There is no master key at ${file}, but ${store} was made with one. Restore it, or name it in ${FILE}.`,
  );
}

function decode(text: string, source: string): Uint8Array {
  const encoded = text.trim();
  const key = Buffer.from(encoded, 'base64');
  if (ENCODED.test(encoded) && key.length === KEY_BYTES) return key;
  throw new MasterKeyError(`${source} does not hold ${KEY_BYTES} bytes in base64.`);
}
