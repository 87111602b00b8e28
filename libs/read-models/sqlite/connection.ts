import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';

/** Enough for every statement of every view; compiling one anew costs more than running it. */
const STATEMENTS_KEPT = 400;

/** `node:sqlite` in the shape that Kysely's SQLite dialect expects. */
class SqliteShim {
  private readonly prepared = new Map<string, PreparedStatement>();

  constructor(private readonly db: DatabaseSync) {}

  prepare(sql: string): PreparedStatement {
    const known = this.prepared.get(sql);
    if (known) return known;
    const statement = new PreparedStatement(this.db.prepare(sql));
    const [oldest] = this.prepared.keys();
    if (this.prepared.size >= STATEMENTS_KEPT && oldest !== undefined) this.prepared.delete(oldest);
    this.prepared.set(sql, statement);
    return statement;
  }

  close(): void {
    this.prepared.clear();
    if (this.db.isOpen) this.db.close();
  }
}

type Value = null | number | bigint | string | Uint8Array;

class PreparedStatement {
  readonly reader: boolean;

  constructor(private readonly statement: StatementSync) {
    this.reader = statement.columns().length > 0;
  }

  all = (parameters: readonly unknown[]): unknown[] => this.statement.all(...(parameters as Value[]));
  run = (parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } =>
    this.statement.run(...(parameters as Value[]));
  iterate = (parameters: readonly unknown[]): IterableIterator<unknown> =>
    this.statement.iterate(...(parameters as Value[]));
}

const kyselyOver = <T>(db: DatabaseSync): Kysely<T> =>
  new Kysely<T>({ dialect: new SqliteDialect({ database: new SqliteShim(db) }) });

/**
 * The projector's connection. WAL with synchronous=NORMAL: a power cut may take back the last commits, rows and checkpoint
 * together. secure_delete: what an erased patient leaves must not linger in free pages. The WAL grows to 32 MB before pages that are
 * written again and again move to their place, and begins empty: a killed process may have left in it what it had just erased.
 */
export function openWriter<T>(file: string): Kysely<T> {
  const db = new DatabaseSync(file);
  try {
    db.exec(
      `PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;
       PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 8000; PRAGMA wal_checkpoint(TRUNCATE)`,
    );
  } catch (error) {
    db.close();
    throw error;
  }
  return kyselyOver<T>(db);
}

/** The queries' connection: it sees what was committed, never half a batch, and cannot write. */
export function openReader<T>(file: string): Kysely<T> {
  const db = new DatabaseSync(file, { readOnly: true });
  db.exec('PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY');
  return kyselyOver<T>(db);
}
