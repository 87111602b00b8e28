import { join } from 'node:path';
import { makeBackup, type Made } from './backup/make.js';
import { logOfFolder, logOfServer } from './backup/log-source.js';
import { answer, dataDir, type AddCommand } from './command.js';
import { signingKey } from './heads/signing-keys.js';
import { LOG, settingOf } from './house/settings.js';
import { fileTrouble } from './backup/trouble.js';

const EXPLAINED = `
Also while the server runs. Makes a folder below <folder>: log/ with the log, the notices and own questionnaires; keys/ with the wrapped
keys, to be kept apart and for less long; manifest.json. The master key is in none of them. What is rebuilt from the log is left out.
Where FOLLOWTHROUGH_LOG names the log and --data names no folder, the log is read from there, everything else from the usual folder.
Exit codes: 0 made and checked · 1 made, but a hash chain is broken or keys are missing; or a copy is not what it should
be, and not made · 2 wrong call · 3 log or keys cannot be read, or the backup not be written.`;

interface Options {
  readonly to: string;
  readonly signWith?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** `followthrough backup`: what cannot be rebuilt, somewhere else. */
export const add: AddCommand = (program) => {
  program
    .command('backup')
    .description('Copy the log, the keys and what else cannot be rebuilt into a new folder, and check the copy.')
    .requiredOption('--to <folder>', 'where backups are kept; a new folder is made in it')
    .option('--sign-with <file>', 'sign the heads in it with the Ed25519 key in this file (PEM, mode 0600)')
    .option('--data <folder>', 'the data folder (default FOLLOWTHROUGH_DATA, else ./data)')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXPLAINED)
    .action(backup);
};

async function backup({ to, signWith, data: named, json }: Options): Promise<void> {
  const key = signWith === undefined ? null : signingKey(signWith);
  const data = named ?? dataDir();
  const isOnServer = named === undefined && settingOf(process.env, LOG) !== undefined;
  const source = isOnServer ? logOfServer : logOfFolder(data);
  const made = await makeBackup({ log: source, data, to, now: new Date(), signWith: key }).catch(fileTrouble);
  answer(json, { backup: made.backup, ...made.manifest }, () => words(made));
  const { log, keys } = made.manifest;
  if (log.chain === 'broken' || keys.missing > 0) process.exitCode = 1;
}

function words({ backup: folder, manifest: { log, keys, files, masterKey } }: Made): string {
  const size = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    `${folder}  (${(size / 1e6).toFixed(1)} MB in ${files.length} files, checked)`,
    `  log     ${log.events} events in ${log.streams} streams, ${log.chain === 'intact' ? 'hash chains intact' : 'A HASH CHAIN IS BROKEN: followthrough verify says where'}`,
    ...(keys.missing > 0
      ? [`  ${keys.missing} KEYS THAT THE LOG NAMES ARE MISSING: what they sealed cannot be read`]
      : []),
    `  keys    ${keys.keys}, and ${keys.destroyed} destroyed; keep ${join(folder, 'keys')} apart from the log`,
    `  The master key${masterKey.id === null ? '' : ` ${masterKey.id}`} is not in it. Keep a copy of it somewhere else: without it what is sealed cannot be read.`,
  ].join('\n');
}
