import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { deriveFollowUps, tell } from '#care';

import { SEED_ORGANISATION, SEED_SITE } from '#door';
import { bareGroupCommit, bareInserts } from './bare-log.js';
import { call, note, openClinic, type Clinic } from './clinic.js';
import { besideEmmett } from './emmett.js';
import { longEpisode } from './fold.js';
import { commandsOverHttp } from './http-command.js';
import { compare, median, perSecond, type Measure } from './measure.js';
import { caseloadPage } from './page.js';
import { catchUp } from './projections.js';

type World = Parameters<typeof deriveFollowUps>[0];

/** `npm run bench -- [--json] [--only <measure>] [--emmett <folder>]`: each figure beside a peer in the same run. Nothing here asserts a time. */
const FOR_MS = 1200;
const CALLERS = 64;

async function singleAppend({ runtime, folder, episodes }: Clinic): Promise<Measure> {
  const bare = bareInserts(join(folder, 'bare-single.db'));
  let n = 0;
  const ours = (): Promise<number> =>
    perSecond(FOR_MS, 1, () => runtime.episodes.handle(episodes[n++ % episodes.length]!, note()));
  const measure = await compare(
    'single append (a note) with sealing, chain and follow-up diff',
    ours,
    'bare node:sqlite, WAL and FULL',
    () => perSecond(FOR_MS, 1, () => bare.insert()),
    0.7,
  );
  bare.close();
  return measure;
}

async function visitAppend({ runtime, folder, episodes }: Clinic): Promise<Measure> {
  const bare = bareInserts(join(folder, 'bare-visit.db'));
  let n = 0;
  const visited = () => runtime.episodes.handle(episodes[n++ % episodes.length]!, call());
  // The first visit of the day fulfils more than those after it.
  for (const _ of episodes) await visited();
  const outcome = await visited();
  const rows = outcome.kind === 'appended' ? outcome.events.length : 0;
  const measure = await compare(
    `visit (contact and scale), ${rows} events in one append with sealing, chain and follow-up diff`,
    () => perSecond(FOR_MS, 1, visited),
    `bare node:sqlite, WAL and FULL, ${rows} rows in one transaction`,
    () => perSecond(FOR_MS, 1, () => bare.insert(rows)),
    0.7,
  );
  bare.close();
  return measure;
}

async function concurrentAppends({ runtime, folder, episodes }: Clinic): Promise<Measure> {
  const bare = bareGroupCommit(join(folder, 'bare-group.db'));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const ours = async (): Promise<number> => {
    delay.enable();
    const rate = await perSecond(FOR_MS, CALLERS, (caller) =>
      runtime.episodes.handle(episodes[caller % episodes.length]!, note()),
    );
    delay.disable();
    return rate;
  };
  const measure = await compare(
    `${CALLERS} concurrent callers (a note each)`,
    ours,
    'bare group commit behind a worker thread',
    () => perSecond(FOR_MS, CALLERS, (caller) => bare.insert(caller)),
    0.6,
  );
  await bare.close();
  return { ...measure, eventLoopDelayP99Ms: Math.round(delay.percentile(99) / 1e5) / 10 };
}

async function followUpDiff({ runtime, episodes }: Clinic): Promise<Measure> {
  const answer = await runtime.policies.policyFor(SEED_ORGANISATION, SEED_SITE);
  if ('refusal' in answer) throw new Error(answer.refusal.detail);
  const { state } = await runtime.episodes.load(episodes.at(-1)!);
  const world = {
    story: tell(state)!,
    ledger: state.ledger,
    pathway: answer.policy.pathway,
    calendar: answer.policy.calendar,
  };
  const rates: number[] = [];
  for (let round = 0; round < 6; round += 1)
    rates.push(await perSecond(FOR_MS / 2, 1, async () => void deriveFollowUps(afresh(world))));
  return {
    measure: `follow-up diff alone, ${state.acts.length} acts`,
    ours: Math.round(median(rates.slice(1))),
    peer: null,
    peerFigure: null,
    ratio: null,
    goal: null,
  };
}

/** The same world in a new skin: what was once found settled must be found out again. */
const afresh = (world: World): World => ({ ...world, ledger: { ...world.ledger } });

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string' }, emmett: { type: 'string' } },
});
const { json, only, emmett } = values;
/** `--only page`: the measures whose function’s name holds it. */
const isAsked = ({ name }: { readonly name: string }): boolean =>
  only === undefined || name.toLowerCase().includes(only.toLowerCase());

function print<M>(line: M, words: (line: M) => string): void {
  process.stdout.write(`${json ? JSON.stringify(line) : words(line)}\n`);
}

const inWords = ({ measure, ours, peer, ratio, peerFigure, goal }: Measure): string =>
  `${measure}: ${ours}/s${peer === null ? '' : `, ${ratio} × ${peer} (${peerFigure}/s; goal ${goal})`}`;

/** Each in a clinic of its own: what one measure writes would be in the way of the next. */
async function inAClinic<M>(measured: (clinic: Clinic) => Promise<M>): Promise<M> {
  const clinic = await openClinic(CALLERS);
  try {
    return await measured(clinic);
  } finally {
    await clinic.close();
  }
}

const measures = [
  ...[catchUp, followUpDiff, singleAppend, visitAppend, concurrentAppends, longEpisode, caseloadPage],
  ...(emmett === undefined ? [] : besideEmmett(emmett)),
];
for (const measured of measures.filter(isAsked)) print(await inAClinic(measured), inWords);
if (isAsked(commandsOverHttp))
  print(
    await inAClinic(commandsOverHttp),
    ({ measure, p50Ms, p99Ms, shareOfBareInsert, peer }) =>
      `${measure}: p50 ${p50Ms} ms, p99 ${p99Ms} ms, ${shareOfBareInsert} of p50 is ${peer}`,
  );
