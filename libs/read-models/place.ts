import type { Database, Tx } from './projection.js';

/** What is open of one generation. */
export interface Connections {
  readonly writer: Database;
  /** Sees what was committed, never half a batch, and cannot write. */
  readonly reader: Database;
  /** Takes what an erased patient left out of what the database keeps beside its rows; false when somebody who reads is in the way. */
  scrub(): Promise<boolean>;
  close(): Promise<void>;
}

/** One generation for somebody who only looks. */
export interface Outlook {
  readonly reader: Database;
  close(): Promise<void>;
}

/** Where generations of views lie, each under its number: files of one folder, or schemas of one PostgreSQL database. */
export interface Place {
  /** Those that are there, complete or not, newest first. */
  numbers(): Promise<readonly number[]>;
  /** Beside whoever writes it. */
  look(number: number): Promise<Outlook>;
  /** Takes the right to write here, which one process has at a time; what follows needs it. @throws WriterElsewhere */
  claim(): Promise<void>;
  /** A new one with what `fill` puts into it; all of it or, after a failure, nothing that counts as a generation. */
  create(number: number, fill: (tx: Tx) => Promise<void>): Promise<Connections>;
  open(number: number): Promise<Connections>;
  remove(number: number): Promise<void>;
  close(): Promise<void>;
}
