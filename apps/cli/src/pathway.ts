import type { Command } from 'commander';
import { changesBetween } from '#care';
import type { PathwayPreview } from '#door';
import { answer, say, type AddCommand } from './command.js';
import { adopterAt, type Adopter } from './pathway/adopter.js';
import { pathwayIn, problemLine, problemsToAdopt, proposedIn } from './pathway/source.js';
import { sumOf } from './pathway/sum.js';
import { changeWords, pathwayWords, previewWords } from './pathway/words.js';
import { reach, type Way } from './reach.js';

interface Json {
  readonly json?: boolean;
}

const EXPLAINED = `
A pathway is named by a shipped one (default, monthly-floor, demo) or by a JSON file in the form of \`pathway show default --json\`.
Exit codes: 0 yes · 1 it cannot be followed or adopted, each reason named · 2 wrong call · 3 server or data folder not to be had.`;

/** `followthrough pathway …`: looks at care pathways and adopts one. */
export const add: AddCommand = (program) => {
  const pathway = program
    .command('pathway')
    .description('Check, show, compare, preview and adopt care pathways.')
    .addHelpText('after', EXPLAINED);
  pathway
    .command('check')
    .description(
      'Say everything that is wrong with a pathway: unknown and missing numbers, ranges, contradictions, safety that is looser than the default.',
    )
    .argument('<pathway>', 'file or name')
    .option('--json', 'one JSON object on stdout')
    .action(check);
  pathway
    .command('show')
    .description('Show every number of a pathway with its unit, source and mark.')
    .argument('[pathway]', 'file or name', 'default')
    .option('--json', 'the pathway itself on stdout, as a file to start from')
    .action((name: string, { json }: Json) => answer(json, pathwayIn(name), () => pathwayWords(pathwayIn(name))));
  pathway
    .command('diff')
    .description('Say what a second pathway changes of a first: old and new value, class, tighter or looser.')
    .argument('<first>', 'file or name')
    .argument('<second>', 'file or name')
    .option('--json', 'one JSON array on stdout')
    .action(diff);
  throughServer(pathway.command('preview'))
    .description('Say what adopting a pathway would do to the follow-ups of open episodes. Changes nothing.')
    .argument('<pathway>', 'file or name')
    .option('--json', 'one JSON object on stdout')
    .action(preview);
  throughServer(pathway.command('adopt'))
    .description('Adopt a pathway. What concerns safety can only be tightened, and reaches running episodes at once.')
    .argument('<pathway>', 'file or name')
    .option('--json', 'one JSON object on stdout')
    .action(adopt);
};

const throughServer = (command: Command): Command =>
  command
    .option(
      '--server <url>',
      'the running server (default: the one on this machine, if it answers; else the data folder)',
    )
    .option('--token <token>', 'default: a token of the built-in issuer for admin-1');

function check(name: string, { json }: Json): void {
  const problems = problemsToAdopt(proposedIn(name));
  answer(json, { problems }, () =>
    problems.length === 0 ? `${name} can be followed.` : problems.map(problemLine).join('\n'),
  );
  if (problems.length > 0) process.exitCode = 1;
}

function diff(first: string, second: string, { json }: Json): void {
  const changes = changesBetween(pathwayIn(first), pathwayIn(second));
  answer(json, changes, () => changeWords(changes));
}

async function preview(name: string, { json, ...way }: Way & Json): Promise<void> {
  const proposed = proposedIn(name);
  await withAdopter(way, async (adopter) => {
    const pages: PathwayPreview[] = [];
    for await (const page of adopter.preview(proposed)) {
      pages.push(page);
      say(`${sumOf(pages).episodes} episodes looked at`);
    }
    const whole = sumOf(pages);
    answer(json, whole, () => previewWords(whole));
  });
}

async function adopt(name: string, { json, ...way }: Way & Json): Promise<void> {
  const proposed = pathwayIn(name);
  if (proposed.notForCare) say(`${proposed.id} is not for care`);
  await withAdopter(way, async (adopter) => {
    const adopted = await adopter.adopt(proposed);
    const { id, version } = proposed;
    answer(json, { id, version, adopted }, () =>
      adopted
        ? `${id} version ${version} is in force. Open episodes take up its numbers of safety now; GET /v1/organisation/pathway shows how far they are.`
        : `${id} version ${version} was in force already.`,
    );
  });
}

async function withAdopter(way: Way, work: (adopter: Adopter) => Promise<void>): Promise<void> {
  const adopter = adopterAt(await reach(way));
  try {
    await work(adopter);
  } finally {
    await adopter.close();
  }
}
