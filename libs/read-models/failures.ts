import { DatabaseError } from 'pg';

/** The database did not answer, or another process writes in it: the same may work later. `code` names what the connection met. */
export class DatabaseAway extends Error {
  override readonly name: string = 'DatabaseAway';
  readonly code: string | undefined;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    const code = (options?.cause as { code?: unknown } | undefined)?.code;
    this.code = typeof code === 'string' ? code : undefined;
  }
}

/** Another process holds the right to write these views. */
export class WriterElsewhere extends DatabaseAway {
  override readonly name = 'WriterElsewhere';
}

/** The database of the views cannot be used as it is given: its address, who asks, what it allows. Says no password. */
export class UnusableDatabase extends Error {
  override readonly name = 'UnusableDatabase';

  constructor(reason: string, options?: ErrorOptions) {
    super(`The database of the read models cannot be used: ${reason}`, options);
  }
}

/** The views cannot be read now: they are being built in a form that this version needs. Becomes a 503. */
export class ViewsRebuilding extends Error {
  override readonly name = 'ViewsRebuilding';
}

/** The database of the views cannot be reached. Becomes a 503. */
export class ViewsAway extends Error {
  override readonly name = 'ViewsAway';
}

/** Whether the views alone did not answer: whoever can do without them goes on. */
export const isWithoutViews = (error: unknown): boolean =>
  error instanceof ViewsRebuilding || error instanceof ViewsAway;

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
/** BUSY, LOCKED, NOMEM, IOERR, FULL, CANTOPEN: the same statement may work later. */
const SQLITE_PASSING = new Set([5, 6, 7, 10, 13, 14]);
/**
 * Connection, serialisation, resources, shutdown, the machine; and a lock not had in time, a statement cut off, a server that has become
 * a standby.
 */
const POSTGRES_PASSING = /^(08|40|53|57P|58)|^(55P03|57014|25006)$/;
/** data_corrupted, index_corrupted. */
const POSTGRES_DAMAGED = /^XX00[12]$/;

const sqliteCode = (error: unknown): number => {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : -1;
};

const sqlState = (error: unknown): string => (error instanceof DatabaseError ? (error.code ?? '') : '');

/** Whether the place is no database or a damaged one: it is derived from the log and may be thrown away. */
export const isDamaged = (error: unknown): boolean =>
  [SQLITE_CORRUPT, SQLITE_NOTADB].includes(sqliteCode(error)) || POSTGRES_DAMAGED.test(sqlState(error));

/** Whether trying again later may help. */
export const isPassing = (error: unknown): boolean =>
  error instanceof DatabaseAway || SQLITE_PASSING.has(sqliteCode(error)) || POSTGRES_PASSING.test(sqlState(error));

const UNDEFINED_TABLE = '42P01';

/** Whether there is no such table. */
export const isMissing = (error: unknown): boolean =>
  sqlState(error) === UNDEFINED_TABLE || (error instanceof Error && error.message.includes('no such table'));
