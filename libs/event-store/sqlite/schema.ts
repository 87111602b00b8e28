import { availableParallelism } from 'node:os';
import { INSERT } from './rows.js';
import type { WriterSetup } from './protocol.js';

/** 'FTev': what `file` and an operator see in the header. */
const APPLICATION_ID = 0x46546576;
const SCHEMA_VERSION = 1;
/** Before it, a rare race between two connections could corrupt a WAL database. */
const MINIMUM_SQLITE = '3.51.3';

/**
 * Rows are immutable. The triggers stop mistakes, not a person with the file: against that stands the hash chain.
 * `events_guard` also stops INSERT OR REPLACE, which would replace a row without firing the other two.
 * `probe` is where health() proves that the disk still takes writes.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS events (
  position       INTEGER PRIMARY KEY,
  id             TEXT    NOT NULL UNIQUE,
  stream_id      TEXT    NOT NULL,
  revision       INTEGER NOT NULL CHECK (revision >= 0),
  type           TEXT    NOT NULL,
  schema_version INTEGER NOT NULL CHECK (schema_version >= 1),
  occurred_at    TEXT    NOT NULL,
  recorded_at    TEXT    NOT NULL,
  actor          TEXT    NOT NULL,
  actor_role     TEXT    NOT NULL,
  organisation   TEXT    NOT NULL,
  site           TEXT    NOT NULL,
  command_id     TEXT    NOT NULL,
  fingerprint    TEXT    NOT NULL,
  pin            TEXT    NOT NULL,
  body           TEXT    NOT NULL CHECK (json_valid(body)),
  prev_hash      BLOB    NOT NULL CHECK (length(prev_hash) = 32),
  hash           BLOB    NOT NULL CHECK (length(hash) = 32),
  traceparent    TEXT,
  UNIQUE (stream_id, revision)
) STRICT;
CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY CHECK (id = 1), times INTEGER NOT NULL) STRICT;
CREATE TRIGGER IF NOT EXISTS events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are immutable'); END;
CREATE TRIGGER IF NOT EXISTS events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are immutable'); END;
CREATE TRIGGER IF NOT EXISTS events_guard BEFORE INSERT ON events BEGIN
  SELECT RAISE(ABORT, 'event id exists') WHERE EXISTS (SELECT 1 FROM events WHERE id = NEW.id);
  SELECT RAISE(ABORT, 'position exists') WHERE EXISTS (SELECT 1 FROM events WHERE position = NEW.position);
  SELECT RAISE(ABORT, 'wrong revision') WHERE NEW.revision IS NOT
         (SELECT coalesce(max(revision), -1) + 1 FROM events WHERE stream_id = NEW.stream_id);
END;
`;

/** How the writer of this file works: durable on every commit, or not at all. */
export function writerSetup(file: string): WriterSetup {
  return {
    file,
    pragmas: [
      'journal_mode = WAL',
      'synchronous = FULL',
      'recursive_triggers = ON',
      'trusted_schema = OFF',
      'journal_size_limit = 67108864',
      // A process that was killed between write and sync left commits that can be read and are not on disk: put them there before anybody is told of them.
      'wal_checkpoint(PASSIVE)',
    ],
    required: { journal_mode: 'wal', synchronous: 2, recursive_triggers: 1 },
    minimumVersion: MINIMUM_SQLITE,
    applicationId: APPLICATION_ID,
    schemaVersion: SCHEMA_VERSION,
    schema: SCHEMA,
    insert: INSERT,
    busyMillis: 2_000,
    groupSize: 256,
    awakeMillis: availableParallelism() > 1 ? 0.3 : 0,
  };
}
