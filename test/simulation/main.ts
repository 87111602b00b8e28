import { parseArgs } from 'node:util';
import { run, type RunReport } from './run.js';

/** `npm run prove:simulation -- --episode-years 100000 --seed 1 --json` */
const { values } = parseArgs({
  options: {
    'episode-years': { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    'only-episode': { type: 'string' },
    threads: { type: 'string' },
    store: { type: 'string', default: 'memory' },
    whole: { type: 'boolean', default: false },
    'laws-every-days': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
const seed = Number(values.seed);
const started = performance.now();
const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;

let told = 0;
const report = await run({
  seed,
  episodeYears: Number(values['episode-years']),
  onlyEpisode: number(values['only-episode']),
  threads: number(values.threads),
  store: values.store === 'sqlite' ? 'sqlite' : 'memory',
  whole: values.whole,
  lawsEveryDays: number(values['laws-every-days']),
  progress(years, events) {
    if (seconds() - told < 10) return;
    told = seconds();
    process.stderr.write(
      `${Math.round(years).toLocaleString('en-US')} episode-years, ${events.toLocaleString('en-US')} events, ${told} s\n`,
    );
  },
});

if (report.violated) tellViolation(report.violated);
const line = {
  ...{ episodeYears: report.episodeYears, episodes: report.episodes, events: report.events, faults: report.faults },
  ...{ reached: report.reached, violations: report.violated ? 1 : 0, digest: report.digest, seconds: seconds() },
};
process.stdout.write(values.json ? `${JSON.stringify(line)}\n` : inWords(line));
process.exitCode = report.violated ? 1 : 0;

function tellViolation({ episode, violation }: NonNullable<RunReport['violated']>): void {
  const { invariant, detail, step, recent } = violation!;
  const again = `npm run prove:simulation -- --seed ${seed} --only-episode ${episode}${values.store === 'sqlite' ? ' --store sqlite' : ''}`;
  if (values.json)
    process.stdout.write(`${JSON.stringify({ violation: invariant, detail, seed, episode, step, again })}\n`);
  process.stderr.write(
    [
      `VIOLATED ${invariant}: ${detail}`,
      `seed ${seed}, episode ${episode}, after ${step} events`,
      ...recent.map((one) => `  ${one}`),
      `again: ${again}`,
      '',
    ].join('\n'),
  );
}

function inWords({ episodeYears, events, faults, violations, digest, seconds: took }: typeof line): string {
  const struck = Object.values(faults).reduce((sum, n) => sum + n, 0);
  return `${episodeYears} episode-years, ${events} events, ${struck} faults, ${violations} violations in ${took} s\ndigest ${digest}\n`;
}
