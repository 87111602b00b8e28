import type { DatabaseSync } from 'node:sqlite';
import type { Notify } from '#care';
import { WAITS_NO_LONGER, waitsNoLonger } from '#event-store';
import type { Outcome } from '../channels/channel.js';
import { NOTICE_CLASSES, type Message, type Notice, type NoticeState, type Reason } from '../notice.js';
import type { Raise } from './clinic.js';

/** A reason and the notice that bears it. */
export interface Borne extends Reason {
  readonly notice: string;
  readonly organisation: string;
  readonly recipient: string;
  readonly patient: string;
}

/** One message on one channel. */
export interface Delivery {
  readonly message: Message;
  /** How the message stands. */
  readonly state: NoticeState;
  readonly channel: string;
  readonly tries: number;
}

export type DeliveryState = 'waiting' | 'sent' | 'failed' | 'refused';

// What was ever told stays in these tables, and is asked for what is open every half second: SQLite is told which index
// holds only that, for left to choose it takes another.
const BORNE = 'SELECT r.*, n.organisation, n.recipient, n.patient';
const REASON = `${BORNE} FROM reason r JOIN notice n ON n.id = r.notice`;
const UNLISTED = `FROM reason r INDEXED BY reason_unlisted JOIN notice n ON n.id = r.notice WHERE r.message IS NULL AND r.gone = 0`;
const OPEN = `FROM message m INDEXED BY message_open`;
const IS_OPEN = `m.state IN ('waiting', 'undelivered')`;

/** Who is to be told what, by which message, and what became of it. Outlives the log it came from. */
export class Outbox {
  constructor(private readonly db: DatabaseSync) {}

  // ——— notices and their reasons ———

  wasTold({ episode, followUp, step, at }: Raise): boolean {
    const sql = 'SELECT 1 FROM told WHERE episode = ? AND follow_up = ? AND step = ? AND at = ?';
    return this.all(sql, episode, followUp, step, at).length > 0;
  }

  told({ episode, followUp, step, at }: Raise): void {
    this.run('INSERT OR IGNORE INTO told VALUES (?, ?, ?, ?)', episode, followUp, step, at);
  }

  /** Makes the notice if it is not there; one that is there only becomes more pressing. */
  note({ id, organisation, recipient, patient, episode, day, class: cls }: Notice, madeAt: string): void {
    this.run(
      `INSERT OR IGNORE INTO notice VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?, NULL)`,
      ...[id, organisation, recipient, patient, episode, day, cls, madeAt],
    );
    const more = NOTICE_CLASSES.slice(NOTICE_CLASSES.indexOf(cls) + 1);
    for (const lesser of more) this.run('UPDATE notice SET class = ? WHERE id = ? AND class = ?', cls, id, lesser);
  }

  /** Answers whether it is new: the same step is never told twice by one notice. */
  addReason(notice: string, { episode, followUp, step, role, since }: Reason, message: string | null): boolean {
    return this.run(
      'INSERT OR IGNORE INTO reason VALUES (?, ?, ?, ?, ?, ?, ?, 0)',
      ...[notice, episode, followUp, step, role, since, message],
    );
  }

  /** Whether somebody was told of a follow-up, at any step, and it still stands. */
  knowsOf(
    organisation: string,
    recipient: string,
    { episode, followUp }: Pick<Reason, 'episode' | 'followUp'>,
  ): boolean {
    const sql = `${REASON} WHERE n.organisation = ? AND n.recipient = ? AND r.episode = ? AND r.follow_up = ? AND r.gone = 0`;
    return this.all(sql, organisation, recipient, episode, followUp).length > 0;
  }

  /** The latest step of each follow-up that somebody was or is to be told of. */
  standingReasonsOf(organisation: string, recipient: string): Borne[] {
    const sql = `${REASON} WHERE n.organisation = ? AND n.recipient = ? AND r.gone = 0 ORDER BY r.step`;
    const latest = new Map(
      this.all(sql, organisation, recipient).map((row) => [`${row['episode']} ${row['follow_up']}`, toBorne(row)]),
    );
    return [...latest.values()];
  }

  /** Whoever has reasons that wait for a list. */
  waitForLists(): { organisation: string; recipient: string }[] {
    return this.all(`SELECT DISTINCT n.organisation, n.recipient ${UNLISTED}`).map((row) => ({
      organisation: String(row['organisation']),
      recipient: String(row['recipient']),
    }));
  }

  unlisted(organisation: string, recipient: string, kind: 'list' | 'digest', until: string): Borne[] {
    const digest = kind === 'digest' ? '=' : '<>';
    return this.all(
      `${BORNE} ${UNLISTED} AND n.organisation = ? AND n.recipient = ? AND r.since <= ? AND r.role ${digest} 'digest'`,
      ...[organisation, recipient, until],
    ).map(toBorne);
  }

  reasonsOf(message: string): Borne[] {
    return this.all(`${REASON} WHERE r.message = ? AND r.gone = 0`, message).map(toBorne);
  }

  /** Nothing waits any more, or somebody else was told. A notice of which nothing is left unsent is withdrawn. */
  gone({ notice, episode, followUp, step }: Borne): void {
    this.run(
      'UPDATE reason SET gone = 1 WHERE notice = ? AND episode = ? AND follow_up = ? AND step = ?',
      ...[notice, episode, followUp, step],
    );
    this.run(
      `UPDATE notice SET state = 'withdrawn' WHERE id = ? AND state IN ('waiting', 'undelivered')
         AND NOT EXISTS (SELECT 1 FROM reason WHERE notice = id AND gone = 0)`,
      notice,
    );
  }

  // ——— messages ———

  hasMessage(id: string): boolean {
    return this.all('SELECT 1 FROM message WHERE id = ?', id).length > 0;
  }

  /** Queues a message on every channel. */
  send(message: Message, channels: readonly string[], notBefore: number): void {
    const { id, organisation, recipient, kind, day, episode, count, root, madeAt } = message;
    this.run(
      `INSERT OR IGNORE INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')`,
      ...[id, organisation, recipient, kind, day, episode, count, root, madeAt],
    );
    for (const channel of channels)
      this.run(`INSERT OR IGNORE INTO delivery VALUES (?, ?, 'waiting', 0, ?)`, id, channel, notBefore);
  }

  listBy(message: string, { notice, episode, followUp, step }: Borne): void {
    this.run(
      'UPDATE reason SET message = ? WHERE notice = ? AND episode = ? AND follow_up = ? AND step = ?',
      ...[message, notice, episode, followUp, step],
    );
  }

  /** A message of class safety to somebody that has not been tried yet and still gathers. */
  gathering(organisation: string, recipient: string, now: number): string | null {
    const [row] = this.all(
      `SELECT m.id ${OPEN} JOIN delivery d ON d.message = m.id
       WHERE ${IS_OPEN} AND m.organisation = ? AND m.recipient = ? AND m.kind = 'safety' AND m.state = 'waiting' AND d.tries = 0 AND d.not_before > ?`,
      ...[organisation, recipient, now],
    );
    return row ? String(row['id']) : null;
  }

  /** It stands for one item more, and is about no single episode any more. */
  grow(message: string): void {
    this.run('UPDATE message SET count = count + 1, episode = NULL WHERE id = ?', message);
  }

  /** What became of a message became of every notice it tells of. */
  settle(message: string, state: NoticeState, at: string): void {
    this.run('UPDATE message SET state = ? WHERE id = ?', state, message);
    this.run(
      `UPDATE notice SET state = ?, delivered_at = CASE WHEN ? = 'delivered' THEN coalesce(delivered_at, ?) ELSE delivered_at END
       WHERE id IN (SELECT notice FROM reason WHERE message = ?) AND state <> 'delivered'`,
      ...[state, state, at, message],
    );
  }

  /** Reached nobody, and need not any more: all it was about is done, or a later list reached them. */
  overtaken(): string[] {
    return this.all(
      `SELECT id ${OPEN} WHERE ${IS_OPEN} AND state = 'undelivered' AND (
         NOT EXISTS (SELECT 1 FROM reason r JOIN follow_up f ON f.episode = r.episode AND f.follow_up = r.follow_up
                     WHERE r.message = m.id AND r.gone = 0)
         OR kind <> 'safety' AND EXISTS (SELECT 1 FROM message l WHERE l.organisation = m.organisation AND l.recipient = m.recipient
                                         AND l.kind = m.kind AND l.state = 'delivered' AND l.made_at > m.made_at))`,
    ).map((row) => String(row['id']));
  }

  /** Everybody to whom a message and those in place of it went, the first one first, and how each of them stands. */
  chain(root: string): { readonly id: string; readonly recipient: string; readonly state: string }[] {
    const sql = 'SELECT id, recipient, state FROM message WHERE root = ? ORDER BY id <> root, made_at';
    return this.all(sql, root).map((row) => ({
      id: String(row['id']),
      recipient: String(row['recipient']),
      state: String(row['state']),
    }));
  }

  message(id: string): Message | null {
    const [row] = this.all('SELECT * FROM message WHERE id = ?', id);
    return row ? toMessage(row) : null;
  }

  // ——— deliveries ———

  /** The channels of this process: what waits on another one is given up there and waits on these. */
  channelsAre(channels: readonly string[]): void {
    const names = JSON.stringify(channels);
    this.run(
      `UPDATE delivery SET state = 'failed' WHERE state = 'waiting' AND channel NOT IN (SELECT value FROM json_each(?))`,
      names,
    );
    this.run(
      `INSERT OR IGNORE INTO delivery SELECT m.id, c.value, 'waiting', 0, 0 FROM message m, json_each(?) c WHERE m.state IN ('waiting', 'undelivered')`,
      names,
    );
  }

  /** Whose turn it is, oldest first. */
  ready(isSafety: boolean, now: number, limit: number): Delivery[] {
    return this.all(
      `SELECT m.*, d.channel, d.tries FROM delivery d JOIN message m ON m.id = d.message
       WHERE d.state = 'waiting' AND ${WAITS_NO_LONGER} AND (m.kind = 'safety') = ? ORDER BY d.not_before, m.made_at LIMIT ?`,
      ...[...waitsNoLonger(now), isSafety ? 1 : 0, limit],
    ).map((row) => ({
      message: toMessage(row),
      state: row['state'] as NoticeState,
      channel: String(row['channel']),
      tries: Number(row['tries']),
    }));
  }

  attempted({ message, channel }: Delivery, at: string, outcome: Outcome): void {
    this.run(
      'INSERT INTO attempt (message, channel, at, outcome, code) VALUES (?, ?, ?, ?, ?)',
      ...[message.id, channel, at, outcome.kind, 'code' in outcome ? outcome.code : null],
    );
    this.run('UPDATE delivery SET tries = tries + 1 WHERE message = ? AND channel = ?', message.id, channel);
  }

  deliver(message: string, channel: string, state: DeliveryState, notBefore = 0): void {
    this.run(
      'UPDATE delivery SET state = ?, not_before = ? WHERE message = ? AND channel = ?',
      ...[state, notBefore, message, channel],
    );
  }

  /** Nothing waits any more: it is not tried again. */
  withdraw(message: string, at: string): void {
    this.run(`UPDATE delivery SET state = 'failed' WHERE message = ? AND state = 'waiting'`, message);
    this.settle(message, 'withdrawn', at);
  }

  deliveriesOf(message: string): { readonly channel: string; readonly state: DeliveryState }[] {
    return this.all('SELECT channel, state FROM delivery WHERE message = ?', message).map((row) => ({
      channel: String(row['channel']),
      state: row['state'] as DeliveryState,
    }));
  }

  private all(sql: string, ...parameters: (string | number | null)[]): Record<string, unknown>[] {
    return this.db.prepare(sql).all(...parameters);
  }

  private run(sql: string, ...parameters: (string | number | null)[]): boolean {
    return Number(this.db.prepare(sql).run(...parameters).changes) > 0;
  }
}

const toBorne = (row: Record<string, unknown>): Borne => ({
  notice: String(row['notice']),
  organisation: String(row['organisation']),
  recipient: String(row['recipient']),
  patient: String(row['patient']),
  episode: String(row['episode']),
  followUp: String(row['follow_up']),
  step: Number(row['step']),
  role: row['role'] as Notify,
  since: String(row['since']),
});

const toMessage = (row: Record<string, unknown>): Message => ({
  id: String(row['id']),
  organisation: String(row['organisation']),
  recipient: String(row['recipient']),
  kind: row['kind'] as Message['kind'],
  day: String(row['day']),
  episode: row['episode'] === null ? null : String(row['episode']),
  count: Number(row['count']),
  root: String(row['root']),
  madeAt: String(row['made_at']),
});
