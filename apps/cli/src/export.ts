import { pipeline } from 'node:stream/promises';
import type { EventStore } from '#event-store';
import { CommandFailed, type AddCommand } from './command.js';
import { countingOn } from './progress.js';
import { wholeLog, withLog } from './verify/log-file.js';

const EXPLAINED = `
Each line is an event as it is stored, hashes included; what is sealed stays sealed. tools/verify/verify.py judges such a file.
Reads only the log: events.db of the folder that --data names, else what FOLLOWTHROUGH_LOG names, else ./data. No key, no lock, also
while the server runs.
Exit codes: 0 the whole log was written · 1 it was not: nobody read on · 2 wrong call · 3 no log.`;

/** `followthrough export`: the whole log, for somebody who wants to judge it with other eyes. */
export const add: AddCommand = (program) => {
  program
    .command('export')
    .description('Write the whole log to stdout, one stored event a line, in the order of the log.')
    .option('--json', 'implied: each line is one JSON object')
    .option('--data <folder>', 'the data folder (default FOLLOWTHROUGH_DATA, else ./data)')
    .addHelpText('after', EXPLAINED)
    .action(({ data }: { readonly data?: string }) => withLog(data, writeOut));
};

async function writeOut(store: EventStore): Promise<void> {
  try {
    await pipeline(linesOf(store), process.stdout, { end: false });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EPIPE') throw error;
    throw new CommandFailed('nobody read on: the log was not written whole', 1);
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
