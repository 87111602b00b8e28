import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import type { VirtualTime } from './virtual-time.js';

/**
 * A stand-in for `@temporalio/workflow` and the server behind it, in virtual time: enough to run the real workflow source, or a
 * mutant of it, through years of signals, updates, timers, activities and continue-as-new in milliseconds.
 */
export interface ServerFaults {
  /** How long the server and the worker take to hand a workflow task over. */
  taskLatency(): number;
  suggestContinueAsNew(): boolean;
}

export type Activity = (input: unknown) => Promise<unknown>;

type Update = { name: string; input: unknown; resolve: (result: unknown) => void };
type Job =
  | { kind: 'signal'; name: string; input: unknown }
  | { kind: 'update'; update: Update }
  | { kind: 'resume'; go: () => void };

interface Condition {
  readonly holds: () => boolean;
  readonly resolve: (value: boolean) => void;
  readonly cancelTimer: () => void;
}

class ContinueAsNew extends Error {
  constructor(readonly args: unknown[]) {
    super('continue as new');
  }
}

const require = createRequire(import.meta.url);
const HERE = import.meta.dirname;

/** The source of the episode workflow as CommonJS text, after some replacements. */
export function compile(replacements: readonly (readonly [from: string, to: string])[] = []): string {
  let source = readFileSync(join(HERE, '..', 'episode.ts'), 'utf8');
  for (const [from, to] of replacements) {
    if (!source.includes(from)) throw new Error(`the workflow has no such text any more: ${from}`);
    source = source.replace(from, to);
  }
  return toCommonJs(source);
}

function toCommonJs(source: string): string {
  const { code } = transformSync(source, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  return code;
}

const contract: unknown = evaluate(
  toCommonJs(readFileSync(join(HERE, '..', '..', 'libs', 'orchestration', 'contract.ts'), 'utf8')),
  {},
);

function evaluate(
  code: string,
  modules: Readonly<Record<string, unknown>>,
  DateThere: unknown = Date,
): Record<string, unknown> {
  const exports: Record<string, unknown> = {};
  const load = (name: string): unknown => modules[name] ?? require(name);
  new Function('require', 'exports', 'Date', code)(load, exports, DateThere);
  return exports;
}

/** One workflow id on the fake server: a chain of runs. */
export class FakeWorkflow {
  runs = 0;
  running = false;
  continuedAsNew = 0;
  /** Updates whose run ended before they were answered; the real server would refuse them. */
  droppedUpdates = 0;
  /** What the workflow code threw: the real server would block on it. */
  crash: unknown = null;
  readonly labels = new Set<string>();
  attributes: readonly { key: { name: string }; value: unknown }[] = [];
  details = '';

  private jobs: Job[] = [];
  private taskPending = false;
  private conditions: Condition[] = [];
  private handlers = new Map<string, (input: unknown) => unknown>();
  private openUpdates = new Set<Update>();

  constructor(
    private readonly code: string,
    private readonly time: VirtualTime,
    private readonly faults: ServerFaults,
    private readonly activity: Activity,
  ) {}

  signalWithStart(args: unknown, name: string, input: unknown): void {
    this.jobs.push({ kind: 'signal', name, input });
    if (!this.running) this.start(args);
    this.wake();
  }

  update(name: string, input: unknown): Promise<unknown> {
    return new Promise((resolve) => {
      this.jobs.push({ kind: 'update', update: { name, input, resolve } });
      this.wake();
    });
  }

  query(name: string): unknown {
    return this.handlers.get(name)?.(undefined);
  }

  private start(...args: unknown[]): void {
    this.running = true;
    this.runs += 1;
    this.conditions.forEach(({ cancelTimer }) => cancelTimer());
    this.conditions = [];
    this.handlers = new Map();
    this.droppedUpdates += this.openUpdates.size;
    this.openUpdates = new Set();
    const run = this.runs;
    const module = evaluate(
      this.code,
      { '@temporalio/workflow': this.api(run), '#orchestration/contract': contract },
      this.dateThere(),
    );
    const body = module['episodeWorkflow'] as (...args: unknown[]) => Promise<void>;
    this.jobs.unshift({
      kind: 'resume',
      go: () =>
        void body(...args).then(
          () => this.complete(run),
          (error) => this.fail(run, error),
        ),
    });
    this.wake();
  }

  private complete(run: number): void {
    if (run !== this.runs) return;
    this.running = false;
    this.droppedUpdates += this.openUpdates.size;
    this.openUpdates = new Set();
  }

  private fail(run: number, error: unknown): void {
    if (run !== this.runs) return;
    if (!(error instanceof ContinueAsNew)) {
      this.crash = error;
      return;
    }
    this.continuedAsNew += 1;
    this.start(...error.args);
  }

  /** A workflow task: all that has arrived until the worker takes it up is applied at once, signals first. */
  private wake(): void {
    if (this.taskPending || !this.running) return;
    this.taskPending = true;
    this.time.after(this.faults.taskLatency(), () => this.task());
  }

  private async task(): Promise<void> {
    this.taskPending = false;
    const run = this.runs;
    const jobs = this.jobs.splice(0);
    const isStart = jobs.filter((job) => job.kind === 'resume' && this.handlers.size === 0).slice(0, 1);
    for (const job of isStart) this.apply(job); // registers the handlers
    for (const job of jobs) if (job.kind !== 'resume') this.apply(job);
    for (const job of jobs) if (job.kind === 'resume' && !isStart.includes(job)) this.apply(job);
    await this.quiet();
    while (run === this.runs && this.unblock()) await this.quiet();
    if (this.jobs.length > 0) this.wake();
  }

  private apply(job: Job): void {
    if (job.kind === 'resume') job.go();
    else if (job.kind === 'signal') this.handlers.get(job.name)?.(job.input);
    else this.answer(job.update);
  }

  private answer(update: Update): void {
    this.openUpdates.add(update);
    const result = this.handlers.get(update.name)?.(update.input);
    void Promise.resolve(result).then((value) => {
      if (this.openUpdates.delete(update)) update.resolve(value);
    });
  }

  /** Lets the promises of the workflow run until none can. */
  private async quiet(): Promise<void> {
    for (let turn = 0; turn < 24; turn += 1) await undefined;
  }

  private unblock(): boolean {
    const free = this.conditions.filter(({ holds }) => holds());
    this.conditions = this.conditions.filter((condition) => !free.includes(condition));
    for (const { cancelTimer, resolve } of free) {
      cancelTimer();
      resolve(true);
    }
    return free.length > 0;
  }

  private resume(run: number, go: () => void): void {
    if (run !== this.runs || !this.running) return;
    this.jobs.push({ kind: 'resume', go });
    this.wake();
  }

  private dateThere(): unknown {
    const { time } = this;
    return class extends Date {
      static override now(): number {
        return time.now;
      }
    };
  }

  /** The part of `@temporalio/workflow` that the episode workflow uses. */
  private api(run: number): object {
    const definition = (kind: string) => (name: string) => ({ kind, name });
    return {
      defineSignal: definition('signal'),
      defineQuery: definition('query'),
      defineUpdate: definition('update'),
      setHandler: ({ name }: { name: string }, handler: (input: unknown) => unknown) =>
        this.handlers.set(name, handler),
      proxyActivities: () => ({
        settle: {
          executeWithOptions: (options: { summary: string }, [input]: [unknown]) =>
            this.execute(run, options.summary, input),
        },
      }),
      condition: (holds: () => boolean, ms?: number, options?: { summary?: string }) =>
        this.condition(run, holds, ms, options?.summary),
      allHandlersFinished: () => this.openUpdates.size === 0,
      patched: () => true,
      workflowInfo: () => ({
        continueAsNewSuggested: this.faults.suggestContinueAsNew(),
        targetWorkerDeploymentVersionChanged: false,
      }),
      makeContinueAsNewFunc:
        () =>
        (...args: unknown[]) =>
          Promise.reject(new ContinueAsNew(args)),
      upsertSearchAttributes: (pairs: typeof this.attributes) => (this.attributes = pairs),
      setCurrentDetails: (details: string) => (this.details = details),
    };
  }

  private execute(run: number, summary: string, input: unknown): Promise<unknown> {
    this.labels.add(summary);
    return new Promise(
      (resolve) => void this.activity(input).then((result) => this.resume(run, () => resolve(result))),
    );
  }

  private condition(run: number, holds: () => boolean, ms?: number, summary?: string): Promise<boolean> {
    if (holds()) return Promise.resolve(true);
    if (summary) this.labels.add(summary);
    return new Promise((resolve) => {
      const cancelTimer =
        ms === undefined ? (): void => undefined : this.time.after(ms, () => this.resume(run, expire));
      const condition: Condition = { holds, resolve, cancelTimer };
      const expire = (): void => {
        if (!this.conditions.includes(condition)) return;
        this.conditions = this.conditions.filter((other) => other !== condition);
        resolve(holds());
      };
      this.conditions.push(condition);
    });
  }
}
