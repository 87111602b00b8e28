import { v5 } from 'uuid';
import type { FollowUpKind } from '#care';
import {
  episodeIdOf,
  SEED_ORGANISATION,
  SEED_SITE,
  type Clock,
  type Envelope,
  type Episodes,
  type Patients,
} from '#door';
import type { StoredEvent } from '#event-store';
import { CAST, reactsInCaseload, type Act, type Character } from './cast.js';

/** Every id in the demo is made from this: a restart issues the same commands again, and the door knows them. */
const DEMO = '0b8f6f4e-6f0a-5d2b-9a53-7d1f2c3e4a5b';
const DAY_MS = 86_400_000;

const ROLE = {
  'cm-1': 'care-manager',
  'sup-1': 'supervisor',
  'psy-1': 'psychiatric-consultant',
  'pcp-1': 'provider',
  portal: 'integration',
} as const;
const idOf = (...parts: readonly (string | number)[]): string => v5(parts.join('/'), DEMO);

export const patientIdOf = (character: Character): string => idOf('patient', character.name);
export const episodeOf = (character: Character): string => episodeIdOf(SEED_ORGANISATION, patientIdOf(character), 1);

export interface PeopleParts {
  readonly episodes: Pick<Episodes, 'handle' | 'import'>;
  readonly patients: Pick<Patients, 'handle'>;
  readonly clock: Clock;
  /** When the demo first began, by its own clock. */
  readonly began: Date;
  readonly onTrouble: (what: string) => void;
}

/** The scripted people: they hear of raises through the log, as a worklist would tell them, and act when the script says. */
export class People {
  private readonly raises = new Map<string, number>();
  private readonly characters = new Map(CAST.map((character) => [episodeOf(character), character]));
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(private readonly parts: PeopleParts) {}

  /** Puts the cast on the books with its past, and schedules what they do of their own accord. Safe to repeat. */
  async arrive(): Promise<void> {
    for (const character of CAST) await this.enter(character);
    for (const character of CAST)
      for (const [i, plan] of character.plans.entries())
        this.schedule(episodeOf(character), this.parts.began.getTime(), plan, idOf('plan', character.name, i));
  }

  /** One raise, heard in the order of the log, also at a restart from its beginning: the same raise always leads to the same acts. */
  hear(event: StoredEvent): void {
    if (event.type !== 'FollowUpRaised') return;
    const { followUpId, step } = event.body.facts as { followUpId: string; step: number };
    const episodeId = event.streamId.slice('episode-'.length);
    const kind = followUpId.slice(0, followUpId.indexOf(':')) as FollowUpKind;
    const key = `${episodeId}/${kind}`;
    const n = (this.raises.get(key) ?? 0) + 1;
    this.raises.set(key, n);
    const character = this.characters.get(episodeId);
    const acts = character
      ? character.reacts(kind, n)
      : reactsInCaseload(kind, Number.parseInt(idOf(episodeId, followUpId, step).slice(0, 6), 16));
    for (const [i, act] of acts.entries())
      this.schedule(episodeId, Date.parse(event.recordedAt), act, idOf('reaction', episodeId, followUpId, step, i));
  }

  leave(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private schedule(episodeId: string, from: number, act: Act, commandId: string): void {
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        void this.issue(episodeId, act, commandId);
      },
      this.parts.clock.realMillisUntil(new Date(from + act.afterDays * DAY_MS)),
    );
    this.timers.add(timer);
  }

  private async issue(episodeId: string, act: Act, commandId: string): Promise<void> {
    try {
      await this.parts.episodes.handle(episodeId, this.envelope(act.by, act.command, commandId));
    } catch (error) {
      this.parts.onTrouble(`${act.command.type} did not go through: ${(error as Error).message}`);
    }
  }

  private envelope<C>(by: Act['by'], command: C, commandId: string, occurredAt?: Date): Envelope<C> {
    const actor = by === 'portal' ? ('integration:portal' as const) : (`user:${by}` as const);
    return {
      commandId,
      command,
      actor,
      actorRole: ROLE[by],
      organisation: SEED_ORGANISATION,
      ...(occurredAt ? { occurredAt: occurredAt.toISOString() } : {}),
    };
  }

  private async enter(character: Character): Promise<void> {
    const patientId = patientIdOf(character);
    await this.parts.patients.handle(
      patientId,
      this.envelope('cm-1', { type: 'RegisterPatient', name: character.name }, idOf('register', character.name)),
    );
    const at = (daysAgo: number): Date => new Date(this.parts.began.getTime() - daysAgo * DAY_MS);
    const [referral, ...acts] = character.past;
    await this.parts.episodes.import(
      this.envelope(
        'pcp-1',
        {
          type: 'ReferPatient',
          patientId,
          site: SEED_SITE,
          referredBy: 'pcp-1',
          urgency: 'routine',
          careManager: 'cm-1',
        },
        idOf('referral', character.name),
        at(referral!.daysAgo),
      ),
      acts.flatMap(({ daysAgo, command }, i) =>
        command === 'referral' ? [] : [this.envelope('cm-1', command, idOf('past', character.name, i), at(daysAgo))],
      ),
    );
  }
}
