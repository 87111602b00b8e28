import { Command } from 'commander';
import { CommandFailed, type AddCommand } from '../command.js';

/** Runs a command as a person calls it: its exit code, or the failure that they would read. */
export async function runCommand(add: AddCommand, ...args: readonly string[]): Promise<number | CommandFailed> {
  process.exitCode = undefined;
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  add(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommandFailed) return error;
    throw error;
  }
}

/** The same with `--json`: the exit code and what went to stdout, or why it failed. */
export async function runForJson(
  add: AddCommand,
  ...args: readonly string[]
): Promise<{ code: number; said: ReturnType<JSON['parse']>; why: string }> {
  const { write } = process.stdout;
  let printed = '';
  process.stdout.write = ((text: unknown) => ((printed += String(text)), true)) as typeof write;
  try {
    const ended = await runCommand(add, ...args, '--json');
    return typeof ended === 'number'
      ? { code: ended, said: JSON.parse(printed), why: '' }
      : { code: ended.exitCode, said: null, why: ended.message };
  } finally {
    process.stdout.write = write;
  }
}
