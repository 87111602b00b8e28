import type { EventStore } from '#event-store';
import type { Database } from './projection.js';
import { PREFIXES, type TailError } from './tail.js';

export interface ReadModelsStatus {
  /** `waiting`: nothing can be read yet, and why stands in `error`; `reading`: another process writes these views, this one reads them. */
  readonly state: 'stopped' | 'waiting' | 'reading' | 'following' | 'rebuilding';
  /** How far the log is in the rows that queries see; null before the first event, or when they tell of a log that is no more. */
  readonly position: string | null;
  /** What queries do not see yet: events (`more`: at least so many) and the age of the oldest; null when the log cannot be read. */
  readonly lag: { readonly events: number; readonly more: boolean; readonly seconds: number } | null;
  /** Events set aside. */
  readonly parked: number;
  readonly caughtUp: boolean;
  readonly error: TailError | null;
  readonly views: string;
}

/** How far `lagAfter` counts. */
const COUNTED = 1_000;

/** What the log holds beyond a position. */
export async function lagAfter(
  position: string | null,
  { store, clock }: { readonly store: EventStore; readonly clock: { now(): Date } },
): Promise<ReadModelsStatus['lag']> {
  try {
    const waiting = await store.readAll({
      prefixes: PREFIXES,
      limit: COUNTED,
      ...(position === null ? {} : { after: position }),
    });
    const [oldest] = waiting;
    const seconds = oldest ? Math.max(0, (clock.now().getTime() - Date.parse(oldest.recordedAt)) / 1000) : 0;
    return { events: waiting.length, more: waiting.length === COUNTED, seconds };
  } catch {
    return null;
  }
}

export async function countParked(db: Database): Promise<number> {
  const { count } = await db
    .selectFrom('parked')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
