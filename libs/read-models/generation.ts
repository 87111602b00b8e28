import { NoResultError, type SchemaModule } from 'kysely';
import { isDamaged, isMissing } from './failures.js';
import type { Connections, Outlook, Place } from './place.js';
import type { Projection } from './projection.js';

/** A set of views that can be asked. */
export interface Views extends Outlook {
  readonly number: number;
  /** Which versions of the views it holds. */
  readonly views: string;
}

/**
 * One complete set of views, under a number of its own: the file `read.7.db`, or the schema `followthrough_views_7`. A rebuild is the
 * next generation beside it; the newest complete one answers queries, so that reading goes on while another is built.
 */
export interface Generation extends Views, Connections {
  /** Whether it was complete when it was opened. */
  readonly isComplete: boolean;
  /** Again is no harm: a crash of the database may have taken the mark back. */
  complete(): Promise<void>;
  discard(): Promise<void>;
}

/** Raised when a projection of any view has changed: generations of another version are built anew. */
export const viewsVersion = (projections: readonly Projection[]): string =>
  projections.map(({ name, version }) => `${name}@${version}`).join(' ');

/** The generations of one place. */
export class Generations {
  constructor(
    private readonly place: Place,
    private readonly projections: readonly Projection[],
  ) {}

  /** The newest complete one; else the newest at all, if it is of our version; else a new one. Whatever else lies there is removed. */
  async openNewest(): Promise<Generation> {
    await this.place.claim();
    const found = await this.soundOnes();
    const ours = viewsVersion(this.projections);
    const chosen = found.find((one) => one.isComplete) ?? found.find((one) => one.views === ours);
    for (const one of found) if (one !== chosen) await one.discard();
    return chosen ?? (await this.create());
  }

  /** The newest first; none stays open when one of them fails. */
  private async soundOnes(): Promise<Generation[]> {
    await using opening = new AsyncDisposableStack();
    const found: Generation[] = [];
    for (const number of await this.place.numbers()) {
      const one = await this.openIfSound(number);
      if (one) found.push(opening.adopt(one, () => one.close()));
    }
    opening.move();
    return found;
  }

  /** An empty generation after all that are there. */
  async create(): Promise<Generation> {
    const number = ((await this.place.numbers())[0] ?? 0) + 1;
    const views = viewsVersion(this.projections);
    const connections = await this.place.create(number, async (tx) => {
      await bookkeepingTables(tx.schema);
      for (const projection of this.projections) await projection.tables(tx.schema);
      await tx.insertInto('meta').values({ views, complete: 0 }).execute();
    });
    return this.generation(number, connections, views, false);
  }

  /** Undefined for a damaged one or one whose making was cut short; it is removed. */
  private async openIfSound(number: number): Promise<Generation | undefined> {
    let connections: Connections | undefined;
    try {
      connections = await this.place.open(number);
      const meta = await connections.writer.selectFrom('meta').selectAll().executeTakeFirstOrThrow();
      return this.generation(number, connections, meta.views, meta.complete === 1);
    } catch (error) {
      await connections?.close();
      if (!isDamaged(error) && !isUnfinished(error)) throw error;
      await this.place.remove(number);
      return undefined;
    }
  }

  private generation(number: number, connections: Connections, views: string, isComplete: boolean): Generation {
    return {
      ...connections,
      number,
      views,
      isComplete,
      complete: async () => {
        await connections.writer.updateTable('meta').set({ complete: 1 }).where('complete', '=', 0).execute();
      },
      discard: async () => {
        await connections.close();
        await this.place.remove(number);
      },
    };
  }
}

/** No meta table or no row in it: the process ended while the generation was made. */
const isUnfinished = (error: unknown): boolean => error instanceof NoResultError || isMissing(error);

async function bookkeepingTables(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('meta')
    .addColumn('views', 'text', (c) => c.notNull())
    .addColumn('complete', 'integer', (c) => c.notNull())
    .execute();
  await schema
    .createTable('checkpoint')
    .addColumn('follower', 'text', (c) => c.primaryKey())
    .addColumn('position', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('parked')
    .addColumn('projection', 'text', (c) => c.notNull())
    .addColumn('stream_id', 'text', (c) => c.notNull())
    .addColumn('position', 'text', (c) => c.notNull())
    .addColumn('organisation', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('error', 'text')
    .addColumn('parked_at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('parked_pk', ['stream_id', 'projection', 'position'])
    .execute();
}
