import { describe, expect, it } from '@jest/globals';
import type { Plan } from '#orchestration/contract';
import { compile, FakeWorkflow } from './simulation/fake-temporal.js';
import {
  DAY,
  HOUR,
  liveOneYear,
  MINUTE,
  SECOND,
  TOO_MANY_LOOKS,
  type Faults,
  type YearReport,
} from './simulation/episode-life.js';
import { VirtualTime } from './simulation/virtual-time.js';

/** Years per class; a nightly run asks for more. */
const YEARS = Number(process.env['SIMULATED_YEARS'] ?? 60);

interface FaultClass {
  readonly faults: Faults;
  /** Hours. */
  readonly latest: number;
}

const SECONDS = 10 * (SECOND / HOUR);
const CLASSES: Readonly<Record<string, FaultClass>> = {
  'a healthy year': { faults: {}, latest: SECONDS },
  'bursts of acts while a look is under way': { faults: { bursts: true, activityDelay: 2 * SECOND }, latest: SECONDS },
  'doubled and re-ordered signals': {
    faults: { doubledSignals: 0.5, signalDelay: 10 * MINUTE, bursts: true },
    latest: 0.2,
  },
  'every signal lost': { faults: { lostSignals: 1 }, latest: 168.1 },
  'some signals lost': { faults: { lostSignals: 0.3, doubledSignals: 0.3, signalDelay: MINUTE }, latest: 168.1 },
  'the record away for up to two hours': { faults: { failures: 0.2, outage: 2 * HOUR }, latest: 2.1 },
  'a worker that takes up to an hour': { faults: { taskDelay: HOUR, bursts: true }, latest: 3.1 },
  'continue-as-new at any look, with updates': {
    faults: { continueAsNew: 0.3, updatesPerYear: 80, signalDelay: SECOND, bursts: true },
    latest: SECONDS,
  },
  'many updates at once with slow looks': {
    faults: { continueAsNew: 0.5, updatesPerYear: 400, activityDelay: 6 * HOUR, taskDelay: MINUTE },
    latest: 19,
  },
  'a door whose clock is ahead': { faults: { clockAhead: 5 * MINUTE, bursts: true }, latest: SECONDS },
  'a door whose clock is behind': { faults: { clockAhead: -DAY, bursts: true }, latest: SECONDS },
  'a record restored to an older revision, then a mass poke': { faults: { restores: true }, latest: SECONDS },
  'everything at once': {
    faults: {
      lostSignals: 0.2,
      doubledSignals: 0.3,
      signalDelay: HOUR,
      taskDelay: 10 * MINUTE,
      failures: 0.1,
      outage: HOUR,
      continueAsNew: 0.2,
      updatesPerYear: 80,
      restores: true,
      bursts: true,
    },
    latest: 172,
  },
};

async function years(code: string, faults: Faults, count: number): Promise<YearReport[]> {
  const reports: YearReport[] = [];
  for (let seed = 1; seed <= count; seed += 1) reports.push(await liveOneYear(code, seed, faults));
  return reports;
}

/** What is wrong with these years, in words; empty when all is well. */
function complaints(reports: readonly YearReport[], latest: number): string[] {
  const worst = Math.max(...reports.map((report) => report.latest));
  const sum = (of: (report: YearReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  return [
    ...(sum(({ missed }) => missed) > 0 ? [`missed ${sum(({ missed }) => missed)}`] : []),
    ...(sum(({ early }) => early) > 0 ? [`early ${sum(({ early }) => early)}`] : []),
    ...(worst > latest ? [`${worst.toFixed(3)} h late, at most ${latest.toFixed(3)} h is allowed`] : []),
    ...(sum(({ unansweredUpdates }) => unansweredUpdates) > 0 ? ['updates without an answer'] : []),
    ...(reports.some(({ crash }) => crash !== null)
      ? [`crashed: ${String(reports.find(({ crash }) => crash !== null)?.crash)}`]
      : []),
    ...(reports.some(({ endedAtTheEnd }) => !endedAtTheEnd) ? ['still running after the episode closed'] : []),
    ...(reports.some(({ looks }) => looks > TOO_MANY_LOOKS) ? ['a hot loop'] : []),
  ];
}

describe('the episode workflow raises everything that is owed, in simulated years of', () => {
  const code = compile();
  it.each(Object.entries(CLASSES))(
    '%s',
    async (_, { faults, latest }) => {
      const reports = await years(code, faults, YEARS);
      expect(complaints(reports, latest)).toEqual([]);
      expect(reports.reduce((total, { raised }) => total + raised, 0)).toBeGreaterThan(YEARS * 5);
    },
    120_000,
  );
});

it('the episode workflow shows in the Temporal UI what a look found that was overtaken by a signal', async () => {
  const time = new VirtualTime();
  let revision = 3;
  const look = (): Promise<Plan> =>
    new Promise((resolve) =>
      time.after(SECOND, () => resolve({ revision, phase: `at ${revision}`, closed: false, publish: true })),
    );
  const workflow = new FakeWorkflow(compile(), time, { taskLatency: () => 5, suggestContinueAsNew: () => false }, look);
  const reach = (next: number): void => {
    revision = next;
    workflow.signalWithStart({ episodeId: 'e', hint: next }, 'episodeChanged', { revision: next });
  };
  reach(3);
  time.after(MINUTE, () => reach(4));
  time.after(MINUTE + SECOND / 2, () => reach(5));
  await time.runUntil(2 * MINUTE);
  expect(workflow.details).toBe('phase: at 5 · waiting for: nothing');
  expect(workflow.attributes[0]?.value).toBe('at 5');
});

/** Each mutant has one fault; each must be noticed by the class that is there for it. */
const MUTANTS: Readonly<Record<string, { change: [string, string][]; noticedBy: string }>> = {
  'no weekly look': {
    change: [
      [
        'return Math.min(WEEK, Math.max(plan.next?.waitMs ?? WEEK, backOff));',
        'return Math.max(plan.next?.waitMs ?? 400 * 24 * HOUR, backOff);',
      ],
    ],
    noticedBy: 'every signal lost',
  },
  'the flag cleared after the look instead of before': {
    change: [
      ['stale = false; // before the await', '// before the await'],
      ['finished = begun;', 'finished = begun; stale = false;'],
    ],
    noticedBy: 'bursts of acts while a look is under way',
  },
  'no look after continue-as-new': {
    change: [
      [
        'for (;;) {',
        'for (;;) { if (args.hint !== undefined && begun === 0) { stale = false; await wf.condition(() => stale, WEEK); }',
      ],
    ],
    noticedBy: 'continue-as-new at any look, with updates',
  },
  'signals that do not wake': {
    change: [['await wf.condition(() => stale, nap', 'await wf.condition(() => false, nap']],
    noticedBy: 'a healthy year',
  },
  'continue-as-new without waiting for updates': {
    change: [['await wf.condition(() => stale || wf.allHandlersFinished());', '']],
    noticedBy: 'many updates at once with slow looks',
  },
  'a mass poke ignored because the plan is newer': {
    change: [['revision <= plan.revision && !again', 'revision <= plan.revision']],
    noticedBy: 'a record restored to an older revision, then a mass poke',
  },
  'an episode that never ends': {
    change: [['if (plan.closed) return;', '']],
    noticedBy: 'every signal lost',
  },
};

/** The first year in which something is wrong, told in words; empty when none of them shows it. */
async function firstComplaint(code: string, { faults, latest }: FaultClass): Promise<string[]> {
  for (let seed = 1; seed <= YEARS; seed += 1) {
    const found = complaints([await liveOneYear(code, seed, faults)], latest);
    if (found.length > 0) return found;
  }
  return [];
}

describe('the simulation notices a workflow with', () => {
  it.each(Object.entries(MUTANTS))(
    '%s',
    async (_, { change, noticedBy }) => {
      expect(await firstComplaint(compile(change), CLASSES[noticedBy] as FaultClass)).not.toEqual([]);
    },
    120_000,
  );
});
