import type { DatabaseSync } from 'node:sqlite';
import {
  emptyLedger,
  foldLedger,
  initialEpisode,
  localDate,
  organisationDecider,
  tell,
  UNREADABLE,
  type LedgerEntry,
  type Notify,
  type OrganisationState,
  type RecordedEpisodeEvent,
  type RecordedOrganisationEvent,
  type Story,
} from '#care';
import { idOf, type StoredEvent } from '#event-store';
import type { Case } from '../addressing.js';
import { wordId } from '../notice.js';
import { DERIVED, TURN } from './schema.js';

/** A raised step for which nobody was told yet. */
export interface Raise {
  readonly episode: string;
  readonly followUp: string;
  readonly step: number;
  readonly at: string;
  readonly notify: readonly Notify[];
  /** It stands for earlier steps that were not raised in time. */
  readonly collapsed: boolean;
  readonly organisation: string;
}

/** As much as matters here of the facts of ProviderNotified. */
type ProviderTold = { readonly channel: string };
type Raised = Pick<Raise, 'step' | 'at' | 'notify'> & { readonly standsFor?: readonly number[] };

/** What says whose an episode is, whether it goes on, and whether a visit or a hospital mutes it. */
const KEPT_ACTS: ReadonlySet<string> = new Set([
  'PatientReferred',
  'EpisodePinned',
  'ProviderAssigned',
  'CareManagerAssigned',
  'CareManagerReleased',
  'EpisodeTransferred',
  'PatientEnrolled',
  'AcuteCareReported',
  'HoldStarted',
  'HoldEnded',
  'AppointmentBooked',
  'AppointmentRescheduled',
  'AppointmentKept',
  'AppointmentMissed',
  'AppointmentCancelled',
  'ContactRecorded',
  'ReferralClosed',
  'EpisodeDischarged',
  'ProviderNotified',
  'PatientDeathNoted',
  'PatientDeathNoteRetracted',
  'ActVoided',
]);

/** Whom and what notices are about, folded from facts alone: no key is needed to tell somebody that something waits. */
export class Clinic {
  private readonly organisations = new Map<string, OrganisationState>();

  constructor(private readonly db: DatabaseSync) {}

  /** @throws what `readFacts` throws; it is asked only for events that matter here */
  take(event: StoredEvent, readFacts: (event: StoredEvent) => unknown): void {
    const { streamId, type } = event;
    if (streamId.startsWith('organisation-')) this.takeOrganisation(event, readFacts(event));
    else if (streamId.startsWith('patient-')) this.takePatient(event);
    else if (!streamId.startsWith('episode-')) return;
    else if (type.startsWith('FollowUp')) this.takeFollowUp(event, readFacts(event));
    else if (KEPT_ACTS.has(type)) this.takeAct(event, readFacts(event));
  }

  /** Everything that came of a log that no longer exists. */
  forget(): void {
    for (const table of DERIVED) this.db.exec(`DELETE FROM ${table}`);
    this.organisations.clear();
  }

  // ——— asking ———

  organisation(organisation: string): OrganisationState {
    const known = this.organisations.get(organisation);
    if (known) return known;
    const rows = this.all(
      'SELECT event FROM organisation_event WHERE organisation = ? ORDER BY revision',
      organisation,
    );
    const state = rows
      .map((row) => revived<RecordedOrganisationEvent>(row))
      .reduce((folded, event) => organisationDecider.evolve(folded, event), organisationDecider.initial);
    this.organisations.set(organisation, state);
    return state;
  }

  /** Null when the log does not say which patient it is about. */
  story(episode: string): Story | null {
    const rows = this.all('SELECT event FROM act WHERE episode = ? ORDER BY revision', episode);
    return tell({ ...initialEpisode, acts: rows.map((row) => revived<RecordedEpisodeEvent>(row)) });
  }

  /** A follow-up, undefined once it ended, or a word to the provider. */
  owedOrSaid(episode: string, id: string): Case['entry'] | undefined {
    const [row] = this.all('SELECT entry FROM follow_up WHERE episode = ? AND follow_up = ?', episode, id);
    return row && (JSON.parse(String(row['entry'])) as Case['entry']);
  }

  isDeceased(patient: string): boolean {
    return this.all('SELECT 1 FROM deceased WHERE patient = ?', patient).length > 0;
  }

  /** Position of the event by which somebody joined; its sealed box says how they are reached. */
  joinedAt(organisation: string, staff: string): string | null {
    const [row] = this.all('SELECT position FROM joined WHERE organisation = ? AND staff = ?', organisation, staff);
    return row ? String(row['position']) : null;
  }

  // ——— what waits to be told ———

  /** Safety first, then in the order of the log. */
  raises(limit: number): Raise[] {
    return this.all(`SELECT * FROM raise WHERE unheard = 0 ORDER BY ${TURN} LIMIT ?`, limit).map((row) => ({
      episode: String(row['episode']),
      followUp: String(row['follow_up']),
      step: Number(row['step']),
      at: String(row['at']),
      notify: JSON.parse(String(row['notify'])) as Notify[],
      collapsed: row['collapsed'] === 1,
      organisation: String(row['organisation']),
    }));
  }

  done({ episode, followUp, step }: Raise): void {
    this.run('DELETE FROM raise WHERE episode = ? AND follow_up = ? AND step = ?', episode, followUp, step);
  }

  /** Nobody at all is there to be told, or it cannot be dealt with: asked again once somebody joined, and at the next start. */
  unheard({ episode, followUp, step }: Raise): void {
    this.run('UPDATE raise SET unheard = 1 WHERE episode = ? AND follow_up = ? AND step = ?', episode, followUp, step);
  }

  /** Asked again after the next act of its episode: it may be the outcome of the visit, or the discharge. */
  muted({ episode, followUp, step }: Raise): void {
    this.run('UPDATE raise SET unheard = 2 WHERE episode = ? AND follow_up = ? AND step = ?', episode, followUp, step);
  }

  hearAgain(): void {
    this.run('UPDATE raise SET unheard = 0');
  }

  /** Who left since this was asked last. */
  takeDepartures(): { organisation: string; staff: string }[] {
    const rows = this.all('SELECT organisation, staff FROM departed');
    this.db.exec('DELETE FROM departed');
    return rows.map((row) => ({ organisation: String(row['organisation']), staff: String(row['staff']) }));
  }

  // ——— taking in ———

  private takeOrganisation(event: StoredEvent, facts: unknown): void {
    const organisation = idOf(event);
    this.organisations.delete(organisation);
    this.run(
      'INSERT OR REPLACE INTO organisation_event VALUES (?, ?, ?)',
      organisation,
      event.revision,
      plain(event, facts),
    );
    if (event.type === 'StaffJoined') {
      this.run('INSERT OR REPLACE INTO joined VALUES (?, ?, ?)', organisation, staffIn(facts), event.position);
      this.run('UPDATE raise SET unheard = 0 WHERE organisation = ?', organisation);
    }
    if (event.type === 'StaffLeft')
      this.run('INSERT OR REPLACE INTO departed VALUES (?, ?)', organisation, staffIn(facts));
  }

  private takePatient(event: StoredEvent): void {
    if (event.type === 'PatientDied') this.run('INSERT OR IGNORE INTO deceased VALUES (?)', idOf(event));
    if (event.type === 'PatientDeathRetracted') this.run('DELETE FROM deceased WHERE patient = ?', idOf(event));
  }

  private takeAct(event: StoredEvent, facts: unknown): void {
    if (event.type === 'EpisodeTransferred') this.takeOver(event, (facts as { to: string }).to);
    if (event.type === 'CareManagerAssigned') this.takeOver(event, (facts as { careManager: string }).careManager);
    this.run('INSERT OR REPLACE INTO act VALUES (?, ?, ?)', idOf(event), event.revision, plain(event, facts));
    this.run('UPDATE raise SET unheard = 0 WHERE episode = ? AND unheard = 2', idOf(event));
    if (event.type === 'ProviderNotified' && (facts as ProviderTold).channel === 'notice') this.takeWord(event);
  }

  /** Whoever takes a patient over is told of the safety that was raised before, as of what is handed to them by name. */
  private takeOver(event: StoredEvent, to: string): void {
    const episode = idOf(event);
    if (event.actor === `user:${to}` || this.story(episode)?.careManager === to) return;
    for (const row of this.all('SELECT follow_up FROM follow_up WHERE episode = ?', episode)) {
      const followUp = String(row['follow_up']);
      const entry = this.owedOrSaid(episode, followUp);
      if (entry === undefined || entry.kind === 'word' || !entry.safety) continue;
      // What was given to somebody by name stays theirs.
      if (entry.lastStep > 0 && entry.owner === undefined && entry.acknowledgedBy !== to)
        this.takeRaise(event, { step: entry.lastStep, at: event.recordedAt, notify: ['care-manager'] }, followUp);
    }
  }

  /** Told like the one step of a follow-up, by the provider's next list. */
  private takeWord(event: StoredEvent): void {
    const episode = idOf(event);
    const story = this.story(episode);
    if (!story) return;
    const { revision, recordedAt: at } = event;
    const id = wordId(revision);
    this.keep(episode, id, { kind: 'word', safety: false, zone: story.zone, openedAt: at, revision });
    this.takeRaise(event, { step: 1, at, notify: ['provider'] }, id);
  }

  private keep(episode: string, id: string, entry: Case['entry']): void {
    this.run('INSERT OR REPLACE INTO follow_up VALUES (?, ?, ?)', episode, id, JSON.stringify(entry));
  }

  private takeFollowUp(event: StoredEvent, facts: unknown): void {
    const episode = idOf(event);
    const { followUpId } = facts as { followUpId: string };
    const known = this.owedOrSaid(episode, followUpId);
    const open = new Map(known && known.kind !== 'word' ? [[followUpId, known]] : []);
    const entry = foldLedger({ ...emptyLedger, open }, { ...event, facts }).open.get(followUpId);
    if (entry) this.keep(episode, followUpId, entry);
    else this.run('DELETE FROM follow_up WHERE episode = ? AND follow_up = ?', episode, followUpId);
    if (event.type === 'FollowUpOpened' && entry?.carriesOn)
      this.carryOn(episode, followUpId, entry.carriesOn.followUpId);
    if (event.type === 'FollowUpRaised') this.takeRaise(event, facts as Raised, followUpId);
    if (event.type === 'FollowUpHandedOver' && entry) this.takeHandOver(event, entry);
    if (event.type === 'FollowUpSnoozed' && event.actor.startsWith('user:') && entry)
      this.run(
        'INSERT OR REPLACE INTO snooze VALUES (?, ?, ?, ?, ?)',
        episode,
        event.revision,
        event.organisation,
        event.actor.slice('user:'.length),
        localDate(event.recordedAt, entry.zone),
      );
  }

  /** What was raised before it was handed to somebody by name is told to them too, like its latest step. */
  private takeHandOver(event: StoredEvent, { followUpId, lastStep, owner = '' }: LedgerEntry): void {
    if (lastStep > 0 && event.actor !== `user:${owner}`)
      this.takeRaise(event, { step: lastStep, at: event.recordedAt, notify: ['task-owner'] }, followUpId);
  }

  /** Whoever is to hear of what was derived anew hears of it in its new form; what was told stays told. */
  private carryOn(episode: string, followUp: string, before: string): void {
    const carried = [followUp, episode, before] as const;
    this.run(
      'INSERT OR IGNORE INTO told SELECT episode, ?, step, at FROM told WHERE episode = ? AND follow_up = ?',
      ...carried,
    );
    this.run('UPDATE OR IGNORE raise SET follow_up = ? WHERE episode = ? AND follow_up = ?', ...carried);
    const standing = 'UPDATE OR IGNORE reason SET follow_up = ? WHERE episode = ? AND follow_up = ? AND gone = 0';
    this.run(standing, ...carried);
  }

  private takeRaise(event: StoredEvent, { step, at, notify, standsFor = [] }: Raised, followUp: string): void {
    this.run(
      'INSERT OR IGNORE INTO raise VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)',
      idOf(event),
      followUp,
      step,
      at,
      JSON.stringify(notify),
      standsFor.length > 0 ? 1 : 0,
      event.organisation,
      event.position,
    );
  }

  private all(sql: string, ...parameters: (string | number)[]): Record<string, unknown>[] {
    return this.db.prepare(sql).all(...parameters);
  }

  private run(sql: string, ...parameters: (string | number)[]): void {
    this.db.prepare(sql).run(...parameters);
  }
}

const staffIn = (facts: unknown): string => (facts as { staff: string }).staff;

/** A recorded event without its sealed box. */
const plain = ({ type, revision, occurredAt, recordedAt, actor, actorRole, commandId }: StoredEvent, facts: unknown) =>
  JSON.stringify({ type, facts, revision, occurredAt, recordedAt, actor, actorRole, commandId });

const revived = <T>(row: Record<string, unknown>): T =>
  ({ ...(JSON.parse(String(row['event'])) as object), sealed: UNREADABLE }) as T;
