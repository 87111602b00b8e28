import type { DatabaseSync } from 'node:sqlite';
import {
  Checkpoints,
  CHECKPOINT_SCHEMA,
  inTransaction,
  openIndexFile,
  WAITS_NO_LONGER,
  waitsNoLonger,
  type Checkpoint,
} from '#event-store';

/** A command that a fact elsewhere asks of one episode. */
export type Reaction =
  | { readonly type: 'NoteDeath'; readonly patientRevision: number }
  | { readonly type: 'RetractDeathNote'; readonly patientRevision: number }
  | { readonly type: 'ReleaseCareManager'; readonly careManager: string; readonly reason: 'staff-left' }
  | { readonly type: 'AskWhichEpisode'; readonly otherEpisode: string }
  | { readonly type: 'WithdrawWhichEpisode'; readonly otherEpisode: string }
  | { readonly type: 'Repin' };

/** Facts that stand until others take their place. */
type Standing = 'death' | 'note' | 'left' | 'cover' | 'pathway' | 'hours';

export interface ReactionTask {
  readonly commandId: string;
  readonly episodeId: string;
  readonly command: Reaction;
  /** When the causing fact happened. */
  readonly occurredAt: string;
  /** The stream order of the causing fact: two facts about one episode are passed on in their order. */
  readonly position: string;
  /** Id of the adoption whose fan-out it belongs to. */
  readonly adoption?: string;
  readonly tries: number;
}

/** How far the newest pathway of an organisation has come with its open episodes. */
export interface RepinProgress {
  /** Revision of its adoption in the stream of the organisation. */
  readonly revision: number;
  readonly episodes: number;
  readonly done: number;
  readonly waiting: number;
  /** Episodes whose repin was refused, as of a site that is gone. They keep the pathway they have. */
  readonly refused: number;
}

const FOLLOWER = 'reactor';
const VERSION = 3;
const SCHEMA = `${CHECKPOINT_SCHEMA}
CREATE TABLE IF NOT EXISTS episode (
  episode TEXT PRIMARY KEY, patient TEXT NOT NULL, organisation TEXT NOT NULL, site TEXT NOT NULL,
  ended_at_revision INTEGER     -- of the act that ended it; null while it is open
) STRICT;
CREATE INDEX IF NOT EXISTS episode_patient ON episode (patient);
CREATE INDEX IF NOT EXISTS episode_site ON episode (organisation, site);
CREATE TABLE IF NOT EXISTS care_manager (episode TEXT NOT NULL, staff TEXT NOT NULL, PRIMARY KEY (staff, episode)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS merged (duplicate TEXT NOT NULL, lead TEXT NOT NULL, PRIMARY KEY (duplicate, lead)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS merged_lead ON merged (lead);
CREATE TABLE IF NOT EXISTS standing (kind TEXT NOT NULL, id TEXT NOT NULL, fact TEXT NOT NULL, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS task (
  command_id TEXT PRIMARY KEY, episode TEXT NOT NULL, command TEXT NOT NULL, occurred_at TEXT NOT NULL, position TEXT NOT NULL,
  adoption TEXT,
  rank INTEGER NOT NULL, tries INTEGER NOT NULL, not_before INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS adoption (
  organisation TEXT PRIMARY KEY, id TEXT NOT NULL, revision INTEGER NOT NULL, episodes INTEGER NOT NULL, refused INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS task_adoption ON task (adoption) WHERE adoption IS NOT NULL;
CREATE INDEX IF NOT EXISTS task_turn ON task (rank, position);
CREATE INDEX IF NOT EXISTS task_episode ON task (episode, position);`;

/** Deaths before what concerns one person's work before the re-reading of a pathway. */
const RANK: Record<Reaction['type'], number> = {
  NoteDeath: 0,
  RetractDeathNote: 0,
  ReleaseCareManager: 1,
  AskWhichEpisode: 1,
  WithdrawWhichEpisode: 1,
  Repin: 2,
};

/** The reactor's memory in one file: which episode belongs to whom, how far it has read, and what it still has to pass on. */
export class ReactorBook {
  private readonly db: DatabaseSync;
  private readonly checkpoints: Checkpoints;

  constructor(path: string) {
    this.db = openIndexFile(path, VERSION, SCHEMA);
    this.checkpoints = new Checkpoints(this.db);
  }

  checkpoint(): Checkpoint | null {
    return this.checkpoints.load(FOLLOWER);
  }

  /** The effects of some events and the checkpoint behind them, or neither. */
  moveOn(checkpoint: Checkpoint, effects: () => void): void {
    inTransaction(this.db, () => {
      effects();
      this.checkpoints.save(FOLLOWER, checkpoint);
    });
  }

  /** Commands that went out stay out; their ids make a second passing-on harmless. */
  reset(): void {
    inTransaction(this.db, () => {
      this.db.exec(
        'DELETE FROM episode; DELETE FROM care_manager; DELETE FROM merged; DELETE FROM standing; DELETE FROM adoption; DELETE FROM task;',
      );
      this.checkpoints.forget(FOLLOWER);
    });
  }

  // ——— who belongs to whom ———

  referred(episodeId: string, patientId: string, organisation: string, site: string): void {
    this.db
      .prepare('INSERT OR IGNORE INTO episode VALUES (?, ?, ?, ?, NULL)')
      .run(episodeId, patientId, organisation, site);
  }

  movedTo(episodeId: string, site: string): void {
    this.db.prepare('UPDATE episode SET site = ? WHERE episode = ?').run(site, episodeId);
  }

  /** What has ended already stays ended by what ended it. */
  ended(episodeId: string, revision: number): void {
    this.db
      .prepare('UPDATE episode SET ended_at_revision = ? WHERE episode = ? AND ended_at_revision IS NULL')
      .run(revision, episodeId);
  }

  /** Without a revision whatever ended it; with one only if that act had ended it. Whether it was ended by that. */
  reopened(episodeId: string, revision?: number): boolean {
    const ended = 'UPDATE episode SET ended_at_revision = NULL WHERE episode = ? AND ended_at_revision';
    const { changes } =
      revision === undefined
        ? this.db.prepare(`${ended} IS NOT NULL`).run(episodeId)
        : this.db.prepare(`${ended} = ?`).run(episodeId, revision);
    return changes > 0;
  }

  patientOf(episodeId: string): string | null {
    return this.column('SELECT patient FROM episode WHERE episode = ?', episodeId)[0] ?? null;
  }

  siteOf(episodeId: string): string | null {
    return this.column('SELECT site FROM episode WHERE episode = ?', episodeId)[0] ?? null;
  }

  /** Kept until a release: an assignment may be voided, and a release too many is answered with "unchanged". */
  assigned(episodeId: string, staff: string): void {
    this.db.prepare('INSERT OR IGNORE INTO care_manager VALUES (?, ?)').run(episodeId, staff);
  }

  released(episodeId: string, staff: string): void {
    this.db.prepare('DELETE FROM care_manager WHERE episode = ? AND staff = ?').run(episodeId, staff);
  }

  /** Merged records name one person, in whatever order and at whatever distance they were merged. */
  merged(duplicate: string, lead: string): void {
    this.db.prepare('INSERT OR IGNORE INTO merged VALUES (?, ?)').run(duplicate, lead);
  }

  unmerged(duplicate: string, lead: string): void {
    this.db.prepare('DELETE FROM merged WHERE duplicate = ? AND lead = ?').run(duplicate, lead);
  }

  /** Every record of the person, this one included. */
  recordsOf(patientId: string): string[] {
    return this.column(
      `WITH RECURSIVE record (id) AS (
         VALUES (?) UNION
         SELECT CASE WHEN m.lead = r.id THEN m.duplicate ELSE m.lead END FROM merged m JOIN record r ON r.id IN (m.lead, m.duplicate)
       ) SELECT id FROM record ORDER BY id`,
      patientId,
    );
  }

  /** Of all these records. */
  episodesOfRecords(records: readonly string[]): string[] {
    return this.column(
      'SELECT episode FROM episode WHERE patient IN (SELECT value FROM json_each(?)) ORDER BY episode',
      JSON.stringify(records),
    );
  }

  openEpisodesOfRecords(records: readonly string[]): string[] {
    return this.column(
      'SELECT episode FROM episode WHERE ended_at_revision IS NULL AND patient IN (SELECT value FROM json_each(?)) ORDER BY episode',
      JSON.stringify(records),
    );
  }

  episodesOfCareManager(staff: string, organisation: string): string[] {
    return this.column(
      'SELECT c.episode FROM care_manager c JOIN episode e ON e.episode = c.episode WHERE c.staff = ? AND e.organisation = ? ORDER BY c.episode',
      staff,
      organisation,
    );
  }

  openEpisodesOf(organisation: string, site?: string): string[] {
    const open = 'SELECT episode FROM episode WHERE ended_at_revision IS NULL AND organisation = ?';
    return site === undefined
      ? this.column(`${open} ORDER BY episode`, organisation)
      : this.column(`${open} AND site = ? ORDER BY episode`, organisation, site);
  }

  // ——— facts that stand, for an episode that comes to know of them late ———

  stands(kind: Standing, id: string, fact: object): void {
    this.db
      .prepare('INSERT INTO standing VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET fact = excluded.fact')
      .run(kind, id, JSON.stringify(fact));
  }

  standsNoLonger(kind: Standing, id: string): void {
    this.db.prepare('DELETE FROM standing WHERE kind = ? AND id = ?').run(kind, id);
  }

  standing<T>(kind: Standing, id: string): T | null {
    const row = this.db.prepare('SELECT fact FROM standing WHERE kind = ? AND id = ?').get(kind, id);
    return row ? (JSON.parse(String(row['fact'])) as T) : null;
  }

  // ——— the newest pathway of each organisation ———

  /** Its fan-out is counted from here on; that of an older pathway only goes on. */
  adopted(organisation: string, { id, revision, episodes }: { id: string; revision: number; episodes: number }): void {
    this.db.prepare('INSERT OR REPLACE INTO adoption VALUES (?, ?, ?, ?, 0)').run(organisation, id, revision, episodes);
  }

  progress(organisation: string): RepinProgress | null {
    const row = this.db.prepare('SELECT * FROM adoption WHERE organisation = ?').get(organisation);
    if (!row) return null;
    const [episodes, refused] = [Number(row['episodes']), Number(row['refused'])];
    const waiting = Number(this.db.prepare('SELECT count(*) AS n FROM task WHERE adoption = ?').get(row['id']!)?.['n']);
    return { revision: Number(row['revision']), episodes, done: episodes - waiting - refused, waiting, refused };
  }

  // ——— what is still to be passed on ———

  queue({ commandId, episodeId, command, occurredAt, position, adoption }: Omit<ReactionTask, 'tries'>): void {
    this.db
      .prepare('INSERT OR IGNORE INTO task VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)')
      .run(commandId, episodeId, JSON.stringify(command), occurredAt, position, adoption ?? null, RANK[command.type]);
  }

  /** Whoever is back is released from nothing any more: when this file was lost, an old departure is read once more. */
  cameBack(staff: string, organisation: string): void {
    this.db
      .prepare(
        `DELETE FROM task WHERE command ->> 'careManager' = ? AND episode IN (SELECT episode FROM episode WHERE organisation = ?)`,
      )
      .run(staff, organisation);
  }

  /** Whose turn it is: of each episode only the earliest task, so that a retraction never overtakes its report. */
  ready(now: number, limit: number): ReactionTask[] {
    const rows = this.db
      .prepare(
        `SELECT * FROM task t WHERE ${WAITS_NO_LONGER} AND NOT EXISTS
           (SELECT 1 FROM task o WHERE o.episode = t.episode AND (o.position, o.command_id) < (t.position, t.command_id))
         ORDER BY rank, position LIMIT ?`,
      )
      .all(...waitsNoLonger(now), limit);
    return rows.map((row) => ({
      commandId: String(row['command_id']),
      episodeId: String(row['episode']),
      command: JSON.parse(String(row['command'])) as Reaction,
      occurredAt: String(row['occurred_at']),
      position: String(row['position']),
      ...(row['adoption'] === null ? {} : { adoption: String(row['adoption']) }),
      tries: Number(row['tries']),
    }));
  }

  done({ commandId }: ReactionTask): void {
    this.db.prepare('DELETE FROM task WHERE command_id = ?').run(commandId);
  }

  refused(task: ReactionTask): void {
    inTransaction(this.db, () => {
      this.done(task);
      if (task.adoption !== undefined)
        this.db.prepare('UPDATE adoption SET refused = refused + 1 WHERE id = ?').run(task.adoption);
    });
  }

  later(commandId: string, notBefore: number): void {
    this.db.prepare('UPDATE task SET tries = tries + 1, not_before = ? WHERE command_id = ?').run(notBefore, commandId);
  }

  waiting(): number {
    return Number(this.db.prepare('SELECT count(*) AS n FROM task').get()?.['n']);
  }

  close(): void {
    this.db.close();
  }

  /** The only column of what is found. */
  private column(sql: string, ...parameters: string[]): string[] {
    return this.db
      .prepare(sql)
      .all(...parameters)
      .map((row) => String(Object.values(row)[0]));
  }
}
