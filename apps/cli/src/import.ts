import { readFileSync, writeFileSync } from 'node:fs';
import { isZone } from '#care';
import { SEED_ORGANISATION, SEED_SITE } from '#door';
import { answer, CommandFailed, say, type AddCommand } from './command.js';
import { progressOn } from './progress.js';
import { parseDate } from './import/dates.js';
import {
  doorImporter,
  httpImporter,
  importPlan,
  isClean,
  planImport,
  rejectionsCsv,
  reportJson,
  reportWords,
  type Importer,
  type Rejection,
  type SourceFile,
} from './import/index.js';
import { reach, type Way } from './reach.js';

interface Options extends Way {
  readonly site: string;
  readonly zone?: string;
  readonly asOf?: string;
  readonly rejections: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const EXPLAINED = `
The tables patients, episodes, contacts, scale-results, consult-reviews and appointments are known by their headers (docs/import.md).
Goes through a running server, else opens the data folder itself. Run again, it adds nothing; a row that changed is reported.
Exit codes: 0 every row taken · 1 rows were rejected or changed · 2 wrong call · 3 server or data folder not to be had.`;

/** `followthrough import <file…>`: brings a caseload from a registry or the AIMS spreadsheet along. */
export const add: AddCommand = (program) =>
  void program
    .command('import')
    .description(
      'Import a caseload from CSV tables: patients, episodes, contacts, scale results, consult reviews, appointments.',
    )
    .argument('<file...>', 'CSV files')
    .option('--server <url>', 'the running server (default: the one on this machine, if it answers)')
    .option('--token <token>', 'default: a token of the built-in issuer for admin-1')
    .option('--site <id>', 'for episodes that name no site', SEED_SITE)
    .option('--zone <zone>', 'what dates and times in the files mean (default: the zone of each episode’s site)')
    .option(
      '--as-of <date>',
      'move every date so that 2026-11-02, the reference date of the examples, falls on this one',
    )
    .option('--rejections <file>', 'where rows that were not taken are listed', 'import-rejections.csv')
    .option('--dry-run', 'read and plan only')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXPLAINED)
    .action(run);

async function run(paths: string[], options: Options): Promise<void> {
  const asOf = asOfDate(options.asOf);
  if (options.zone !== undefined && !isZone(options.zone))
    throw new CommandFailed(`--zone ${options.zone} is no time zone (America/New_York is one)`, 2);
  const files = paths.map(readSource);
  const importer = await importerFor(options);
  try {
    const zones = options.zone === undefined ? await importer.zones() : new Map<string, string>();
    const zone = options.zone ?? zones.get(options.site);
    if (zone === undefined) throw new CommandFailed(`there is no site ${options.site}; --site names another`, 2);
    const plan = planImport(files, { zone, zones, site: options.site, ...(asOf === undefined ? {} : { asOf }) });
    for (const note of plan.notes) say(note);
    const report = await importPlan(
      plan,
      options.dryRun ? nowhere : importer,
      progressOn(process.stderr, options.dryRun ? 'episodes planned' : 'episodes imported'),
    );
    const listed = isClean(report) ? null : listedIn(options.rejections, report.rejections);
    answer(options.json, reportJson(report), () => reportWords(report, listed));
    if (options.dryRun) say('A dry run: nothing was recorded, and what the record holds already was not looked at.');
    if (!isClean(report)) process.exitCode = 1;
  } finally {
    await importer.close();
  }
}

/** Where the rejections were written; null, and said, when they could not be: the report is worth more than its list. */
function listedIn(file: string, rejections: readonly Rejection[]): string | null {
  try {
    writeFileSync(file, rejectionsCsv(rejections), { mode: 0o600 });
    return file;
  } catch (error) {
    say(
      `the rejections could not be written (${(error as Error).message}); name another file with --rejections and run it again: nothing is imported twice`,
    );
    return null;
  }
}

function asOfDate(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const date = parseDate(text);
  if (date === null) throw new CommandFailed(`--as-of ${text} is no date (YYYY-MM-DD)`, 2);
  return date;
}

function readSource(path: string): SourceFile {
  try {
    return { name: path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    throw new CommandFailed(`${path} cannot be read: ${(error as Error).message}`, 2);
  }
}

/** Says of every act that it is known: what a plan would reject shows, and nothing is recorded. */
const nowhere: Importer = {
  zones: async () => new Map<string, string>(),
  importEpisodes: async (batch) =>
    batch.map(({ patient, referral, acts }) => ({
      episodeId: null,
      outcomes: [patient, referral, ...acts].map(({ key }) => ({ key, result: 'repeated' as const })),
    })),
  close: async () => undefined,
};

async function importerFor(way: Options): Promise<Importer> {
  const reached = await reach(way);
  if (reached.kind === 'server') return httpImporter({ server: reached.url, token: reached.token });
  const { close, ...runtime } = reached.runtime;
  return doorImporter({
    ...runtime,
    organisation: SEED_ORGANISATION,
    actor: 'user:admin-1',
    actorRole: 'administrator',
    close,
  });
}
