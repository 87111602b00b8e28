import type { StoredEvent } from '#event-store';
import { ChainCheck } from './chain-check.js';
import { EpisodeCheck, type EpisodeFindings } from './episode-check.js';
import { FirstProblems } from './first-problems.js';
import { Latenesses, type LatenessTable } from './lateness.js';
import type { Problem } from './problem.js';

/** What the log proves, and what it does not. The form of `followthrough verify --json`. */
export interface Verdict {
  readonly events: number;
  readonly streams: number;
  readonly chain: 'intact' | 'broken';
  readonly openFollowUps: number;
  readonly raises: number;
  readonly early: number;
  readonly doubled: number;
  readonly silent: number;
  /** Open episodes that are owed nothing, or were at some time between two recordings. */
  readonly openEpisodesWithoutFollowUp: number;
  readonly lateness: LatenessTable;
  /** How many raises each waker recorded. */
  readonly byWaker: Readonly<Record<string, number>>;
  /** The first fifty. */
  readonly problems: readonly Problem[];
}

export interface Judging {
  /** The instant at which silence is judged. */
  readonly at: Date;
  /** How long a step may be due and not raised, in milliseconds of the log's clock. */
  readonly graceMs: number;
  /** Facts without any key. @throws when this build cannot read the event */
  readonly readFacts: (event: StoredEvent) => unknown;
}

const EPISODE = 'episode-';

type Waker = readonly [name: string, raised: { raises: number; first: string }];

/** What is noticed at an event stands there in the verdict, what is noticed at the end of an episode behind all events. */
const atEvent = ({ position }: StoredEvent): string => `0 ${position}`;
const inLogOrder = ([, a]: Waker, [, b]: Waker): number => (a.first < b.first ? -1 : Number(a.first > b.first));
const atEnd = (began: string): string => `1 ${began}`;

/**
 * Judges a whole log, given event by event, each stream in the order of the log. Pure: no store, no clock, no key. Of each stream that was
 * not said to have ended it keeps a small head, and what is open in the episode; the verdict does not depend on which those are.
 */
export class Judge {
  private readonly chain = new ChainCheck();
  private readonly episodes = new Map<string, { readonly check: EpisodeCheck; readonly began: string }>();
  private readonly latenesses = new Latenesses();
  private readonly counts = new Map<Problem['kind'], number>();
  private readonly problems = new FirstProblems();
  private readonly byWaker = new Map<Waker[0], Waker[1]>();
  private readonly findings: EpisodeFindings;
  private events = 0;
  private raises = 0;
  private openFollowUps = 0;
  private episodesWithoutFollowUp = 0;
  /** Where in the verdict that stands which is noticed now. */
  private place = '';

  constructor(private readonly judging: Judging) {
    const { graceMs, readFacts } = judging;
    this.findings = { latenesses: this.latenesses, graceMs, readFacts, found: (problem) => this.found(problem) };
  }

  take(event: StoredEvent): void {
    this.events += 1;
    this.place = atEvent(event);
    const { streamId, revision, type, actor } = event;
    const broken = this.chain.take(event);
    if (broken !== null) this.found({ kind: 'chain-broken', streamId, revision, detail: broken });
    if (!streamId.startsWith(EPISODE)) return;
    if (type === 'FollowUpRaised') {
      this.raises += 1;
      this.raisedBy(actor);
    }
    this.episode(event).take(event);
  }

  /** Judges what a stream leaves open and forgets it: nothing more of it will come. */
  ends(streamId: string): void {
    this.chain.forget(streamId);
    const episode = this.episodes.get(streamId);
    if (!episode) return;
    this.place = atEnd(episode.began);
    const { openFollowUps, wasWithoutFollowUp } = episode.check.finish(this.judging.at.getTime());
    this.openFollowUps += openFollowUps;
    if (wasWithoutFollowUp) this.episodesWithoutFollowUp += 1;
    this.episodes.delete(streamId);
  }

  /** Once, after the last event. */
  verdict(): Verdict {
    for (const streamId of this.episodes.keys()) this.ends(streamId);
    const count = (kind: Problem['kind']): number => this.counts.get(kind) ?? 0;
    return {
      events: this.events,
      streams: this.chain.streams,
      chain: count('chain-broken') === 0 ? 'intact' : 'broken',
      openFollowUps: this.openFollowUps,
      raises: this.raises,
      early: count('early'),
      doubled: count('doubled'),
      silent: count('silent'),
      openEpisodesWithoutFollowUp: this.episodesWithoutFollowUp,
      lateness: this.latenesses.table(),
      byWaker: Object.fromEntries([...this.byWaker].toSorted(inLogOrder).map(([waker, { raises }]) => [waker, raises])),
      problems: this.problems.list(),
    };
  }

  /** How many things are wrong, also beyond the first fifty. */
  get wrong(): number {
    return this.counts.values().reduce((sum, n) => sum + n, 0);
  }

  private episode({ streamId, position }: StoredEvent): EpisodeCheck {
    const known = this.episodes.get(streamId);
    if (known) return known.check;
    const check = new EpisodeCheck(streamId, this.findings);
    this.episodes.set(streamId, { check, began: position });
    return check;
  }

  /** Wakers are named in the order in which they first appear in the log. */
  private raisedBy(waker: string): void {
    const known = this.byWaker.get(waker);
    if (!known) this.byWaker.set(waker, { raises: 1, first: this.place });
    else {
      known.raises += 1;
      if (this.place < known.first) known.first = this.place;
    }
  }

  private found(problem: Problem): void {
    this.counts.set(problem.kind, (this.counts.get(problem.kind) ?? 0) + 1);
    this.problems.add(this.place, problem);
  }
}
