import { Client, Connection } from '@temporalio/client';
import { DatabaseSync } from 'node:sqlite';
import { episodeWorkflowId, STATUS_QUERY, type Plan } from '#orchestration/contract';
import type { Engine } from './engine.js';

const AT_A_TIME = 8;

/** What somebody with access to the Temporal server can see and do there. */
export class Workflows {
  private constructor(
    private readonly connection: Connection,
    private readonly client: Client,
  ) {}

  static async of(engine: Engine): Promise<Workflows> {
    const connection = await Connection.connect({ address: engine.address });
    return new Workflows(connection, new Client({ connection }));
  }

  async terminate(episodes: readonly string[]): Promise<void> {
    await this.each(episodes, async (id) => void (await this.client.workflow.getHandle(id).terminate('lost')));
  }

  /** How many of these episodes have a running workflow. */
  async running(episodes: readonly string[]): Promise<number> {
    let running = 0;
    await this.each(episodes, async (id) => {
      const described = await this.client.workflow
        .getHandle(id)
        .describe()
        .catch(() => null);
      if (described?.status.name === 'RUNNING') running += 1;
    });
    return running;
  }

  /** How many of them know this episode’s plan as it is now: they looked at the log since. */
  async upToDate(revisions: ReadonlyMap<string, number>): Promise<number> {
    let upToDate = 0;
    await this.each([...revisions.keys()], async (id, episodeId) => {
      const plan = await this.client.workflow
        .getHandle(id)
        .query<Plan>(STATUS_QUERY)
        .catch(() => null);
      if (plan?.revision === revisions.get(episodeId)) upToDate += 1;
    });
    return upToDate;
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async each(
    episodes: readonly string[],
    task: (workflowId: string, episodeId: string) => Promise<void>,
  ): Promise<void> {
    const left = episodes.values();
    const lane = async (): Promise<void> => {
      for (const episodeId of left) await task(episodeWorkflowId(episodeId), episodeId);
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  }
}

/** While the server is down: timers stay in what it knows of each workflow, and nothing will ever fire them. Answers how many. */
export function loseTimers(engine: Engine): number {
  const db = new DatabaseSync(engine.dbFile);
  try {
    return Number(db.prepare('DELETE FROM timer_tasks').run().changes);
  } finally {
    db.close();
  }
}
