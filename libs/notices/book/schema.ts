import { CHECKPOINT_SCHEMA } from '#event-store';

export const VERSION = 1;

/** The order in which raised steps wait: safety first, then that of the log. An index serves it only where both say it in the same words. */
export const TURN = `substr(follow_up, 1, 14) <> 'safety-review:', position, follow_up`;

/** Derived from the log: forgotten when the log was restored or rewound. */
const CLINIC = `
CREATE TABLE IF NOT EXISTS organisation_event (
  organisation TEXT NOT NULL, revision INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (organisation, revision)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS joined (      -- where the log says how to reach somebody; what it says is not kept here
  organisation TEXT NOT NULL, staff TEXT NOT NULL, position TEXT NOT NULL, PRIMARY KEY (organisation, staff)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS act (
  episode TEXT NOT NULL, revision INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (episode, revision)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS follow_up (   -- open ones, and words to the provider
  episode TEXT NOT NULL, follow_up TEXT NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (episode, follow_up)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deceased (patient TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS snooze (
  episode TEXT NOT NULL, revision INTEGER NOT NULL, organisation TEXT NOT NULL, staff TEXT NOT NULL, day TEXT NOT NULL,
  PRIMARY KEY (episode, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS snooze_day ON snooze (organisation, day);
CREATE TABLE IF NOT EXISTS raise (       -- for which nobody was told yet
  episode TEXT NOT NULL, follow_up TEXT NOT NULL, step INTEGER NOT NULL, at TEXT NOT NULL, notify TEXT NOT NULL,
  collapsed INTEGER NOT NULL,            -- it stands for earlier steps too
  organisation TEXT NOT NULL, position TEXT NOT NULL,
  unheard INTEGER NOT NULL, PRIMARY KEY (episode, follow_up, step) -- 1: nobody is there to be told; 2: muted for now
) STRICT, WITHOUT ROWID;
DROP INDEX IF EXISTS raise_turn;
CREATE INDEX IF NOT EXISTS raise_safety_first ON raise (${TURN}) WHERE unheard = 0;
CREATE TABLE IF NOT EXISTS departed (organisation TEXT NOT NULL, staff TEXT NOT NULL, PRIMARY KEY (organisation, staff)) STRICT, WITHOUT ROWID;`;

/** What was told to whom: kept whatever happens to the log, so that nothing is sent again. */
const OUTBOX = `
CREATE TABLE IF NOT EXISTS told (
  episode TEXT NOT NULL, follow_up TEXT NOT NULL, step INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (episode, follow_up, step, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notice (
  id TEXT PRIMARY KEY, organisation TEXT NOT NULL, recipient TEXT NOT NULL, patient TEXT NOT NULL, episode TEXT NOT NULL,
  day TEXT NOT NULL, class TEXT NOT NULL, state TEXT NOT NULL, made_at TEXT NOT NULL, delivered_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS notice_page ON notice (organisation, made_at, id);
CREATE INDEX IF NOT EXISTS notice_day ON notice (organisation, day);
CREATE INDEX IF NOT EXISTS notice_recipient ON notice (organisation, recipient, made_at, id);
CREATE TABLE IF NOT EXISTS reason (
  notice TEXT NOT NULL, episode TEXT NOT NULL, follow_up TEXT NOT NULL, step INTEGER NOT NULL, role TEXT NOT NULL, since TEXT NOT NULL,
  message TEXT,                          -- by which it is told; null while it waits for a list
  gone INTEGER NOT NULL,                 -- nothing waits any more, or somebody else was told
  PRIMARY KEY (notice, episode, follow_up, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reason_message ON reason (message);
CREATE INDEX IF NOT EXISTS reason_standing ON reason (episode, follow_up) WHERE gone = 0;
CREATE INDEX IF NOT EXISTS reason_unlisted ON reason (since) WHERE message IS NULL AND gone = 0;
CREATE TABLE IF NOT EXISTS message (
  id TEXT PRIMARY KEY, organisation TEXT NOT NULL, recipient TEXT NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL, episode TEXT,
  count INTEGER NOT NULL, root TEXT NOT NULL, made_at TEXT NOT NULL, state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS message_root ON message (root);
CREATE INDEX IF NOT EXISTS message_open ON message (made_at) WHERE state IN ('waiting', 'undelivered');
CREATE INDEX IF NOT EXISTS message_day ON message (organisation, day);
CREATE INDEX IF NOT EXISTS message_recipient ON message (organisation, recipient, made_at);
CREATE TABLE IF NOT EXISTS delivery (
  message TEXT NOT NULL, channel TEXT NOT NULL,
  state TEXT NOT NULL,                   -- waiting, sent, failed, refused
  tries INTEGER NOT NULL, not_before INTEGER NOT NULL, PRIMARY KEY (message, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS delivery_turn ON delivery (not_before) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS attempt (
  n INTEGER PRIMARY KEY, message TEXT NOT NULL, channel TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL, code TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS attempt_message ON attempt (message);
CREATE INDEX IF NOT EXISTS attempt_channel ON attempt (channel, n);`;

export const SCHEMA = `${CHECKPOINT_SCHEMA}${CLINIC}${OUTBOX}`;
export const DERIVED = [
  'organisation_event',
  'joined',
  'act',
  'follow_up',
  'deceased',
  'snooze',
  'raise',
  'departed',
] as const;
