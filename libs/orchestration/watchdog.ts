import { setImmediate as turnOfOthers } from 'node:timers/promises';
import type { Counters, Heartbeats } from './counters.js';
import type { DueEpisode, DueIndex } from './due-index.js';
import { backOff, forEachLimited, pause } from './pause.js';
import type { Clock, EpisodeWaker, OperatorLog, Raised, Settled } from './ports.js';

export interface WatchdogParts {
  readonly index: Pick<DueIndex, 'due' | 'revisionOf'>;
  readonly waker: EpisodeWaker;
  readonly clock: Clock;
  /** While Temporal is up the workflows get a head start; while it is down the watchdog has none to wait for. */
  readonly isEngineUp: () => boolean;
  readonly counters: Counters;
  readonly heartbeats: Heartbeats;
  readonly operator: OperatorLog;
  /** Told how many raises healed something. */
  readonly onHeal?: (raises: number) => void;
  /** Told after each look that left nothing undone. */
  readonly onCleanLook?: () => void;
  /** Whether the index has all that the log holds; default: it has. While it has not, the watchdog is silent. */
  readonly sees?: () => Promise<boolean>;
  /** Milliseconds by a clock that nobody sets; default: the machine's. */
  readonly uptime?: () => number;
}

const WAKER = 'system:watchdog';
const GRACE_MS = 30_000;
/** More than the workflows raise within their grace on a small server (docs/decisions/0026): of a burst they get no head start but this. */
const BURST = 1_000;
const BURST_GRACE_MS = 5_000;
const EVERY_MS = 2000;
/** A raise takes less while all is well. */
const AT_ONCE_MS = 1_000;
const CONCURRENCY = 12;
/** Small, so that a safety step which comes due during a burst waits for few others. */
const BATCH = 64;
/** A step that no look can raise stands before the others of its episode, and those are promised within minutes. */
const MOST_WAIT_MS = 180_000;
/** After a failed look: an outage ends for all at once, and whatever came due in it is promised within minutes of its end. */
const MOST_AWAY_MS = 60_000;

/** Why an episode is left alone for now: the index has not seen its last look yet, or looks change nothing. */
interface Hold {
  readonly revision: number;
  /** By `uptime`. */
  readonly until: number;
  readonly fruitless: number;
}

/**
 * The second waker: looks every few seconds for steps that are due and not raised, and settles those episodes itself. It needs
 * the log and its own index only; each raise it makes while Temporal is up heals something that the first waker missed.
 */
export class Watchdog {
  private readonly holds = new Map<string, Hold>();
  /** Raised while many waited; what follows from that is still to be derived. */
  private readonly underived = new Set<string>();
  /** As the look found it that is under way. */
  private isBurst = false;
  private readonly uptime: () => number;

  constructor(private readonly parts: WatchdogParts) {
    this.uptime = parts.uptime ?? (() => performance.now());
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look(signal);
      await pause(EVERY_MS, signal);
    }
  }

  /**
   * One look: settles what is due, in small batches with safety first, until nothing is left that can be settled now. Of a burst
   * everything is raised before anything is derived.
   */
  async look(signal: AbortSignal = new AbortController().signal): Promise<void> {
    const { index, heartbeats, operator, onCleanLook, sees } = this.parts;
    try {
      this.isBurst = this.seesBurst();
      for (;;) {
        this.forgetHolds();
        const due = index.due(this.cutoff(), BATCH + this.holds.size, this.parts.clock.now().getTime());
        const turn = due.filter(({ episodeId }) => this.mayTry(episodeId)).slice(0, BATCH);
        if (signal.aborted) return;
        if (turn.length === 0 && this.underived.size === 0) {
          if (sees && !(await sees())) return;
          heartbeats.watchdog = new Date();
          if (!due.some((episode) => this.isFruitless(episode))) onCleanLook?.();
          return;
        }
        if (turn.length > 0) await this.work(turn, signal);
        const isAway = turn.length === 0 && !(await this.deriveSome(signal));
        heartbeats.watchdog = new Date();
        if (isAway) return;
      }
    } catch (error) {
      operator.warn(`watchdog: ${(error as Error).name}: ${(error as Error).message}`);
    }
  }

  /** Whether anything is due for longer than a raise takes, but for what no look can raise. */
  isBehind(): boolean {
    const { index, clock } = this.parts;
    const fruitless = [...this.holds.values()].filter((hold) => hold.fruitless > 0).length;
    const due = index.due(this.ago(AT_ONCE_MS), fruitless + 1, clock.now().getTime());
    return due.some((episode) => !this.isFruitless(episode));
  }

  private async work(turn: readonly DueEpisode[], signal: AbortSignal): Promise<void> {
    const { waker, operator } = this.parts;
    const isMany = turn.length === BATCH;
    await forEachLimited(turn, CONCURRENCY, signal, async ({ episodeId }) => {
      try {
        const looked = isMany ? await waker.raise(episodeId, WAKER) : await this.settle(episodeId);
        if (isMany) this.underived.add(episodeId);
        this.count(episodeId, looked);
        this.hold(episodeId, looked);
      } catch (error) {
        operator.warn(`watchdog: episode ${episodeId} waits: ${(error as Error).name}`);
        this.holdFruitless(episodeId, -1, MOST_AWAY_MS);
      }
    });
  }

  /** Derives for some of those that were only raised; false when that failed, as it does while the store is away. */
  private async deriveSome(signal: AbortSignal): Promise<boolean> {
    const some = this.underived.values().take(BATCH).toArray();
    await forEachLimited(some, CONCURRENCY, signal, async (episodeId) => {
      try {
        this.count(episodeId, await this.settle(episodeId));
        // A look that appends nothing waits for nobody: thousands of them would keep everybody else from their turn.
        await turnOfOthers();
      } catch (error) {
        this.parts.operator.warn(`watchdog: what follows in episode ${episodeId} waits: ${(error as Error).name}`);
      }
    });
    return some.every((episodeId) => !this.underived.has(episodeId));
  }

  private async settle(episodeId: string): Promise<Settled> {
    const { waker, counters } = this.parts;
    const settled = await waker.settle(episodeId, WAKER);
    this.underived.delete(episodeId);
    if (settled.derivation === 'refused') counters.derivationsRefused += 1;
    return settled;
  }

  private count(episodeId: string, { raised }: Raised): void {
    const { counters, operator, isEngineUp, onHeal } = this.parts;
    counters.watchdogSettles += 1;
    counters.watchdogRaises += raised.length;
    const [first] = raised;
    if (!first || !isEngineUp()) return;
    counters.heals += raised.length;
    onHeal?.(raised.length);
    if (this.isBurst) return;
    operator.warn(`watchdog raised ${first.kind} of episode ${episodeId}, due since ${first.at}`);
  }

  /** After a look the index is behind for a moment; a look that raised nothing is repeated ever more rarely. */
  private hold(episodeId: string, { revision, raised }: Raised): void {
    if (raised.length > 0)
      this.holds.set(episodeId, { revision, until: this.uptime() + backOff(3, MOST_WAIT_MS), fruitless: 0 });
    else if (this.parts.index.revisionOf(episodeId) >= revision) this.disagree(episodeId, revision);
    else this.holds.set(episodeId, { revision, until: this.uptime() + backOff(1, MOST_WAIT_MS), fruitless: 0 });
  }

  private disagree(episodeId: string, revision: number): void {
    this.parts.counters.disagreements += 1;
    this.holdFruitless(episodeId, revision);
  }

  private holdFruitless(episodeId: string, revision: number, mostMs = MOST_WAIT_MS): void {
    const fruitless = (this.holds.get(episodeId)?.fruitless ?? 0) + 1;
    this.holds.set(episodeId, { revision, until: this.uptime() + backOff(fruitless, mostMs), fruitless });
  }

  /** It could not be settled, or its look raised nothing though a step is due. */
  private isFruitless({ episodeId }: DueEpisode): boolean {
    return (this.holds.get(episodeId)?.fruitless ?? 0) > 0;
  }

  private mayTry(episodeId: string): boolean {
    const hold = this.holds.get(episodeId);
    return !hold || this.uptime() >= hold.until;
  }

  /** Once the index has seen what was waited for there is nothing to hold: in a burst each would make the next look longer. */
  private forgetHolds(): void {
    const old = this.uptime() - MOST_WAIT_MS;
    for (const [episodeId, { revision, until, fruitless }] of this.holds) {
      const known = this.parts.index.revisionOf(episodeId);
      const seen = fruitless === 0 ? known >= revision : revision >= 0 && known > revision;
      if (seen || until < old) this.holds.delete(episodeId);
    }
  }

  /** Whether more is due than the workflows will raise in time. */
  private seesBurst(): boolean {
    const { isEngineUp, index, clock, operator } = this.parts;
    if (!isEngineUp() || index.due(this.ago(BURST_GRACE_MS), BURST, clock.now().getTime()).length < BURST) return false;
    operator.warn(`watchdog: ${BURST} episodes or more are due; raises them without waiting for their workflows`);
    return true;
  }

  /** The latest time (door's clock) at which a step must have come due to be ours now. */
  private cutoff(): number {
    const grace = this.isBurst ? BURST_GRACE_MS : GRACE_MS;
    return this.ago(this.parts.isEngineUp() ? grace : 0);
  }

  /** So many real milliseconds ago by the door's clock. */
  private ago(realMs: number): number {
    const { clock } = this.parts;
    const now = clock.now();
    return now.getTime() - realMs * pace(clock, now);
  }
}

const HOUR = 3_600_000;
/** Milliseconds of the door's clock per real millisecond: 1, or what a demo made of it. */
function pace(clock: Clock, now: Date): number {
  const real = clock.realMillisUntil(new Date(now.getTime() + HOUR));
  return real > 0 && Number.isFinite(real) ? HOUR / real : 1;
}
