import type { Raised, Settled, Waker } from '#door';
import type { EventStore, StoredEvent } from '#event-store';

export type { Clock, Raised, Settled, Waker } from '#door';

/** The two idempotent commands of both wakers, and the folds they need. Each throws only when the store is away. */
export interface EpisodeWaker {
  /** RaiseDue alone: whoever calls it owes the episode a `settle`. */
  raise(episodeId: string, by: Waker): Promise<Raised>;
  /** RaiseDue from follow-up events only, then Derive; answers what is next. */
  settle(episodeId: string, by: Waker): Promise<Settled>;
}

/** What followers need of the event store. */
export type Log = Pick<EventStore, 'subscribe' | 'at' | 'head'>;

/** The facts of a stored event, brought to the current schema version; never needs a key. */
export type ReadFacts = (event: StoredEvent) => unknown;

/** The part of a ledger entry that the due index reads; entries are plain JSON. */
export interface OpenFollowUp {
  readonly followUpId: string;
  readonly kind: string;
  readonly safety: boolean;
  /** When its opening was recorded. */
  readonly openedAt: string;
}

export interface OpenLedger {
  readonly open: ReadonlyMap<string, OpenFollowUp>;
}

/** libs/care/follow-ups/ledger.ts, as far as the due index needs it. */
export interface LedgerRules {
  readonly empty: OpenLedger;
  fold(ledger: OpenLedger, event: { type: string; facts: unknown; revision: number; recordedAt: string }): OpenLedger;
  nextDue(entry: OpenFollowUp): { readonly step: number; readonly at: string };
}

export interface OpenEpisode {
  readonly episodeId: string;
  readonly revision: number;
}

/** Where somebody looks up which episodes are open, by what they owe. */
export interface OpenEpisodes {
  /** In the order of their ids, after `after`. */
  openPage(options: { after?: string; limit: number }): readonly OpenEpisode[];
  /** Safety first, then by what is due earliest; only those that changed after position `since`. */
  openByUrgency(options?: { since?: string }): readonly OpenEpisode[];
  /** Resolves when everything up to this position of the log was taken in, or the signal aborts. */
  reached(position: string, signal: AbortSignal): Promise<void>;
}

/** A connection to one Temporal namespace, for as long as it lasts. */
export interface EngineSession {
  /** The namespace's own id, not its name: an emptied server has another. */
  readonly namespaceId: string;
  /** Aborts when the connection is lost. */
  readonly lost: AbortSignal;
  /**
   * Signals the episode's workflow, starting it if it is not there; with `again` it looks even if it knows a newer revision.
   * @throws EngineAway when the server does not answer.
   */
  poke(episodeId: string, revision: number, again?: boolean): Promise<void>;
  /** Whether the episode's workflow is running. @throws EngineAway */
  isRunning(episodeId: string): Promise<boolean>;
}

export interface Engine {
  isUp(): boolean;
  /** Waits until Temporal is up; null when the signal aborts first. */
  session(signal: AbortSignal): Promise<EngineSession | null>;
}

/** The engine did not answer: nothing is wrong with this one episode, so everybody waits. */
export class EngineAway extends Error {
  override readonly name = 'EngineAway';
}

/** One line for the operator. Ids, kinds and counts only. */
export interface OperatorLog {
  info(message: string): void;
  warn(message: string): void;
}
