import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { NoResultError, type SchemaModule } from 'kysely';
import { isDamaged, openReader, openWriter } from './database.js';
import type { Database, Projection } from './projection.js';
import type { ReadDatabase } from './schema.js';

/**
 * One complete set of views in a file of its own: `read.7.db`. A rebuild is the next generation beside it; the newest complete
 * one answers queries, so that reading goes on while another is built.
 */
export interface Generation {
  readonly number: number;
  readonly writer: Database;
  /** Answers queries; kept open until the last of them is done, even after a newer generation took over. */
  readonly reader: Database;
  /** Which versions of the views it holds. */
  readonly views: string;
  readonly isComplete: boolean;
  complete(): Promise<void>;
  close(): Promise<void>;
  discard(): Promise<void>;
}

/** Raised when a projection of any view has changed: files of another version are built anew. */
export const viewsVersion = (projections: readonly Projection[]): string =>
  projections.map(({ name, version }) => `${name}@${version}`).join(' ');

/** The generations that belong to one path: `data/read.db` has `data/read.1.db`, `data/read.2.db` … */
export class Generations {
  private readonly folder: string;
  private readonly stem: string;
  private readonly extension: string;

  constructor(
    file: string,
    private readonly projections: readonly Projection[],
  ) {
    this.folder = dirname(file);
    this.extension = extname(file);
    this.stem = basename(file, this.extension);
    mkdirSync(this.folder, { recursive: true });
  }

  /** The newest complete one; else the newest at all, if it is of our version; else a new one. Whatever else lies there is removed. */
  async openNewest(): Promise<Generation> {
    const found: Generation[] = [];
    for (const number of this.numbers()) {
      const one = await this.openIfSound(number);
      if (one) found.push(one);
    }
    const ours = viewsVersion(this.projections);
    const chosen = found.find((one) => one.isComplete) ?? found.find((one) => one.views === ours);
    for (const one of found) if (one !== chosen) await one.discard();
    return chosen ?? (await this.create());
  }

  /** An empty generation after all that are there. */
  async create(): Promise<Generation> {
    const number = (this.numbers()[0] ?? 0) + 1;
    // It holds in the clear what the log keeps sealed: for nobody else's eyes. SQLite gives its side files the same mode.
    closeSync(openSync(this.path(number), 'w', 0o600));
    const writer = openWriter<ReadDatabase>(this.path(number));
    await writer.transaction().execute(async (tx) => {
      await bookkeepingTables(tx.schema);
      for (const projection of this.projections) await projection.tables(tx.schema);
      await tx
        .insertInto('meta')
        .values({ views: viewsVersion(this.projections), complete: 0 })
        .execute();
    });
    return this.generation(number, writer, viewsVersion(this.projections), false);
  }

  /** Newest first. */
  private numbers(): number[] {
    const pattern = new RegExp(`^${escaped(this.stem)}\\.(\\d+)${escaped(this.extension)}$`);
    return readdirSync(this.folder)
      .flatMap((name) => pattern.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a);
  }

  private path = (number: number): string => join(this.folder, `${this.stem}.${number}${this.extension}`);

  private remove(number: number): void {
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.path(number) + suffix, { force: true });
  }

  /** Undefined for a damaged file or one whose making was cut short; it is removed. */
  private async openIfSound(number: number): Promise<Generation | undefined> {
    let writer: Database | undefined;
    try {
      writer = openWriter<ReadDatabase>(this.path(number));
      const meta = await writer.selectFrom('meta').selectAll().executeTakeFirstOrThrow();
      return this.generation(number, writer, meta.views, meta.complete === 1);
    } catch (error) {
      await writer?.destroy();
      if (!isDamaged(error) && !isUnfinished(error)) throw error;
      this.remove(number);
      return undefined;
    }
  }

  private generation(number: number, writer: Database, views: string, completeBefore: boolean): Generation {
    const reader = openReader<ReadDatabase>(this.path(number));
    let isComplete = completeBefore;
    const close = async (): Promise<void> => {
      await reader.destroy();
      await writer.destroy();
    };
    return {
      number,
      writer,
      reader,
      views,
      get isComplete() {
        return isComplete;
      },
      close,
      complete: async () => {
        isComplete = true;
        await writer.updateTable('meta').set({ complete: 1 }).execute();
      },
      discard: async () => {
        await close();
        if (existsSync(this.path(number))) this.remove(number);
      },
    };
  }
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** No meta table or no row in it: the process ended while the file was made. */
const isUnfinished = (error: unknown): boolean =>
  error instanceof NoResultError || (error instanceof Error && error.message.includes('no such table: meta'));

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
