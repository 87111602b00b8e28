import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_STORE_FILE } from '#access';
import { EVENTS_FILE, INSTRUMENTS_FOLDER } from '#runtime';
import { ACCESS_LOG_FILE } from '../house/access-log.js';

/** What a backup takes of a data folder and where it puts it: what is not named here is rebuilt from the log, or made again. */
export const EVENTS = { inData: EVENTS_FILE, inBackup: `log/${EVENTS_FILE}` } as const;
export const NOTICES = { inData: 'notices.db', inBackup: 'log/notices.db' } as const;
/** Where each stream of the copied log ends: for `verify --heads`, on any log that goes on from it. */
export const HEADS = { inBackup: 'log/heads.jsonl' } as const;
/** Who opened restricted records; only ever appended to. */
export const ACCESS = { inData: ACCESS_LOG_FILE, inBackup: `log/${ACCESS_LOG_FILE}` } as const;
/** Apart from the log, so that it can be kept elsewhere and for less long. */
export const KEYS = { inData: KEY_STORE_FILE, inBackup: `keys/${KEY_STORE_FILE}` } as const;

/** Files that are copied as they are: the clinic's own questionnaires, the time of a demo's clock, and who opened what. */
export function plainFiles(folder: string): readonly string[] {
  const instruments = join(folder, INSTRUMENTS_FOLDER);
  const own = existsSync(instruments) ? readdirSync(instruments).filter((name) => name.endsWith('.json')) : [];
  return [
    ...own.toSorted().map((name) => `${INSTRUMENTS_FOLDER}/${name}`),
    ...['clock', ACCESS.inData].filter((name) => existsSync(join(folder, name))),
  ];
}
