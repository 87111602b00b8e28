import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SEED_ORGANISATION, SEED_SITE } from '#door';
import { openReadModels, type ReadModels } from '#read-models';
import { caughtUp, serveWith } from './served.js';
import { by, note, openClinic, type Clinic } from './clinic.js';
import { median } from './measure.js';

/**
 * `npm run bench:sizes -- --episodes 100000 [--postgres postgres://…]`: what a care manager asks for and does, in a clinic of a thousand
 * episodes and in one of so many, each with the same caseload of her own. One JSON line for each; nothing asserts a time.
 */
const { values } = parseArgs({
  options: { episodes: { type: 'string', default: '100000' }, postgres: { type: 'string' } },
});
const MANY = Number(values.episodes);
const FEW = 1_000;
/** What one care manager has. */
const CASELOAD = 80;
const TOGETHER = 32;
const ASKED = 300;
const GOAL = 1.5;

/** Medians in milliseconds. */
type Figures = Readonly<
  Record<
    'caseload, first page of all' | 'caseload of her own' | 'worklist of her own' | 'her morning' | 'a note',
    number
  >
>;

/** Her episodes. */
const own: string[] = [];
/** Each has as many as the next. */
const careManagerOf = (n: number): string => `cm-${1 + Math.floor(n / CASELOAD)}`;

/** Referred and enrolled three weeks ago, with nothing done since: steps are overdue, and raised. */
async function grow({ runtime }: Clinic, from: number, to: number): Promise<void> {
  let next = from;
  const one = async (n: number): Promise<void> => {
    const patientId = randomUUID();
    await runtime.patients.handle(patientId, by({ type: 'RegisterPatient', name: `Test Patient ${n}` }));
    const referral = by(
      {
        ...{ type: 'ReferPatient' as const, patientId, site: SEED_SITE, referredBy: 'pcp-1' },
        ...{ urgency: 'routine' as const, careManager: careManagerOf(n) },
      },
      510,
    );
    const { episodeId } = await runtime.episodes.import(referral, [by({ type: 'EnrolPatient' }, 500)]);
    await runtime.episodes.settle(episodeId, 'system:watchdog');
    if (n < CASELOAD) own.push(episodeId);
  };
  for (let n = from; n < to; n += CASELOAD)
    await runtime.organisations.handle(
      SEED_ORGANISATION,
      by({ type: 'AddStaff', staff: careManagerOf(n), role: 'care-manager' }),
    );
  const lane = async (): Promise<void> => {
    while (next < to) {
      const n = next++;
      await one(n);
      if (n % 10_000 === 9_999) process.stderr.write(`${n + 1} episodes\n`);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, lane));
}

async function measured(clinic: Clinic, views: ReadModels): Promise<Figures> {
  const { url, authorization, close } = await serveWith(clinic, views);
  const get = async (path: string): Promise<void> => {
    const response = await fetch(`${url}${path}`, { headers: { authorization } });
    const body = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${body}`);
  };
  try {
    return {
      'caseload, first page of all': await medianOf(() => get('/v1/caseload?limit=50')),
      'caseload of her own': await medianOf(() => get('/v1/caseload?careManager=cm-1&limit=50')),
      'worklist of her own': await medianOf(() => get('/v1/worklist?assignee=me')),
      'her morning': await medianOf(() => get('/v1/day/morning')),
      'a note': await medianOf((n) => clinic.runtime.episodes.handle(own[n % own.length]!, note())),
    };
  } finally {
    await close();
  }
}

async function medianOf(act: (n: number) => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < ASKED; n += 1) {
    const began = performance.now();
    await act(n);
    took.push(performance.now() - began);
  }
  return median(took.slice(ASKED / 10));
}

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const rounded = (value: number): number => Math.round(value * 100) / 100;

const clinic = await openClinic(0);
const { store, codec, clock } = clinic.runtime;
const file = join(clinic.folder, 'read.db');
const views = openReadModels({ file, database: values.postgres, store, codec, clock });
try {
  await views.start();
  await grow(clinic, 0, FEW);
  await caughtUp(clinic, views);
  const few = await measured(clinic, views);
  // The views rest meanwhile, so that taking in all the rest can be measured alone.
  await views.stop();
  const { events: before } = await grown(clinic);
  await grow(clinic, FEW, MANY);
  const { events } = await grown(clinic);
  const began = performance.now();
  await views.start();
  await caughtUp(clinic, views);
  const seconds = (performance.now() - began) / 1000;
  const kept = values.postgres === undefined ? 'SQLite' : 'PostgreSQL';
  print({
    ...{ measure: `views take in ${events - before} events`, views: kept },
    ...{ seconds: rounded(seconds), eventsPerSecond: Math.round((events - before) / seconds) },
  });
  const many = await measured(clinic, views);
  for (const name of Object.keys(few) as (keyof Figures)[])
    print({
      ...{ measure: `${name}, ${MANY} episodes`, views: kept, oursMs: rounded(many[name]) },
      ...{ peer: `itself with ${FEW}`, peerMs: rounded(few[name]), ratio: rounded(many[name] / few[name]), goal: GOAL },
    });
} finally {
  await views.stop();
  await clinic.close();
}

/** Positions count the events of this log one by one. */
async function grown({ runtime }: Clinic): Promise<{ events: number }> {
  return { events: Number((await runtime.store.head())!.position) };
}
