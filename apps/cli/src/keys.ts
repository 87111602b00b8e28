import { join } from 'node:path';
import {
  damagedKeys,
  KEY_STORE_FILE,
  keyNames,
  loadMasterKey,
  masterKeyId,
  masterKeyIdOf,
  rotateMasterKey,
  type DamagedKey,
  type Rotated,
} from '#access';
import { holdDataFolder } from '#runtime';
import { answer, asFailure, CommandFailed, dataDir, type AddCommand } from './command.js';
import { isThere } from './is-there.js';

const EXPLAINED = `
Each patient's data are sealed with a key of their own; keys.db holds these keys, wrapped under the master key. The log is never rewritten.
The master key comes from FOLLOWTHROUGH_MASTER_KEY, from what FOLLOWTHROUGH_MASTER_KEY_COMMAND prints, from FOLLOWTHROUGH_KEY_FILE, else from the user's configuration folder.
Exit codes: 0 done · 1 the master key at hand does not fit, or keys are damaged · 2 wrong call · 3 no keys, no master key, or the folder is in use.`;

interface Options {
  readonly data?: string;
  readonly json?: boolean;
}

/** `followthrough keys …`: looks after the keys that seal patients' data. */
export const add: AddCommand = (program) => {
  const keys = program
    .command('keys')
    .description('Say which master key wraps the keys of the patients, and put another in its place.')
    .addHelpText('after', EXPLAINED);
  keys
    .command('status')
    .description(
      'Open every key, and say how many there are, which are damaged, how many were destroyed, and under which master key they are wrapped.',
    )
    .option('--data <folder>', 'the data folder (default FOLLOWTHROUGH_DATA, else ./data)')
    .option('--json', 'one JSON object on stdout')
    .action(status);
  keys
    .command('rotate')
    .description(
      'Make a new master key and wrap every key under it. Every process that uses the keys must be stopped, an API beside the server too.',
    )
    .option(
      '--new-key-file <file>',
      'where the new master key lies or is to be made (default: in place of the old file)',
    )
    .option('--data <folder>', 'the data folder (default FOLLOWTHROUGH_DATA, else ./data)')
    .option('--json', 'one JSON object on stdout')
    .action(rotate);
};

interface Status {
  readonly keys: number;
  readonly destroyed: number;
  /** Those that the master key does not open; null when it does not fit. */
  readonly damaged: readonly DamagedKey[] | null;
  /** Under which the keys are wrapped; null when a store from before says nothing. */
  readonly wrappedUnder: string | null;
  readonly atHand: { readonly id: string; readonly from: string };
}

function status({ data = dataDir(), json }: Options): void {
  const file = join(data, KEY_STORE_FILE);
  if (!isThere(file)) throw new CommandFailed(`there is no key store at ${file}`, 3);
  const found = told(() => statusOf(file, data));
  answer(json, found, () => statusWords(found));
  if (!fits(found) || found.damaged!.length > 0) process.exitCode = 1;
}

function statusOf(file: string, data: string): Status {
  const names = keyNames(file);
  const destroyed = names.filter(({ isDestroyed }) => isDestroyed).length;
  const master = loadMasterKey({ env: process.env, dataDir: data });
  const wrappedUnder = masterKeyIdOf(file);
  const atHand = { id: masterKeyId(master.key), from: master.file ?? 'the environment' };
  const damaged = fits({ wrappedUnder, atHand }) ? damagedKeys(file, master.key) : null;
  return { keys: names.length - destroyed, destroyed, damaged, wrappedUnder, atHand };
}

const fits = ({ wrappedUnder, atHand }: Pick<Status, 'wrappedUnder' | 'atHand'>): boolean =>
  wrappedUnder === null || wrappedUnder === atHand.id;

function statusWords(found: Status): string {
  const { keys, destroyed, damaged, wrappedUnder, atHand } = found;
  return [
    `keys         ${keys}, and ${destroyed} destroyed`,
    ...(damaged === null || damaged.length === 0 ? [] : [`DAMAGED      ${damagedWords(damaged)}`]),
    `wrapped by   master key ${wrappedUnder ?? 'not named; the next start names it'}`,
    `at hand      master key ${atHand.id}, from ${atHand.from}${fits(found) ? '' : ': it does not fit'}`,
  ].join('\n');
}

const SHOWN = 10;

function damagedWords(damaged: readonly DamagedKey[]): string {
  const more = damaged.length > SHOWN ? ` and ${damaged.length - SHOWN} more (--json)` : '';
  const shown = damaged.slice(0, SHOWN).map(({ subject }) => subject);
  return `${damaged.length}: restore keys.db from a backup; those of ${shown.join(', ')}${more}`;
}

function rotate({ newKeyFile, data = dataDir(), json }: Options & { readonly newKeyFile?: string }): void {
  if (!isThere(join(data, KEY_STORE_FILE))) throw new CommandFailed(`there is no key store in ${data}`, 3);
  const folder = told(() => holdDataFolder(data));
  try {
    const now = new Date();
    const rotated = told(() =>
      rotateMasterKey({ env: process.env, dataDir: data, now, ...(newKeyFile === undefined ? {} : { newKeyFile }) }),
    );
    answer(json, rotated, () => rotatedWords(rotated));
    if (rotated.damaged > 0) process.exitCode = 1;
  } finally {
    folder.release();
  }
}

function rotatedWords({ masterKeyId: id, file, oldKeyFile, rewrapped, damaged }: Rotated): string {
  return [
    `${rewrapped} keys are wrapped under the new master key ${id}`,
    ...(damaged > 0 ? [`${damaged} KEYS ARE DAMAGED and were left as they are: restore keys.db from a backup`] : []),
    oldKeyFile === null
      ? `It lies in ${file}: start with FOLLOWTHROUGH_KEY_FILE=${file} from now on, or with its content in FOLLOWTHROUGH_MASTER_KEY.`
      : `It lies in ${file}; the old one in ${oldKeyFile}.`,
    'Keep a copy of the new key elsewhere, and the old one for as long as backups of the keys that need it.',
  ].join('\n');
}

/** What keys and folders cannot do is told in one line. */
function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asFailure(error) ?? error;
  }
}
