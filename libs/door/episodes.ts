import { randomUUIDv7 } from 'node:crypto';
import { v5 } from 'uuid';
import { ENDING_COMMANDS, tell, type CommandOf, type EpisodeCommand, type EpisodeState, type Refusal } from '#care';
import { refused, type BatchOutcome } from './answers.js';
import { episodeDefinition, type EpisodeDefinition } from './episode-definition.js';
import type { Door, DoorParts } from './handle.js';
import { absent } from './loaded.js';
import type { PolicyBook } from './policy-book.js';
import type { Envelope, Loaded, Outcome } from './port.js';
import { RaiseDue } from './raise-due.js';
import { RETRIES } from './retries.js';
import { settle, type Raised, type Settled, type Waker } from './settle.js';
import type { LoadOptions } from './stream-door.js';

/** A referral as it comes in: which episode it is, and the zone of its site, the door finds out. */
export type Referral = Omit<CommandOf<'ReferPatient'>, 'ordinal' | 'zone'>;

export interface Referred {
  readonly episodeId: string;
  /** The patient's n-th episode in the organisation. */
  readonly ordinal: number;
  readonly outcome: Outcome<EpisodeState>;
}

export interface Imported {
  readonly episodeId: string;
  readonly ordinal: number;
  /** The first result is that of the referral. */
  readonly outcome: BatchOutcome<EpisodeState>;
}

/** Where a referral belongs, and what stands there. */
interface Place {
  readonly episodeId: string;
  readonly ordinal: number;
  /** -1 when it does not exist yet. */
  readonly revision: number;
  readonly state: EpisodeState;
}

export interface EpisodesParts extends DoorParts {
  readonly door: Door;
  readonly policies: PolicyBook;
  /** Whether the patient is registered in the organisation. Absent: any id is accepted. */
  readonly isPatient?: (organisation: string, patientId: string) => Promise<boolean>;
  /** Told why a wake derived nothing; codes and names only. */
  readonly onDerivationRefused?: (episodeId: string, why: string) => void;
}

/** Every build must find the same id for the patient's n-th episode: never change it. */
const EPISODE_NAMESPACE = '6b0d7a52-2c1e-5f4b-9d35-0f6c1f9a7e21';
const UNKNOWN_PATIENT: Refusal = {
  code: 'unknown-patient',
  detail: 'No such patient is registered in your organisation.',
};
const EARLIER_EPISODE: Refusal = {
  code: 'out-of-order',
  detail: 'This episode ended before the one that is open began; it cannot be brought into that one.',
  errors: [{ pointer: '/occurredAt', detail: 'before the open episode' }],
};

export const episodeIdOf = (organisation: string, patientId: string, ordinal: number): string =>
  v5(`${organisation}/${patientId}/${ordinal}`, EPISODE_NAMESPACE);
export const episodeStream = (episodeId: string): string => `episode-${episodeId}`;

/** The door of episodes. Everything throws DoorUnavailable while the store or a key is away. */
export class Episodes {
  private readonly door: Door;
  private readonly definition: EpisodeDefinition;
  private readonly raiseDue: RaiseDue;

  constructor(private readonly parts: EpisodesParts) {
    const { store, codec, clock, newId = randomUUIDv7, retries } = parts;
    this.door = parts.door;
    this.definition = episodeDefinition(parts.policies);
    this.raiseDue = new RaiseDue({ store, codec, clock, newId, retries: { ...RETRIES, ...retries } });
  }

  load(episodeId: string, options?: LoadOptions): Promise<Loaded<EpisodeState>> {
    return this.door.load(this.definition, episodeStream(episodeId), options);
  }

  /** Whether the command was carried out before. */
  knows(episodeId: string, commandId: string): Promise<boolean> {
    return this.door.knows(this.definition, episodeStream(episodeId), [commandId]);
  }

  async handle(episodeId: string, envelope: Envelope<EpisodeCommand>): Promise<Outcome<EpisodeState>> {
    return this.door.handle(this.definition, episodeStream(episodeId), envelope);
  }

  /** Opens the patient's next episode, or tells the open one of another referral: people who refer at once meet in one stream. */
  async refer(referral: Envelope<Referral>): Promise<Referred> {
    for (let from = 1; ;) {
      const place = await this.place(referral, [referral.commandId], from);
      const { episodeId, ordinal } = place;
      const opening = await this.opening(referral, place);
      if ('refusal' in opening)
        return {
          episodeId,
          ordinal,
          outcome: { kind: 'refused', refusal: opening.refusal, loaded: this.absent(episodeId) },
        };
      const outcome = await this.handle(episodeId, opening);
      // It ended while we looked.
      if (outcome.kind === 'refused' && outcome.refusal.code === 'episode-ended') from = ordinal + 1;
      else return { episodeId, ordinal, outcome };
    }
  }

  /** Whether the referral was carried out before, in whichever of the patient’s episodes. */
  async knowsReferral(referral: Envelope<Referral>): Promise<boolean> {
    const { episodeId } = await this.place(referral, [referral.commandId], 1);
    return this.knows(episodeId, referral.commandId);
  }

  /** A referral and what was done since, in one append; each envelope has its own id. `acts` are given in clinical order. */
  async import(referral: Envelope<Referral>, acts: readonly Envelope<EpisodeCommand>[]): Promise<Imported> {
    const commandIds = [referral, ...acts].map(({ commandId }) => commandId);
    for (;;) {
      const place = await this.place(referral, commandIds, 1);
      const { episodeId, ordinal, revision } = place;
      const opening = (await this.endedBefore(place, referral, acts)) ?? (await this.opening(referral, place));
      if ('refusal' in opening) {
        const results = [referral, ...acts].map(() => refused(opening.refusal));
        return { episodeId, ordinal, outcome: { loaded: this.absent(episodeId), results, events: [] } };
      }
      const envelopes = [opening, ...acts].map((envelope) => ({ ...envelope, basedOn: revision }));
      const outcome = await this.door.handleAll(this.definition, episodeStream(episodeId), envelopes);
      // It ended, or another one began there, while we looked: what is brought may belong elsewhere.
      const isOvertaken = outcome.results.some(({ kind }) => kind === 'stale');
      if (!isOvertaken) return { episodeId, ordinal, outcome };
    }
  }

  /** Why the referral of somebody not registered yet would be refused: a refused one must leave nobody behind. */
  async refusalOf(referral: Envelope<Referral>): Promise<Refusal | null> {
    const place = await this.place(referral, [referral.commandId], 1);
    const opening = await this.situated(referral, place);
    return 'refusal' in opening
      ? opening.refusal
      : this.door.refusalOf(this.definition, episodeStream(place.episodeId), opening);
  }

  /** Whether an episode of the patient is open, or something is still owed in one that ended. */
  async isOwed(organisation: string, patientId: string): Promise<boolean> {
    for (let ordinal = 1; ; ordinal += 1) {
      const { revision, state } = await this.load(episodeIdOf(organisation, patientId, ordinal));
      if (revision < 0) return false;
      if (tell(state)?.phase !== 'ended' || state.ledger.open.size > 0) return true;
    }
  }

  /** Does something while this process decides nothing on any episode of the patient, nor opens the next one. */
  alone<T>(organisation: string, patientId: string, work: () => Promise<T>, ordinal = 1): Promise<T> {
    const episodeId = episodeIdOf(organisation, patientId, ordinal);
    return this.door.alone(episodeStream(episodeId), async () =>
      (await this.load(episodeId)).revision < 0 ? work() : this.alone(organisation, patientId, work, ordinal + 1),
    );
  }

  /** RaiseDue alone: what is due, without what follows from it. Throws only while the store is away. */
  async raise(episodeId: string, by: Waker): Promise<Raised> {
    const { raised, followUps } = await this.raiseDue.raise(episodeStream(episodeId), by);
    return { raised, revision: followUps.revision };
  }

  /** RaiseDue, then Derive, until nothing changes: what both wakers do, and all they do. Throws only while the store is away. */
  settle(episodeId: string, by: Waker): Promise<Settled> {
    const { newId = randomUUIDv7, onDerivationRefused } = this.parts;
    return settle(
      {
        raiseDue: this.raiseDue,
        load: (streamId) => this.door.load(this.definition, streamId),
        derive: (streamId, organisation, actor) =>
          this.door.handle(this.definition, streamId, {
            commandId: newId(),
            command: { type: 'Derive' },
            actor,
            actorRole: 'system',
            organisation,
          }),
        onDerivationRefused: (_streamId, why) => onDerivationRefused?.(episodeId, why),
      },
      episodeStream(episodeId),
      by,
    );
  }

  /** What ended before the open episode began is another one: brought into that one, it would end what goes on. */
  private async endedBefore(
    { episodeId, state }: Place,
    { commandId }: Envelope<Referral>,
    acts: readonly Envelope<EpisodeCommand>[],
  ): Promise<{ readonly refusal: Refusal } | null> {
    const story = tell(state);
    const ending = acts.find(({ command }) => ENDING_COMMANDS.has(command.type));
    if (!story || story.phase === 'ended' || ending?.occurredAt === undefined) return null;
    if (Date.parse(ending.occurredAt) >= Date.parse(story.referral.occurredAt)) return null;
    return (await this.knows(episodeId, commandId)) ? null : { refusal: EARLIER_EPISODE };
  }

  /** The first of the patient's episodes that knows one of the commands, is open, or does not exist yet. */
  private async place(
    { organisation, command: { patientId } }: Envelope<Referral>,
    commandIds: readonly string[],
    from: number,
  ): Promise<Place> {
    let free: Place | null = null;
    for (let ordinal = from; ; ordinal += 1) {
      const episodeId = episodeIdOf(organisation, patientId, ordinal);
      const { revision, state } = await this.load(episodeId);
      const here = { episodeId, ordinal, revision, state };
      if (revision < 0) return free ?? here;
      if (await this.door.knows(this.definition, episodeStream(episodeId), commandIds)) return here;
      if (tell(state)?.phase !== 'ended') free ??= here;
    }
  }

  private absent(episodeId: string): Loaded<EpisodeState> {
    return absent(episodeStream(episodeId), this.definition.decider.initial);
  }

  private async opening(
    referral: Envelope<Referral>,
    place: Place,
  ): Promise<Envelope<EpisodeCommand> | { readonly refusal: Refusal }> {
    const { organisation, command } = referral;
    const { isPatient } = this.parts;
    if (isPatient && !(await isPatient(organisation, command.patientId))) return { refusal: UNKNOWN_PATIENT };
    return this.situated(referral, place);
  }

  /** The referral with what the door finds out: which episode of the patient it opens, and where. */
  private async situated(
    referral: Envelope<Referral>,
    { ordinal, state }: Place,
  ): Promise<Envelope<EpisodeCommand> | { readonly refusal: Refusal }> {
    const { organisation, command } = referral;
    const current = await this.parts.policies.policyFor(organisation, command.site);
    if ('refusal' in current) return current;
    // Said of the one that has begun, so that a retry is the same request also when the zone of the site was corrected since.
    const begun = state.acts.find((act) => act.type === 'PatientReferred');
    return { ...referral, command: { ...command, ordinal, zone: begun?.facts.zone ?? current.policy.calendar.zone } };
  }
}
