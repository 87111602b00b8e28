import { pipeline } from 'node:stream/promises';
import type { EventStore } from '#event-store';
import { CommandFailed, type AddCommand } from './command.js';
import { CollectedHeads } from './heads/collect.js';
import { linesOf as headLines } from './heads/heads-file.js';
import { signingKey } from './heads/signing-keys.js';
import { countingOn } from './progress.js';
import { ChainCheck } from './verify/chain-check.js';
import { wholeLog, withLog } from './verify/log-file.js';

const EXPLAINED = `
Each line is an event as it is stored, hashes included; what is sealed stays sealed. tools/verify/verify.py judges such a file.
Reads only the log: events.db of the folder that --data names, else what FOLLOWTHROUGH_LOG names, else ./data. No key, no lock, also
while the server runs.
With --heads it writes instead where every stream ends, a few bytes for each: kept elsewhere, they show later whether the end of a stream
was cut off, a stream is gone, or one was written anew (followthrough verify --heads).
Exit codes: 0 all of it was written · 1 it was not: nobody read on, no room, or a hash chain is broken (--heads) · 2 wrong call · 3 no log, or it
cannot be read (to its end).`;

/** `followthrough export`: the whole log, for somebody who wants to judge it with other eyes. */
export const add: AddCommand = (program) => {
  program
    .command('export')
    .description('Write the whole log to stdout, one stored event a line, in the order of the log.')
    .option('--json', 'implied: each line is one JSON object')
    .option('--heads', 'the last revision and hash of every stream, and nothing else')
    .option('--sign-with <file>', 'sign the heads with the Ed25519 key in this file (PEM, mode 0600)')
    .option('--data <folder>', 'the data folder (default FOLLOWTHROUGH_DATA, else ./data)')
    .addHelpText('after', EXPLAINED)
    .action(exportLog);
};

interface Options {
  readonly heads?: boolean;
  readonly signWith?: string;
  readonly data?: string;
}

async function exportLog({ heads = false, signWith, data }: Options): Promise<void> {
  if (signWith !== undefined && !heads) throw new CommandFailed('--sign-with signs heads: add --heads', 2);
  const key = signWith === undefined ? null : signingKey(signWith);
  await withLog(data, async (store) =>
    writeOut(heads ? headLines((await headsOf(store)).takenAt(new Date()), key) : linesOf(store)),
  );
}

async function headsOf(store: EventStore): Promise<CollectedHeads> {
  const heads = new CollectedHeads();
  const chain = new ChainCheck();
  const progress = countingOn(process.stderr, 'events read');
  for await (const event of wholeLog(store)) {
    if (chain.take(event) !== null)
      throw new CommandFailed('a hash chain is broken: followthrough verify says where', 1);
    heads.take(event);
    progress.step();
  }
  progress.done();
  return heads;
}

async function writeOut(lines: Iterable<string> | AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(lines, process.stdout, { end: false });
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (syscall !== 'write') throw error;
    const why = code === 'EPIPE' ? 'nobody read on' : message;
    throw new CommandFailed(`${why}: the log was not written whole`, 1);
  }
}

async function* linesOf(store: EventStore): AsyncGenerator<string, void> {
  const progress = countingOn(process.stderr, 'events written');
  for await (const event of wholeLog(store)) {
    yield `${JSON.stringify(event)}\n`;
    progress.step();
  }
  progress.done();
}
