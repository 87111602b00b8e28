import type { Plan } from '../../libs/orchestration/contract.js';
import { FakeWorkflow } from './fake-temporal.js';
import { Chance } from './random.js';
import { VirtualTime } from './virtual-time.js';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** More looks than this in a year is a hot loop: the simulation stops answering, and the report shows it. */
export const TOO_MANY_LOOKS = 5000;

/** What goes wrong in one simulated year. Absent: nothing of the kind. */
export interface Faults {
  readonly lostSignals?: number;
  readonly doubledSignals?: number;
  /** Longest delay of a signal; with doubled ones this also changes their order. */
  readonly signalDelay?: number;
  readonly taskDelay?: number;
  readonly activityDelay?: number;
  /** Chance that a look fails, and how long the record can stay away. */
  readonly failures?: number;
  readonly outage?: number;
  readonly continueAsNew?: number;
  readonly updatesPerYear?: number;
  /** How far the door's clock is ahead of (or behind) the server's. */
  readonly clockAhead?: number;
  /** Restored to older revisions now and then, each time followed by a mass poke. */
  readonly restores?: boolean;
  /** Acts come in bursts, some while a look is under way. */
  readonly bursts?: boolean;
}

export interface YearReport {
  readonly raised: number;
  readonly missed: number;
  readonly early: number;
  /** Hours after it could have been raised. */
  readonly latest: number;
  readonly unansweredUpdates: number;
  readonly crash: unknown;
  readonly endedAtTheEnd: boolean;
  readonly looks: number;
  readonly runs: number;
}

interface Owed {
  readonly openedAt: number;
  readonly due: number;
  raisedAt?: number;
  /** Not owed any more, so nobody waits for it. */
  endedAt?: number;
}

/** One year of one episode: what it owes, who acts, and how the wires between record and workflow fail. */
class EpisodeLife {
  private readonly time = new VirtualTime();
  private readonly workflow: FakeWorkflow;
  private revision = 0;
  private owed: Owed[] = [];
  private away = -HOUR; // the record is away until then
  private closed = false;
  private looks = 0;
  private updates = 0;
  private answers = 0;

  constructor(
    code: string,
    private readonly chance: Chance,
    private readonly faults: Faults,
  ) {
    const server = {
      taskLatency: () => 5 + chance.upTo(faults.taskDelay ?? 100),
      suggestContinueAsNew: () => chance.happens(faults.continueAsNew ?? 0),
    };
    this.workflow = new FakeWorkflow(code, this.time, server, (input) =>
      this.settleAtLast(input as { minRevision: number }),
    );
  }

  async live(): Promise<YearReport> {
    this.act(() => this.owe(this.chance.upTo(3 * DAY)), true);
    this.scheduleActs();
    this.scheduleUpdates();
    this.scheduleRestores();
    this.time.after(365 * DAY, () => this.act(() => this.endAll(), true));
    await this.time.runUntil(365 * DAY);
    this.away = Math.min(this.away, this.time.now);
    await this.time.runUntil(380 * DAY); // two weekly looks more, with whatever signals still come
    return this.report();
  }

  private get doorNow(): number {
    return this.time.now + (this.faults.clockAhead ?? 0);
  }

  // ——— what people do ———

  private scheduleActs(): void {
    const many = 10 + Math.floor(this.chance.upTo(50));
    for (let i = 0; i < many; i += 1) {
      const at = this.chance.upTo(364 * DAY);
      const burst = this.faults.bursts ? 1 + Math.floor(this.chance.upTo(6)) : 1;
      for (let j = 0; j < burst; j += 1)
        this.time.after(at + j * this.chance.upTo(400), () => this.act(() => this.anAct()));
    }
  }

  private anAct(): void {
    const open = this.owed.filter(({ endedAt }) => endedAt === undefined);
    if (open.length > 3 || (open.length > 0 && this.chance.happens(0.4)))
      this.end(open[Math.floor(this.chance.upTo(open.length))] as Owed);
    const soon = this.chance.happens(0.3);
    this.owe(soon ? this.chance.upTo(2 * MINUTE) - MINUTE : this.chance.upTo(40 * DAY));
  }

  private owe(inMs: number): void {
    this.owed.push({ openedAt: this.time.now, due: this.doorNow + inMs });
  }

  private end(owed: Owed): void {
    owed.endedAt = this.time.now;
  }

  private endAll(): void {
    this.owed.filter(({ endedAt }) => endedAt === undefined).forEach((owed) => this.end(owed));
    this.closed = true;
  }

  private act(what: () => void, certain = false): void {
    what();
    this.revision += 1;
    this.tell(certain);
  }

  private tell(certain: boolean): void {
    const { lostSignals = 0, doubledSignals = 0, signalDelay = 0 } = this.faults;
    const first = certain && this.workflow.runs === 0;
    if (!first && this.chance.happens(lostSignals)) return;
    const times = this.chance.happens(doubledSignals) ? 2 : 1;
    const { revision } = this;
    for (let i = 0; i < times; i += 1) this.time.after(this.chance.upTo(signalDelay), () => this.signal({ revision }));
  }

  private signal(poke: { revision: number; again?: boolean }): void {
    this.workflow.signalWithStart({ episodeId: 'e', hint: poke.revision }, 'episodeChanged', poke);
  }

  private scheduleUpdates(): void {
    for (let i = 0; i < (this.faults.updatesPerYear ?? 0); i += 1) {
      this.time.after(DAY + this.chance.upTo(363 * DAY), () => this.update());
    }
  }

  private update(): void {
    if (!this.workflow.running) return;
    this.updates += 1;
    void this.workflow.update('reconcile', { minRevision: this.revision }).then(() => (this.answers += 1));
  }

  /** The record is restored from a backup: its newest events are gone, and everything open is poked. */
  private scheduleRestores(): void {
    if (!this.faults.restores) return;
    for (let i = 0; i < 4; i += 1) {
      this.time.after(this.chance.upTo(360 * DAY), () => {
        this.revision = Math.max(0, this.revision - 20);
        this.signal({ revision: this.revision, again: true });
      });
    }
  }

  // ——— what the door does ———

  /** The server retries a failed activity for ever, from 1 s to 1 min apart. */
  private settleAtLast(input: { minRevision: number }): Promise<Plan> {
    return new Promise((resolve) => this.attempt(1, () => resolve(this.settle()), input));
  }

  private attempt(number: number, done: () => void, input: { minRevision: number }): void {
    const { activityDelay = 200, failures = 0, outage = 0 } = this.faults;
    if (this.looks > TOO_MANY_LOOKS) return;
    this.time.after(5 + this.chance.upTo(activityDelay), () => {
      // After an outage comes an hour of calm: the bound is one outage, not a chain of them.
      const begins = this.time.now >= this.away + HOUR && this.chance.happens(failures);
      if (begins) this.away = this.time.now + this.chance.upTo(outage);
      if (this.time.now >= this.away) return done();
      this.time.after(Math.min(SECOND * 2 ** (number - 1), MINUTE), () => this.attempt(number + 1, done, input));
    });
  }

  private settle(): Plan {
    this.looks += 1;
    for (const owed of this.owed.filter(({ due }) => due <= this.doorNow)) this.raise(owed);
    const waiting = this.owed.filter(({ raisedAt, endedAt }) => raisedAt === undefined && endedAt === undefined);
    const next = Math.min(...waiting.map(({ due }) => due));
    const plan = { revision: this.revision, phase: 'acute', closed: this.closed, publish: true };
    return waiting.length > 0
      ? { ...plan, next: { kind: 'contact', waitMs: Math.max(0, Math.ceil(next - this.doorNow)) } }
      : plan;
  }

  /** Each raise is an event; a weekly repetition stands behind it. */
  private raise(owed: Owed): void {
    if (owed.raisedAt !== undefined || owed.endedAt !== undefined) return;
    owed.raisedAt = this.time.now;
    this.revision += 1;
    if (this.chance.happens(0.5)) this.owed.push({ openedAt: this.time.now, due: owed.due + 7 * DAY });
    else this.end(owed);
  }

  // ——— what came of it ———

  private report(): YearReport {
    const early = this.owed.filter(
      ({ due, raisedAt }) => raisedAt !== undefined && raisedAt + (this.faults.clockAhead ?? 0) < due,
    ).length;
    const missed = this.owed.filter(({ raisedAt, endedAt }) => raisedAt === undefined && endedAt === undefined).length;
    return {
      raised: this.owed.filter(({ raisedAt }) => raisedAt !== undefined).length,
      missed,
      early,
      latest: Math.max(0, ...this.owed.map((owed) => this.lateness(owed))) / HOUR,
      unansweredUpdates: this.updates - this.answers + this.workflow.droppedUpdates,
      crash: this.workflow.crash,
      endedAtTheEnd: !this.workflow.running,
      looks: this.looks,
      runs: this.workflow.runs,
    };
  }

  /** From when it was due and known until it was raised, or until nobody waited for it any more. */
  private lateness({ openedAt, due, raisedAt, endedAt = Infinity }: Owed): number {
    const couldBe = Math.max(openedAt, due - (this.faults.clockAhead ?? 0));
    const until = Math.min(raisedAt ?? Infinity, endedAt, 365 * DAY);
    return until - couldBe;
  }
}

export function liveOneYear(code: string, seed: number, faults: Faults): Promise<YearReport> {
  return new EpisodeLife(code, new Chance(seed), faults).live();
}
