import { accessSync, constants } from 'node:fs';
import { CommandFailed } from './command.js';

/** Whether there is such a file. @throws CommandFailed when that, or the file, is not for this user to see: it is not missing */
export function isThere(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw new CommandFailed(`${file} cannot be read (${String(code)})`, 3);
  }
}
