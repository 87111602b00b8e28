import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openReadModels } from '#read-models';
import { insertTheSame } from './bare-views.js';
import type { Clinic } from './clinic.js';
import { compare, type Measure } from './measure.js';
import { caughtUp } from './served.js';

/** All views from the first event of the log, beside bare prepared inserts of the rows that come of it. */
export async function catchUp(clinic: Clinic): Promise<Measure> {
  const { folder } = clinic;
  // Positions count the events of this log one by one.
  const events = Number((await clinic.runtime.store.head())!.position);
  let built = '';
  const ours = async (): Promise<number> => {
    const home = mkdtempSync(join(folder, 'views-'));
    const began = performance.now();
    await build(clinic, { file: join(home, 'read.db') });
    const seconds = (performance.now() - began) / 1000;
    built = builtIn(home);
    return events / seconds;
  };
  await ours();
  let n = 0;
  const bare = async (): Promise<number> => {
    n += 1;
    return events / insertTheSame(built, join(folder, `bare-views-${n}.db`)).seconds;
  };
  const { rows } = insertTheSame(built, join(folder, 'bare-views.db'));
  return compare(
    `all views from the first of ${events} events, events`,
    ours,
    `bare prepared inserts of the ${rows} rows that come of them`,
    bare,
    0.4,
  );
}

/** Takes in the whole log. */
export async function build(clinic: Clinic, where: { file: string; database?: string | undefined }): Promise<void> {
  const { store, codec, clock } = clinic.runtime;
  const views = openReadModels({ ...where, store, codec, clock });
  await views.start();
  await caughtUp(clinic, views);
  await views.stop();
}

/** The file of the views in a folder that holds one generation. */
export const builtIn = (home: string): string =>
  join(
    home,
    readdirSync(home).find((name) => /^read\.\d+\.db$/.test(name))!,
  );
