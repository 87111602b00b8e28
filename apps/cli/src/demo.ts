import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atLocal, localDate } from '#care';
import { scaledClock, type ScaledClock } from '#door';
import { apiPort, dataDir, say, type AddCommand } from './command.js';
import { CAST } from './demo/cast.js';
import { importExamples } from './demo/examples.js';
import { narrate } from './demo/narrate.js';
import { People } from './demo/people.js';
import { openHouse, type House } from './house/house.js';
import { assertOwnFiles } from './house/settings.js';
import { ENDINGS, untilStopped } from './house/until-stopped.js';
import { banner } from './start.js';

/** A day of the demo lasts two seconds. */
const REAL_MS_PER_DAY = 2000;
const DAY_MS = 86_400_000;
const ZONE = 'America/New_York';
const PAUSE_AFTER_MS = 120_000;

export const add: AddCommand = (program) =>
  void program
    .command('demo')
    .description(
      'As start, with an example caseload, a day in two seconds, and scripted people who act, some late, some never. Files: <data>/demo.',
    )
    .option('--pause-temporal', 'stop the Temporal server after two minutes; the watchdog carries on alone')
    .option('--pause-after <seconds>', 'stop it after so many seconds instead', Number)
    .option('--no-examples', 'only the scripted patients')
    .option('--quiet', 'no narration')
    .addHelpText('after', ENDINGS)
    .action(demo);

interface Options {
  readonly pauseTemporal?: boolean;
  readonly pauseAfter?: number;
  readonly examples: boolean;
  readonly quiet?: boolean;
}

async function demo(options: Options): Promise<void> {
  assertOwnFiles(process.env);
  const folder = join(dataDir(), 'demo');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const began = beginning(folder);
  const clock = scaledClock({ realMsPerDay: REAL_MS_PER_DAY, startInstant: began, stateFile: join(folder, 'clock') });
  const opened = performance.now();
  const house = await openHouse({
    dataDir: folder,
    port: apiPort(),
    env: process.env,
    operator: { info: say, warn: say },
    clock,
    zone: ZONE,
    profile: 'demo',
    // By this clock a moment is hours: only what is days late comes after an outage.
    noticePace: { lateMs: 5 * DAY_MS, gatherMs: REAL_MS_PER_DAY / 2 },
  });
  process.stdout.write(await banner(house, (performance.now() - opened) / 1000));
  const people = new People({
    episodes: house.runtime.episodes,
    patients: house.runtime.patients,
    clock,
    began,
    onTrouble: say,
  });
  const stopping = new AbortController();
  const telling = tellAndAct(house, people, stopping.signal, options.quiet === true, clock);
  await people.arrive();
  for (const { name, shows } of CAST) say(`  ${name}: ${shows}`);
  if (options.examples) await importExamples(house.runtime, began, ZONE, say);
  const pause =
    options.pauseTemporal || options.pauseAfter !== undefined
      ? setTimeout(() => void pauseTemporal(house), options.pauseAfter ? options.pauseAfter * 1000 : PAUSE_AFTER_MS)
      : undefined;
  await untilStopped({
    close: async () => {
      clearTimeout(pause);
      people.leave();
      stopping.abort();
      await telling;
      await house.close();
      clock.close();
    },
  });
}

/** When the demo first began, by its own clock: seven in the morning of the day of the first start; kept over restarts. */
function beginning(folder: string): Date {
  const file = join(folder, 'began');
  try {
    return new Date(readFileSync(file, 'utf8').trim());
  } catch {
    const began = new Date(atLocal(localDate(new Date().toISOString(), ZONE), '07:00', ZONE));
    writeFileSync(file, `${began.toISOString()}\n`);
    return began;
  }
}

/** Reads the log from its beginning: the people hear every raise again after a restart, the narrator tells only what is new. */
async function tellAndAct(
  { runtime }: House,
  people: People,
  signal: AbortSignal,
  quiet: boolean,
  clock: ScaledClock,
): Promise<void> {
  const from = clock.now().toISOString();
  for await (const notice of runtime.store.subscribe({ prefixes: ['episode-'], signal })) {
    if (notice.kind !== 'events') continue;
    for (const event of notice.events) {
      people.hear(event);
      const line = !quiet && event.recordedAt >= from ? narrate(event, ZONE) : null;
      if (line !== null) process.stdout.write(`${line}\n`);
    }
  }
}

async function pauseTemporal({ temporal }: House): Promise<void> {
  if (!temporal.server) return say('there is no Temporal server of ours to stop: the watchdog carries on as before');
  say('stopping the Temporal server: from here on the watchdog raises every follow-up alone');
  await temporal.server.stop();
}
