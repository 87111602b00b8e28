import {
  dueRaise,
  episodeDecider,
  nextDue,
  tell,
  type Actor,
  type EpisodeCommand,
  type EpisodeContext,
  type EpisodeEvent,
  type EpisodeState,
  type LedgerEntry,
  type RecordedEpisodeEvent,
  type Role,
  type Story,
} from '#care';
import type { Life } from './life.js';

/** Somebody who acts in the simulation. */
export interface Person {
  readonly actor: Actor;
  readonly role: Role | 'system';
}

export type Listener = (of: Case, event: RecordedEpisodeEvent) => void;

const WAKER: Person = { actor: 'system:watchdog', role: 'system' };

/** One episode in memory, decided and derived by the domain itself. Time is handed in and never goes back. */
export class Case {
  private state: EpisodeState = episodeDecider.initial;
  private commands = 0;
  private dueNext: string | null = null;
  /** Until when it has been lived. */
  now = '';
  /** The day after enrolment on which a treatment was last changed. */
  changedOn: number | undefined;

  constructor(
    readonly patientId: string,
    readonly life: Life,
    private readonly context: EpisodeContext,
    private readonly hear: Listener,
  ) {}

  get story(): Story {
    return tell(this.state)!;
  }

  /** What was raised and is still owed. */
  raised(): readonly LedgerEntry[] {
    return this.open().filter((entry) => entry.lastStep > 0);
  }

  open(): readonly LedgerEntry[] {
    return [...this.state.ledger.open.values()];
  }

  /** Ended, and nothing owed any more. */
  get isClosed(): boolean {
    return this.state.ledger.open.size === 0 && this.story.phase === 'ended';
  }

  /** Lets time pass; every step is raised when it comes due. */
  passTo(instant: string): void {
    while (this.dueNext !== null && this.dueNext <= instant) {
      if (this.dueNext > this.now) this.now = this.dueNext;
      this.wake();
    }
    if (instant > this.now) this.now = instant;
  }

  /** Issues a command at an instant, or now if that is past; answers the code of a refusal. */
  act(command: EpisodeCommand, by: Person, at: string): string | null {
    this.passTo(at);
    return this.issue(command, by);
  }

  private wake(): void {
    const raises = this.open().flatMap((entry): EpisodeEvent[] => {
      const due = dueRaise(entry, this.now);
      if (!due) return [];
      const { step, at, notify, standsFor } = due;
      return [
        {
          type: 'FollowUpRaised',
          facts: {
            ...{ followUpId: entry.followUpId, step, at, notify: [...notify] },
            ...(standsFor.length > 0 ? { standsFor: [...standsFor] } : {}),
          },
          sealed: null,
        },
      ];
    });
    this.record(raises, WAKER);
    this.issue({ type: 'Derive' }, WAKER);
  }

  private issue(command: EpisodeCommand, by: Person): string | null {
    const circumstances = {
      commandId: `${this.patientId}/${(this.commands += 1)}`,
      ...{ actor: by.actor, actorRole: by.role, organisation: 'simulated', occurredAt: this.now, now: this.now },
    };
    const decision = episodeDecider.decide(this.state, command, circumstances, this.context);
    if ('refusal' in decision) return decision.refusal.code;
    this.record(decision.events, by);
    this.record(episodeDecider.conclude!(this.state, circumstances, this.context), by);
    this.dueNext = this.open().reduce<string | null>((first, entry) => {
      const { at } = nextDue(entry);
      return first === null || at < first ? at : first;
    }, null);
    return null;
  }

  private record(events: readonly EpisodeEvent[], { actor, role }: Person): void {
    for (const event of events) {
      const recorded = {
        ...event,
        revision: this.state.revision + 1,
        ...{ occurredAt: this.now, recordedAt: this.now, actor, actorRole: role, commandId: `c-${this.commands}` },
      } as RecordedEpisodeEvent;
      this.state = episodeDecider.evolve(this.state, recorded);
      this.hear(this, recorded);
    }
  }
}
