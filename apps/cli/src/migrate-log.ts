import { existsSync, realpathSync } from 'node:fs';
import { EventStoreError, openStore, sqliteFile, type EventStore } from '#event-store';
import { answer, CommandFailed, type AddCommand } from './command.js';
import { migrate, type Migrated } from './migrate-log/migrate.js';
import { progressOn } from './progress.js';
import type { Head } from './verify/log-file.js';

interface Options {
  readonly from: string;
  readonly to: string;
  readonly json?: boolean;
}

const EXPLAINED = `
A log is named by sqlite:<file> or by a connection string of KurrentDB. The target is empty, or holds the beginning of the source: run again,
it goes on where it was. Both may be in use meanwhile, but only the source may be written to; docs/operations/move-the-log.md says how to hand over.
Exit codes: 0 both hold the same log · 1 they do not, or the log is not intact · 2 wrong call · 3 a store is not to be had: run again.`;

/** `followthrough migrate-log`: the log, event by event, into another store. */
export const add: AddCommand = (program) => {
  program
    .command('migrate-log')
    .description('Copy the log into another store and prove that it holds the same: ids, revisions, hashes, order.')
    .requiredOption('--from <log>', 'the log to copy; it is only read')
    .requiredOption('--to <log>', 'where to; a SQLite file is made')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXPLAINED)
    .action(run);
};

async function run({ from, to, json }: Options): Promise<void> {
  if (placeOf(from) === placeOf(to)) throw new CommandFailed('--from and --to name the same log', 2);
  const began = performance.now();
  try {
    await using opened = new AsyncDisposableStack();
    const source = await open('--from', from, true);
    opened.defer(() => source.close());
    const target = await open('--to', to, false);
    opened.defer(() => target.close());
    const migrated = await migrate({ from: source, to: target, told: progress() });
    const grown = !sameHead(await source.head(), migrated.from);
    const seconds = (performance.now() - began) / 1_000;
    answer(
      json,
      { ...migrated, seconds: rounded(seconds), secondsCopying: rounded(migrated.secondsCopying), grown },
      () => words(migrated, seconds, grown),
    );
  } catch (error) {
    if (error instanceof EventStoreError) throw new CommandFailed(`${error.message}; run again to go on`, 3);
    throw error;
  }
}

/** Where a log lies, whatever way leads there: compared with itself it would pass for a copy. */
function placeOf(log: string): string {
  const file = sqliteFile(log);
  return file !== null && existsSync(file) ? realpathSync(file) : log;
}

async function open(option: string, name: string, readOnly: boolean): Promise<EventStore> {
  try {
    return await openStore(name, { readOnly });
  } catch (error) {
    if (!(error instanceof EventStoreError)) throw error;
    throw new CommandFailed(`${option}: ${error.message}`, error.code === 'invalid' ? 2 : 3);
  }
}

/** A bar for each stage whose end is known. */
function progress(): (stage: 'read' | 'copied' | 'compared', done: number, all: number) => void {
  const bars = {
    copied: progressOn(process.stderr, 'events copied'),
    compared: progressOn(process.stderr, 'events compared'),
  };
  return (stage, done, all) => {
    if (stage !== 'read' && all > 0) bars[stage](done, all);
  };
}

const sameHead = (one: Head, other: Head): boolean => one?.position === other?.position && one?.hash === other?.hash;

const rounded = (seconds: number): number => Number(seconds.toFixed(1));

function words(
  { events, streams, copied, secondsCopying, from, to }: Migrated,
  seconds: number,
  grown: boolean,
): string {
  const rate = secondsCopying > 0 ? `, ${Math.round(copied / secondsCopying).toLocaleString('en-US')} a second` : '';
  const head = (it: Head) => (it ? `${it.position}  ${it.hash}` : 'empty');
  return [
    `events  ${events.toLocaleString('en-US')} in ${streams.toLocaleString('en-US')} streams: equal, in the same order, chains intact`,
    `copied  ${copied.toLocaleString('en-US')} in ${secondsCopying.toFixed(1)} s${rate}; ${seconds.toFixed(1)} s in all`,
    `from    ${head(from)}`,
    `to      ${head(to)}`,
    ...(grown ? ['The source has grown meanwhile: run again when nobody writes to it.'] : []),
  ].join('\n');
}
