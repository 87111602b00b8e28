import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccessLog } from '../../../api/src/app.js';

/** Who opened a restricted record; in the data folder, so that it is kept, and backed up, with what it is about. */
export const ACCESS_LOG_FILE = 'access.jsonl';

/**
 * Appends to the file, and prints the line as well, for whoever collects what is printed. It is on disk before the record is shown.
 * Opened for each line: API and worker may share a folder, and the file may be moved away to be archived.
 */
export const accessLogIn = (dataDir: string): AccessLog => {
  const file = join(dataDir, ACCESS_LOG_FILE);
  return (line) => {
    const text = `${JSON.stringify(line)}\n`;
    appendFileSync(file, text, { mode: 0o600, flush: true });
    process.stdout.write(text);
  };
};
