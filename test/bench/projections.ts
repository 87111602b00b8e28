import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openReadModels } from '#read-models';
import type { Clinic } from './clinic.js';
import { compare, type Measure } from './measure.js';
import { caughtUp } from './served.js';

const ROWS_TOGETHER = 500;

/** All views from the first event of the log, beside bare prepared inserts of the rows that come of it. */
export async function catchUp(clinic: Clinic): Promise<Measure> {
  const events = (await allEvents(clinic)).length;
  const { folder } = clinic;
  let built = '';
  const ours = async (): Promise<number> => {
    const home = mkdtempSync(join(folder, 'views-'));
    const began = performance.now();
    await build(clinic, join(home, 'read.db'));
    const seconds = (performance.now() - began) / 1000;
    built = join(
      home,
      readdirSync(home).find((name) => /^read\.\d+\.db$/.test(name))!,
    );
    return events / seconds;
  };
  await ours();
  const tables = tablesOf(built);
  let n = 0;
  const bare = async (): Promise<number> => {
    n += 1;
    const began = performance.now();
    insertAll(join(folder, `bare-views-${n}.db`), tables);
    return events / ((performance.now() - began) / 1000);
  };
  const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
  return compare(
    `all views from the first of ${events} events, events`,
    ours,
    `bare prepared inserts of the ${rows} rows that come of them`,
    bare,
    0.4,
  );
}

async function build(clinic: Clinic, file: string): Promise<void> {
  const { store, codec, clock } = clinic.runtime;
  const views = openReadModels({ file, store, codec, clock });
  await views.start();
  await caughtUp(clinic, views);
  await views.stop();
}

async function allEvents({ runtime: { store } }: Clinic): Promise<unknown[]> {
  const events: unknown[] = [];
  for (let after: string | undefined; ;) {
    const page = await store.readAll({ limit: 1_000, ...(after === undefined ? {} : { after }) });
    events.push(...page);
    after = page.at(-1)?.position;
    if (after === undefined) return events;
  }
}

interface Table {
  readonly create: string;
  readonly insert: string;
  readonly rows: readonly (readonly (string | number | null)[])[];
}

function tablesOf(file: string): Table[] {
  using db = new DatabaseSync(file, { readOnly: true });
  const tables = db
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all();
  return tables.map(({ name, sql }) => {
    const rows = db.prepare(`SELECT * FROM "${String(name)}"`).all() as Record<string, string | number | null>[];
    const marks = Object.keys(rows[0] ?? {}).map(() => '?');
    return {
      create: String(sql),
      insert: `INSERT INTO "${String(name)}" VALUES (${marks.join(', ')})`,
      rows: rows.map((row) => Object.values(row)),
    };
  });
}

function insertAll(file: string, tables: readonly Table[]): void {
  using db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  for (const { create, insert, rows } of tables) {
    db.exec(create);
    if (rows.length === 0) continue;
    const statement = db.prepare(insert);
    for (let from = 0; from < rows.length; from += ROWS_TOGETHER) {
      db.exec('BEGIN');
      for (const row of rows.slice(from, from + ROWS_TOGETHER)) statement.run(...row);
      db.exec('COMMIT');
    }
  }
}
