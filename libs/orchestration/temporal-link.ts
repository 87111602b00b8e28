import {
  NativeConnection,
  Worker,
  type NativeConnectionOptions,
  type WorkerOptions,
  type WorkflowBundle,
} from '@temporalio/worker';
import { bundleWorkflows } from './bundle-workflows.js';
import { ensureCensusSchedule } from './census-schedule.js';
import { TASK_QUEUE } from './contract.js';
import { EngineClock } from './engine-clock.js';
import { backOff, pause } from './pause.js';
import type { Engine, OperatorLog } from './ports.js';
import { verifySearchAttributes } from './search-attributes.js';
import { installRuntime } from './temporal-runtime.js';
import { TemporalSession } from './temporal-session.js';

export interface TemporalOptions {
  /** `null`: there is no Temporal; nothing is attempted, and the watchdog carries the follow-ups alone. */
  readonly address: string | null;
  readonly namespace?: string | undefined;
  readonly connection?: Pick<NativeConnectionOptions, 'tls' | 'apiKey'>;
  /** Prebuilt by CI (dist/workflow-bundle.js), or the source to bundle once at start. */
  readonly workflows: { readonly bundlePath: string } | { readonly workflowsPath: string };
  readonly activities: object;
  /** Present in production: PINNED worker versioning. Never declared in workflow code. */
  readonly buildId?: string;
}

export type TemporalState = 'up' | 'connecting' | 'down' | 'absent';
export interface TemporalStatus {
  readonly state: TemporalState;
  readonly since: Date;
  readonly address: string | null;
  /** False while up: readiness is degraded, the Temporal UI shows no phase. */
  readonly attributesVerified: boolean;
  /** How far our clock is ahead of Temporal's, milliseconds; null when nobody can tell. */
  readonly aheadMs: number | null;
}

const HEALTH_EVERY_MS = 2000;
/** Shorter than the client's own retries, which outlast its deadline: the watchdog waits for this verdict. */
const HEALTH_ANSWER_MS = 2000;
const CALL_MS = 10_000;
const FAILURES_TO_LOSE = 2;
const MOST_WAIT_MS = 10_000;
const DEPLOYMENT = 'followthrough';

/** Holds the connection and the worker: connects, watches, reconnects with jittered back-off, and shuts down in order. */
export class TemporalLink implements Engine {
  /** Whether workflows may publish search attributes; read by `settle` at each look. */
  readonly attributes = { verified: false };
  private readonly clock = new EngineClock();
  private state: TemporalState;
  private since = new Date();
  private current: TemporalSession | null = null;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private bundle: Promise<WorkflowBundle> | null = null;
  private arrivals: (() => void)[] = [];

  constructor(
    private readonly options: TemporalOptions,
    private readonly operator: OperatorLog,
  ) {
    this.state = options.address === null ? 'absent' : 'connecting';
  }

  /** Begins to connect in the background; the house does not wait for it. */
  start(): void {
    const { address } = this.options;
    if (address === null) return;
    installRuntime(this.operator);
    this.running = this.supervise(address);
  }

  /** Stops taking work, waits for the worker to end, then closes the connection. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  status(): TemporalStatus {
    return {
      state: this.state,
      since: this.since,
      address: this.options.address,
      attributesVerified: this.attributes.verified,
      aheadMs: this.clock.aheadMs(),
    };
  }

  isUp(): boolean {
    return this.state === 'up';
  }

  /** The connection of this moment, for an activity that runs on it. */
  present(): TemporalSession | null {
    return this.current;
  }

  async session(signal: AbortSignal): Promise<TemporalSession | null> {
    while (!this.current && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.arrivals.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return signal.aborted ? null : this.current;
  }

  private async supervise(address: string): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await this.whileConnected(address, () => (failures = 0));
      } catch (error) {
        if (failures === 0)
          this.operator.warn(`Temporal at ${address} is not reachable (${reasonOf(error)}); the watchdog carries on`);
      }
      this.turn('down');
      if (!signal.aborted) await pause(backOff(failures, MOST_WAIT_MS), signal);
    }
  }

  /** From connecting to the loss of the connection, or to the end of the house. */
  private async whileConnected(address: string, connected: () => void): Promise<void> {
    const { namespace = 'default', connection: extra } = this.options;
    const { signal } = this.stopping;
    const connection = await NativeConnection.connect({ address, ...extra });
    try {
      const namespaceId = await namespaceIdOf(connection, namespace);
      this.attributes.verified = await verifySearchAttributes(connection, namespace, signal);
      if (!this.attributes.verified)
        this.operator.warn('search attributes are missing or of another type: none will be published');
      const worker = await Worker.create(await this.workerOptions(connection, namespace));
      connected();
      await this.work(worker, new TemporalSession(connection, namespace, namespaceId), () =>
        namespaceIdOf(connection, namespace),
      );
    } finally {
      await connection.close();
    }
  }

  private async work(worker: Worker, session: TemporalSession, namespaceNow: () => Promise<string>): Promise<void> {
    const ended = new AbortController();
    const over = AbortSignal.any([this.stopping.signal, ended.signal]);
    const done = worker.run().finally(() => ended.abort());
    done.catch(() => undefined); // awaited below, after the watch has noticed
    this.arrive(session);
    try {
      // Not waited for: a server that falls silent now is to be noticed as soon as any other.
      void ensureCensusSchedule(session.client).catch((error: unknown) => {
        if (this.current === session) this.operator.warn(`no census schedule: ${reasonOf(error)}`);
      });
      await this.watch(session.namespaceId, namespaceNow, over);
    } finally {
      this.current = null;
      this.turn('down');
      session.end();
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await done;
    }
  }

  /** Returns when the worker ended, we stop, the server stopped answering, or the namespace behind the name is another one. */
  private async watch(namespaceId: string, namespaceNow: () => Promise<string>, until: AbortSignal): Promise<void> {
    for (let failures = 0; failures < FAILURES_TO_LOSE;) {
      if (failures === 0) await pause(HEALTH_EVERY_MS, until);
      if (until.aborted) return;
      const silence = pause(HEALTH_ANSWER_MS, until).then(() => null);
      const now = await Promise.race([silence, namespaceNow().catch(() => null)]);
      if (now !== null && now !== namespaceId) return;
      failures = now === null ? failures + 1 : 0;
    }
    if (!until.aborted) this.operator.warn('Temporal stopped answering; the watchdog carries on');
  }

  private async workerOptions(connection: NativeConnection, namespace: string): Promise<WorkerOptions> {
    const { workflows, activities, buildId } = this.options;
    const options: WorkerOptions = {
      connection,
      namespace,
      taskQueue: TASK_QUEUE,
      activities,
      interceptors: { activity: [this.clock.interceptor] },
      maxCachedWorkflows: 500, // never sized from the machine's memory
      shutdownGraceTime: '10s',
      shutdownForceTime: '30s',
      workflowBundle:
        'bundlePath' in workflows ? { codePath: workflows.bundlePath } : await this.bundled(workflows.workflowsPath),
    };
    return buildId === undefined ? options : { ...options, ...pinnedTo(buildId) };
  }

  /** Bundled once per process, not once per connection. */
  private bundled(workflowsPath: string): Promise<WorkflowBundle> {
    this.bundle ??= bundleWorkflows(workflowsPath);
    return this.bundle;
  }

  private arrive(session: TemporalSession): void {
    this.current = session;
    this.turn('up');
    this.operator.info(`Temporal is up (${this.options.address})`);
    for (const go of this.arrivals.splice(0)) go();
  }

  private turn(state: TemporalState): void {
    if (this.state === state) return;
    this.state = state;
    this.since = new Date();
  }
}

async function namespaceIdOf(connection: NativeConnection, namespace: string): Promise<string> {
  const call = (): ReturnType<typeof connection.workflowService.describeNamespace> =>
    connection.workflowService.describeNamespace({ namespace });
  const { namespaceInfo } = await connection.withDeadline(Date.now() + CALL_MS, call);
  return namespaceInfo?.id ?? namespace;
}

const pinnedTo = (buildId: string): Pick<WorkerOptions, 'workerDeploymentOptions'> => ({
  workerDeploymentOptions: {
    version: { deploymentName: DEPLOYMENT, buildId },
    useWorkerVersioning: true,
    defaultVersioningBehavior: 'PINNED',
  },
});

const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
