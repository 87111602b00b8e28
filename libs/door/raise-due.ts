import { v5 } from 'uuid';
import { emptyLedger, lateness, Notify, type Actor, type Ledger, type Unreadable } from '#care';
import type { Codec, EventStore, FrozenBatch, StoredEvent } from '#event-store';
import { appendFrozen } from './append.js';
import { dueNow, foldFollowUps, type Due } from './follow-up-ledger.js';
import { DoorUnavailable, type Clock } from './port.js';
import { later } from './requests.js';
import { isStoreError, type Retries } from './retries.js';
import { StreamFold, type Folded } from './stream-fold.js';

export interface RaiseDueParts {
  readonly store: EventStore;
  readonly codec: Pick<Codec<Unreadable>, 'conform' | 'freeze' | 'readFacts'>;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly retries: Retries;
}

/** One raised step, as operators and the workflow see it. */
export interface RaisedStep {
  readonly followUpId: string;
  readonly kind: string;
  readonly step: number;
  readonly at: string;
  /** How long after its time it was recorded, or after the recording of its opening where that came later. Milliseconds of the door's clock. */
  readonly lateMs: number;
}

/** An episode's follow-ups as they stand in the log. */
export interface FollowUps {
  /** -1 when there is no such stream. */
  readonly revision: number;
  readonly organisation: string | null;
  readonly ledger: Ledger;
}

/** What a look raised, and the follow-ups after it. */
export interface Look {
  readonly raised: readonly RaisedStep[];
  readonly followUps: FollowUps;
}

/** Names the command that raises one step: the same step always has the same id, whoever raises it. */
const STEP_NAMESPACE = '0e6f4d3c-5b1a-5d0e-9c77-8a1f2b3c4d5e';

/**
 * RaiseDue: appends FollowUpRaised for what is due, and nothing else. It reads follow-up events only and seals nothing, so that no lost
 * key, unknown schema or damaged event can keep it from raising. Idempotent by (followUpId, step).
 */
export class RaiseDue {
  private readonly fold: StreamFold<Ledger>;

  constructor(private readonly parts: RaiseDueParts) {
    const { store, retries, codec } = parts;
    this.fold = new StreamFold({ store, retries, empty: emptyLedger, fold: foldFollowUps(codec) });
  }

  /** @throws DoorUnavailable */
  async followUps(streamId: string): Promise<FollowUps> {
    const folded = await this.fold.read(streamId);
    const due = dueNow(folded.value, this.parts.clock.now().toISOString());
    return without(
      folded,
      due.filter((one) => !this.canWrite(one)),
    );
  }

  /** Raises what is due by the clock. @throws DoorUnavailable */
  async raise(streamId: string, by: Actor): Promise<Look> {
    for (let attempt = 1; ; attempt += 1) {
      const folded = await this.fold.read(streamId);
      const now = this.parts.clock.now().toISOString();
      const due = dueNow(folded.value, now);
      const writable = due.filter((one) => this.canWrite(one));
      const stuck = due.filter((one) => !writable.includes(one));
      if (!folded.last || writable.length === 0) return { raised: [], followUps: without(folded, stuck) };
      const batch = this.freeze(folded.last, writable, by, now);
      try {
        const { position } = await appendFrozen(this.parts.store, batch, this.parts.retries);
        const next = this.remember(streamId, folded, batch, position);
        const { recordedAt } = batch.events[0];
        const raised = writable.map(({ entry, step, at }) => ({
          ...{ followUpId: entry.followUpId, kind: entry.kind, step, at },
          lateMs: lateness(entry, { at }, recordedAt),
        }));
        return { raised, followUps: without(next, stuck) };
      } catch (cause) {
        if (!isStoreError(cause, 'wrong-expected-revision')) throw cause;
        if (attempt >= this.parts.retries.conflicts)
          throw new DoorUnavailable('Others keep writing to this record.', { cause });
        await this.parts.retries.pause(attempt);
      }
    }
  }

  /** What a damaged or newer opening asks for and this build cannot write down must not silence the follow-ups beside it. */
  private canWrite(due: Due): boolean {
    try {
      this.parts.codec.conform(raiseOf(due));
      return true;
    } catch {
      return false;
    }
  }

  private freeze(last: StoredEvent, due: readonly Due[], by: Actor, now: string): FrozenBatch {
    const { streamId, revision, hash, organisation, site, pin } = last;
    const recordedAt = later(now, last.recordedAt);
    return this.parts.codec.freeze({
      ...{ streamId, expected: revision, lastHash: hash, lastRecordedAt: last.recordedAt, organisation, site, pin },
      subject: null,
      recordedAt,
      actor: by,
      actorRole: 'system',
      newId: this.parts.newId,
      events: due.map(raiseOf).map((raise) => {
        const { followUpId, step, at } = raise.facts;
        return {
          ...raise,
          occurredAt: later(now, at),
          commandId: v5(`${streamId}/${followUpId}/${step}`, STEP_NAMESPACE),
          fingerprint: '',
        };
      }),
    });
  }

  private remember(streamId: string, folded: Folded<Ledger>, batch: FrozenBatch, position: string): Folded<Ledger> {
    return this.fold.append(
      streamId,
      folded,
      batch.events.map((event) => ({ ...event, position })),
    );
  }
}

/** The raise of a step, as it is written down. */
const raiseOf = ({ entry: { followUpId }, step, at, notify, standsFor }: Due) => ({
  type: 'FollowUpRaised',
  facts: {
    followUpId,
    step,
    at,
    notify: known(notify),
    ...(standsFor.length > 0 ? { standsFor: [...standsFor] } : {}),
  },
  sealed: null,
});

/** Whom this build knows of those whom a newer one would tell; the supervisor where it knows none of them. */
function known(notify: readonly Notify[]): readonly Notify[] {
  const told = notify.filter((role) => Notify.safeParse(role).success);
  return told.length > 0 ? told : ['supervisor'];
}

/** Without what is due and can never be raised: it would hide when the others come due. */
const without = ({ value, last }: Folded<Ledger>, stuck: readonly Due[]): FollowUps => ({
  revision: last?.revision ?? -1,
  organisation: last?.organisation ?? null,
  ledger: stuck.length === 0 ? value : { ...value, open: openBut(value, stuck) },
});

const openBut = ({ open }: Ledger, stuck: readonly Due[]): Ledger['open'] =>
  new Map([...open].filter(([followUpId]) => !stuck.some(({ entry }) => entry.followUpId === followUpId)));
