import { createHash, type Hash } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { TABLES, type TableName } from '../tables.js';

type Value = string | number | null;
type Row = Readonly<Record<string, Value>>;
/** Any table by its name: the comparison knows no column but the key. */
type Tables = Record<string, Record<string, Value>>;
export type Rows = Kysely<never> | Transaction<never>;

/** What one side holds in a table. */
export interface Side {
  readonly rows: number;
  /** SHA-256 over the rows in the order of their keys. */
  readonly checksum: string;
}

export interface TableCompared {
  readonly table: TableName;
  readonly kept: Side;
  readonly told: Side;
  /** Keys of the first rows that are not the same, or are on one side only. */
  readonly differing: readonly (readonly Value[])[];
  /** How many there are. */
  readonly differences: number;
}

const PAGE = 1_000;
const NAMED = 5;

/** Compares a table row by row, in the order of its key, without holding it in memory. */
export async function compareTable(table: TableName, kept: Rows, told: Rows): Promise<TableCompared> {
  const keys: readonly string[] = TABLES[table];
  const keyOf = (row: Row): Value[] => keys.map((key) => row[key] ?? null);
  const [left, right] = [new Reading(table, keys, kept), new Reading(table, keys, told)];
  const differing: Value[][] = [];
  let differences = 0;
  const differ = (row: Row): void => {
    differences += 1;
    if (differing.length < NAMED) differing.push(keyOf(row));
  };
  for (let [a, b] = [await left.next(), await right.next()]; a ?? b;) {
    const order = a && b ? compareKeys(keyOf(a), keyOf(b)) : a ? -1 : 1;
    if (order === 0 && a && b) {
      if (lineOf(a) !== lineOf(b)) differ(a);
      [a, b] = [await left.next(), await right.next()];
    } else if (order < 0 && a) {
      differ(a);
      a = await left.next();
    } else if (b) {
      differ(b);
      b = await right.next();
    }
  }
  return { table, kept: left.side(), told: right.side(), differing, differences };
}

/** Numbers by value, text by bytes: as both databases sort them. */
function compareKeys(a: readonly Value[], b: readonly Value[]): number {
  for (const [i, one] of a.entries()) {
    const other = b[i] ?? null;
    const order =
      typeof one === 'number' && typeof other === 'number'
        ? one - other
        : Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
    if (order !== 0) return order;
  }
  return 0;
}

/** PostgreSQL keeps the character 0 as the mark of what cannot be shown. */
const asKept = (value: Value): Value => (typeof value === 'string' ? value.replaceAll('\0', '\u{FFFD}') : value);

const lineOf = (row: Row): string =>
  JSON.stringify(
    Object.entries(row)
      .map(([name, value]) => [name, asKept(value)])
      .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );

/** One side of a table, a page at a time. */
class Reading {
  private readonly hash: Hash = createHash('sha256');
  private rows = 0;
  private page: Row[] = [];
  private at = 0;
  private ended = false;

  constructor(
    private readonly table: TableName,
    private readonly keys: readonly string[],
    private readonly db: Rows,
  ) {}

  async next(): Promise<Row | undefined> {
    if (this.at === this.page.length && !this.ended) await this.turn();
    const row = this.page[this.at];
    if (!row) return undefined;
    this.at += 1;
    this.rows += 1;
    this.hash.update(`${lineOf(row)}\n`);
    return row;
  }

  side = (): Side => ({ rows: this.rows, checksum: this.hash.copy().digest('hex') });

  private async turn(): Promise<void> {
    const last = this.page.at(-1);
    let query = (this.db as unknown as Kysely<Tables>).selectFrom(this.table).selectAll().limit(PAGE);
    for (const key of this.keys) query = query.orderBy(key);
    if (last)
      query = query.where((eb) =>
        eb(
          eb.refTuple(...(this.keys as [string, string])),
          '>',
          eb.tuple(...(this.keys.map((key) => last[key]) as [Value, Value])),
        ),
      );
    this.page = await query.execute();
    this.at = 0;
    this.ended = this.page.length < PAGE;
  }
}
