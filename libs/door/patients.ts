import {
  patientDecider,
  type PatientCommand,
  type PatientContext,
  type PatientEvent,
  type PatientState,
  type RecordedPatientEvent,
} from '#care';
import type { Definition } from './definition.js';
import type { Door } from './handle.js';
import type { Envelope, Loaded, Outcome } from './port.js';
import type { LoadOptions } from './stream-door.js';

/** What the door of patients needs of the key store. */
export interface PatientKeys {
  /** The name of the subject's key, whatever became of the key; null when there never was one. */
  kidOf(subject: string): string | null;
  destroy(subject: string): unknown;
}

type Approval = Omit<Extract<PatientCommand, { type: 'ApproveErasure' }>, 'keyId'>;

type PatientDefinition = Definition<PatientState, PatientCommand, PatientEvent, RecordedPatientEvent, PatientContext>;
type Situated = Parameters<PatientDefinition['contextFor']>[0];

const patientDefinition = (contextFor: PatientDefinition['contextFor']): PatientDefinition => ({
  decider: patientDecider,
  contextFor,
  subjectOf: (streamId) => subjectOf(idOf(streamId)),
  siteOf: () => '',
  pinOf: () => '',
});

export const patientStream = (patientId: string): string => `patient-${patientId}`;
const idOf = (streamId: string): string => streamId.slice('patient-'.length);
const subjectOf = (patientId: string): string => `patient:${patientId}`;

export interface PatientsParts {
  readonly door: Door;
  readonly keys: PatientKeys;
  /** Whether an episode of the patient is open, or something is still owed in one that ended. */
  readonly isOwed: (organisation: string, patientId: string) => Promise<boolean>;
  /** Does something while this process decides nothing on any episode of the patient, nor opens the next one. */
  readonly alone: <T>(organisation: string, patientId: string, work: () => Promise<T>) => Promise<T>;
}

/** The door of patients' records. */
export class Patients {
  private readonly definition = patientDefinition((situation) => this.contextFor(situation));

  constructor(private readonly parts: PatientsParts) {}

  load(patientId: string, options?: LoadOptions): Promise<Loaded<PatientState>> {
    return this.parts.door.load(this.definition, patientStream(patientId), options);
  }

  /** The approval of an erasure goes through `approveErasure`. */
  handle(
    patientId: string,
    envelope: Envelope<Exclude<PatientCommand, { type: 'ApproveErasure' }>>,
  ): Promise<Outcome<PatientState>> {
    return this.parts.door.handle(this.definition, patientStream(patientId), envelope);
  }

  /** Whether the patient is registered in the organisation. */
  async isPatient(organisation: string, patientId: string): Promise<boolean> {
    return (await this.load(patientId, { organisation })).revision >= 0;
  }

  /** Records the erasure, then destroys the key: a start after a crash in between does the second (decision 13). */
  approveErasure(patientId: string, envelope: Envelope<Approval>): Promise<Outcome<PatientState>> {
    // What opens an episode is decided before the look at what is owed, or finds no key.
    return this.parts.alone(envelope.organisation, patientId, () => this.erase(patientId, envelope));
  }

  private async erase(patientId: string, envelope: Envelope<Approval>): Promise<Outcome<PatientState>> {
    const { organisation } = envelope;
    const keyId = this.parts.keys.kidOf(subjectOf(patientId)) ?? 'none';
    const command: PatientCommand = { ...envelope.command, keyId };
    const outcome = await this.parts.door.handle(this.definition, patientStream(patientId), { ...envelope, command });
    if (outcome.loaded.state.erased && outcome.loaded.organisation === organisation) {
      this.parts.keys.destroy(subjectOf(patientId));
      this.parts.door.forget();
    }
    return outcome;
  }

  private async contextFor({ streamId, organisation, commands }: Situated): Promise<{ context: PatientContext }> {
    const id = idOf(streamId);
    const merge = commands.find((command) => command.type === 'MergePatients');
    const erases = commands.some(({ type }) => type === 'RequestErasure' || type === 'ApproveErasure');
    return {
      context: {
        duplicate: merge?.type === 'MergePatients' ? await this.duplicate(organisation, id, merge.duplicate) : null,
        isOwed: erases && (await this.parts.isOwed(organisation, id)),
      },
    };
  }

  /** What is known of the record that a merge names. */
  private async duplicate(organisation: string, id: string, duplicate: string): Promise<PatientContext['duplicate']> {
    const { revision, state } = await this.load(duplicate, { organisation });
    return revision < 0 ? null : { isItself: duplicate === id, leadsThis: await this.leads(state, id) };
  }

  /** Whether a record leads another, itself or over those that it leads. */
  private async leads({ duplicates }: PatientState, id: string, seen = new Set<string>()): Promise<boolean> {
    if (duplicates.has(id)) return true;
    for (const duplicate of duplicates) {
      if (seen.has(duplicate)) continue;
      seen.add(duplicate);
      if (await this.leads((await this.load(duplicate)).state, id, seen)) return true;
    }
    return false;
  }
}
