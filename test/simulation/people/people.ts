import { tell, type EpisodeCommand, type EpisodeState } from '#care';
import { DoorUnavailable, type Envelope, type Outcome } from '#door';
import type { StoredEvent } from '#event-store';
import type { Luck } from '../chance.js';
import { ORGANISATION, PATIENT, systemEnvelope, type Doors } from '../clinic/clinic.js';
import { DAY, HOUR, MINUTE, SECOND, type World } from '../clinic/world.js';
import { answerTo, someAct, type Seen } from './acts.js';
import type { Course } from './forms.js';

/** A command on its way, and everything it was told so far. */
export interface Order {
  readonly envelope: Envelope<EpisodeCommand>;
  readonly episodeId: string;
  readonly isFirstRequest: boolean;
  readonly told: Outcome<EpisodeState>[];
}

export interface PeopleParts {
  readonly world: World;
  readonly luck: Luck;
  readonly course: Course;
  /** The process that answers people now. */
  readonly doors: () => Doors;
  readonly newId: () => string;
  readonly answered: (order: Order, outcome: Outcome<EpisodeState>) => void;
  readonly referred: (episodeId: string) => void;
  /** Share of raised follow-ups that somebody answers. */
  readonly diligence: number;
}

const PATIENCE = 20 * SECOND;
const MOST_TRIES = 40;

/** The people of a clinic: they act now and then, answer what is raised, are late, repeat themselves, and try again when nobody answers. */
export class People {
  private episodeId = '';
  private state: EpisodeState | null = null;

  constructor(private readonly parts: PeopleParts) {}

  /** Refers the patient: again after an end, which opens the next episode. */
  async refer(commandId = this.parts.newId(), tries = 0): Promise<void> {
    const { world, luck, doors, referred } = this.parts;
    const referral = this.envelope(commandId, {
      type: 'ReferPatient' as const,
      patientId: PATIENT,
      site: 'main',
      referredBy: 'pcp-1',
      urgency: luck.weighted([
        [8, 'routine'],
        [1, 'urgent'],
        [1, 'safety'],
      ] as const),
      careManager: 'cm-1',
    });
    const again = world.after(PATIENCE, () => this.refer(commandId, tries + 1));
    try {
      const { episodeId, outcome } = await doors().episodes.refer(referral);
      again();
      this.episodeId = episodeId;
      this.state = outcome.loaded.state;
      referred(episodeId);
    } catch (error) {
      again();
      if (!(error instanceof DoorUnavailable)) throw error;
      world.after(MINUTE, () => this.refer(commandId, tries + 1));
    }
  }

  /** Acts every so many milliseconds on average, for ever. */
  keepActing(mean: number): void {
    const { world, luck } = this.parts;
    world.after(luck.wait(mean), () => {
      this.act();
      this.keepActing(mean);
    });
  }

  /** Somebody may answer what was raised, the sooner the more pressing. */
  notice({ body }: StoredEvent): void {
    const { world, luck, diligence } = this.parts;
    const kind = (body.facts['followUpId'] as string).split(':')[0]!;
    const isSafety = kind === 'safety-review';
    if (isSafety && luck.happens(0.3)) this.acknowledge(body.facts['followUpId'] as string);
    if (!luck.happens(isSafety ? 0.6 : diligence)) return;
    world.after(luck.wait(isSafety ? 2 * HOUR : 14 * HOUR), () => {
      const seen = this.seen();
      if (seen && [...seen.state.ledger.open.values()].some((entry) => entry.kind === kind))
        this.send(answerTo(kind, seen));
    });
  }

  /** "I have it in hand", soon. */
  private acknowledge(followUpId: string): void {
    const { world, luck } = this.parts;
    world.after(luck.upTo(50 * MINUTE), () => this.send({ type: 'AcknowledgeFollowUp', followUpId }));
  }

  /** A fact from the stream of the patient or the organisation, passed on twice as often as not. */
  passOn(commandId: string, command: EpisodeCommand): void {
    const { world, luck } = this.parts;
    const order = this.order(systemEnvelope(commandId, command));
    this.deliver(order);
    if (luck.happens(0.5)) world.after(luck.upTo(DAY), () => this.deliver(order));
  }

  private act(): void {
    const seen = this.seen();
    if (!seen) return;
    const { luck } = this.parts;
    if (seen.story.phase === 'ended' && luck.happens(0.1)) void this.refer();
    else this.send(someAct(seen));
  }

  private seen(): Seen | null {
    const { luck, course, world } = this.parts;
    const story = this.state && tell(this.state);
    return story && this.state ? { luck, course, story, state: this.state, now: world.doorNow } : null;
  }

  private send(command: EpisodeCommand): void {
    const { world, luck, newId } = this.parts;
    const order = this.order({ ...this.envelope(newId(), command), ...this.when(), ...this.basis() });
    const late = world.strikes('late-delivery', 0.03) ? luck.upTo(3 * HOUR) : luck.upTo(SECOND);
    world.after(late, () => this.deliver(order));
    if (world.strikes('command-sent-twice', 0.04)) world.after(luck.upTo(2 * SECOND), () => this.deliver(order));
    if (world.strikes('command-sent-again-later', 0.02)) world.after(luck.upTo(90 * DAY), () => this.deliver(order));
    if (world.strikes('id-with-another-request', 0.01)) world.after(luck.upTo(10 * DAY), () => this.pretend(order));
  }

  private deliver(order: Order, tries = 0): void {
    if (tries >= MOST_TRIES) return;
    const { world, doors, answered } = this.parts;
    const again = world.after(PATIENCE, () => this.deliver(order, tries + 1));
    void doors()
      .episodes.handle(order.episodeId, order.envelope)
      .then(
        (outcome) => {
          again();
          answered(order, outcome);
          order.told.push(outcome);
          if (order.episodeId === this.episodeId && outcome.loaded.revision >= (this.state?.revision ?? -1))
            this.state = outcome.loaded.state;
        },
        (error: unknown) => {
          again();
          if (!(error instanceof DoorUnavailable)) world.fail(error);
          else world.after((1 + tries) * MINUTE, () => this.deliver(order, tries + 1));
        },
      );
  }

  private order(envelope: Envelope<EpisodeCommand>): Order {
    return { envelope, episodeId: this.episodeId, isFirstRequest: true, told: [] };
  }

  /** Somebody asks for something else under an id that was used. */
  private pretend(order: Order): void {
    if (!order.told.some(({ kind }) => kind === 'appended')) return;
    const command: EpisodeCommand = { type: 'AddNote', text: `Not ${order.envelope.commandId}.` };
    this.deliver({ ...order, envelope: { ...order.envelope, command }, isFirstRequest: false });
  }

  private envelope<C>(commandId: string, command: C): Envelope<C> {
    const actorRole = this.parts.luck.weighted([
      [6, 'care-manager'],
      [2, 'supervisor'],
      [1, 'psychiatric-consultant'],
    ] as const);
    return { commandId, command, actor: 'user:cm-1', actorRole, organisation: ORGANISATION };
  }

  /** Most things are recorded as they happen, some days later. */
  private when(): { occurredAt?: string } {
    const { world, luck } = this.parts;
    if (!world.strikes('late-entry', 0.12))
      return luck.happens(0.3) ? { occurredAt: new Date(world.doorNow).toISOString() } : {};
    return { occurredAt: new Date(world.doorNow - luck.upTo(25 * DAY)).toISOString() };
  }

  private basis(): { basedOn?: number } {
    return this.state && this.parts.luck.happens(0.15) ? { basedOn: this.state.revision } : {};
  }
}
