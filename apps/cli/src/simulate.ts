import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { SHIPPED_PATHWAYS, type Pathway } from '#care';
import { answer, CommandFailed, say, type AddCommand } from './command.js';
import { isThere } from './is-there.js';
import { pathwayIn } from './pathway/source.js';
import { progressOn } from './progress.js';
import { chartOf } from './simulate/chart.js';
import type { PanelPlan } from './simulate/panel.js';
import { reportOf, type Question, type Report } from './simulate/report.js';
import { livePanels } from './simulate/run.js';
import { reportWords } from './simulate/words.js';

interface Options {
  readonly pathway: string;
  readonly against?: string;
  readonly patients: string;
  readonly years: string;
  readonly seed: string;
  readonly panel: string;
  readonly minutes: string;
  readonly consults: string;
  readonly threads: string;
  readonly svg?: string;
  readonly json?: boolean;
}

const EXPLAINED = `
Runs synthetic patients through the rules of this build, day by day: a care manager with limited minutes, a weekly consultant, providers who answer
late. What the patients do is assumed (docs/simulation.md): compare pathways with it, do not predict a clinic.
The same seed gives the same result on every machine and any number of threads.`;

/** `followthrough simulate`: what would a pathway ask of a clinic, and what would its patients get? */
export const add: AddCommand = (program) => {
  program
    .command('simulate')
    .description('Live synthetic patients through a pathway, alone or against another one.')
    .requiredOption(
      '--pathway <name|file>',
      `one that ships (${[...SHIPPED_PATHWAYS.keys()].join(', ')}) or a JSON file`,
    )
    .option('--against <name|file>', 'a second pathway, for the same patients')
    .option('--patients <n>', 'referred over the years', '1000')
    .option('--years <n>', 'simulated', '2')
    .option('--seed <n>', 'of all chance', '1')
    .option('--panel <n>', 'patients for each care manager over the years', '150')
    .option('--minutes <n>', 'minutes a care manager has on a business day', '360')
    .option('--consults <n>', 'cases of a care manager that the consultant looks at in a week', '8')
    .option('--threads <n>', 'to live on', String(availableParallelism()))
    .option('--svg <file>', 'writes a chart of what was done in time')
    .option('--json', 'one JSON object a pathway on stdout')
    .addHelpText('after', EXPLAINED)
    .action(simulate);
};

async function simulate(options: Options): Promise<void> {
  const patients = whole('--patients', options.patients, 1);
  const years = whole('--years', options.years, 1);
  const perManager = whole('--panel', options.panel, 1);
  const question: Omit<Question, 'pathway'> = {
    patients,
    years,
    seed: whole('--seed', options.seed, 0),
    careManagers: Math.ceil(patients / perManager),
    minutesPerDay: whole('--minutes', options.minutes, 1),
    consultsPerWeek: whole('--consults', options.consults, 0),
  };
  const pathways = [options.pathway, ...(options.against === undefined ? [] : [options.against])].map(pathwayIn);
  if (options.svg !== undefined && !isThere(dirname(options.svg)))
    throw new CommandFailed(`--svg: there is no folder ${dirname(options.svg)}`, 2);
  const reports: Report[] = [];
  for (const pathway of pathways) {
    const plans = plansOf(pathway, question);
    const progress = progressOn(process.stderr, `care managers lived (${pathway.id})`);
    const tally = await livePanels(plans, whole('--threads', options.threads, 1), progress);
    reports.push(reportOf({ pathway: pathway.id, ...question }, tally));
  }
  if (options.svg !== undefined) {
    writeFileSync(options.svg, chartOf(reports));
    say(`chart written to ${options.svg}`);
  }
  if (options.json) for (const report of reports) answer(true, report, () => '');
  else answer(false, null, () => reportWords(reports));
}

/** The patients shared out evenly. The first day is fixed: holidays and clock changes are part of the result. */
function plansOf(
  pathway: Pathway,
  { patients, years, seed, careManagers, ...rest }: Omit<Question, 'pathway'>,
): PanelPlan[] {
  return Array.from({ length: careManagers }, (_, panel) => ({
    ...{ pathway, seed, panel, firstDay: '2027-01-04', days: Math.round(years * 365.25) },
    ...{ minutesPerDay: rest.minutesPerDay, consultsPerWeek: rest.consultsPerWeek },
    patients: Math.floor(((panel + 1) * patients) / careManagers) - Math.floor((panel * patients) / careManagers),
  }));
}

function whole(option: string, given: string, least: number): number {
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < least)
    throw new CommandFailed(`${option} needs a whole number from ${least} on`, 2);
  return number;
}
