import { inspectReadModels, type ViewsReport } from '#read-models';
import { answer, dataDir, type AddCommand } from './command.js';
import { withLog } from './verify/log-file.js';
import { nowOf } from './verify/now.js';
import { viewsAt, withViews } from './views-at.js';

const EXPLAINED = `
Reads the log and the read models beside the running server: files of the data folder, or the database that FOLLOWTHROUGH_READ_MODELS names.
Exit codes: 0 told · 1 something is set aside, or there are no complete read models · 2 wrong call · 3 no log, or the database is away.`;

/** `followthrough projections`: how far the read models are, and what they could not take in. */
export const add: AddCommand = (program) => {
  program
    .command('projections')
    .description(
      'Tell how the read models stand: version, position, lag, what is set aside and why, rows of each table.',
    )
    .option('--json', 'one JSON object on stdout')
    .option('--data <folder>', 'the data folder (default FOLLOWTHROUGH_DATA, else ./data)')
    .addHelpText('after', EXPLAINED)
    .action(projections);
};

async function projections({ json, data: named }: { json?: boolean; data?: string }): Promise<void> {
  const data = named ?? dataDir();
  const { at } = nowOf(data, {});
  await withLog(named, (store) =>
    withViews(async () => {
      const report = await inspectReadModels({ ...viewsAt(data, process.env), store, clock: { now: () => at } });
      answer(json, report, () => reportWords(report));
      if (report.generation === null || report.parked.length > 0) process.exitCode = 1;
    }),
  );
}

function reportWords({ on, generation, versions, position, lag, parked, rows }: ViewsReport): string {
  if (generation === null)
    return `There are no complete read models on ${on} yet; a server builds them when it starts.`;
  const behind =
    lag === null
      ? 'the log cannot be read'
      : `${lag.more ? 'at least ' : ''}${lag.events} events behind, the oldest ${lag.seconds.toFixed(0)} s old`;
  return [
    `Read models on ${on}, generation ${generation}`,
    `  position  ${position ?? 'before the first event'}: ${behind}`,
    `  version   ${versions.kept === versions.wanted ? 'as this program has it' : 'of another version: a rebuild is due'}`,
    ...Object.entries(rows).map(([table, count]) => `  ${table.padEnd(20)} ${String(count).padStart(9)} rows`),
    parked.length === 0 ? '  Nothing is set aside.' : '  Set aside:',
    ...parked.map(
      ({ projection, streamId, events, type, error, position: from, since }) =>
        `    ${streamId} in ${projection}: ${events} events from ${type} at ${from} on, since ${since}: ${error ?? 'reason not kept'}`,
    ),
  ].join('\n');
}
