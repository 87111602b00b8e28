import { describe, expect, it } from '@jest/globals';
import { newCounters, newHeartbeats } from './counters.js';
import type { DueEpisode } from './due-index.js';
import type { Clock, EpisodeWaker, Settled } from './ports.js';
import { NOTHING_DUE } from './testing/nothing-due.js';
import { SilentOperator } from './testing/silent-operator.js';
import { Watchdog } from './watchdog.js';

const NOW = Date.parse('2027-03-01T13:00:00.000Z');
const clockAt = (pace: number): Clock => ({
  now: () => new Date(NOW),
  realMillisUntil: (instant) => Math.max(0, instant.getTime() - NOW) / pace,
});

/** Episodes that are due since so many milliseconds; a raise takes them out of the index, at once or later. */
function house({
  up = true,
  pace = 1,
  indexLags = false,
  waker,
  uptime = () => performance.now(),
}: {
  up?: boolean;
  pace?: number;
  indexLags?: boolean;
  waker?: EpisodeWaker['settle'];
  uptime?: () => number;
} = {}) {
  const dueSince = new Map<string, { ms: number; safety: boolean }>();
  const asked: string[] = [];
  const derived: string[] = [];
  const counters = newCounters();
  const heartbeats = newHeartbeats();
  const heals: number[] = [];
  let cleanLooks = 0;
  let busy = 0;
  let mostBusy = 0;
  let mostAskedFor = 0;
  const settle: EpisodeWaker['settle'] =
    waker ??
    (async (episodeId): Promise<Settled> => {
      if (!indexLags) dueSince.delete(episodeId);
      const at = new Date(NOW).toISOString();
      const raised = [{ followUpId: 'contact:0:1', kind: 'contact', step: 1, at, lateMs: 0 }];
      return { ...NOTHING_DUE, revision: 1, raised };
    });
  const index = {
    due(cutoff: number, limit: number): DueEpisode[] {
      mostAskedFor = Math.max(mostAskedFor, limit);
      return [...dueSince]
        .map(([episodeId, { ms, safety }]) => ({ episodeId, safety, kind: 'contact', since: NOW - ms }))
        .filter(({ since }) => since <= cutoff)
        .sort((a, b) => Number(b.safety) - Number(a.safety) || a.since - b.since)
        .slice(0, limit);
    },
    revisionOf: (episodeId: string) => (indexLags || dueSince.has(episodeId) ? 0 : 1),
  };
  const watchdog = new Watchdog({
    index,
    clock: clockAt(pace),
    isEngineUp: () => up,
    counters,
    heartbeats,
    operator: new SilentOperator(),
    onHeal: (raises) => heals.push(raises),
    onCleanLook: () => (cleanLooks += 1),
    uptime,
    waker: {
      async raise(episodeId, by) {
        asked.push(`${episodeId} ${by}`);
        mostBusy = Math.max(mostBusy, (busy += 1));
        await new Promise((resolve) => setTimeout(resolve, 1));
        busy -= 1;
        return settle(episodeId, by);
      },
      async settle(episodeId, by) {
        if (!dueSince.has(episodeId)) {
          derived.push(episodeId);
          return { ...NOTHING_DUE, revision: 1 };
        }
        return { ...NOTHING_DUE, ...(await this.raise(episodeId, by)) };
      },
    },
  });
  return {
    watchdog,
    dueSince,
    asked,
    derived,
    counters,
    heartbeats,
    heals,
    cleanLooks: () => cleanLooks,
    mostBusy: () => mostBusy,
    mostAskedFor: () => mostAskedFor,
  };
}

describe('the watchdog', () => {
  it('leaves the workflows half a minute, then raises itself and counts a heal', async () => {
    const { watchdog, dueSince, asked, counters, heartbeats, heals } = house();
    dueSince.set('fresh', { ms: 29_000, safety: false });
    dueSince.set('late', { ms: 31_000, safety: false });
    await watchdog.look();
    expect(asked).toEqual(['late system:watchdog']);
    expect(counters).toMatchObject({ heals: 1, watchdogRaises: 1 });
    expect(heals).toEqual([1]);
    expect(heartbeats.watchdog).not.toBeNull();
  });

  it('waits for nobody while Temporal is down, and those raises are no heals', async () => {
    const { watchdog, dueSince, asked, counters, heals } = house({ up: false });
    dueSince.set('fresh', { ms: 0, safety: false });
    await watchdog.look();
    expect(asked).toEqual(['fresh system:watchdog']);
    expect(counters).toMatchObject({ heals: 0, watchdogRaises: 1 });
    expect(heals).toEqual([]);
  });

  it('does not wait for the workflows where more is due than they will raise in time', async () => {
    const { watchdog, dueSince, asked } = house();
    for (let i = 0; i < 999; i += 1) dueSince.set(`e${i}`, { ms: 6_000, safety: false });
    dueSince.set('fresh', { ms: 4_000, safety: false });
    await watchdog.look();
    expect(asked).toEqual([]);
    dueSince.set('one more', { ms: 6_000, safety: false });
    await watchdog.look();
    expect(asked).toHaveLength(1_000);
    expect(asked).not.toContain('fresh system:watchdog');
  });

  it('measures its grace in real time under a fast clock', async () => {
    const { watchdog, dueSince, asked } = house({ pace: 43_200 });
    dueSince.set('ten real seconds', { ms: 10_000 * 43_200, safety: false });
    dueSince.set('forty real seconds', { ms: 40_000 * 43_200, safety: false });
    await watchdog.look();
    expect(asked).toEqual(['forty real seconds system:watchdog']);
  });

  it('takes a burst twelve at a time, safety first', async () => {
    const { watchdog, dueSince, asked, mostBusy, mostAskedFor } = house({ up: false });
    for (let i = 0; i < 300; i += 1) dueSince.set(`e${i}`, { ms: 1000 + i, safety: i % 100 === 0 });
    await watchdog.look();
    expect(asked).toHaveLength(300);
    expect(
      asked
        .slice(0, 3)
        .map((line) => line.split(' ')[0])
        .sort(),
    ).toEqual(['e0', 'e100', 'e200']);
    expect(mostBusy()).toBe(12);
    // What was raised and seen is not asked for again.
    expect(mostAskedFor()).toBe(64);
  });

  it('raises all of a burst before it derives anything, and then derives for each', async () => {
    const derivedBefore: number[] = [];
    const clinic: ReturnType<typeof house> = house({
      up: false,
      waker: async (episodeId) => {
        derivedBefore.push(clinic.derived.length);
        clinic.dueSince.delete(episodeId);
        return { ...NOTHING_DUE, revision: 1 };
      },
    });
    const episodes = Array.from({ length: 128 }, (_, i) => `e${i}`);
    for (const episode of episodes) clinic.dueSince.set(episode, { ms: 1000, safety: false });
    await clinic.watchdog.look();
    expect(derivedBefore).toEqual(episodes.map(() => 0));
    expect(clinic.derived.toSorted()).toEqual(episodes.toSorted());
  });

  it('lets others have their turn while it derives', async () => {
    const { watchdog, dueSince, derived } = house({ up: false });
    for (let i = 0; i < 128; i += 1) dueSince.set(`e${i}`, { ms: 1000, safety: false });
    const derivedBy: number[] = [];
    let others = setImmediate(function turn() {
      derivedBy.push(derived.length);
      others = setImmediate(turn);
    });
    await watchdog.look();
    clearImmediate(others);
    expect(derivedBy.some((n) => n > 0 && n < 128)).toBe(true);
  });

  it('is seen to be alive after each turn of a burst', async () => {
    const alive: boolean[] = [];
    let beating = (): boolean => false;
    const { watchdog, dueSince, heartbeats } = house({
      up: false,
      waker: async (episodeId) => {
        alive.push(beating());
        dueSince.delete(episodeId);
        return { ...NOTHING_DUE, revision: 1 };
      },
    });
    beating = () => heartbeats.watchdog !== null;
    for (let i = 0; i < 65; i += 1) dueSince.set(`e${i}`, { ms: 1000, safety: false });
    await watchdog.look();
    expect(alive).toEqual([...Array.from({ length: 64 }, () => false), true]);
  });

  it('does not ask again while the index has not seen its raise', async () => {
    const { watchdog, dueSince, asked } = house({ up: false, indexLags: true });
    dueSince.set('e', { ms: 0, safety: false });
    await watchdog.look();
    await watchdog.look();
    expect(asked).toHaveLength(1);
  });

  it('asks ever more rarely when a look raises nothing, and counts the disagreement', async () => {
    const { watchdog, dueSince, asked, counters } = house({ up: false, waker: async () => NOTHING_DUE });
    dueSince.set('e', { ms: 0, safety: false });
    for (let i = 0; i < 5; i += 1) await watchdog.look();
    expect(asked).toHaveLength(1);
    expect(counters.disagreements).toBe(1);
  });

  it('asks at once where the record went on since a look that raised nothing', async () => {
    let revision = 0;
    const looks: number[] = [];
    const watchdog = new Watchdog({
      index: { due: () => [{ episodeId: 'e', safety: true }], revisionOf: () => revision },
      clock: clockAt(1),
      isEngineUp: () => false,
      counters: newCounters(),
      heartbeats: newHeartbeats(),
      operator: new SilentOperator(),
      uptime: () => 0,
      waker: {
        raise: () => Promise.reject(new Error('one is no burst')),
        settle: async () => {
          looks.push(revision);
          return { ...NOTHING_DUE, revision };
        },
      },
    });
    for (let i = 0; i < 3; i += 1) await watchdog.look();
    revision = 1;
    for (let i = 0; i < 3; i += 1) await watchdog.look();
    expect(looks).toEqual([0, 1]);
  });

  it('says that a look was clean only when it left nothing undone', async () => {
    const { watchdog, dueSince, cleanLooks } = house({
      up: false,
      waker: async () => {
        throw new Error('away');
      },
    });
    await watchdog.look();
    expect(cleanLooks()).toBe(1);
    dueSince.set('e', { ms: 0, safety: false });
    await watchdog.look();
    await watchdog.look();
    expect(cleanLooks()).toBe(1);
    dueSince.delete('e');
    await watchdog.look();
    expect(cleanLooks()).toBe(2);
  });

  it('is behind while something is due, also within the grace; not for what it could not raise', async () => {
    const { watchdog, dueSince } = house({
      waker: async (episodeId) => {
        if (episodeId === 'bad') throw new Error('away');
        dueSince.delete(episodeId);
        return { ...NOTHING_DUE, revision: 1 };
      },
    });
    expect(watchdog.isBehind()).toBe(false);
    dueSince.set('fresh', { ms: 500, safety: false });
    expect(watchdog.isBehind()).toBe(false);
    dueSince.set('fresh', { ms: 1_000, safety: false });
    expect(watchdog.isBehind()).toBe(true);
    dueSince.delete('fresh');
    dueSince.set('bad', { ms: 60_000, safety: true });
    expect(watchdog.isBehind()).toBe(true);
    await watchdog.look();
    expect(watchdog.isBehind()).toBe(false);
    dueSince.set('fresh', { ms: 1_000, safety: false });
    expect(watchdog.isBehind()).toBe(true);
  });

  it('is silent while its index is behind the log', async () => {
    let sees = false;
    let cleanLooks = 0;
    const heartbeats = newHeartbeats();
    const watchdog = new Watchdog({
      index: { due: () => [], revisionOf: () => -1 },
      clock: clockAt(1),
      isEngineUp: () => true,
      counters: newCounters(),
      heartbeats,
      operator: new SilentOperator(),
      sees: async () => sees,
      onCleanLook: () => (cleanLooks += 1),
      waker: {
        raise: () => Promise.reject(new Error('nothing is due')),
        settle: () => Promise.reject(new Error('nothing is due')),
      },
    });
    await watchdog.look();
    expect(heartbeats.watchdog).toBeNull();
    expect(cleanLooks).toBe(0);
    sees = true;
    await watchdog.look();
    expect(heartbeats.watchdog).not.toBeNull();
    expect(cleanLooks).toBe(1);
  });

  it('goes on with the others when one episode fails', async () => {
    const gone: string[] = [];
    const { watchdog, dueSince } = house({
      up: false,
      waker: async (episodeId) => {
        if (episodeId === 'bad') throw new Error('away');
        gone.push(episodeId);
        dueSince.delete(episodeId);
        return { ...NOTHING_DUE, revision: 1 };
      },
    });
    dueSince.set('bad', { ms: 10, safety: true });
    dueSince.set('good', { ms: 5, safety: false });
    await watchdog.look();
    expect(gone).toEqual(['good']);
  });

  it('looks again within about a minute of the end of an outage, however long it was', async () => {
    let now = 0;
    let away = true;
    const { watchdog, dueSince } = house({
      up: false,
      uptime: () => now,
      waker: async (episodeId) => {
        if (away) throw new Error('away');
        dueSince.delete(episodeId);
        return { ...NOTHING_DUE, revision: 1 };
      },
    });
    for (let i = 0; i < 20; i += 1) dueSince.set(`e${i}`, { ms: 1000, safety: false });
    for (; now < 1_800_000; now += 2000) await watchdog.look();
    away = false;
    for (; now < 1_875_000; now += 2000) await watchdog.look();
    expect([...dueSince.keys()]).toEqual([]);
  });

  it('looks within minutes also where a look raised nothing however often: another step may have come due there', async () => {
    let now = 0;
    const looks: number[] = [];
    const { watchdog, dueSince } = house({
      up: false,
      uptime: () => now,
      waker: async () => {
        looks.push(now);
        return NOTHING_DUE;
      },
    });
    dueSince.set('e', { ms: 1000, safety: true });
    for (; now < 7_200_000; now += 2000) await watchdog.look();
    expect(Math.max(...looks.slice(1).map((at, i) => at - looks[i]!))).toBeLessThan(240_000);
  });
});
