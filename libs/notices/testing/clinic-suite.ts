import { randomUUID } from 'node:crypto';
import { atLocal, EVENT_TYPES, UNREADABLE, type EpisodeCommand, type OrganisationCommand } from '#care';
import {
  createDoor,
  Episodes,
  fixedClock,
  Organisations,
  Patients,
  PolicyBook,
  seedClinic,
  type Envelope,
} from '#door';
import { createCodec, inTransaction, memoryKeys, openIndexFile, openMemoryStore } from '#event-store';
import { Clinic } from '../book/clinic.js';
import { Outbox } from '../book/outbox.js';
import { SCHEMA, VERSION } from '../book/schema.js';
import type { Channel, Outcome, Sending } from '../channels/channel.js';
import { Dispatcher } from '../dispatcher.js';
import { PACE } from '../pace.js';
import { Planner } from '../planner.js';
import { alertLoad, noticesPage, outboxStatus } from '../queries.js';

export const ZONE = 'America/New_York';
export const newYork = (local: string): string => atLocal(local.slice(0, 10), local.slice(11), ZONE);
export const PUBLIC_URL = 'https://followthrough.example';

/** Erasure has a door of its own. */
type AskedOfPatients = Parameters<Patients['handle']>[1]['command'];
type Answering = (sending: Sending) => Outcome | Promise<Outcome>;

/** For specs: the real doors of a seeded clinic in New York, and everything of notices but its loops; time, and the ends of the channels, are the test’s. */
export class ToldClinic {
  readonly store = openMemoryStore();
  readonly keys = memoryKeys();
  readonly clock = fixedClock(newYork('2027-03-01 07:00'));
  readonly codec = createCodec({
    types: EVENT_TYPES,
    keys: this.keys,
    unreadable: UNREADABLE,
  });
  private readonly door = createDoor({ store: this.store, codec: this.codec, clock: this.clock });
  readonly organisations = new Organisations({ door: this.door });
  readonly patients = new Patients({
    door: this.door,
    alone: (_organisation, _patientId, work) => work(),
    isOwed: async () => false,
    keys: { kidOf: () => null, destroy: () => null },
  });
  readonly episodes = new Episodes({
    store: this.store,
    codec: this.codec,
    clock: this.clock,
    door: this.door,
    policies: new PolicyBook({ store: this.store, codec: this.codec }),
  });
  readonly db = openIndexFile(':memory:', VERSION, SCHEMA);
  readonly clinic = new Clinic(this.db);
  readonly outbox = new Outbox(this.db);
  readonly sent: Sending[] = [];
  readonly faults: string[] = [];
  /** How many lists each look took. */
  readonly looks: number[] = [];
  /** The machine’s own time, in milliseconds. */
  real = 0;
  answering: Answering = () => ({ kind: 'sent' });
  private readonly planner: Planner;
  private readonly dispatcher: Dispatcher;
  private readonly known = new Set<string>();
  private position = '';

  private constructor(private readonly channels: readonly Channel['name'][]) {
    const kept = { outbox: this.outbox, pace: PACE, onFault: (what: string) => void this.faults.push(what) };
    this.planner = new Planner({ ...kept, clinic: this.clinic, channels });
    this.dispatcher = new Dispatcher({
      ...kept,
      planner: this.planner,
      channels: channels.map((name) => ({
        name,
        send: async (sending) => {
          const outcome = await this.answering(sending);
          if (outcome.kind === 'sent') this.sent.push(sending);
          return outcome;
        },
        close: () => undefined,
      })),
      emailOf: async () => null,
      publicUrl: PUBLIC_URL,
      moment: () => this.moment(),
      together: (work) => inTransaction(this.db, work),
    });
  }

  static async open(
    local = '2027-03-01 07:00',
    channels: readonly Channel['name'][] = ['webhook'],
  ): Promise<ToldClinic> {
    const told = new ToldClinic(channels);
    told.clock.set(newYork(local));
    await seedClinic({ organisations: told.organisations, clock: told.clock, zone: ZONE });
    return told;
  }

  // ——— acting ———

  async organisation(command: OrganisationCommand): Promise<void> {
    const outcome = await this.organisations.handle('clinic', this.envelope(command, 'administrator'));
    accepted(outcome, command.type);
  }

  /** Names whom the site calls after hours and second, and leaves its hours as they are. */
  async duty(duty: { onCall?: string; secondOwner?: string }): Promise<void> {
    const { state } = await this.organisations.load('clinic');
    const calendar = state.sites.get('main')!.calendars.at(-1)!.value;
    await this.organisation({ type: 'SetSiteHours', site: 'main', calendar, ...duty });
  }

  async register(name = 'Test Patient N'): Promise<string> {
    const patient = randomUUID();
    await this.patient(patient, { type: 'RegisterPatient', name });
    return patient;
  }

  async patient(patient: string, command: AskedOfPatients): Promise<void> {
    accepted(await this.patients.handle(patient, this.envelope(command)), command.type);
  }

  /** A new patient, referred and, unless told otherwise, enrolled now. */
  async refer(
    given: { patient?: string; occurredAt?: string; enrolled?: boolean; reason?: string; acts?: EpisodeCommand[] } = {},
  ): Promise<string> {
    const { patient = await this.register(), occurredAt, enrolled = true, reason, acts = [] } = given;
    const referral = {
      type: 'ReferPatient' as const,
      patientId: patient,
      site: 'main',
      referredBy: 'pcp-1',
      urgency: 'routine' as const,
      careManager: 'cm-1',
      ...(reason === undefined ? {} : { reason }),
    };
    const during = occurredAt === undefined ? {} : { occurredAt: newYork(occurredAt) };
    const begun: EpisodeCommand[] = [{ type: 'EnrolPatient' }, { type: 'SetTreatmentPlan', treatmentChanged: true }];
    const following = [...(enrolled ? begun : []), ...acts];
    const { episodeId, outcome } = await this.episodes.import(
      { ...this.envelope(referral), ...during },
      following.map((command) => ({ ...this.envelope(command), ...during })),
    );
    for (const { kind, ...rest } of outcome.results) if (kind === 'refused') throw new Error(JSON.stringify(rest));
    this.known.add(episodeId);
    return episodeId;
  }

  async act(episode: string, command: EpisodeCommand, by = 'cm-1', role = 'care-manager'): Promise<void> {
    accepted(await this.episodes.handle(episode, this.envelope(command, role, by)), command.type);
  }

  // ——— time ———

  /** Lets the clock show this New York time; what is due is raised, planned and sent. */
  async at(local: string): Promise<void> {
    this.clock.set(newYork(local));
    await this.raise();
    await this.tell();
  }

  /** What a waker does, to every episode. */
  async raise(): Promise<void> {
    for (const episode of this.known) await this.episodes.settle(episode, 'system:watchdog');
  }

  /** Takes the log in, plans, and sends what may be sent by now. */
  async tell(): Promise<void> {
    await this.takeIn();
    this.plan();
    await this.send();
  }

  async takeIn(): Promise<void> {
    for (;;) {
      const page = await this.store.readAll({ ...(this.position === '' ? {} : { after: this.position }) });
      inTransaction(this.db, () => page.forEach((event) => this.clinic.take(event, this.codec.readFacts)));
      if (page.length === 0) return;
      this.position = page.at(-1)!.position;
    }
  }

  /** As after a restore: all that came of the log is forgotten, and the log is read from its beginning. */
  readAgain(): void {
    this.clinic.forget();
    this.position = '';
  }

  /** What is kept of the follow-ups of an episode cannot be read any more. */
  damage(episode: string): void {
    this.db.prepare("UPDATE follow_up SET entry = '{' || entry WHERE episode = ?").run(episode);
  }

  mend(episode: string): void {
    this.db.prepare('UPDATE follow_up SET entry = substr(entry, 2) WHERE episode = ?').run(episode);
  }

  plan(): void {
    while (inTransaction(this.db, () => this.planner.plan(this.moment())) > 0);
    for (let looked = 1; looked > 0; this.looks.push(looked))
      looked = inTransaction(this.db, () => this.planner.lists(this.moment()));
  }

  async send(): Promise<void> {
    while ((await this.dispatcher.round(true)) + (await this.dispatcher.round(false)) > 0);
  }

  /** Real time passes, by the clock of the machine alone. */
  async wait(ms: number): Promise<void> {
    this.real += ms;
    await this.send();
  }

  // ——— looking ———

  /** `recipient: kind` of everything sent since this was asked last, in order. */
  heard(): string[] {
    return this.sent.splice(0).map(({ recipient, kind }) => `${recipient}: ${kind}`);
  }

  notices(filter: { recipient?: string; day?: string } = {}) {
    return noticesPage(this.db, { organisation: 'clinic', limit: 200, ...filter }).rows;
  }

  load(from: string, to: string) {
    return alertLoad(this.db, 'clinic', from, to);
  }

  status() {
    return outboxStatus(this.db, this.channels);
  }

  private moment() {
    return { now: this.clock.now().toISOString(), real: this.real };
  }

  private envelope<C>(command: C, actorRole = 'care-manager', staff = 'cm-1'): Envelope<C> {
    return { commandId: randomUUID(), command, actor: `user:${staff}`, actorRole, organisation: 'clinic' };
  }
}

function accepted(outcome: { kind: string }, what: string): void {
  if (outcome.kind !== 'appended')
    throw new Error(`${what}: ${JSON.stringify((outcome as { refusal?: unknown }).refusal)}`);
}

/** A PHQ-9 from the portal: only item 9 and as many others as are asked for were answered. */
export const portal = (nine: number | null, others: number | null = 1) =>
  ({
    type: 'RecordAssessment',
    instrument: 'PHQ-9',
    items: [null, null, null, null, others, others, others, others, nine],
    language: 'en',
    mode: 'portal',
    enteredBy: 'patient',
  }) as const satisfies EpisodeCommand;
