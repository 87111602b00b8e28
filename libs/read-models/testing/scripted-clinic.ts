import { randomUUID } from 'node:crypto';
import {
  DEFAULT_PATHWAY,
  dueRaise,
  episodeDecider,
  EVENT_TYPES,
  RULES_VERSION,
  UNREADABLE,
  usFederalHolidays,
  type Circumstances,
  type EpisodeCommand,
  type EpisodeContext,
  type EpisodeEvent,
  type EpisodeState,
  type OrganisationEvent,
  type PatientEvent,
  type RecordedEpisodeEvent,
  type SiteCalendar,
} from '#care';
import { createCodec, memoryKeys, openMemoryStore, type EventStore, type StoredEvent } from '#event-store';
import { openReadModels, type ReadModels } from '../index.js';
import type { Whereabouts } from '../places.js';

const HOURS = { opens: '08:00', closes: '17:00' };
const CALENDAR: SiteCalendar = {
  zone: 'America/New_York',
  hours: { '1': HOURS, '2': HOURS, '3': HOURS, '4': HOURS, '5': HOURS },
  holidays: usFederalHolidays(2026, 2029),
};
const PIN = { pin: 'p1', pathway: 'pathway-1', calendar: 'calendar-1', rulesVersion: RULES_VERSION };
const POLICY = { pin: PIN, pathway: DEFAULT_PATHWAY, calendar: CALENDAR };
const CONTEXT: EpisodeContext = { pinned: POLICY, current: POLICY, atOnce: POLICY, atPhase: POLICY };

type Fact = EpisodeEvent | PatientEvent | OrganisationEvent;

/** A PHQ-9 with this total, its items as high as they need to be; item 9 stays 0. */
export const phq9 = (total: number) => ({
  type: 'RecordAssessment' as const,
  instrument: 'PHQ-9',
  items: [0, 1, 2, 3, 4, 5, 6, 7].map((i) => Math.min(3, Math.max(0, total - 3 * i))).concat(0),
  language: 'en',
  mode: 'interview' as const,
  enteredBy: 'staff' as const,
});

export const visit = (total?: number): EpisodeCommand => ({
  type: 'RecordVisit',
  contact: { kind: 'treatment', withWhom: 'patient', modality: 'phone', twoWay: true },
  assessments: total === undefined ? [] : [(({ type: _type, ...body }) => body)(phq9(total))],
  barriers: [],
});

/** A clinic in memory: real domain, real codec, an event log without a disk. Local times are those of New York. */
export class ScriptedClinic {
  readonly store: EventStore = openMemoryStore();
  readonly keys = memoryKeys();
  readonly codec = createCodec({
    types: EVENT_TYPES,
    keys: this.keys,
    unreadable: UNREADABLE,
  });
  private instant = new Date('2027-01-04T13:00:00.000Z');
  readonly clock = { now: (): Date => this.instant };

  constructor(readonly organisation = 'org-1') {}

  /** A UTC instant, or a date for 15:00 UTC of that day. */
  at(when: string): this {
    this.instant = new Date(when.length === 10 ? `${when}T15:00:00.000Z` : when);
    return this;
  }

  async opens(): Promise<this> {
    await this.record(`organisation-${this.organisation}`, this.organisation, [
      { type: 'OrganisationOpened', facts: { name: 'Clinic' }, sealed: null },
      {
        type: 'SiteOpened',
        facts: { site: 'main', name: 'Main', calendar: CALENDAR, onCall: 'oncall-1', secondOwner: 'cm-2' },
        sealed: null,
      },
      ...(['cm-1', 'cm-2', 'oncall-1'] as const).map((staff): Fact => ({
        type: 'StaffJoined',
        facts: { staff, role: 'care-manager' },
        sealed: {},
      })),
      { type: 'StaffJoined', facts: { staff: 'sup-1', role: 'supervisor' }, sealed: { name: 'Sue' } },
      { type: 'StaffJoined', facts: { staff: 'psy-1', role: 'psychiatric-consultant' }, sealed: {} },
      { type: 'StaffJoined', facts: { staff: 'pcp-1', role: 'provider' }, sealed: {} },
    ]);
    return this;
  }

  /** Registers a patient and refers them; answers with both ids. */
  async refers(
    name: string,
    more: Partial<Extract<EpisodeCommand, { type: 'ReferPatient' }>> = {},
  ): Promise<{ patientId: string; episodeId: string }> {
    const patientId = randomUUID();
    const episodeId = randomUUID();
    await this.record(`patient-${patientId}`, patientId, [
      { type: 'PatientRegistered', facts: {}, sealed: { name, birthDate: '1980-05-06', language: 'es' } },
    ]);
    await this.does(episodeId, {
      type: 'ReferPatient',
      patientId,
      ordinal: 1,
      site: 'main',
      zone: CALENDAR.zone,
      referredBy: 'pcp-1',
      urgency: 'routine',
      careManager: 'cm-1',
      provider: 'pcp-1',
      ...more,
    });
    return { patientId, episodeId };
  }

  /** Each command in an append of its own, follow-ups derived as the door does. */
  async does(episodeId: string, ...commands: readonly EpisodeCommand[]): Promise<this> {
    for (const command of commands) {
      const before = await this.fold(episodeId);
      const circumstances: Circumstances = {
        commandId: randomUUID(),
        actor: 'user:cm-1',
        actorRole: 'care-manager',
        organisation: this.organisation,
        occurredAt: this.instant.toISOString(),
        now: this.instant.toISOString(),
      };
      const decision = episodeDecider.decide(before, command, circumstances, CONTEXT);
      if ('refusal' in decision) throw new Error(`${command.type}: ${decision.refusal.detail}`);
      const after = decision.events.reduce(
        (state, event) => episodeDecider.evolve(state, recorded(event, state, circumstances)),
        before,
      );
      await this.record(`episode-${episodeId}`, await this.subjectOf(episodeId, decision.events), [
        ...decision.events,
        ...(episodeDecider.conclude?.(after, circumstances, CONTEXT) ?? []),
      ]);
    }
    return this;
  }

  /** Raises what is due now, each follow-up once, and derives. */
  async raises(episodeId: string): Promise<this> {
    const now = this.instant.toISOString();
    const { ledger } = await this.fold(episodeId);
    const facts = [...ledger.open.values()].flatMap((entry): Fact[] => {
      const due = dueRaise(entry, now);
      if (!due) return [];
      return [
        {
          type: 'FollowUpRaised',
          facts: {
            followUpId: entry.followUpId,
            step: due.step,
            at: due.at,
            notify: [...due.notify],
            ...(due.standsFor.length > 0 ? { standsFor: [...due.standsFor] } : {}),
          },
          sealed: null,
        },
      ];
    });
    if (facts.length > 0) await this.record(`episode-${episodeId}`, await this.subjectOf(episodeId, []), facts);
    return this.does(episodeId, { type: 'Derive' });
  }

  async record(streamId: string, subject: string, facts: readonly Fact[]): Promise<void> {
    if (facts.length === 0) return;
    const before = await this.store.readStream(streamId);
    const last = before.at(-1);
    const commandId = randomUUID();
    const erased = facts.some(({ type }) => type === 'PatientDataErased');
    await this.store.append(
      this.codec.freeze({
        streamId,
        expected: last ? last.revision : 'no-stream',
        lastHash: last?.hash ?? null,
        lastRecordedAt: last?.recordedAt ?? null,
        subject: erased ? null : subject,
        recordedAt: this.instant.toISOString(),
        actor: 'user:cm-1',
        actorRole: 'care-manager',
        organisation: this.organisation,
        site: 'main',
        pin: '',
        newId: randomUUID,
        events: facts.map(({ type, facts: said, sealed }) => ({
          type,
          facts: said,
          sealed,
          occurredAt: this.instant.toISOString(),
          commandId,
          fingerprint: '',
        })),
      }),
    );
  }

  async erases(patientId: string): Promise<void> {
    await this.record(`patient-${patientId}`, patientId, [
      {
        type: 'PatientDataErased',
        facts: { keyId: 'k', reasonCode: 'patient-right', approvedBy: 'sup-1' },
        sealed: null,
      },
    ]);
    this.keys.erase(patientId);
  }

  async fold(episodeId: string): Promise<EpisodeState> {
    const events = await this.store.readStream(`episode-${episodeId}`);
    return events.reduce(
      (state, stored) => episodeDecider.evolve(state, this.codec.read(stored) as unknown as RecordedEpisodeEvent),
      episodeDecider.initial,
    );
  }

  async log(): Promise<readonly StoredEvent[]> {
    return this.store.readAll({ limit: 100_000 });
  }

  private async subjectOf(episodeId: string, events: readonly EpisodeEvent[]): Promise<string> {
    const referral = events.find((event) => event.type === 'PatientReferred');
    if (referral?.type === 'PatientReferred') return referral.facts.patientId;
    const [first] = await this.store.readStream(`episode-${episodeId}`, { limit: 1 });
    return String(first?.body.facts['patientId']);
  }
}

const recorded = (
  event: EpisodeEvent,
  state: EpisodeState,
  { commandId, actor, actorRole, occurredAt, now }: Circumstances,
): RecordedEpisodeEvent =>
  ({
    ...event,
    revision: state.revision + 1,
    commandId,
    actor,
    actorRole,
    occurredAt,
    recordedAt: now,
  }) as RecordedEpisodeEvent;

/** The views of a clinic, taken in up to the end of its log. */
export async function viewsOf(clinic: ScriptedClinic, { file, database }: Whereabouts): Promise<ReadModels> {
  const views = openReadModels({ file, database, store: clinic.store, codec: clinic.codec, clock: clinic.clock });
  await views.start();
  await upToDate(views, clinic);
  return views;
}

export async function upToDate(views: ReadModels, clinic: ScriptedClinic): Promise<void> {
  const head = await clinic.store.head();
  if (head && !(await views.waitFor(head.position, 10_000)))
    throw new Error(`the views did not get there: ${JSON.stringify(await views.status())}`);
}
