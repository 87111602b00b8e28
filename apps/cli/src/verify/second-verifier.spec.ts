import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EPISODE_EVENT_TYPES, UNREADABLE } from '#care';
import { createCodec, memoryKeys, type StoredEvent } from '#event-store';
import { Chance } from '../simulate/chance.js';
import { FORGERIES } from './forgeries.js';
import { Judge, type Verdict } from './judge.js';
import type { Problem } from './problem.js';
import { sampleLife } from './sample-life.js';

/** Two judges that share no line of code must say the same of good logs and bad ones. */
const script = fileURLToPath(new URL('../../../../tools/verify/verify.py', import.meta.url));
/** The interpreter itself: a version manager's wrapper would take longer than the judging. */
const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout?.trim();
const available = Boolean(python);
if (!available) console.warn('SKIPPED: no python3 on PATH; the second verifier is not compared with the first');

const SEED = 1;
const LIVES = 8;
const LOGS = 200;
const AT_ONCE = 4;

interface Case {
  readonly name: string;
  readonly log: readonly StoredEvent[];
  readonly at: string;
  readonly graceS: number;
}

interface Judgement {
  readonly verdict: Omit<Verdict, 'byWaker' | 'problems'>;
  readonly wrong: boolean;
  readonly problems: readonly string[];
}

const { readFacts } = createCodec({ types: EPISODE_EVENT_TYPES, keys: memoryKeys(), unreadable: UNREADABLE });

const problemLine = ({ kind, streamId, revision, followUpId, step }: Problem): string =>
  `${kind}: ${streamId} revision ${revision}${followUpId === undefined ? '' : `, ${followUpId}`}${step === undefined ? '' : ` step ${step}`}`;

function firstJudgement({ log, at, graceS }: Case): Judgement {
  const judge = new Judge({ at: new Date(at), graceMs: graceS * 1_000, readFacts });
  for (const event of log) judge.take(event);
  const { byWaker: _byWaker, problems, ...verdict } = judge.verdict();
  return { verdict, wrong: judge.wrong > 0, problems: problems.map(problemLine).toSorted() };
}

/** @throws when it was called wrongly, or found the log to be none */
function secondJudgement({ log, at, graceS }: Case): Promise<Judgement> {
  return new Promise((resolve, reject) => {
    const judging = execFile(python, [script, '--at', at, '--grace', String(graceS)], (error, stdout, stderr) => {
      if (error && error.code !== 1) return reject(error);
      const problems = stderr.split('\n').filter((line) => line !== '');
      resolve({ verdict: JSON.parse(stdout), wrong: error !== null, problems: problems.toSorted() });
    });
    judging.stdin!.on('error', reject);
    judging.stdin!.end(log.map((event) => `${JSON.stringify(event)}\n`).join(''));
  });
}

async function casesOf(seed: number): Promise<Case[]> {
  const lives: StoredEvent[][] = [];
  for (let life = 0; life < LIVES; life += 1) lives.push(await sampleLife(new Chance(seed, life)));
  const forgeries = Object.entries(FORGERIES);
  return Array.from({ length: LOGS }, (_, i) => {
    const chance = new Chance(seed, LIVES + i);
    const [name, forge] = forgeries[i % forgeries.length]!;
    const log = lives[chance.between(0, LIVES - 1)]!;
    const at = new Date(Date.parse(log.at(-1)!.recordedAt) + chance.between(0, 20) * 3_600_000).toISOString();
    return { name: `${i} ${name}`, log: forge(log, chance), at, graceS: chance.happens(0.5) ? 300 : 40_000 };
  });
}

(available ? describe : describe.skip)('the second verifier (python3)', () => {
  const judged: { name: string; first: Judgement; second: Judgement }[] = [];

  beforeAll(async () => {
    const cases = await casesOf(SEED);
    for (let i = 0; i < cases.length; i += AT_ONCE) {
      const batch = cases.slice(i, i + AT_ONCE);
      const seconds = await Promise.all(batch.map(secondJudgement));
      for (const [n, one] of batch.entries())
        judged.push({ name: one.name, first: firstJudgement(one), second: seconds[n]! });
    }
  }, 300_000);

  it(`judges ${LOGS} logs as the first does`, () => {
    const disagreed = judged.filter(({ first, second }) => JSON.stringify(first) !== JSON.stringify(second));
    expect(disagreed).toEqual([]);
    expect(judged).toHaveLength(LOGS);
  });

  it('was asked about right logs and about every kind of wrong', () => {
    expect(judged.filter(({ first }) => !first.wrong).length).toBeGreaterThan(LOGS / 10);
    const kinds = new Set(judged.flatMap(({ first }) => first.problems.map((line) => line.split(':')[0])));
    expect([...kinds].toSorted()).toEqual([
      'chain-broken',
      'doubled',
      'early',
      'ended-twice',
      'episode-without-follow-up',
      'not-open',
      'opened-twice',
      'silent',
      'unplanned',
      'unreadable',
    ]);
  });
});
