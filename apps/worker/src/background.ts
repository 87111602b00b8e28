import { join } from 'node:path';
import { emptyLedger, foldLedger, nextDue, type Unreadable } from '#care';
import { readFollowUps } from '#door';
import type { Codec, EventStore } from '#event-store';
import { Notices, type NoticesParts } from '#notices';
import {
  censusActivities,
  DueIndex,
  deadMansSwitch,
  episodeActivities,
  LastDay,
  newCounters,
  newHeartbeats,
  PokeBook,
  Pokes,
  Reactor,
  ReactorBook,
  Watchdog,
  type Clock,
  type EpisodeWaker,
  type LedgerRules,
  type OperatorLog,
  type PokeOpenRequest,
  type Raised,
  type ReactorParts,
  type RepinProgress,
  type Settled,
  type TemporalLink,
  type Waker,
} from '#orchestration';
import type { Tracing } from '#runtime';
import { backgroundReadings, type BackgroundReading, type BackgroundStatus } from './readings.js';

/** The due index follows the log within tens of milliseconds; so long behind, it does not. */
const INDEX_WITHIN_MS = 2_000;

/** What runs beside the requests. Each loop has a file and a checkpoint of its own, so that one can be lost without the others. */
export interface BackgroundParts {
  readonly dataDir: string;
  readonly store: EventStore;
  readonly codec: Codec<Unreadable>;
  readonly clock: Clock;
  readonly waker: EpisodeWaker;
  readonly issue: ReactorParts['issue'];
  /** How people are reached, and under which address they open what waits. */
  readonly telling: Pick<NoticesParts, 'channels' | 'publicUrl' | 'pace'>;
  readonly operator: OperatorLog;
  /** Told of each look that raised something. */
  readonly onRaised?: (by: Waker, raised: Settled['raised']) => void;
  readonly tracing: Pick<Tracing, 'activities' | 'engine'>;
  /** Called while all is well, so that somebody outside notices when it is not. */
  readonly deadMansSwitchUrl?: string;
}

/** The due index, both directions of waking, the reactor and the notices: built once, started and stopped by the worker module. */
export class Background {
  readonly counters = newCounters();
  readonly heartbeats = newHeartbeats();
  readonly notices: Notices;
  private readonly healed = new LastDay();
  private readonly waker: EpisodeWaker;
  private readonly index: DueIndex;
  private readonly pokeBook: PokeBook;
  private readonly reactorBook: ReactorBook;
  private readonly reactor: Reactor;
  private pokes: Pokes | null = null;
  private watchdog: Watchdog | null = null;
  private link: TemporalLink | null = null;
  /** The files. */
  private readonly opened: DisposableStack;
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: BackgroundParts) {
    const { dataDir, store, codec, clock, operator, issue, telling } = parts;
    const { counters } = this;
    const readFacts = readFollowUps(codec);
    this.waker = watched(parts.waker, parts.onRaised);
    using opening = new DisposableStack();
    const kept = <T extends { close(): void }>(part: T): T => opening.adopt(part, () => part.close());
    this.index = kept(
      new DueIndex(join(dataDir, 'due.db'), {
        log: store,
        ledger: { empty: emptyLedger, fold: foldLedger, nextDue } as unknown as LedgerRules,
        readFacts,
        counters,
        operator,
      }),
    );
    this.pokeBook = kept(new PokeBook(join(dataDir, 'pokes.db')));
    this.reactorBook = kept(new ReactorBook(join(dataDir, 'reactor.db')));
    this.reactor = new Reactor({ log: store, book: this.reactorBook, readFacts, issue, counters, operator });
    const parted = { store, clock, operator, codec: { ...codec, readFacts } };
    const isUrgentElsewhere = () => this.isBehind();
    this.notices = kept(new Notices({ file: join(dataDir, 'notices.db'), ...parted, ...telling, isUrgentElsewhere }));
    this.opened = opening.move();
  }

  /** What the Temporal worker offers its workflows. The link is only known once these exist. */
  activities(link: () => TemporalLink): object {
    const { clock, operator, store, tracing } = this.parts;
    const { waker } = this;
    const attributes = {
      get verified(): boolean {
        return link().attributes.verified;
      },
    };
    return {
      ...tracing.activities(
        episodeActivities({
          waker,
          clock,
          attributes,
          counters: this.counters,
          heartbeats: this.heartbeats,
          operator,
        }),
        store,
      ),
      ...censusActivities({ open: this.index, session: () => link().present(), counters: this.counters, operator }),
    };
  }

  /** Whatever needs no Temporal. */
  begin(): void {
    const { clock, operator, deadMansSwitchUrl } = this.parts;
    const { signal } = this.stopping;
    const { counters, heartbeats, index, waker } = this;
    this.watchdog = new Watchdog({
      index,
      waker,
      clock,
      isEngineUp: () => this.link?.isUp() === true,
      counters,
      heartbeats,
      operator,
      onHeal: (raises) => this.healed.add(raises),
      sees: () => this.sees(),
      ...(deadMansSwitchUrl === undefined ? {} : { onCleanLook: deadMansSwitch({ url: deadMansSwitchUrl, operator }) }),
    });
    this.running = Promise.all([
      index.run(signal),
      this.watchdog.run(signal),
      this.reactor.run(signal),
      this.notices.run(signal),
    ]);
  }

  /** The workflows, once it is known where Temporal is. */
  start(link: TemporalLink): void {
    const { store, operator, tracing } = this.parts;
    const { counters, index } = this;
    this.link = link;
    const engine = tracing.engine(link, store);
    this.pokes = new Pokes({ log: store, engine, book: this.pokeBook, open: index, counters, operator });
    this.running = Promise.all([this.running, this.pokes.run(this.stopping.signal)]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.opened.dispose();
  }

  canPoke(): boolean {
    return this.pokes !== null && this.link?.isUp() === true;
  }

  async pokeOpen(request: PokeOpenRequest): Promise<{ queued: number; left: number }> {
    return this.pokes && this.canPoke() ? this.pokes.pokeOpen(request) : { queued: 0, left: 0 };
  }

  /** How far the newest pathway of an organisation has come with its open episodes; null before the first. */
  repinProgress(organisation: string): RepinProgress | null {
    return this.reactorBook.progress(organisation);
  }

  status(): BackgroundStatus {
    const { counters, heartbeats, healed, index, pokes } = this;
    return {
      ...{ counters, heartbeats },
      healsLastDay: healed.count(),
      openFollowUps: index.openFollowUps(),
      pokesWaiting: pokes?.waiting() ?? 0,
    };
  }

  /** The same for Prometheus. */
  readings(): BackgroundReading[] {
    return backgroundReadings(this.status());
  }

  /** Resolves when the due index has taken in everything up to this position of the log. */
  takenIn(position: string): Promise<void> {
    return this.index.reached(position, this.stopping.signal);
  }

  /** By how many seconds the door's clock is behind what is recorded, and this machine's ahead of Temporal's. */
  clock(): { behindLogSeconds: number; aheadOfTemporalSeconds: number | null } {
    const behind = this.index.latestRecorded() - this.parts.clock.now().getTime();
    const ahead = this.link?.status().aheadMs ?? null;
    return {
      behindLogSeconds: Math.max(0, behind) / 1000,
      aheadOfTemporalSeconds: ahead === null ? null : ahead / 1000,
    };
  }

  /** Whether anything waits to be raised for longer than a raise takes: it goes before what is only shown. */
  isBehind(): boolean {
    return !this.stopping.signal.aborted && this.watchdog?.isBehind() === true;
  }

  /** Since when the oldest step that is due waits to be raised, and how many seconds of the door's clock; null when none does. */
  oldestOverdue(): { since: string; seconds: number } | null {
    if (this.stopping.signal.aborted) return null;
    const now = this.parts.clock.now().getTime();
    const since = this.index.oldestDue(now);
    return since === null ? null : { since: new Date(since).toISOString(), seconds: (now - since) / 1000 };
  }

  /** Whether the index has what the log holds now: what it has not taken in, no look of the watchdog finds. */
  private async sees(): Promise<boolean> {
    const head = await this.parts.store.head().catch(() => undefined);
    if (!head) return head === null;
    const patience = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(INDEX_WITHIN_MS)]);
    await this.index.reached(head.position, patience);
    return !patience.aborted;
  }
}

/** The same waker; whoever wants to know is told what it raised. */
function watched(waker: EpisodeWaker, onRaised: BackgroundParts['onRaised']): EpisodeWaker {
  if (onRaised === undefined) return waker;
  const told = async <R extends Raised>(by: Waker, look: Promise<R>): Promise<R> => {
    const looked = await look;
    if (looked.raised.length > 0) onRaised(by, looked.raised);
    return looked;
  };
  return {
    raise: (episodeId, by) => told(by, waker.raise(episodeId, by)),
    settle: (episodeId, by) => told(by, waker.settle(episodeId, by)),
  };
}
