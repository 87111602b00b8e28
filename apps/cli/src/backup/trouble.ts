import { CommandFailed } from '../command.js';
import { storeTrouble } from '../verify/log-file.js';

/** What a disk, a database or a store cannot do is told in one line. */
export function fileTrouble(error: unknown): never {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (syscall !== undefined || code === 'ERR_SQLITE_ERROR') throw new CommandFailed(message, 3);
  return storeTrouble(error);
}
