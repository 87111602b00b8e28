import { EVENT_TYPES, UNREADABLE } from '#care';
import { createCodec } from '#event-store';
import { checkReadModels, type ViewsCompared } from '#read-models';
import { takeInOwnInstruments } from '#runtime';
import { answer, CommandFailed, dataDir, say } from '../command.js';
import { countingOn } from '../progress.js';
import { openReadingKeys } from '../replay/keys.js';
import { viewsAt, withViews } from '../views-at.js';
import { withLog } from './log-file.js';
import { nowOf } from './now.js';

/** `followthrough verify --projections`: are the rows of the read models what the log says? */
export async function verifyProjections(named: string | undefined, json: boolean | undefined): Promise<void> {
  const data = named ?? dataDir();
  const keys = openReadingKeys(data, process.env);
  try {
    if (keys.without !== null)
      throw new CommandFailed(
        `read models hold what is sealed in the log, and it cannot be opened: ${keys.without}`,
        3,
      );
    takeInOwnInstruments(data, say);
    const codec = createCodec({ types: EVENT_TYPES, keys: keys.ring, unreadable: UNREADABLE });
    const { at } = nowOf(data, {});
    await withLog(named, (store) =>
      withViews(async () => {
        const progress = countingOn(process.stderr, 'events taken in');
        const compared = await checkReadModels({
          ...viewsAt(data, process.env),
          ...{ store, codec, clock: { now: () => at } },
          progress: () => progress.step(),
        });
        progress.done();
        answer(json, { same: isSame(compared), ...compared }, () => words(compared));
        if (!isSame(compared)) process.exitCode = 1;
      }),
    );
  } finally {
    keys.close();
  }
}

const isSame = ({ tables }: ViewsCompared): boolean => tables.every(({ differences }) => differences === 0);

function words(compared: ViewsCompared): string {
  const { generation, position, tables } = compared;
  return [
    `Read models, generation ${generation}, beside the log told again up to ${position}`,
    ...tables.map(({ table, kept, told, differences, differing }) =>
      differences === 0
        ? `  ${table.padEnd(20)} ${String(kept.rows).padStart(9)} rows  ${kept.checksum.slice(0, 16)}`
        : [
            `  ${table.padEnd(20)} ${differences} rows differ: ${kept.rows} are kept, the log says ${told.rows}`,
            ...differing.map((key) => `    ${key.join(' ')}`),
          ].join('\n'),
    ),
    isSame(compared)
      ? 'The rows are what the log says.'
      : 'The rows are NOT what the log says. Rebuild: docs/operations/read-models.md.',
  ].join('\n');
}
