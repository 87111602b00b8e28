import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Whereabouts } from '../places.js';
import { ask, hasPostgres, startPostgres, type TestServer } from './postgres.js';

/** Views of one test: where they are, and what lies there. */
export interface Home extends Whereabouts {
  /** Numbers of the generations, newest first. */
  generations(): Promise<readonly number[]>;
  /** One statement against the newest generation, beside whoever writes it. */
  ask(text: string): Promise<readonly Record<string, unknown>[]>;
  /** Every row of every table of the newest generation, bookkeeping apart. */
  rows(): Promise<Record<string, unknown[]>>;
  /** Whether a text stands anywhere: on SQLite in any byte of any file, on PostgreSQL in any row. */
  holds(text: string): Promise<boolean>;
  remove(): Promise<void>;
}

/** Runs the specs on both databases; `home` gives each test an empty place of its own. */
export function onBothDatabases(specs: (home: () => Promise<Home>, server: () => TestServer | null) => void): void {
  describe('on SQLite', () => {
    specs(sqliteHome, () => null);
  });
  (hasPostgres ? describe : describe.skip)('on PostgreSQL', () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.stop());
    specs(
      () => postgresHome(server),
      () => server,
    );
  });
}

export async function sqliteHome(): Promise<Home> {
  const folder = mkdtempSync(join(tmpdir(), 'read-models-'));
  const file = join(folder, 'read.db');
  const generations = async (): Promise<readonly number[]> =>
    readdirSync(folder)
      .flatMap((name) => /^read\.(\d+)\.db$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a);
  const askNewest: Home['ask'] = async (text) => {
    const db = new DatabaseSync(join(folder, `read.${(await generations())[0]}.db`));
    try {
      return db.prepare(text).all();
    } finally {
      db.close();
    }
  };
  return {
    file,
    generations,
    ask: askNewest,
    rows: () => allRows(askNewest, "select name from sqlite_schema where type = 'table'"),
    holds: async (text) => readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(text)),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function postgresHome(server: TestServer): Promise<Home> {
  const database = await server.database();
  const folder = mkdtempSync(join(tmpdir(), 'read-models-'));
  const generations = async (): Promise<readonly number[]> =>
    (await ask(database, 'select nspname from pg_namespace'))
      .flatMap(({ nspname }) => /^followthrough_views_(\d+)$/.exec(String(nspname))?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a);
  const askNewest: Home['ask'] = async (text) =>
    ask(
      `${database}&options=${encodeURIComponent(`-c search_path=followthrough_views_${(await generations())[0]}`)}`,
      text,
    );
  const rows = (): ReturnType<Home['rows']> =>
    allRows(askNewest, 'select tablename as name from pg_tables where schemaname = current_schema');
  return {
    file: join(folder, 'read.db'),
    database,
    generations,
    ask: askNewest,
    rows,
    holds: async (text) => JSON.stringify(await rows()).includes(text),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function allRows(asking: Home['ask'], tables: string): Promise<Record<string, unknown[]>> {
  const names = (await asking(tables))
    .map(({ name }) => String(name))
    .filter((name) => !['meta', 'parked'].includes(name))
    .toSorted();
  const rows: Record<string, unknown[]> = {};
  for (const name of names) rows[name] = [...(await asking(`select * from ${name} order by 1, 2`))];
  return rows;
}
