import {
  episodeActivities,
  newHeartbeats,
  Watchdog,
  type Counters,
  type OperatorLog,
  type Plan,
  type WatchdogParts,
} from '#orchestration';
import { FakeWorkflow } from '../../../workflows/simulation/fake-temporal.js';
import type { Doors } from './clinic.js';
import { DAY, MINUTE, SECOND, type World } from './world.js';

const SILENT: OperatorLog = { info: () => undefined, warn: () => undefined };
const WEEK = 7 * DAY;
const START_TO_CLOSE = 30 * SECOND;

export interface WorkerParts {
  readonly world: World;
  /** The worker process that runs now. */
  readonly doors: () => Doors;
  readonly counters: Counters;
}

/** Waker A as its engine sees it: told of a revision, it looks, and sleeps until the plan says. */
export interface Engine {
  poke(episodeId: string, revision: number, again?: boolean): void;
}

/** One activity as the engine carries it out: on whatever worker is there, again and again until it answers. */
async function settleAtLast(
  { world, doors, counters }: WorkerParts,
  episodeId: string,
  minRevision: number,
): Promise<Plan> {
  for (let attempt = 0; ; attempt += 1) {
    const { settle } = episodeActivities({
      waker: doors().episodes,
      clock: world.clock,
      attributes: { verified: true },
      counters,
      heartbeats: newHeartbeats(),
      operator: SILENT,
      catchUp: { tries: 1, everyMs: 0 },
    });
    const plan = await answerOf(world, settle({ episodeId, minRevision }));
    if (plan) return plan;
    await world.pause(Math.min(SECOND * 2 ** attempt, MINUTE));
  }
}

/** Null: it failed, or the worker died over it. */
function answerOf(world: World, settling: Promise<Plan>): Promise<Plan | null> {
  return new Promise((resolve) => {
    const giveUp = world.after(START_TO_CLOSE, () => resolve(null));
    const answered = (plan: Plan | null): void => {
      giveUp();
      resolve(plan);
    };
    settling.then(answered, () => answered(null));
  });
}

/** The wire from the log to the engine: pokes get lost, come twice, come late. */
export function throughPokes(world: World, engine: Engine): Engine {
  return {
    poke(episodeId, revision, again) {
      if (world.strikes('lost-poke', 0.02)) return;
      const times = world.strikes('doubled-poke', 0.03) ? 2 : 1;
      for (let i = 0; i < times; i += 1) {
        const late = world.strikes('late-poke', 0.03) ? world.luck.upTo(3 * DAY) : 0;
        world.after(late + 20 + world.luck.upTo(200), () => engine.poke(episodeId, revision, again));
      }
    },
  };
}

/** The workflow that ships, or one with a bug in it, on a stand-in for its server. */
export class WorkflowEngine implements Engine {
  private readonly workflows = new Map<string, FakeWorkflow>();

  constructor(
    private readonly parts: WorkerParts,
    private readonly code: string,
  ) {}

  poke(episodeId: string, revision: number, again = false): void {
    this.of(episodeId).signalWithStart({ episodeId, hint: revision }, 'episodeChanged', { revision, again });
  }

  private of(episodeId: string): FakeWorkflow {
    const known = this.workflows.get(episodeId);
    if (known) return known;
    const { world } = this.parts;
    const server = {
      taskLatency: () => 5 + world.luck.upTo(100),
      suggestContinueAsNew: () => world.luck.happens(0.05),
    };
    const workflow = new FakeWorkflow(this.code, world, server, (input) =>
      settleAtLast(this.parts, episodeId, (input as { minRevision: number }).minRevision),
    );
    this.workflows.set(episodeId, workflow);
    return workflow;
  }
}

interface Asleep {
  revision: number;
  stale: boolean;
  looking: boolean;
  cancel: () => void;
}

/** The workflow's loop in a few lines, without a server around it: what most lives are woken by, for speed. Its timers may be lost or late. */
export class TimerEngine implements Engine {
  private readonly episodes = new Map<string, Asleep>();

  constructor(
    private readonly parts: WorkerParts,
    private readonly timersGetLost: boolean,
  ) {}

  poke(episodeId: string, revision: number, again = false): void {
    const known = this.episodes.get(episodeId) ?? {
      revision: -1,
      stale: false,
      looking: false,
      cancel: () => undefined,
    };
    this.episodes.set(episodeId, known);
    if (revision <= known.revision && !again) return;
    known.stale = true;
    void this.look(episodeId, known);
  }

  private async look(episodeId: string, asleep: Asleep): Promise<void> {
    if (asleep.looking) return;
    asleep.looking = true;
    asleep.cancel();
    let plan: Plan;
    do {
      asleep.stale = false;
      plan = await settleAtLast(this.parts, episodeId, asleep.revision);
      asleep.revision = plan.revision;
    } while (asleep.stale);
    asleep.looking = false;
    if (plan.closed) this.episodes.delete(episodeId);
    else this.sleep(episodeId, asleep, Math.max(SECOND, Math.min(WEEK, plan.next?.waitMs ?? WEEK)));
  }

  private sleep(episodeId: string, asleep: Asleep, waitMs: number): void {
    const { world } = this.parts;
    if (this.timersGetLost && world.strikes('lost-timer', 0.02)) return;
    const late = world.strikes('late-timer', 0.02) ? world.luck.upTo(2 * DAY) : world.luck.upTo(2 * SECOND);
    asleep.cancel = world.after(waitMs + late, () => this.look(episodeId, asleep));
  }
}

/** Waker B: the watchdog that ships, looking when its index says that something is due. */
export class WatchdogRound {
  private watchdog: Watchdog | null = null;
  private cancel: () => void = () => undefined;
  private looking = false;

  constructor(
    private readonly parts: WorkerParts & {
      readonly index: WatchdogParts['index'];
      readonly earliest: () => number | null;
      readonly isEngineUp: () => boolean;
    },
  ) {}

  /** The worker was started anew: what the watchdog remembered is gone. */
  restart(): void {
    this.watchdog = null;
    this.looking = false;
    this.plan();
  }

  /** Whatever came due or was raised: decides anew when to look. */
  plan(soonest = 0): void {
    const { world, earliest } = this.parts;
    const since = earliest();
    this.cancel();
    if (since === null || this.looking) return;
    const grace = this.parts.isEngineUp() ? 30 * SECOND : 0;
    const wait = Math.max(soonest, since + grace - world.doorNow, 0) + world.luck.upTo(2 * SECOND);
    this.cancel = world.after(wait, () => this.look());
  }

  private async look(): Promise<void> {
    const { world, doors, index, isEngineUp, counters } = this.parts;
    const watchdog = (this.watchdog ??= new Watchdog({
      index,
      waker: doors().episodes,
      clock: world.clock,
      uptime: () => world.now,
      isEngineUp,
      counters,
      heartbeats: newHeartbeats(),
      operator: SILENT,
    }));
    this.looking = true;
    await watchdog.look();
    if (watchdog !== this.watchdog) return;
    this.looking = false;
    const since = this.parts.earliest();
    // What a look could not raise is held back by the watchdog itself, for up to ten minutes.
    this.plan(since !== null && since <= world.doorNow ? 5 * SECOND + world.luck.upTo(MINUTE) : 0);
  }
}
