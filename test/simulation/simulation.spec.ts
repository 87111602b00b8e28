import { describe, expect, it } from '@jest/globals';
import { simulate } from './bugs/hunt.js';

const MINUTES = 60_000;

interface Line {
  readonly episodeYears: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly reached: Readonly<Record<string, number>>;
  readonly violations: number;
  readonly digest: string;
}

async function lastLine(...args: readonly string[]): Promise<Line> {
  const lines = await simulate(['--json', ...args]);
  return JSON.parse(lines.at(-1)!) as Line;
}

describe('simulated lives', () => {
  it(
    'violate no invariant, whatever goes wrong, and everything does go wrong',
    async () => {
      const { violations, episodeYears, faults, reached } = await lastLine(
        '--episode-years',
        '60',
        '--seed',
        '20261125',
      );
      expect(violations).toBe(0);
      expect(episodeYears).toBeGreaterThanOrEqual(60);
      expect(Object.keys(faults)).toHaveLength(21);
      for (const type of [
        'ActVoided',
        'AssessmentCorrected',
        'HoldEnded',
        'PatientDeathNoted',
        'EpisodeTransferred',
        'FollowUpSnoozed',
      ])
        expect(reached[type]).toBeGreaterThan(0);
    },
    10 * MINUTES,
  );

  it(
    'are the same for the same seed, by any number of threads, and others for another',
    async () => {
      const few = ['--episode-years', '2'];
      const digests = await Promise.all([
        lastLine(...few, '--seed', '7', '--threads', '1'),
        lastLine(...few, '--seed', '7', '--threads', '2'),
        lastLine(...few, '--seed', '8', '--threads', '1'),
      ]);
      const [one, two, other] = digests.map(({ digest }) => digest);
      expect(two).toBe(one);
      expect(other).not.toBe(one);
    },
    10 * MINUTES,
  );

  it(
    'are the same for the same seed with all that ships, though its index follows the log by itself',
    async () => {
      const whole = ['--whole', '--episode-years', '4', '--seed', '7'];
      const [one, two] = await Promise.all([
        lastLine(...whole, '--threads', '1'),
        lastLine(...whole, '--threads', '2'),
      ]);
      expect(two.digest).toBe(one.digest);
    },
    10 * MINUTES,
  );

  it(
    'hold on the store that ships',
    async () => {
      const { violations } = await lastLine('--store', 'sqlite', '--episode-years', '1', '--seed', '3');
      expect(violations).toBe(0);
    },
    10 * MINUTES,
  );
});
