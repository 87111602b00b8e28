import { EPISODE_EVENT_TYPES, UNREADABLE } from '#care';
import { createCodec, type EventStore } from '#event-store';
import { answer, CommandFailed, dataDir, type AddCommand } from './command.js';
import { countingOn } from './progress.js';
import { Judge, type Verdict } from './verify/judge.js';
import { streamByStream, wholeLog, withLog } from './verify/log-file.js';
import { notBefore, nowOf, type Now } from './verify/now.js';
import { verifyProjections } from './verify/projections.js';
import { verdictWords } from './verify/words.js';

interface Options {
  readonly json?: boolean;
  readonly at?: string;
  readonly grace?: string;
  readonly data?: string;
  readonly projections?: boolean;
}

const EXPLAINED = `
Reads only the log: events.db of the folder that --data names, else what FOLLOWTHROUGH_LOG names, else ./data. No key, no lock, also
while the server runs.
With --projections it proves instead that the read models are what the log says: it tells the log again into a temporary file beside them,
needs the keys of this installation for that, and compares every row up to the same position, also while the server runs.
Exit codes: 0 every follow-up was kept · 1 something is wrong · 2 wrong call · 3 no log.`;

/** `followthrough verify`: does the log prove that nobody was forgotten? */
export const add: AddCommand = (program) => {
  program
    .command('verify')
    .description('Prove from the log alone that every follow-up was raised: once, not early, none silent.')
    .option('--json', 'one JSON object on stdout')
    .option(
      '--at <instant>',
      'judge silence as of this instant (default: the demo’s clock where there is one, else now)',
    )
    .option(
      '--grace <seconds>',
      'how long a step may be due and not raised (default 300; on the clock of a demo 3 days)',
    )
    .option('--projections', 'compare the read models with the log instead')
    .option('--data <folder>', 'the data folder (default FOLLOWTHROUGH_DATA, else ./data)')
    .addHelpText('after', EXPLAINED)
    .action(verify);
};

async function verify({ json, at, grace, data, projections }: Options): Promise<void> {
  if (projections) {
    if (at !== undefined || grace !== undefined)
      throw new CommandFailed('--at and --grace judge the log; --projections compares rows', 2);
    return verifyProjections(data, json);
  }
  const asked = nowOf(data ?? dataDir(), { at, grace });
  await withLog(data, async (store) => {
    const now = await notBefore(asked, store);
    const { verdict, wrong } = await judged(store, now);
    answer(json, verdict, () => verdictWords(verdict, wrong, now));
    if (wrong > 0) process.exitCode = 1;
  });
}

const keyless = {
  keyFor: (): never => {
    throw new Error('verify seals nothing');
  },
  open: (): null => null,
};

async function judged(store: EventStore, { at, graceMs }: Now): Promise<{ verdict: Verdict; wrong: number }> {
  const codec = createCodec({ types: EPISODE_EVENT_TYPES, keys: keyless, unreadable: UNREADABLE });
  const judge = new Judge({ at, graceMs, readFacts: codec.readFacts });
  const progress = countingOn(process.stderr, 'events read');
  const streams = await streamByStream(store);
  let streamId: string | undefined;
  for await (const event of streams ?? wholeLog(store)) {
    if (streams && streamId !== undefined && event.streamId !== streamId) judge.ends(streamId);
    ({ streamId } = event);
    judge.take(event);
    progress.step();
  }
  progress.done();
  const verdict = judge.verdict();
  return { verdict, wrong: judge.wrong };
}
