import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { LifeReport } from './life.js';

export interface RunOptions {
  readonly seed: number;
  /** Lives are begun until so many years are reached. */
  readonly episodeYears: number;
  /** Only this life. */
  readonly onlyEpisode?: number | undefined;
  readonly threads?: number | undefined;
  /** `sqlite`: on the adapter that ships, with sealing; far fewer years. */
  readonly store?: 'memory' | 'sqlite' | undefined;
  /** Every life with all that ships: the workflow itself, sealing, schemas, the due index in SQL. */
  readonly whole?: boolean | undefined;
  readonly lawsEveryDays?: number | undefined;
  readonly progress?: (years: number, events: number) => void;
}

export interface RunReport {
  readonly episodes: number;
  readonly episodeYears: number;
  readonly events: number;
  readonly faults: Readonly<Record<string, number>>;
  /** How often each kind of event occurred in a life. */
  readonly reached: Readonly<Record<string, number>>;
  /** Over all lives in the order of their numbers: the same for any number of threads. */
  readonly digest: string;
  readonly violated: LifeReport | null;
}

/** Lives as messages between the threads and the run. */
export interface ThreadData {
  readonly seed: number;
  readonly store: 'memory' | 'sqlite';
  readonly whole: boolean;
  readonly lawsEveryDays: number;
}
export type ToThread = { readonly episode: number } | 'end';

const THREAD = new URL('./thread.ts', import.meta.url);

/** Lives many lives, a thread for each core; which thread lives which makes no difference. */
export async function run(options: RunOptions): Promise<RunReport> {
  const { onlyEpisode, threads = availableParallelism(), progress } = options;
  const tally = new Tally(onlyEpisode === undefined ? options.episodeYears : 0, onlyEpisode ?? 0);
  const lanes = Array.from({ length: onlyEpisode === undefined ? threads : 1 }, () => lane(options, tally, progress));
  await Promise.all(lanes);
  return tally.report();
}

/** One thread, given a life after the other until enough were lived. */
function lane(
  { seed, store = 'memory', whole = false, lawsEveryDays = 160 }: RunOptions,
  tally: Tally,
  progress: RunOptions['progress'],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(THREAD, { workerData: { seed, store, whole, lawsEveryDays } satisfies ThreadData });
    const next = (): void => {
      const episode = tally.next();
      worker.postMessage((episode === null ? 'end' : { episode }) satisfies ToThread);
    };
    worker.on('message', (report: LifeReport) => {
      tally.take(report);
      progress?.(tally.years, tally.events);
      next();
    });
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a thread ended with ${code}`))));
    next();
  });
}

/** Counts lives in the order of their numbers, in whatever order they end, and stops at the first that makes up the years. */
class Tally {
  years = 0;
  events = 0;
  private readonly waiting = new Map<number, LifeReport>();
  private readonly faults = new Map<string, number>();
  private readonly reached = new Map<string, number>();
  private readonly digest = createHash('sha256');
  private violated: LifeReport | null = null;
  private begun: number;
  private counted = 0;

  constructor(
    private readonly wanted: number,
    private readonly from: number,
  ) {
    this.begun = from;
  }

  /** The number of the next life, or null when enough were lived. */
  next(): number | null {
    const isEnough = this.begun > this.from && this.years >= this.wanted;
    return isEnough || this.violated ? null : this.begun++;
  }

  take(report: LifeReport): void {
    this.waiting.set(report.episode, report);
    for (let due = this.due(); due; due = this.due()) this.count(due);
  }

  report(): RunReport {
    return {
      ...{ episodes: this.counted, episodeYears: Math.round(this.years * 10) / 10, events: this.events },
      faults: Object.fromEntries([...this.faults].toSorted()),
      reached: Object.fromEntries([...this.reached].toSorted()),
      ...{ digest: this.digest.digest('hex'), violated: this.violated },
    };
  }

  private due(): LifeReport | undefined {
    const isEnough = this.counted > 0 && this.years >= this.wanted;
    return isEnough || this.violated ? undefined : this.waiting.get(this.from + this.counted);
  }

  private count(report: LifeReport): void {
    this.waiting.delete(report.episode);
    this.counted += 1;
    this.years += report.episodeYears;
    this.events += report.events;
    for (const [fault, n = 0] of Object.entries(report.faults))
      this.faults.set(fault, (this.faults.get(fault) ?? 0) + n);
    for (const type of report.reached) this.reached.set(type, (this.reached.get(type) ?? 0) + 1);
    this.digest.update(report.digest);
    if (report.violation) this.violated = report;
  }
}
