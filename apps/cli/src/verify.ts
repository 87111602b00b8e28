import { EPISODE_EVENT_TYPES, UNREADABLE } from '#care';
import { createCodec, type EventStore } from '#event-store';
import { answer, CommandFailed, dataDir, type AddCommand } from './command.js';
import { HeadsComparison } from './heads/compare.js';
import { readHeads } from './heads/heads-file.js';
import { checkingKey } from './heads/signing-keys.js';
import { headsVerdict, headsWords } from './heads/verdict.js';
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
  readonly heads?: string;
  readonly signedBy?: string;
}

const EXPLAINED = `
Reads only the log: events.db of the folder that --data names, else what FOLLOWTHROUGH_LOG names, else ./data. No key, no lock, also
while the server runs.
With --heads it also compares the log with heads that were exported before: the hash chains alone do not show that the end of a stream was
cut off, that a stream is gone, or that one was written anew.
With --projections it proves instead that the read models are what the log says: it tells the log again into a temporary file beside them,
needs the keys of this installation for that, and compares every row up to the same position, also while the server runs.
Exit codes: 0 every follow-up was kept · 1 something is wrong · 2 wrong call · 3 log, heads, keys or read models not to be had or not to be read,
or a log that is empty: nothing read proves nothing.`;

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
    .option('--heads <file>', 'compare with these heads (followthrough export --heads)')
    .option('--signed-by <file>', 'which must be signed: the public key (PEM)')
    .option('--projections', 'compare the read models with the log instead')
    .option('--data <folder>', 'the data folder (default FOLLOWTHROUGH_DATA, else ./data)')
    .addHelpText('after', EXPLAINED)
    .action(verify);
};

async function verify({ json, at, grace, data, projections, heads: file, signedBy }: Options): Promise<void> {
  if (projections) {
    if (at !== undefined || grace !== undefined || file !== undefined)
      throw new CommandFailed('--at, --grace and --heads judge the log; --projections compares rows', 2);
    return verifyProjections(data, json);
  }
  if (signedBy !== undefined && file === undefined)
    throw new CommandFailed('--signed-by is about heads: name them with --heads', 2);
  const heads =
    file === undefined ? null : await readHeads(file, signedBy === undefined ? null : checkingKey(signedBy));
  const asked = nowOf(data ?? dataDir(), { at, grace });
  await withLog(data, async (store) => {
    const now = await notBefore(asked, store);
    const comparison = heads && new HeadsComparison(heads.heads);
    const { verdict, wrong } = await judged(store, now, comparison);
    // Beside heads it is bad news, and told below.
    if (verdict.events === 0 && comparison === null)
      throw new CommandFailed('the log is empty, and nothing read proves nothing', 3);
    const compared = heads && comparison && headsVerdict(heads, comparison.found());
    answer(json, compared ? { ...verdict, heads: compared } : verdict, () =>
      [verdictWords(verdict, wrong, now), ...(compared ? ['', ...headsWords(compared)] : [])].join('\n'),
    );
    if (wrong > 0 || (compared && compared.differ > 0)) process.exitCode = 1;
  });
}

const keyless = {
  keyFor: (): never => {
    throw new Error('verify seals nothing');
  },
  open: (): null => null,
};

async function judged(
  store: EventStore,
  { at, graceMs }: Now,
  heads: HeadsComparison | null,
): Promise<{ verdict: Verdict; wrong: number }> {
  const codec = createCodec({ types: EPISODE_EVENT_TYPES, keys: keyless, unreadable: UNREADABLE });
  const judge = new Judge({ at, graceMs, readFacts: codec.readFacts });
  const progress = countingOn(process.stderr, 'events read');
  const streams = await streamByStream(store);
  let streamId: string | undefined;
  for await (const event of streams ?? wholeLog(store)) {
    if (streams && streamId !== undefined && event.streamId !== streamId) judge.ends(streamId);
    ({ streamId } = event);
    judge.take(event);
    heads?.take(event);
    progress.step();
  }
  progress.done();
  const verdict = judge.verdict();
  return { verdict, wrong: judge.wrong };
}
