import { sql, type Kysely } from 'kysely';
import type { ClientBase } from 'pg';
import { isPassing, UnusableDatabase, WriterElsewhere } from '../failures.js';
import type { Connections, Outlook, Place } from '../place.js';
import type { Tx } from '../projection.js';
import type { ReadDatabase } from '../schema.js';
import { ColumnsAsInSqlite } from './columns.js';
import { openPool } from './connection.js';

const PREFIX = 'followthrough_views_';
const nameOf = (number: number): string => `${PREFIX}${number}`;

/** One process writes the views of a database; the number says nothing, it must only be nobody else's. */
const WRITER_LOCK = 4_715_213_001;

const READERS = 10;

/**
 * The writer's session. The right to write is a lock of the very session that writes: when it is lost, nothing more is written with it.
 * A commit is waited for on disk: a server that took back the last ones after a crash would show older rows until the next event arrives.
 * A server that is asked in vain for a minute lets the lock go; a lock held by somebody else's session is not waited for long.
 */
async function prepareWriter(client: ClientBase): Promise<void> {
  await client.query(
    `set synchronous_commit = on; set lock_timeout = '5s';
     set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3`,
  );
  const { rows } = await client.query<{ held: number }>('select pg_try_advisory_lock($1) as held', [WRITER_LOCK]);
  if (rows[0]?.held !== 1) throw new WriterElsewhere('another process writes these views');
}

async function prepareReader(client: ClientBase): Promise<void> {
  const encoding = await client.query<{ server_encoding: string }>('show server_encoding');
  if (encoding.rows[0]?.server_encoding !== 'UTF8')
    throw new UnusableDatabase(`its encoding is ${encoding.rows[0]?.server_encoding}; it must be UTF8`);
  await client.query('set default_transaction_read_only = on');
}

/** What the server refuses for good, said to whoever gave its address. */
async function usable<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (isPassing(error) || error instanceof UnusableDatabase) throw error;
    throw new UnusableDatabase(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Generations as schemas of one PostgreSQL database: `followthrough_views_1`, `followthrough_views_2` … */
export class PostgresSchemas implements Place {
  private readonly writer: Kysely<ReadDatabase>;
  private readonly reader: Kysely<ReadDatabase>;

  constructor(connectionString: string) {
    this.writer = openPool({
      connectionString,
      max: 1,
      // It stays: the lock goes with it.
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: 30_000,
      prepare: prepareWriter,
    });
    this.reader = openPool({
      connectionString,
      max: READERS,
      idleTimeoutMillis: 60_000,
      connectionTimeoutMillis: 5_000,
      prepare: prepareReader,
    });
  }

  async numbers(): Promise<readonly number[]> {
    const { rows } = await usable(sql<{ name: string }>`select nspname as name from pg_namespace`.execute(this.reader));
    return rows
      .flatMap(({ name }) => new RegExp(`^${PREFIX}(\\d+)$`).exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a);
  }

  async look(number: number): Promise<Outlook> {
    return { reader: this.reader.withSchema(nameOf(number)), close: async () => undefined };
  }

  async claim(): Promise<void> {
    await usable(sql`select 1`.execute(this.writer));
  }

  async create(number: number, fill: (tx: Tx) => Promise<void>): Promise<Connections> {
    const schema = nameOf(number);
    await usable(
      this.writer.transaction().execute(async (tx) => {
        await tx.schema.createSchema(schema).execute();
        await fill(tx.withSchema(schema).withPlugin(new ColumnsAsInSqlite()) as Tx);
      }),
    );
    return this.open(number);
  }

  async open(number: number): Promise<Connections> {
    const schema = nameOf(number);
    return {
      writer: this.writer.withSchema(schema),
      reader: this.reader.withSchema(schema),
      // What was overwritten lies in the tables until it is vacuumed.
      scrub: async () => {
        const tables = await sql<{ name: string }>`
          select tablename as name from pg_tables where schemaname = ${schema}`.execute(this.writer);
        for (const { name } of tables.rows) await sql`vacuum ${sql.table(`${schema}.${name}`)}`.execute(this.writer);
        return true;
      },
      close: async () => undefined,
    };
  }

  async remove(number: number): Promise<void> {
    await this.writer.schema.dropSchema(nameOf(number)).ifExists().cascade().execute();
  }

  async close(): Promise<void> {
    await this.reader.destroy();
    await this.writer.destroy();
  }
}
