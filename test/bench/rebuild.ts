import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { insertTheSame } from './bare-views.js';
import { openClinic } from './clinic.js';
import { liveOn } from './lived-log.js';
import { build, builtIn } from './projections.js';

/**
 * `npm run bench:rebuild -- --events 1000000 [--postgres postgres://…]`: all views of a large log from its first event, and in SQLite beside bare
 * prepared inserts of the rows that come of it. One JSON line; nothing asserts a time.
 */
const { values } = parseArgs({
  options: { events: { type: 'string', default: '1000000' }, postgres: { type: 'string' } },
});
const PATIENTS = 32;
const GOAL = 0.4;

const clinic = await openClinic(PATIENTS);
try {
  await liveOn(clinic, Number(values.events));
  const events = Number((await clinic.runtime.store.head())!.position);
  const home = join(clinic.folder, 'views');
  const began = performance.now();
  await build(clinic, { file: join(home, 'read.db'), database: values.postgres });
  const seconds = (performance.now() - began) / 1000;
  const ours = {
    measure: `all views from the first of ${events} events`,
    views: values.postgres === undefined ? 'SQLite' : 'PostgreSQL',
    seconds: Math.round(seconds),
    eventsPerSecond: Math.round(events / seconds),
  };
  process.stdout.write(
    `${JSON.stringify({ ...ours, ...(values.postgres === undefined ? peer(events, seconds) : {}) })}\n`,
  );

  function peer(events: number, seconds: number) {
    const bare = insertTheSame(builtIn(home), join(clinic.folder, 'bare-views.db'));
    return {
      peer: `bare prepared inserts of the ${bare.rows} rows that come of them`,
      peerEventsPerSecond: Math.round(events / bare.seconds),
      ratio: Math.round((bare.seconds / seconds) * 100) / 100,
      goal: GOAL,
    };
  }
} finally {
  await clinic.close();
}
