import type { Insertable } from 'kysely';
import type { Tx } from './projection.js';
import type { ReadDatabase } from './schema.js';

/** Well under SQLite's 32766 parameters for the widest table. */
const AT_ONCE = 100;

/** Inserts rows in as few statements as the databases allow. */
export async function insertAll<T extends keyof ReadDatabase>(
  tx: Tx,
  table: T,
  rows: readonly Insertable<ReadDatabase[T]>[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    // Kysely cannot see that the rows belong to the table while the table is a type parameter.
    await tx
      .insertInto(table)
      .values(rows.slice(from, from + AT_ONCE) as never)
      .execute();
  }
}

/** Truth as both databases keep it. */
export const flag = (is: boolean): number => (is ? 1 : 0);

/** A JSON list from a text column. */
export const list = <T>(text: string): readonly T[] => JSON.parse(text) as T[];
