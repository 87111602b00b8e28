import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { DoorUnavailable } from '#door';
import { isStoreAway } from '#event-store';
import type { EpisodeActivities, Plan } from './contract.js';
import type { Counters, Heartbeats } from './counters.js';
import type { Clock, EpisodeWaker, OperatorLog, Settled } from './ports.js';

export interface SettleParts {
  readonly waker: Pick<EpisodeWaker, 'settle'>;
  readonly clock: Clock;
  /** Set by the Temporal module once the search attributes were read back with the right types. */
  readonly attributes: { readonly verified: boolean };
  readonly counters: Counters;
  readonly heartbeats: Heartbeats;
  readonly operator: OperatorLog;
  /** How often and how long a read waits for a revision somebody told us about. */
  readonly catchUp?: { tries: number; everyMs: number };
}

const CATCH_UP = { tries: 5, everyMs: 200 };
/** A look raises what is due, and what is due because of that; more rounds than this would be a fault of the rules. */
const MOST_ROUNDS = 5;

/** The one activity of an awake episode. A refusal is part of the answer; an absent store and a defect are exceptions, and are retried for ever. */
export function episodeActivities(parts: SettleParts): EpisodeActivities {
  return {
    async settle({ episodeId, minRevision }) {
      try {
        const settled = await settleUntilStable(parts, episodeId, minRevision);
        parts.heartbeats.workflow = new Date();
        return planOf(settled, parts.clock, parts.attributes.verified);
      } catch (error) {
        throw failureOf(parts, episodeId, error as Error);
      }
    },
  };
}

/**
 * What Temporal is told: never a message or a stack, which may name a path or worse and which it shows. Every kind is tried again, for a
 * follow-up may wait and not be dropped; only an absent store is to be expected, and no failure of this worker.
 */
function failureOf({ operator, counters }: SettleParts, episodeId: string, error: Error): Error {
  if (error instanceof CancelledFailure) return error;
  if (error instanceof DoorUnavailable || isStoreAway(error)) {
    operator.warn(`settle ${episodeId} waits: ${error.message}`);
    const message = 'the record could not be reached';
    return ApplicationFailure.create({ type: 'StoreAway', message, category: ApplicationFailureCategory.BENIGN });
  }
  counters.settlesFailed += 1;
  operator.warn(`settle ${episodeId} failed though its record is there: ${error.name}${placeOf(error)}`);
  return ApplicationFailure.create({ type: 'Defect', message: 'the look failed; the worker says where' });
}

/** Where it was thrown. Its message is told to nobody: parsers quote what they were given. */
function placeOf({ message, stack = '' }: Error): string {
  const lines = stack.replace(message, '').split('\n');
  return lines.find((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line))?.replace(/^ +/, ' ') ?? '';
}

async function settleUntilStable(parts: SettleParts, episodeId: string, minRevision: number): Promise<Settled> {
  let settled = await atLeast(parts, episodeId, minRevision);
  for (let round = 1; movesOn(settled, parts.clock); round += 1) {
    if (round === MOST_ROUNDS) {
      parts.counters.unsettled += 1;
      break;
    }
    settled = await once(parts, episodeId);
  }
  return settled;
}

/** Reads again for a short while when the store is behind what we were told; then takes what there is: a hint, never a gate. */
async function atLeast(parts: SettleParts, episodeId: string, minRevision: number): Promise<Settled> {
  const { tries, everyMs } = parts.catchUp ?? CATCH_UP;
  let settled = await once(parts, episodeId);
  for (let attempt = 1; settled.revision < minRevision && attempt < tries; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    settled = await once(parts, episodeId);
  }
  if (settled.revision < minRevision) parts.counters.behindHint += 1;
  return settled;
}

async function once({ waker, counters }: SettleParts, episodeId: string): Promise<Settled> {
  const settled = await waker.settle(episodeId, 'system:workflow');
  counters.workflowSettles += 1;
  counters.workflowRaises += settled.raised.length;
  if (settled.derivation === 'refused') counters.derivationsRefused += 1;
  return settled;
}

/** Whether this look changed something and left something due at once. */
function movesOn(settled: Settled, clock: Clock): boolean {
  const changed = settled.raised.length > 0 || settled.derived > 0;
  return changed && settled.next !== undefined && waitFor(settled.next.at, clock) === 0;
}

/** Pure: what the workflow needs to know. A stream that is not there (a restored log) lets its workflow end; a poke starts it again. */
export function planOf(settled: Settled, clock: Clock, publish: boolean): Plan {
  const plan = { revision: settled.revision, phase: settled.phase, closed: settled.closed || !settled.exists, publish };
  return settled.next ? { ...plan, next: { kind: settled.next.kind, waitMs: waitFor(settled.next.at, clock) } } : plan;
}

const YEAR = 366 * 24 * 3_600_000;

/** Rounded up: a wake a fraction of a millisecond early would be a wasted look. Bounded: a clock that stands still answers Infinity. */
const waitFor = (at: string, clock: Clock): number =>
  Math.min(YEAR, Math.max(0, Math.ceil(clock.realMillisUntil(new Date(at)))));
