#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { asFailure, say, type AddCommand } from './command.js';

/** Loaded only when named, so that `followthrough token` does not start a server's worth of code. */
const COMMANDS: Readonly<Record<string, () => Promise<{ add: AddCommand }>>> = {
  start: () => import('./start.js'),
  api: () => import('./api.js'),
  demo: () => import('./demo.js'),
  import: () => import('./import.js'),
  verify: () => import('./verify.js'),
  backup: () => import('./backup.js'),
  restore: () => import('./restore.js'),
  projections: () => import('./projections.js'),
  export: () => import('./export.js'),
  'migrate-log': () => import('./migrate-log.js'),
  replay: () => import('./replay.js'),
  pathway: () => import('./pathway.js'),
  simulate: () => import('./simulate.js'),
  status: () => import('./status.js'),
  'erase-patient': () => import('./erase-patient.js'),
  keys: () => import('./keys.js'),
  poke: () => import('./poke.js'),
  token: () => import('./token.js'),
  generate: () => import('./generate.js'),
};

// What this program makes is its owner's alone, also in a folder that others may read.
process.umask(0o077);

async function main(): Promise<void> {
  const program = new Command('followthrough')
    .description('Every follow-up a patient is owed is raised, on time, and provably so.')
    .exitOverride();
  const named = process.argv.slice(2).find((word) => !word.startsWith('-'));
  const wanted = named !== undefined && COMMANDS[named] ? [COMMANDS[named]] : Object.values(COMMANDS);
  for (const { add } of await Promise.all(wanted.map((load) => load()))) add(program);
  await program.parseAsync(process.argv);
}

// A reader that has seen enough (`… | head`) is no failure, but to a command that listens itself.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (process.stdout.listenerCount('error') > 1) return;
  if (error.code === 'EPIPE') process.exit();
  say(`followthrough: the answer cannot be written: ${error.message}`);
  process.exit(1);
});
// Nothing can be said any more; what is being done goes on.
process.stderr.on('error', () => undefined);

try {
  await main();
} catch (error) {
  const failure = asFailure(error);
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (failure) {
    say(`followthrough: ${failure.message}`);
    process.exitCode = failure.exitCode;
  } else throw error;
}
