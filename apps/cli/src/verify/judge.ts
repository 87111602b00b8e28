import type { StoredEvent } from '#event-store';
import { ChainCheck } from './chain-check.js';
import { EpisodeCheck, type EpisodeFindings } from './episode-check.js';
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

const MOST_PROBLEMS = 50;
const EPISODE = 'episode-';

/**
 * Judges a whole log, given event by event in its order. Pure: no store, no clock, no key. It keeps one small head for each stream and
 * what is open in each episode.
 */
export class Judge {
  private readonly chain = new ChainCheck();
  private readonly episodes = new Map<string, EpisodeCheck>();
  private readonly latenesses = new Latenesses();
  private readonly counts = new Map<Problem['kind'], number>();
  private readonly problems: Problem[] = [];
  private readonly byWaker = new Map<string, number>();
  private readonly findings: EpisodeFindings;
  private events = 0;
  private raises = 0;

  constructor(private readonly judging: Judging) {
    const { graceMs, readFacts } = judging;
    this.findings = { latenesses: this.latenesses, graceMs, readFacts, found: (problem) => this.found(problem) };
  }

  take(event: StoredEvent): void {
    this.events += 1;
    const { streamId, revision, type, actor } = event;
    const broken = this.chain.take(event);
    if (broken !== null) this.found({ kind: 'chain-broken', streamId, revision, detail: broken });
    if (!streamId.startsWith(EPISODE)) return;
    if (type === 'FollowUpRaised') {
      this.raises += 1;
      this.byWaker.set(actor, (this.byWaker.get(actor) ?? 0) + 1);
    }
    this.episode(streamId).take(event);
  }

  /** Once, after the last event. */
  verdict(): Verdict {
    let openFollowUps = 0;
    let openEpisodesWithoutFollowUp = 0;
    for (const episode of this.episodes.values()) {
      const end = episode.finish(this.judging.at.getTime());
      openFollowUps += end.openFollowUps;
      if (end.wasWithoutFollowUp) openEpisodesWithoutFollowUp += 1;
    }
    const count = (kind: Problem['kind']): number => this.counts.get(kind) ?? 0;
    return {
      events: this.events,
      streams: this.chain.streams,
      chain: count('chain-broken') === 0 ? 'intact' : 'broken',
      openFollowUps,
      raises: this.raises,
      early: count('early'),
      doubled: count('doubled'),
      silent: count('silent'),
      openEpisodesWithoutFollowUp,
      lateness: this.latenesses.table(),
      byWaker: Object.fromEntries(this.byWaker),
      problems: this.problems,
    };
  }

  /** How many things are wrong, also beyond the first fifty. */
  get wrong(): number {
    return this.counts.values().reduce((sum, n) => sum + n, 0);
  }

  private episode(streamId: string): EpisodeCheck {
    const known = this.episodes.get(streamId);
    if (known) return known;
    const fresh = new EpisodeCheck(streamId, this.findings);
    this.episodes.set(streamId, fresh);
    return fresh;
  }

  private found(problem: Problem): void {
    this.counts.set(problem.kind, (this.counts.get(problem.kind) ?? 0) + 1);
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(problem);
  }
}
