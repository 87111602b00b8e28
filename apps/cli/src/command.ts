import type { Command } from 'commander';

/** One file a command: each adds itself to the program. */
export type AddCommand = (program: Command) => void;

/** A failure that the person at the terminal can do something about: printed as one line, no stack. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  constructor(
    message: string,
    /** 1: the answer is bad news · 2: the call was wrong · 3: something needed is not there. */
    readonly exitCode: 1 | 2 | 3 = 1,
  ) {
    super(message);
  }
}

/** What cannot be done without the person at the terminal, by the name of the error; its message says what is the matter. */
const FOR_THE_PERSON: ReadonlySet<string> = new Set([
  'DataFolderInUse',
  'DataFolderUnusable',
  'DoorUnavailable',
  'EventStoreError',
  'KeyStoreUnusable',
  'MasterKeyError',
  'PrivateFileError',
  'TryIssuerRefused',
  'WrongMasterKey',
]);

/** A failure that is told in one line; null when the error is a fault of ours, whose stack is of use. */
export function asFailure(error: unknown): CommandFailed | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'CommandFailed') return error as CommandFailed;
  if (!cannotListen(error) && !FOR_THE_PERSON.has(error.name)) return null;
  return new CommandFailed(error.message, error.name === 'WrongMasterKey' ? 1 : 3);
}

/** The address of the API is taken, not of this machine, or for others to use. */
const cannotListen = ({ syscall }: NodeJS.ErrnoException): boolean => syscall === 'listen' || syscall === 'getaddrinfo';

/** Everything that is not the answer goes to stderr, so that stdout can be read by a program. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** The answer: one JSON value on one line with --json, else the words. */
export function answer(json: boolean | undefined, value: unknown, words: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(value) : words()}\n`);
}

// A variable that is set to nothing is not set: that is how a compose file passes on what nobody named.
/** Where this installation keeps its files: FOLLOWTHROUGH_DATA, else ./data. */
export const dataDir = (): string => process.env['FOLLOWTHROUGH_DATA'] || 'data';
/** Where its API listens: PORT, else 3000; 0 is any free one. @throws CommandFailed */
export function apiPort(): number {
  const port = Number(process.env['PORT'] || 3000);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new CommandFailed(`PORT is ${process.env['PORT']}, which is no port`, 2);
}
/** The server on this machine, whether or not it answers. */
export const localServer = (): string => `http://127.0.0.1:${apiPort()}`;
