import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import { DatabaseError, Pool, types, type ClientBase, type PoolClient, type PoolConfig } from 'pg';
import { DatabaseAway, UnusableDatabase } from '../failures.js';

/** A server that does not answer for so long is away; its connection is given up. */
const ANSWERS_WITHIN_MS = 60_000;
/** Enough for every statement of every view; parsing one anew costs more than running it. */
const STATEMENTS_KEPT = 400;

const BOOL = 16;
const INT8 = 20;
/** Truth and counts as SQLite answers them. */
const PARSERS = new Map<number, (text: string) => number>([
  [BOOL, (text) => (text === 't' ? 1 : 0)],
  [INT8, Number],
]);

/** Of this pool alone: pg's own list belongs to the whole process. */
const ownTypes = {
  getTypeParser: ((oid: number, format?: 'text') =>
    PARSERS.get(oid) ?? types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

/** One name for each text of a statement, so that the server parses it once for each connection. */
class StatementNames {
  private readonly names = new Map<string, string>();

  of(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= STATEMENTS_KEPT) return known;
    const name = `views_${this.names.size}`;
    this.names.set(text, name);
    return name;
  }
}

/** PostgreSQL cannot keep the character 0 in a text, and a patient must not vanish from a list because of it. */
const keepable = (value: unknown): unknown =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\u{FFFD}') : value;

/** What the server says itself passes; anything else says that it cannot be reached. */
const asAway = (error: unknown): unknown =>
  error instanceof DatabaseError ||
  error instanceof DatabaseAway ||
  error instanceof UnusableDatabase ||
  error instanceof TypeError
    ? error
    : new DatabaseAway('the database of the views does not answer', { cause: error });

/** A connection in the shape that Kysely's PostgreSQL dialect expects, given up when it has failed. */
class NamedStatements {
  private broken = false;

  constructor(
    private readonly client: PoolClient,
    private readonly names: StatementNames,
  ) {}

  async query(text: string, values: readonly unknown[] = []) {
    const name = values.length > 0 ? this.names.of(text) : undefined;
    try {
      return await this.client.query({ ...(name === undefined ? {} : { name }), text, values: values.map(keepable) });
    } catch (error) {
      this.broken ||= !(error instanceof DatabaseError);
      throw asAway(error);
    }
  }

  release(destroy = false): void {
    this.client.release(destroy || this.broken);
  }
}

export interface PoolOptions extends Pick<PoolConfig, 'max' | 'idleTimeoutMillis' | 'connectionTimeoutMillis'> {
  readonly connectionString: string;
  /** Makes a new connection ready; when it throws, the connection is closed and whoever waits for it gets the error. */
  readonly prepare: (client: ClientBase) => Promise<void>;
}

/** A database over a pool of connections. */
export function openPool<T>({ prepare, ...options }: PoolOptions): Kysely<T> {
  const pool = new Pool({
    ...options,
    application_name: 'followthrough read models',
    keepAlive: true,
    query_timeout: ANSWERS_WITHIN_MS,
    types: ownTypes,
    // Declared as if it could not wait; the pool does.
    onConnect: prepare as (client: ClientBase) => void,
  });
  // What breaks a connection at rest is met by the next query; unheard, it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const names = new StatementNames();
  const shims = new WeakMap<PoolClient, NamedStatements>();
  const shimOf = (client: PoolClient): NamedStatements => {
    const shim = shims.get(client) ?? new NamedStatements(client, names);
    shims.set(client, shim);
    return shim;
  };
  return new Kysely<T>({
    dialect: new PostgresDialect({
      pool: {
        options: pool.options,
        connect: async () => {
          try {
            return shimOf(await pool.connect()) as unknown as PostgresPoolClient;
          } catch (error) {
            throw asAway(error);
          }
        },
        end: () => pool.end(),
      },
    }),
  });
}
