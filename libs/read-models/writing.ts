import { CompiledQuery, type Insertable, type Transaction } from 'kysely';
import type { ReadDatabase } from './schema.js';
import { TABLES, type TableName } from './tables.js';

type Tx = Transaction<ReadDatabase>;

/** A row with all its columns: statements are told apart by table and number of rows alone. */
export type Row<T extends keyof ReadDatabase> = Readonly<ReadDatabase[T]>;

/** Where rows go: a transaction, and the statements of its database. */
export interface Into {
  readonly tx: Tx;
  readonly statements: Statements;
}

/** Rows that one statement writes at most: the widest table stays well under SQLite's 32766 parameters. */
const AT_ONCE = 64;

interface Statement {
  readonly sql: string;
  readonly columns: readonly string[];
}

/**
 * The statements that write rows into one generation. To build one costs more than to run it: each is built once for its table and number of
 * rows, and executed again with other values.
 */
export class Statements {
  private readonly built = new Map<string, Statement>();

  of(name: string, build: () => Statement): Statement {
    const known = this.built.get(name) ?? build();
    this.built.set(name, known);
    return known;
  }
}

/** Inserts rows, many with one statement. */
export const insertAll = <T extends keyof ReadDatabase>(into: Into, table: T, rows: readonly Row<T>[]): Promise<void> =>
  write(into, `insert ${table}`, rows, (some) => insertion(into.tx, table, some).compile());

/** The same; a row that stands there under the same key is replaced. */
export const upsertAll = <T extends TableName>(into: Into, table: T, rows: readonly Row<T>[]): Promise<void> =>
  write(into, `upsert ${table}`, rows, (some, columns) => {
    const keys: readonly string[] = TABLES[table];
    const rest = columns.filter((column) => !keys.includes(column));
    return insertion(into.tx, table, some)
      .onConflict((oc) =>
        oc
          .columns(keys as never)
          .doUpdateSet(({ ref }) =>
            Object.fromEntries(rest.map((column) => [column, ref(`excluded.${column}` as never)])),
          ),
      )
      .compile();
  });

/** Kysely cannot see that the rows belong to the table while the table is a type parameter. */
const insertion = <T extends keyof ReadDatabase>(tx: Tx, table: T, rows: readonly Row<T>[]) =>
  tx.insertInto(table as 'meta').values(rows as unknown as Insertable<ReadDatabase['meta']>[]);

async function write<R extends object>(
  { tx, statements }: Into,
  what: string,
  rows: readonly R[],
  compile: (rows: readonly R[], columns: readonly string[]) => { readonly sql: string },
): Promise<void> {
  for (const some of portions(rows)) {
    const { sql, columns } = statements.of(`${what} ${some.length}`, () => {
      const columns = Object.keys(some[0] as R);
      // Its text alone: what it was built with holds the rows of that time.
      return { columns, sql: compile(some, columns).sql };
    });
    const parameters = some.flatMap((row) => columns.map((column) => row[column as keyof R]));
    await tx.executeQuery(CompiledQuery.raw(sql, parameters));
  }
}

/** As many as a statement takes, the rest in powers of two: few numbers of rows occur, so few statements are built. */
function* portions<R>(rows: readonly R[]): Generator<readonly R[]> {
  for (let from = 0, size = AT_ONCE; from < rows.length; from += size) {
    while (size > rows.length - from) size /= 2;
    yield rows.slice(from, from + size);
  }
}
