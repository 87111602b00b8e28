import { describe, expect, it } from '@jest/globals';
import { CancelledFailure } from '@temporalio/common';
import { DoorUnavailable } from '#door';
import { EventStoreError } from '#event-store';
import { newCounters, newHeartbeats } from './counters.js';
import type { Clock, EpisodeWaker, Settled } from './ports.js';
import { episodeActivities, planOf } from './settle.js';
import { NOTHING_DUE } from './testing/nothing-due.js';
import { SilentOperator } from './testing/silent-operator.js';

const NOW = Date.parse('2027-03-01T13:00:00.000Z');
const at = (ms: number): string => new Date(NOW + ms).toISOString();
/** A day of the clinic is two seconds here. */
const demoClock: Clock = {
  now: () => new Date(NOW),
  realMillisUntil: (instant) => Math.max(0, instant.getTime() - NOW) / 43_200,
};

const settled = (more: Partial<Settled> = {}): Settled => ({
  ...NOTHING_DUE,
  revision: 4,
  next: { followUpId: 'contact:3:1', kind: 'contact', at: at(86_400_000) },
  ...more,
});
const aRaise = { followUpId: 'contact:3:1', kind: 'contact', step: 1, at: at(0), lateMs: 0 };

function activity(answers: (Settled | Error)[], verified = true) {
  const counters = newCounters();
  const asked: string[] = [];
  const waker: Pick<EpisodeWaker, 'settle'> = {
    async settle(episodeId, by) {
      asked.push(`${episodeId} ${by}`);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return answer as Settled;
    },
  };
  const heartbeats = newHeartbeats();
  const operator = new SilentOperator();
  const catchUp = { tries: 3, everyMs: 1 };
  const { settle } = episodeActivities({
    waker,
    clock: demoClock,
    attributes: { verified },
    counters,
    heartbeats,
    operator,
    catchUp,
  });
  return { settle, counters, asked, heartbeats, operator };
}

describe('settle', () => {
  it('answers phase, what is next, and how long that is in real milliseconds', async () => {
    const { settle, asked, heartbeats } = activity([settled()]);
    expect(await settle({ episodeId: 'e', minRevision: 4 })).toEqual({
      revision: 4,
      phase: 'acute',
      closed: false,
      publish: true,
      next: { kind: 'contact', waitMs: 2000 },
    });
    expect(asked).toEqual(['e system:workflow']);
    expect(heartbeats.workflow).not.toBeNull();
  });

  it('says not to publish while the search attributes are unverified', async () => {
    expect((await activity([settled()], false).settle({ episodeId: 'e', minRevision: 4 })).publish).toBe(false);
  });

  it('reads again while the record is behind the hint, then takes what there is', async () => {
    const late = activity([settled({ revision: 3 }), settled({ revision: 6 })]);
    expect((await late.settle({ episodeId: 'e', minRevision: 6 })).revision).toBe(6);
    const restored = activity([settled({ revision: 3 })]);
    expect((await restored.settle({ episodeId: 'e', minRevision: 9 })).revision).toBe(3);
    expect(restored.asked).toHaveLength(3);
    expect(restored.counters.behindHint).toBe(1);
  });

  it('settles again while a look leaves something due at once, a bounded number of times', async () => {
    const due = settled({ raised: [aRaise], next: { followUpId: 'x', kind: 'contact', at: at(-1) } });
    const twice = activity([due, settled({ revision: 5 })]);
    expect((await twice.settle({ episodeId: 'e', minRevision: 0 })).revision).toBe(5);
    expect(twice.counters.workflowRaises).toBe(1);
    const endless = activity([due]);
    expect((await endless.settle({ episodeId: 'e', minRevision: 0 })).next?.waitMs).toBe(0);
    expect(endless.counters.unsettled).toBe(1);
  });

  it('does not settle again what is due and raises nothing: the workflow backs off instead', async () => {
    const { settle, asked } = activity([settled({ next: { followUpId: 'x', kind: 'contact', at: at(-1) } })]);
    await settle({ episodeId: 'e', minRevision: 0 });
    expect(asked).toHaveLength(1);
  });

  it('takes a refused derivation as an answer', async () => {
    const { settle, counters } = activity([settled({ derivation: 'refused' })]);
    expect((await settle({ episodeId: 'e', minRevision: 0 })).next?.kind).toBe('contact');
    expect(counters.derivationsRefused).toBe(1);
  });

  it.each([
    new DoorUnavailable('/home/anna/data/events.db is locked'),
    new EventStoreError('unavailable', 'the event log cannot be read'),
  ])('throws only a code when the record is away, which is no failure of the worker: %s', async (away) => {
    const { settle, counters, operator } = activity([away]);
    await expect(settle({ episodeId: 'e', minRevision: 0 })).rejects.toMatchObject({
      type: 'StoreAway',
      message: 'the record could not be reached',
      nonRetryable: false,
      category: 'BENIGN',
      cause: undefined,
    });
    expect(counters.settlesFailed).toBe(0);
    expect(operator.lines).toEqual([expect.stringContaining('settle e waits')]);
  });

  it.each([new TypeError('cannot read "Ada"'), new EventStoreError('tampered', 'episode-e: revision 3')])(
    'tells a defect apart, to Temporal by a code, and is tried again: %s',
    async (defect) => {
      const { settle, counters, operator } = activity([defect]);
      await expect(settle({ episodeId: 'e', minRevision: 0 })).rejects.toMatchObject({
        type: 'Defect',
        message: expect.not.stringContaining(defect.message),
        nonRetryable: false,
        category: undefined,
        cause: undefined,
      });
      expect(counters.settlesFailed).toBe(1);
      expect(operator.lines).toEqual([expect.stringMatching(`settle e failed .*: ${defect.name} at .*settle.spec.ts`)]);
      expect(operator.lines[0]).not.toContain(defect.message);
    },
  );

  it('leaves a cancellation what it is', async () => {
    const cancelled = new CancelledFailure('the worker ends');
    const { settle, counters, operator } = activity([cancelled]);
    await expect(settle({ episodeId: 'e', minRevision: 0 })).rejects.toBe(cancelled);
    expect([counters.settlesFailed, operator.lines]).toEqual([0, []]);
  });

  it('lets the workflow of a stream that is not there end', () => {
    const { next: _, ...gone } = settled({ revision: -1, exists: false, phase: 'unknown' });
    expect(planOf(gone, demoClock, true)).toEqual({ revision: -1, phase: 'unknown', closed: true, publish: true });
  });

  it('bounds the sleep under a clock that stands still', () => {
    const still: Clock = { now: () => new Date(NOW), realMillisUntil: () => Infinity };
    expect(planOf(settled(), still, true).next?.waitMs).toBe(366 * 86_400_000);
  });
});
