import { UnusableDatabase } from './failures.js';
import type { Place } from './place.js';
import { databaseAddress } from './postgres/address.js';
import { PostgresSchemas } from './postgres/schemas.js';
import { SqliteFiles } from './sqlite/files.js';

/** Where the views are kept. */
export interface Whereabouts {
  /** `data/read.db`: generations of views stand beside each other as `data/read.1.db`, `data/read.2.db` … */
  readonly file: string;
  /** `postgres://user@host:5432/database`: there, in schemas `followthrough_views_1`, … instead of files. */
  readonly database?: string | undefined;
}

/** @throws UnusableDatabase when `database` is no address of PostgreSQL */
export function placeFor({ file, database }: Whereabouts): () => Place {
  if (database === undefined || database === '') return () => new SqliteFiles(file);
  const address = databaseAddress(database);
  return () => new PostgresSchemas(address);
}

/** The same views for a process that only reads them. @throws UnusableDatabase unless they are in PostgreSQL */
export function placeOfOthers(database: string | undefined): () => Place {
  if (!database)
    throw new UnusableDatabase('none is named, and views in files are read by the one process that keeps them');
  const address = databaseAddress(database);
  return () => new PostgresSchemas(address);
}
