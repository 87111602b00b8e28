import { Client, WorkflowNotFoundError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import {
  CHANGED_SIGNAL,
  EPISODE_WORKFLOW,
  episodeWorkflowId,
  TASK_QUEUE,
  type EpisodeArgs,
  type Poke,
} from './contract.js';
import { EngineAway, type EngineSession } from './ports.js';

const CALL_MS = 10_000;
/** gRPC: the server is out of capacity, or not there. */
const AWAY_CODES: readonly unknown[] = [8, 14];

/** One connection to one namespace, while it lasts. */
export class TemporalSession implements EngineSession {
  readonly client: Client;
  private readonly ending = new AbortController();
  readonly lost: AbortSignal = this.ending.signal;

  constructor(
    private readonly connection: NativeConnection,
    namespace: string,
    readonly namespaceId: string,
  ) {
    this.client = new Client({ connection, namespace });
  }

  end(): void {
    this.ending.abort();
  }

  async poke(episodeId: string, revision: number, again = false): Promise<void> {
    const args: EpisodeArgs = { episodeId, hint: revision };
    const poke: Poke = again ? { revision, again } : { revision };
    await this.call(() =>
      this.client.workflow.signalWithStart(EPISODE_WORKFLOW, {
        workflowId: episodeWorkflowId(episodeId),
        taskQueue: TASK_QUEUE,
        args: [args],
        signal: CHANGED_SIGNAL,
        signalArgs: [poke],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE', // an episode that was closed may be open again
        staticSummary: `episode ${episodeId.slice(0, 8)}`,
      }),
    );
  }

  async isRunning(episodeId: string): Promise<boolean> {
    try {
      const { status } = await this.call(() => this.client.workflow.getHandle(episodeWorkflowId(episodeId)).describe());
      return status.name === 'RUNNING';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  private async call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.connection.withDeadline(Date.now() + CALL_MS, work);
    } catch (error) {
      if (this.lost.aborted || isOfCode(error, AWAY_CODES))
        throw new EngineAway('Temporal does not answer', { cause: error });
      throw error;
    }
  }
}

export function isOfCode(error: unknown, codes: readonly unknown[]): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (codes.includes((at as { code?: unknown }).code)) return true;
  }
  return false;
}
