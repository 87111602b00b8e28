import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

const ROWS_TOGETHER = 500;

/** The rows of some views inserted again, by statements prepared once: the tables with their keys, no index, nothing else. */
export interface Inserted {
  readonly rows: number;
  /** Of inserting alone; reading them is not counted. */
  readonly seconds: number;
}

export function insertTheSame(views: string, file: string): Inserted {
  using from = new DatabaseSync(views, { readOnly: true });
  let began = performance.now();
  using into = new DatabaseSync(file);
  into.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  let millis = performance.now() - began;
  let rows = 0;
  for (const { name, sql } of tablesOf(from)) {
    into.exec(sql);
    const statement = into.prepare(
      `INSERT INTO "${name}" VALUES (${columnsOf(into, name)
        .map(() => '?')
        .join(', ')})`,
    );
    for (const some of portions(from, name)) {
      began = performance.now();
      into.exec('BEGIN');
      for (const row of some) statement.run(...row);
      into.exec('COMMIT');
      millis += performance.now() - began;
      rows += some.length;
    }
  }
  return { rows, seconds: millis / 1000 };
}

const tablesOf = (db: DatabaseSync): { name: string; sql: string }[] =>
  db
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map(({ name, sql }) => ({ name: String(name), sql: String(sql) }));

const columnsOf = (db: DatabaseSync, table: string): unknown[] =>
  db.prepare('SELECT name FROM pragma_table_info(?)').all(table);

function* portions(db: DatabaseSync, table: string): Generator<SQLInputValue[][]> {
  const all = db.prepare(`SELECT * FROM "${table}"`);
  all.setReturnArrays(true);
  let some: SQLInputValue[][] = [];
  for (const row of all.iterate()) {
    if (some.push(row as unknown as SQLInputValue[]) < ROWS_TOGETHER) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
