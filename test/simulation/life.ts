import { createHash } from 'node:crypto';
import { DueIndex, newCounters, type Counters, type LedgerRules } from '#orchestration';
import { emptyLedger, foldLedger, nextDue, type EpisodeState, type Unreadable } from '#care';
import type { Outcome } from '#door';
import type { Codec, EventStore, StoredEvent } from '#event-store';
import { Judge } from '../../apps/cli/src/verify/judge.js';
import { luckFor, type Luck } from './chance.js';
import { ids, openDoors, ORGANISATION, OTHER_PATHWAY, systemEnvelope, type Doors } from './clinic/clinic.js';
import { DueList } from './clinic/due-list.js';
import { watchedStore } from './clinic/faulty-store.js';
import { throughPokes, TimerEngine, WatchdogRound, WorkflowEngine, type Engine } from './clinic/wakers.js';
import { DAY, HOUR, MINUTE, SECOND, World, type FaultName } from './clinic/world.js';
import { checkAnswer, refute, takeAppend, Violation } from './invariants.js';
import { silentStep } from './invariants/follow-ups.js';
import { LAWS, type Shadowed } from './laws.js';
import { Course } from './people/forms.js';
import { People, type Order } from './people/people.js';
import { Shadow } from './shadow.js';

/** What a life is lived in: prepared once, used by many. */
export interface Stage {
  readonly codec: Codec<Unreadable>;
  /** A store of its own, in which the clinic is open. */
  readonly openStore: () => Promise<EventStore>;
  /** The workflow's code where the workflow itself is to run, with a due index in SQL; null: timers and a list stand for both. */
  readonly workflow: string | null;
  /** Whether something in it goes on by itself, outside of promises: a disk, a subscription. */
  readonly waitsForReal: boolean;
  /** How often, on average, a law is tried on a copy of the log. */
  readonly lawsEveryDays: number;
}

export interface LifeReport {
  readonly episode: number;
  readonly episodeYears: number;
  readonly events: number;
  readonly faults: Readonly<Partial<Record<FaultName, number>>>;
  readonly digest: string;
  /** Kinds of events that occurred: a simulation that never reaches something proves nothing about it. */
  readonly reached: readonly string[];
  readonly violation?: {
    readonly invariant: string;
    readonly detail: string;
    readonly step: number;
    readonly recent: readonly string[];
  };
}

type Wakers = 'both' | 'workflow' | 'watchdog';

/** Copies of a log have clocks of their own. */
const FAR = '9999-12-31T23:59:59.999Z';
const CALM = 9 * DAY;
const GRACE = 2 * MINUTE;
const YEAR = 365.25 * DAY;

/** One patient's life with the clinic, whatever goes wrong in it. The same seed and number give the same life. */
export class Life {
  private readonly luck: Luck;
  private readonly world: World;
  private readonly shadows = new Map<string, Shadow>();
  private readonly due = new DueList();
  private readonly counters: Counters = newCounters();
  private readonly newId: () => string;
  private readonly wakers: Wakers;
  private readonly people: People;
  private readonly stopping = new AbortController();
  private readonly length: number;
  private log!: EventStore;
  private api!: Doors;
  private worker!: Doors;
  private portal: Doors | null = null;
  private engine: Engine = { poke: () => undefined };
  private directEngine: Engine = this.engine;
  private watchdog: WatchdogRound | null = null;
  private index: DueIndex | null = null;
  /** Once it ends nothing fails any more. */
  private isEnding = false;

  constructor(
    private readonly stage: Stage,
    private readonly seed: number,
    private readonly episode: number,
  ) {
    this.luck = luckFor(seed, episode, 'life');
    const start = Date.UTC(
      2026,
      this.luck.below(18),
      1 + this.luck.below(28),
      this.luck.below(24),
      this.luck.below(60),
    );
    this.world = new World(start, luckFor(seed, episode, 'faults'), stage.waitsForReal);
    this.newId = ids('0');
    this.wakers = this.luck.weighted([
      [6, 'both'],
      [2, 'workflow'],
      [2, 'watchdog'],
    ] as const);
    this.length = (150 + this.luck.upTo(600)) * DAY;
    const luck = luckFor(seed, episode, 'people');
    this.people = new People({
      world: this.world,
      luck,
      course: new Course(luck, luck.pick([-1.5, -0.7, 0, 0.5])),
      doors: () => this.api,
      newId: this.newId,
      answered: (order, outcome) => this.guarded(() => this.takeAnswer(order, outcome)),
      referred: () => undefined,
      diligence: luck.pick([0.6, 0.9, 0.97]),
    });
  }

  async live(): Promise<LifeReport> {
    const { world } = this;
    const realNow = Date.now;
    const realRandom = Math.random;
    // Holds and pauses of the wakers go by these: in here they are virtual like everything else.
    Date.now = () => Math.floor(world.start + world.now);
    Math.random = () => world.luck.next();
    try {
      await this.open();
      await world.runUntil(this.length);
      await this.judge();
      return await this.report();
    } catch (error) {
      return await this.report(asViolation(error));
    } finally {
      Date.now = realNow;
      Math.random = realRandom;
      this.stopping.abort();
      this.index?.close();
      await this.log.close();
    }
  }

  // ——— the clinic ———

  private async open(): Promise<void> {
    const { stage, world } = this;
    const store = await stage.openStore();
    this.log = watchedStore(store, world, (events) => this.guarded(() => this.takeIn(events)));
    this.api = this.openProcess('api');
    this.worker = this.openProcess('worker');
    this.openWakers(store);
    world.after(0, () => this.people.refer());
    this.people.keepActing(this.luck.pick([14, 25, 50]) * DAY);
    this.planFaults();
    this.planCalm(this.luck.upTo(90 * DAY));
    this.planLaws();
  }

  private openProcess(which: 'api' | 'worker'): Doors {
    const { world, stage, newId, log } = this;
    return openDoors({
      ...{ world, newId, store: log, codec: stage.codec, rival: (streamId) => this.intrude(streamId) },
      crashed: () =>
        world.after(SECOND + world.luck.upTo(2 * MINUTE), () => {
          this[which] = this.openProcess(which);
          if (which === 'worker') this.watchdog?.restart();
        }),
    });
  }

  /** The portal records something while others are about to. */
  private async intrude(streamId: string): Promise<void> {
    if (!streamId.startsWith('episode-')) return;
    const { world, stage, newId, log } = this;
    const episodeId = streamId.slice('episode-'.length);
    this.portal ??= openDoors({ world, codec: stage.codec, newId, store: log, crashed: () => undefined });
    // It has just looked: nobody is quicker than the one who is quicker.
    await this.portal.episodes.load(episodeId);
    const command = { type: 'AddNote', text: 'A synthetic note from elsewhere.' } as const;
    const envelope = { ...systemEnvelope(newId(), command), actor: 'integration:portal' } as const;
    await this.portal.episodes.handle(episodeId, envelope);
  }

  private openWakers(store: EventStore): void {
    const { world, wakers, counters, stage } = this;
    const parts = { world, counters, doors: () => this.worker };
    if (wakers !== 'watchdog') {
      this.directEngine =
        stage.workflow === null ? new TimerEngine(parts, wakers === 'both') : new WorkflowEngine(parts, stage.workflow);
      this.engine = throughPokes(world, this.directEngine);
    }
    if (wakers === 'workflow') return;
    if (stage.workflow !== null) this.index = this.openIndex(store);
    this.watchdog = new WatchdogRound({
      ...parts,
      index: this.index ?? this.due.index,
      earliest: () => this.due.earliest(),
      isEngineUp: () => wakers === 'both',
    });
  }

  /** The due index that ships, following the log. */
  private openIndex(store: EventStore): DueIndex {
    const index = new DueIndex(':memory:', {
      log: store,
      ledger: { empty: emptyLedger, fold: foldLedger, nextDue } as unknown as LedgerRules,
      readFacts: this.stage.codec.readFacts,
      counters: this.counters,
      operator: { info: () => undefined, warn: () => undefined },
      restMs: 0,
    });
    void index.run(this.stopping.signal);
    return index;
  }

  // ——— what is watched ———

  private guarded(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.world.fail(error);
    }
  }

  private takeIn(events: readonly StoredEvent[]): void {
    const { world } = this;
    const [first] = events;
    if (!first?.streamId.startsWith('episode-')) return;
    const episodeId = first.streamId.slice('episode-'.length);
    const shadow = this.shadows.get(episodeId) ?? new Shadow(episodeId);
    this.shadows.set(episodeId, shadow);
    takeAppend(shadow, events, new Date(world.highest).toISOString());
    this.due.take(events);
    if (this.index) void world.really(this.index.reached(first.position, this.stopping.signal));
    this.watchdog?.plan();
    if (first.actor !== 'system:workflow') this.engine.poke(episodeId, events.at(-1)!.revision);
    for (const event of events) if (event.type === 'FollowUpRaised') this.people.notice(event);
  }

  private takeAnswer({ envelope, isFirstRequest, told, episodeId }: Order, outcome: Outcome<EpisodeState>): void {
    const shadow = this.shadows.get(episodeId);
    if (shadow) checkAnswer({ envelope, outcome, isFirstRequest, before: told }, shadow);
  }

  // ——— what goes wrong by itself ———

  private planFaults(): void {
    const { world, luck } = this;
    const now_and_then = (mean: number, strike: () => void): void => {
      world.after(luck.wait(mean), () => {
        if (!world.calm) strike();
        now_and_then(mean, strike);
      });
    };
    now_and_then(40 * DAY, () => {
      world.count('worker-restart');
      this.worker.crash();
    });
    now_and_then(50 * DAY, () => this.stepClock());
    now_and_then(400 * DAY, () => this.reportDeath());
    now_and_then(500 * DAY, () => this.changePathway());
  }

  private stepClock(): void {
    const { world, luck } = this;
    const step = luck.upTo(luck.happens(0.5) ? HOUR : 2 * DAY) * (luck.happens(0.5) ? 1 : -1);
    world.count(step > 0 ? 'clock-forward' : 'clock-back');
    world.skew += step;
    this.watchdog?.plan();
    world.after(luck.upTo(3 * DAY), () => {
      world.skew = 0;
      this.watchdog?.plan();
      this.pokeAll();
    });
  }

  /** An operator pokes everything that is open once a trouble is over; with a watchdog nobody has to. */
  private pokeAll(): void {
    if (this.wakers !== 'workflow') return;
    for (const [episodeId, { revision }] of this.shadows) this.directEngine.poke(episodeId, revision, true);
  }

  /** As the reactor passes it on: by an id of its own, to each episode; some reports turn out to be wrong. */
  private reportDeath(): void {
    const patientRevision = 1 + this.luck.below(100);
    this.people.passOn(`death-${patientRevision}`, { type: 'NoteDeath', patientRevision });
    if (this.luck.happens(0.7))
      this.world.after(this.luck.upTo(20 * DAY), () =>
        this.people.passOn(`retraction-${patientRevision}`, { type: 'RetractDeathNote', patientRevision }),
      );
  }

  private changePathway(): void {
    const command = { type: 'AdoptPathway', pathway: OTHER_PATHWAY } as const;
    const { organisations } = this.api;
    void organisations
      .handle(ORGANISATION, systemEnvelope('other-pathway', command))
      .then(() =>
        organisations.handle(
          ORGANISATION,
          systemEnvelope('joined', { type: 'AddStaff', staff: 'cm-2', role: 'care-manager' }),
        ),
      )
      .catch(() => undefined);
    this.world.after(HOUR, () => this.people.passOn('repin', { type: 'Repin' }));
  }

  // ——— what must come right ———

  /** Now and then nothing fails for nine days: longer than the weekly look. By then nothing may be silent. */
  private planCalm(wait: number): void {
    const { world, luck } = this;
    world.after(wait, () => {
      world.calm = true;
      this.pokeAll();
      for (const hours of [0, 7.3, 20]) world.after(CALM - hours * HOUR, () => this.checkNothingIsSilent());
      const began = this.shadow?.revision ?? -1;
      for (let hours = 4; hours * HOUR < CALM; hours += 4) world.after(hours * HOUR, () => this.checkChases(began));
      world.after(CALM, () => {
        world.calm = this.isEnding;
        this.planCalm(20 * DAY + luck.upTo(120 * DAY));
      });
    });
  }

  private checkNothingIsSilent(): void {
    const earliest = this.due.earliest();
    const late = earliest === null ? 0 : this.world.doorNow - earliest;
    const { shadow } = this;
    if (!shadow) return;
    this.checkChases(-1);
    const by = new Date(this.world.doorNow - GRACE).toISOString();
    for (const one of this.shadows.values()) this.guarded(() => refute('nothingIsSilent', silentStep(one, by), one));
    if (late <= GRACE) return;
    this.guarded(() =>
      refute(
        'nothingIsSilent',
        `a step is due for ${Math.round(late / MINUTE)} minutes of calm and was not raised`,
        shadow,
      ),
    );
  }

  /** Of what was raised after a revision; in a calm what follows from a raise follows at once. */
  private checkChases(after: number): void {
    const { shadow } = this;
    if (shadow) this.guarded(() => refute('oneChaseAtATime', chasedTwice(shadow, after), shadow));
  }

  /** Of the patient's latest episode. */
  private get shadow(): Shadow | undefined {
    return [...this.shadows.values()].at(-1);
  }

  private planLaws(): void {
    const { world, luck, stage } = this;
    world.after(luck.wait(stage.lawsEveryDays * DAY), async () => {
      const [name, law] = luck.pick(Object.entries(LAWS));
      const episodeId = [...this.shadows.keys()].at(-1);
      if (episodeId !== undefined) await world.really(this.tryLaw(name, law, episodeId));
      this.planLaws();
    });
  }

  private async tryLaw(name: string, law: (typeof LAWS)[string], episodeId: string): Promise<void> {
    const { world, stage, luck, log } = this;
    const now = Math.max(world.doorNow, Date.parse(this.shadows.get(episodeId)!.last()!.recordedAt));
    const copies: Shadowed[] = [];
    const copied = { codec: stage.codec, log: await log.readAll({ limit: 100_000 }), episodeId, now, copies };
    const wrong = await law(copied, luck);
    this.guarded(() => {
      refute(name, wrong, this.shadows.get(episodeId)!);
      for (const { shadow, appends } of copies) for (const append of appends) takeAppend(shadow, append, FAR);
    });
  }

  /** At the end: two weeks in which nothing fails, then `followthrough verify` itself. */
  private async judge(): Promise<void> {
    const { world, stage } = this;
    this.isEnding = true;
    world.calm = true;
    world.skew = 0;
    this.watchdog?.plan();
    if (this.wakers === 'workflow')
      for (const [episodeId, { revision }] of this.shadows) this.directEngine.poke(episodeId, revision, true);
    await world.runUntil(world.now + CALM);
    if (this.counters.unsettled > 0)
      throw new Violation('settlingEnds', `${this.counters.unsettled} looks found no rest`);
    const judge = new Judge({ at: new Date(world.doorNow), graceMs: GRACE, readFacts: stage.codec.readFacts });
    const log = await this.log.readAll({ limit: 1_000_000 });
    for (const event of log) judge.take(event);
    judge.verdict();
    const [problem] = judge.verdict().problems;
    if (problem)
      throw new Violation(
        `verify:${problem.kind}`,
        `${problem.streamId} ${problem.revision} ${problem.followUpId ?? ''} ${problem.detail}`,
      );
  }

  private async report(violation?: Violation): Promise<LifeReport> {
    const digest = createHash('sha256');
    let millis = 0;
    let events = 0;
    const reached = new Set<string>();
    for (const shadow of this.shadows.values()) {
      events += shadow.events.length;
      millis += lasted(shadow, this.world.doorNow);
      for (const { type, revision, occurredAt, recordedAt, actor, commandId, body } of shadow.events) {
        reached.add(type);
        digest.update(
          `${revision} ${type} ${occurredAt} ${recordedAt} ${actor} ${commandId} ${JSON.stringify(body.facts)}\n`,
        );
      }
    }
    return {
      ...{ episode: this.episode, episodeYears: millis / YEAR, events, faults: this.world.faults },
      ...{ digest: digest.digest('hex'), reached: [...reached] },
      ...(violation
        ? {
            violation: {
              invariant: violation.invariant,
              detail: violation.detail,
              recent: violation.recent,
              step: events,
            },
          }
        : {}),
    };
  }
}

/** Once nobody heard of the patient until the day, and people were told, no-contact stands for contact (fatigue rule 4). */
function chasedTwice({ open }: Shadow, after: number): string | null {
  const owed = [...open.values()];
  const chase = owed.find(
    ({ kind, lastAt, raisedRevision, dueOn }) =>
      kind === 'no-contact' && raisedRevision > after && lastAt.slice(0, 10) >= dueOn,
  );
  const contact =
    chase && owed.find(({ kind, anchorRevision }) => kind === 'contact' && anchorRevision === chase.anchorRevision);
  return contact ? `${chase.followUpId} was raised, and ${contact.followUpId} is open beside it` : null;
}

/** From the referral to the end, or until now. */
function lasted(shadow: Shadow, now: number): number {
  const from = Date.parse(shadow.events[0]!.recordedAt);
  const ending = shadow.endings().at(-1);
  return Math.max(0, (ending ? Date.parse(ending.recordedAt) : now) - from);
}

const asViolation = (error: unknown): Violation =>
  error instanceof Violation
    ? error
    : new Violation('nothingIsThrown', error instanceof Error ? (error.stack ?? error.message) : String(error));
