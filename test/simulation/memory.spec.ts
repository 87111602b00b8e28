import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { Life } from './life.js';
import { quickStage } from './stages.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

describe('a life that is over', () => {
  it('is forgotten, crashes and all: a run of many would have no memory left', async () => {
    const stage = await quickStage(160);
    const lived: WeakRef<Life>[] = [];
    const crashes: number[] = [];
    for (let episode = 0; episode < 6; episode += 1) {
      const life = new Life(stage, 7, episode);
      lived.push(new WeakRef(life));
      const { faults } = await life.live();
      crashes.push((faults['crash-before-append'] ?? 0) + (faults['crash-after-append'] ?? 0));
    }
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(crashes.every((times) => times > 0)).toBe(true);
    // The last may still be held by what is on its way out.
    expect(lived.slice(0, -1).filter((life) => life.deref())).toHaveLength(0);
  }, 60_000);
});
