import { assertEmptyLog, moveLog } from './backup/into-server.js';
import { restoreBackup, type Restored } from './backup/restoring.js';
import { fileTrouble } from './backup/trouble.js';
import { answer, dataDir, type AddCommand } from './command.js';
import { LOG, settingOf } from './house/settings.js';
import { instant } from './verify/now.js';

const EXPLAINED = `
No server and no API may run on the data folder. Every file is checked against the manifest first. What stands there is moved to
<data>.before-restore-<instant>, never deleted. An erased patient stays erased if the backup or the replaced folder knows of it.
Where FOLLOWTHROUGH_LOG names the log and --data names no folder, the log is moved there; it must be empty.
The next start rebuilds the read models and the indexes and wakes every open episode.
Exit codes: 0 restored · 1 the backup is damaged, or a hash chain in it is broken · 2 wrong call · 3 something is missing or in use.`;

interface Options {
  readonly from: string;
  readonly keys?: string;
  readonly data?: string;
  readonly until?: string;
  readonly replace?: boolean;
  readonly json?: boolean;
}

/** `followthrough restore`: a data folder from a backup. */
export const add: AddCommand = (program) => {
  program
    .command('restore')
    .description('Make a data folder from a backup, checked, whole or not at all.')
    .requiredOption('--from <backup>', 'the folder of one backup, with its manifest.json')
    .option(
      '--keys <folder>',
      'the folder with keys.db, where it is kept apart; a later one will do (default: keys/ of the backup)',
    )
    .option('--data <folder>', 'the data folder to make (default FOLLOWTHROUGH_DATA, else ./data)')
    .option('--until <instant>', 'only what was recorded up to this instant')
    .option('--replace', 'move a data folder that is not empty aside')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXPLAINED)
    .action(restore);
};

async function restore({ from, keys, data: named, until, replace = false, json }: Options): Promise<void> {
  const log = named === undefined ? settingOf(process.env, LOG) : undefined;
  if (log !== undefined) await assertEmptyLog();
  const data = named ?? dataDir();
  const restored = await restoreBackup({
    from,
    data,
    replace,
    now: new Date(),
    ...(keys === undefined ? {} : { keys }),
    ...(until === undefined ? {} : { until: instant(until, '--until') }),
  }).catch(fileTrouble);
  if (log !== undefined) await moveLog(data, log);
  answer(json, restored, () => words(restored));
  if (restored.log.chain === 'broken') process.exitCode = 1;
}

function words({ data, log, leftOut, destroyedAgain, movedAside, notices, masterKeyId }: Restored): string {
  return [
    `${data} holds ${log.events} events in ${log.streams} streams${leftOut > 0 ? `; ${leftOut} recorded later were left out` : ''}`,
    log.chain === 'intact'
      ? '  hash chains intact'
      : '  A HASH CHAIN IS BROKEN, as it was in the backup: followthrough verify says where',
    ...(destroyedAgain > 0 ? [`  ${destroyedAgain} keys of erased patients were destroyed again`] : []),
    ...(notices === null ? ['  nobody is known to have been told of what is open: they are told once more'] : []),
    ...(movedAside === null ? [] : [`  what stood there lies in ${movedAside}`]),
    `  The next start needs the master key that the keys are wrapped under${masterKeyId === null ? '' : ` (${masterKeyId})`}, and rebuilds everything else.`,
  ].join('\n');
}
