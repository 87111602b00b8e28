import type { Checkpoint, StoredEvent } from '#event-store';
import type { Counters } from './counters.js';
import { followLog, type Follower } from './follow-log.js';
import { backOff, forEachLimited, pause, untilAborted } from './pause.js';
import type { PokeBook, WaitingPoke } from './poke-book.js';
import {
  EngineAway,
  type Engine,
  type EngineSession,
  type Log,
  type OpenEpisode,
  type OpenEpisodes,
  type OperatorLog,
} from './ports.js';

export interface PokeParts {
  readonly log: Log;
  readonly engine: Engine;
  readonly book: PokeBook;
  readonly open: OpenEpisodes;
  readonly counters: Counters;
  readonly operator: OperatorLog;
  /** Most mass pokes and retries in a second (default 100): a rebuild must not drown what is due now. */
  readonly ratePerSecond?: number;
  readonly retry?: { firstMs: number; mostMs: number };
}

export interface PokeOpenRequest {
  /** Only episodes that changed after this position. */
  readonly since?: string;
  readonly rate?: number;
  readonly reason: 'rebuild' | 'restore' | 'deploy' | 'policy' | 'operator';
}

const PREFIX = 'episode-';
const CONCURRENCY = 20;
const RATE = 100;
const RETRY = { firstMs: 1000, mostMs: 300_000 };
const TICK_MS = 200;
/** The workflow's own raises are already in the plan that it got back. */
const WORKFLOW_ACTOR = 'system:workflow';

/**
 * Turns "stream X is at revision N" into a signal to the workflow of X, starting it where it is missing. At least once: the
 * checkpoint of a namespace moves only when each poke before it was acknowledged, or is written down to be tried by itself.
 */
export class Pokes {
  private session: EngineSession | null = null;
  /** Ends when it does; before it runs nothing is worked off either. */
  private running = AbortSignal.abort();
  /** Most pokes in a second, as those ask who wait for theirs; the last one's word counts. */
  private readonly rates: number[];

  constructor(private readonly parts: PokeParts) {
    this.rates = [parts.ratePerSecond ?? RATE];
  }

  /** Runs until the signal aborts; with each new connection it carries on where its namespace stood. */
  async run(signal: AbortSignal): Promise<void> {
    this.running = signal;
    while (!signal.aborted) {
      const session = await this.parts.engine.session(signal);
      if (!session) return;
      this.session = session;
      const until = AbortSignal.any([signal, session.lost]);
      await Promise.all([this.follow(session, until), this.workOff(session, until)]);
      this.session = null;
    }
  }

  /** `followthrough poke --open`: queues every open episode, most urgent first, and waits until all are acknowledged. */
  async pokeOpen({ since, rate, reason }: PokeOpenRequest): Promise<{ queued: number; left: number }> {
    const session = this.session ?? (await this.parts.engine.session(this.running));
    if (!session) return { queued: 0, left: 0 };
    const episodes = this.parts.open.openByUrgency(since === undefined ? {} : { since });
    this.parts.book.queue(session.namespaceId, episodes, reason);
    const asked = rate ?? this.rates[0]!;
    this.rates.push(asked);
    try {
      return { queued: episodes.length, left: await this.drained(session.namespaceId) };
    } finally {
      this.rates.splice(this.rates.lastIndexOf(asked), 1);
    }
  }

  /** How many pokes wait for their turn or for another try. */
  waiting(): number {
    return this.session ? this.parts.book.waiting(this.session.namespaceId) : 0;
  }

  /** What waits for a namespace that was replaced meanwhile waits for ever. */
  private async drained(namespace: string): Promise<number> {
    for (;;) {
      const left = this.parts.book.waiting(namespace);
      const isReplaced = this.session !== null && this.session.namespaceId !== namespace;
      if (left === 0 || isReplaced || this.running.aborted) return left;
      await pause(TICK_MS, this.running);
    }
  }

  private async follow(session: EngineSession, until: AbortSignal): Promise<void> {
    const { log, counters, operator } = this.parts;
    await followLog(this.follower(session, until), { log, counters, operator, signal: until });
  }

  /** A namespace without a checkpoint knows no episode: everything open is queued once, and following starts at the head. */
  private async enter({ namespaceId }: EngineSession, until: AbortSignal): Promise<void> {
    const { book, log, open, operator } = this.parts;
    if (book.checkpoint(namespaceId)) return;
    const head = await log.head();
    if (!head) return;
    await open.reached(head.position, until);
    if (until.aborted) return;
    const episodes = open.openByUrgency();
    book.queue(namespaceId, episodes, 'new-namespace', head);
    operator.info(`new Temporal namespace: poking ${episodes.length} open episodes`);
  }

  private follower(session: EngineSession, until: AbortSignal): Follower {
    const { book } = this.parts;
    const { namespaceId } = session;
    return {
      name: 'pokes',
      load: () => book.checkpoint(namespaceId),
      rewound: () => book.forget(namespaceId), // another log under the same namespace: workflows accept what they find
      prepare: () => this.enter(session, until),
      apply: (events, checkpoint) => this.pokeAll(session, newestRevisions(events), checkpoint, until),
      passed: (checkpoint) => book.moveOn(namespaceId, checkpoint, [], 0),
    };
  }

  private async pokeAll(
    session: EngineSession,
    episodes: OpenEpisode[],
    checkpoint: Checkpoint,
    until: AbortSignal,
  ): Promise<void> {
    const failed: OpenEpisode[] = [];
    await forEachLimited(episodes, CONCURRENCY, until, async (episode) => {
      if (!(await this.pokeWhileUp(session, episode, until))) failed.push(episode);
    });
    if (until.aborted) return; // not all were acknowledged: the checkpoint stays
    this.parts.counters.pokesSetAside += failed.length;
    this.parts.book.moveOn(session.namespaceId, checkpoint, failed, Date.now() + this.retryAfter(0));
  }

  /** True when acknowledged, false when this one episode fails. While the server does not answer, everybody waits. */
  private async pokeWhileUp(
    session: EngineSession,
    { episodeId, revision }: OpenEpisode,
    until: AbortSignal,
    again = false,
  ): Promise<boolean> {
    for (let attempt = 0; !until.aborted; attempt += 1) {
      try {
        await session.poke(episodeId, revision, again);
        this.parts.counters.pokes += 1;
        return true;
      } catch (error) {
        if (!(error instanceof EngineAway)) return false;
        await pause(backOff(attempt, 5000), until);
      }
    }
    return false;
  }

  /** Works off what waits, at a bounded rate; one that fails again comes back later by itself. */
  private workOff(session: EngineSession, until: AbortSignal): Promise<void> {
    const round = async (): Promise<void> => {
      const share = Math.max(1, Math.round((this.rates.at(-1)! * TICK_MS) / 1000));
      const turn = this.parts.book.ready(session.namespaceId, Date.now(), share);
      const work = forEachLimited(turn, CONCURRENCY, until, (poke) => this.tryAgain(session, poke, until));
      await Promise.all([work, pause(TICK_MS, until)]);
    };
    return untilAborted(until, round, (error) =>
      this.parts.operator.warn(`waiting pokes: ${error.name}: ${error.message}`),
    );
  }

  private async tryAgain(session: EngineSession, poke: WaitingPoke, until: AbortSignal): Promise<void> {
    const { book } = this.parts;
    if (await this.pokeWhileUp(session, poke, until, true)) book.done(session.namespaceId, poke);
    else if (!until.aborted)
      book.later(session.namespaceId, poke.episodeId, Date.now() + this.retryAfter(poke.tries + 1));
  }

  private retryAfter(tries: number): number {
    const { firstMs, mostMs } = this.parts.retry ?? RETRY;
    return backOff(tries, mostMs, firstMs);
  }
}

/** One poke per episode, at its newest revision that was not the workflow's own doing. */
function newestRevisions(events: readonly StoredEvent[]): OpenEpisode[] {
  const newest = new Map<string, number>();
  for (const event of events) {
    if (event.streamId.startsWith(PREFIX) && event.actor !== WORKFLOW_ACTOR)
      newest.set(event.streamId.slice(PREFIX.length), event.revision);
  }
  return [...newest].map(([episodeId, revision]) => ({ episodeId, revision }));
}
