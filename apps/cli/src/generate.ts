import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answer, CommandFailed, type AddCommand } from './command.js';
import { PAGES } from './generate/pages.js';

interface Options {
  readonly check?: boolean;
  readonly json?: boolean;
  readonly docs: string;
}

/** `followthrough generate`: writes the documentation that follows from the sources. */
export const add: AddCommand = (program) => {
  program
    .command('generate')
    .description(`Write the generated documentation: ${Object.keys(PAGES).join(', ')}.`)
    .option('--check', 'write nothing; exit 1 and name the files that are not what the sources say')
    .option('--json', 'one JSON object on stdout')
    .option('--docs <folder>', 'the folder of the documentation', 'docs')
    .addHelpText(
      'after',
      '\nExit codes: 0 fresh or written · 1 something is stale (--check) · 2 wrong call · 3 no such folder.',
    )
    .action(generate);
};

async function generate({ check = false, json, docs }: Options): Promise<void> {
  if (!existsSync(docs))
    throw new CommandFailed(
      `there is no folder ${docs}; run this at the top of the checkout or name it with --docs`,
      3,
    );
  const stale = await staleIn(docs);
  if (!check) for (const { file, text } of stale) writeFileSync(file, text);
  const files = stale.map(({ file }) => file);
  answer(json, check ? { stale: files } : { written: files }, () => words(files, check));
  if (check && files.length > 0) process.exitCode = 1;
}

async function staleIn(docs: string): Promise<{ file: string; text: string }[]> {
  const pages = await Promise.all(
    Object.entries(PAGES).map(async ([name, write]) => ({ file: join(docs, name), text: await write() })),
  );
  return pages.filter(({ file, text }) => !existsSync(file) || readFileSync(file, 'utf8') !== text);
}

function words(files: readonly string[], check: boolean): string {
  if (files.length === 0) return 'Every generated file is what the sources say.';
  return check ? `Stale; run \`followthrough generate\`: ${files.join(', ')}` : `Written: ${files.join(', ')}`;
}
