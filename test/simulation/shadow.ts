import type { StoredEvent } from '#event-store';

/**
 * What the log of one episode says, told again without any of the code under test: events by revision, what is open, what was undone.
 * Invariants are asked about it before and after each append.
 */
export interface Rung {
  readonly step: number;
  readonly at: string;
  readonly notify: readonly string[];
  readonly unlessAcknowledged?: boolean;
}

export interface Opened {
  readonly followUpId: string;
  readonly kind: string;
  readonly anchorRevision: number;
  readonly about?: number;
  readonly dueOn: string;
  readonly zone: string;
  readonly ladder: readonly Rung[];
  readonly repeat: { readonly every: number; readonly unit: 'days' | 'hours'; readonly notify: readonly string[] };
  readonly safety: boolean;
  readonly carriesOn?: { readonly followUpId: string; readonly lastStep: number; readonly repeats?: true };
}

export interface Raised {
  readonly followUpId: string;
  readonly step: number;
  readonly at: string;
  readonly notify: readonly string[];
  readonly standsFor?: readonly number[];
}

export interface Ended {
  readonly followUpId: string;
  readonly byRevision: number;
  readonly reason?: string;
}

/** A follow-up as it stands. */
export interface Standing extends Opened {
  readonly revision: number;
  readonly recordedAt: string;
  lastStep: number;
  /** For when the latest raise was planned; '' before the first. */
  lastAt: string;
  /** Of the latest raise; -1 before the first. */
  raisedRevision: number;
  acknowledged: boolean;
  snoozes: string[];
}

const ENDS_EPISODE = new Set(['ReferralClosed', 'EpisodeDischarged', 'PatientDeathNoted']);

export class Shadow {
  readonly events: StoredEvent[] = [];
  readonly open = new Map<string, Standing>();
  readonly ended = new Map<string, { readonly standing: Standing; readonly end: Ended; readonly type: string }>();
  /** How many appends hold events of a command. */
  readonly commands = new Map<string, { readonly first: number; last: number; appends: number }>();

  private readonly byType = new Map<string, StoredEvent[]>();

  constructor(readonly episodeId: string) {}

  take(event: StoredEvent): void {
    this.events.push(event);
    const alike = this.byType.get(event.type);
    if (alike) alike.push(event);
    else this.byType.set(event.type, [event]);
    const facts: unknown = event.body.facts;
    if (event.type.startsWith('FollowUp')) this.takeFollowUp(event, facts as { followUpId: string });
  }

  /** Remembers which command an append was for. */
  takeCommands(append: readonly StoredEvent[]): void {
    const seen = new Set<string>();
    for (const { commandId, revision } of append) {
      const known = this.commands.get(commandId);
      if (!known) this.commands.set(commandId, { first: revision, last: revision, appends: 1 });
      else {
        if (!seen.has(commandId)) known.appends += 1;
        known.last = revision;
      }
      seen.add(commandId);
    }
  }

  get revision(): number {
    return this.events.length - 1;
  }

  last(): StoredEvent | undefined {
    return this.events.at(-1);
  }

  typeAt(revision: number): string | undefined {
    return this.events[revision]?.type;
  }

  /** Acts that were undone; a void that was itself undone undoes nothing. */
  voided(): ReadonlySet<number> {
    const voided = new Set<number>();
    for (const { revision, body } of this.ofType('ActVoided').toReversed())
      if (!voided.has(revision)) voided.add(body.facts['revision'] as number);
    return voided;
  }

  private ofType(type: string): readonly StoredEvent[] {
    return this.byType.get(type) ?? [];
  }

  /** Acts of a type that stand. */
  standing(...types: readonly string[]): StoredEvent[] {
    const candidates = types.flatMap((type) => this.ofType(type));
    if (candidates.length === 0) return [];
    const voided = this.voided();
    return candidates.filter(({ revision }) => !voided.has(revision)).toSorted((a, b) => a.revision - b.revision);
  }

  /** The acts by which the episode has ended: none while it is open. */
  endings(): StoredEvent[] {
    const retracted = new Set(
      this.standing('PatientDeathNoteRetracted').map(({ body }) => body.facts['patientRevision']),
    );
    return this.standing(...ENDS_EPISODE).filter(
      ({ type, body }) => type !== 'PatientDeathNoted' || !retracted.has(body.facts['patientRevision']),
    );
  }

  /** Whether a hold is on: an end belongs to the hold that was open when it was recorded, whatever days either carries. */
  isOnHold(): boolean {
    return this.standing('HoldStarted', 'HoldEnded').at(-1)?.type === 'HoldStarted';
  }

  private takeFollowUp({ type, revision, recordedAt }: StoredEvent, facts: { followUpId: string }): void {
    const standing = this.open.get(facts.followUpId);
    if (type === 'FollowUpOpened') {
      const opened = facts as Opened;
      const lastStep = opened.carriesOn?.lastStep ?? 0;
      this.open.set(facts.followUpId, {
        ...opened,
        ...{ revision, recordedAt, lastStep, lastAt: '', raisedRevision: -1, acknowledged: false, snoozes: [] },
      });
    } else if (!standing) return;
    else if (type === 'FollowUpRaised') {
      standing.lastStep = (facts as Raised).step;
      standing.lastAt = (facts as Raised).at;
      standing.raisedRevision = revision;
    } else if (type === 'FollowUpAcknowledged') standing.acknowledged = true;
    else if (type === 'FollowUpSnoozed') standing.snoozes.push((facts as unknown as { until: string }).until);
    else if (type === 'FollowUpFulfilled' || type === 'FollowUpSuperseded') {
      this.open.delete(facts.followUpId);
      this.ended.set(facts.followUpId, { standing, end: facts as Ended, type });
    }
  }
}
