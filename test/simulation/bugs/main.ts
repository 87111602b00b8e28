import { parseArgs } from 'node:util';
import { hunt, occurrences, type Caught } from './hunt.js';
import { PLANTED_BUGS } from './list.js';

/** `npm run prove:mutants -- --json`: each planted bug must be noticed, or an invariant is missing. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    'episode-years': { type: 'string', default: '60' },
    'at-once': { type: 'string', default: '2' },
    from: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const print = (line: object, words: string): void =>
  void process.stdout.write(`${values.json ? JSON.stringify(line) : words}\n`);
const started = performance.now();

const bugs = PLANTED_BUGS.slice(Number(values.from) - 1).filter(({ name }) => name.includes(values.only));
for (const bug of bugs)
  if (occurrences(bug) !== 1)
    throw new Error(`${bug.name}: the text to replace occurs ${occurrences(bug)} times in ${bug.file}`);

const caught: Caught[] = [];
const waiting = bugs.values();
async function huntOn(): Promise<void> {
  for (const bug of waiting) {
    const one = await hunt(bug, { seed: Number(values.seed), episodeYears: Number(values['episode-years']) });
    caught.push(one);
    print(
      one,
      `${one.killed ? 'killed  ' : 'SURVIVED'} ${one.mutant}${one.by ? `: ${one.by}` : ''} (${one.seconds} s)`,
    );
  }
}
await Promise.all(Array.from({ length: Number(values['at-once']) }, huntOn));
const killed = caught.filter((one) => one.killed).length;
const seconds = Math.round((performance.now() - started) / 1_000);
print(
  { planted: bugs.length, killed, seconds },
  `${killed} of ${bugs.length} planted bugs were noticed in ${seconds} s`,
);
process.exitCode = killed === bugs.length ? 0 : 1;
