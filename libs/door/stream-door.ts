import type { Recorded, Refusal, Unreadable } from '#care';
import type { Codec, EventStore, FrozenBatch, StoredEvent } from '#event-store';
import { answerBefore, ownEvents } from './answer-before.js';
import { ERASED, NOT_FOUND, refused, type ActResult, type BatchOutcome } from './answers.js';
import { appendFrozen, outcomeUnknown } from './append.js';
import { remember, withCommandsOf, type Remembered } from './command-memory.js';
import { decideActs, type Decided } from './decide-acts.js';
import type { Definition, Fact } from './definition.js';
import { freezeDecision, type ToFreeze } from './freeze-decision.js';
import { absent, isForeign, loadedOf } from './loaded.js';
import { DoorUnavailable, type Clock, type Envelope, type Loaded } from './port.js';
import { circumstancesOf, isSameRequest, later, toUtc } from './requests.js';
import { isStoreError, type Retries } from './retries.js';
import { StreamFold, type Folded } from './stream-fold.js';

export interface StreamDoorParts {
  readonly store: EventStore;
  readonly codec: Codec<Unreadable>;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly retries: Retries;
}

export interface LoadOptions {
  /** As it stood after this revision. */
  readonly atRevision?: number;
  /** As it was known at this instant. */
  readonly asRecorded?: string;
  /** Whose stream it must be; that of another organisation loads as one that does not exist. */
  readonly organisation?: string;
}

/** A decision ready to be appended, and what it means once it is. */
interface Ready<S> {
  readonly batch: FrozenBatch;
  readonly appended: (position: string) => BatchOutcome<S>;
}

/** What is to be appended, and what that makes of each envelope. */
interface Taken<S, C, E, X> {
  readonly results: readonly ActResult[];
  readonly toFreeze: ToFreeze<S, C, E, X>;
}

/** An envelope that still has to be decided, and its place among the others. */
interface Open<C> {
  readonly envelope: Envelope<C>;
  readonly place: number;
}

/** The door for the streams of one category: load, decide, append. */
export class StreamDoor<S, C, E extends Fact, R extends Recorded, X> {
  private readonly fold: StreamFold<Remembered<S>>;

  constructor(
    private readonly definition: Definition<S, C, E, R, X>,
    private readonly parts: StreamDoorParts,
  ) {
    const { store, retries, codec } = parts;
    const { decider } = definition;
    const evolve = (state: S, event: StoredEvent): S => decider.evolve(state, codec.read(event) as unknown as R);
    this.fold = new StreamFold<Remembered<S>>({
      store,
      retries,
      empty: { state: decider.initial, commands: new Map(), acts: [] },
      fold: (before, events) => remember(before, events, evolve),
    });
  }

  async load(
    streamId: string,
    { atRevision = Infinity, asRecorded, organisation }: LoadOptions = {},
  ): Promise<Loaded<S>> {
    const until = asRecorded === undefined ? undefined : toUtc(asRecorded);
    const isBeyond = ({ revision, recordedAt }: StoredEvent): boolean =>
      revision > atRevision || (until !== undefined && recordedAt > until);
    const isPast = atRevision !== Infinity || until !== undefined;
    const folded = isPast ? await this.fold.readUntil(streamId, isBeyond) : await this.fold.read(streamId);
    if (organisation !== undefined && isForeign(folded.last, organisation)) return this.absent(streamId);
    return loadedOf(streamId, folded);
  }

  async knows(streamId: string, commandIds: readonly string[]): Promise<boolean> {
    const { value } = await this.fold.read(streamId);
    return commandIds.some((commandId) => value.commands.has(commandId));
  }

  forget(): void {
    this.fold.forget();
  }

  /**
   * Decides and appends; on a conflict all of it again, upon what the others recorded. Ids among the envelopes are unique. The first decision
   * is taken upon what is remembered of the stream: an append proves that it is still so; whatever appends nothing is decided again upon
   * what the store says (docs/decisions/0010). A command that states nothing by itself seldom appends: it reads at once.
   */
  async run(streamId: string, envelopes: readonly Envelope<C>[]): Promise<BatchOutcome<S>> {
    const sent = new Map<string, FrozenBatch>();
    const mayState = envelopes.some(({ command }) => !this.definition.concludesAlways?.(command));
    const recalled = mayState ? this.fold.recall(streamId) : null;
    const atOnce = recalled && (await this.tryUpon(recalled, streamId, envelopes, sent));
    if (atOnce) return atOnce;
    for (let attempt = 1; ; attempt += 1) {
      const attempted = await this.attempt(streamId, envelopes, sent).catch((error: unknown) => {
        // A conflict may have been with ourselves: until the stream is read again nobody knows.
        throw sent.size > 0 && error instanceof DoorUnavailable ? outcomeUnknown(error) : error;
      });
      if (!('batch' in attempted)) return attempted;
      try {
        return await this.append(attempted, sent);
      } catch (cause) {
        if (!isStoreError(cause, 'wrong-expected-revision')) throw cause;
        if (attempt >= this.parts.retries.conflicts) {
          throw new DoorUnavailable('Others keep writing to this record; nothing was recorded.', { cause });
        }
        await this.parts.retries.pause(attempt);
      }
    }
  }

  /** Why it would be refused as things stand; null when it would not. Nothing is recorded, and no key is made. */
  async refusalOf(streamId: string, envelope: Envelope<C>): Promise<Refusal | null> {
    const { results } = await this.decideUpon(await this.fold.read(streamId), streamId, [envelope], new Map());
    const [result] = results;
    return result?.kind === 'refused' ? result.refusal : null;
  }

  /** The outcome of an append upon a remembered fold; null when it has to be read anew. */
  private async tryUpon(
    recalled: Folded<Remembered<S>>,
    streamId: string,
    envelopes: readonly Envelope<C>[],
    sent: Map<string, FrozenBatch>,
  ): Promise<BatchOutcome<S> | null> {
    const attempted = await this.attemptUpon(recalled, streamId, envelopes, sent);
    if (!('batch' in attempted)) return null;
    try {
      return await this.append(attempted, sent);
    } catch (cause) {
      if (isStoreError(cause, 'wrong-expected-revision')) return null;
      // The stored revision is another event than the one remembered: the log was restored under us.
      if (isStoreError(cause, 'invalid')) return null;
      throw cause;
    }
  }

  private async append(ready: Ready<S>, sent: Map<string, FrozenBatch>): Promise<BatchOutcome<S>> {
    for (const { id } of ready.batch.events) sent.set(id, ready.batch);
    const { position } = await appendFrozen(this.parts.store, ready.batch, this.parts.retries);
    return ready.appended(position);
  }

  private async attempt(
    streamId: string,
    envelopes: readonly Envelope<C>[],
    sent: ReadonlyMap<string, FrozenBatch>,
  ): Promise<Ready<S> | BatchOutcome<S>> {
    return this.attemptUpon(await this.fold.read(streamId), streamId, envelopes, sent);
  }

  private async attemptUpon(
    folded: Folded<Remembered<S>>,
    streamId: string,
    envelopes: readonly Envelope<C>[],
    sent: ReadonlyMap<string, FrozenBatch>,
  ): Promise<Ready<S> | BatchOutcome<S>> {
    const taken = await this.decideUpon(folded, streamId, envelopes, sent);
    if (!('toFreeze' in taken)) return taken;
    const { results, toFreeze } = taken;
    const batch = freezeDecision(this.parts, this.definition, toFreeze);
    if (!batch) return { loaded: loadedOf(streamId, folded), results: results.map(withoutKey), events: [] };
    return {
      batch,
      appended: (position) => {
        // The store tells the last position only; the others are not kept.
        const events = batch.events.map((event): StoredEvent => ({ ...event, position }));
        const value = withCommandsOf(folded, events, toFreeze.decided.state);
        const next = this.fold.remember(streamId, folded, value, events.at(-1)!);
        return { loaded: loadedOf(streamId, next), results, events: batch.events };
      },
    };
  }

  /** What to append, or the outcome when that is nothing. */
  private async decideUpon(
    folded: Folded<Remembered<S>>,
    streamId: string,
    envelopes: readonly Envelope<C>[],
    sent: ReadonlyMap<string, FrozenBatch>,
  ): Promise<Taken<S, C, E, X> | BatchOutcome<S>> {
    const loaded = loadedOf(streamId, folded);
    const [first] = envelopes;
    if (first && isForeign(folded.last, first.organisation)) return this.asIfAbsent(streamId, envelopes);
    const { value, last } = folded;
    const now = this.parts.clock.now();
    const subjectFor = (commands: readonly C[]) => this.definition.subjectOf(streamId, value.state, commands);
    const matches = (envelope: Envelope<C>, fingerprint: string): boolean =>
      isSameRequest(this.parts.codec, envelope, fingerprint, () => subjectFor([envelope.command]));
    const results = envelopes.map((envelope) => answerBefore({ envelope, folded, sent, now, matches }));
    const open = envelopes.flatMap((envelope, place) => (results[place] ? [] : [{ envelope, place }]));
    const all = (rest: (act: number) => ActResult): ActResult[] => {
      let act = 0;
      return results.map((result) => result ?? rest(act++));
    };
    const opening = open[0];
    if (!opening || !first)
      return { loaded, results: all(() => refused(NOT_FOUND)), events: ownEvents(envelopes, folded, sent) };

    const commands = open.map(({ envelope }) => envelope.command);
    const asked = await this.definition.contextFor({ streamId, organisation: first.organisation, loaded, commands });
    if ('refusal' in asked) return { loaded, results: all(() => refused(asked.refusal)), events: [] };

    const recordedAt = later(now.toISOString(), last?.recordedAt);
    const decided = this.decide(folded, open, recordedAt, asked.context);
    const answered = all((act) => resultOf(decided, act, loaded.revision + 1));
    if (decided.stated.length === 0) return { loaded, results: answered, events: [] };

    return {
      results: answered,
      toFreeze: {
        ...{ streamId, last, decided, recordedAt, context: asked.context },
        envelopes: open.map(({ envelope }) => envelope),
        subject: subjectFor(commands),
      },
    };
  }

  /** Another organisation’s stream: refused in every case as one that does not exist, and none is begun in its place. */
  private async asIfAbsent(streamId: string, envelopes: readonly Envelope<C>[]): Promise<BatchOutcome<S>> {
    const { results } = await this.decideUpon(this.fold.nothing(), streamId, envelopes, new Map());
    return {
      loaded: this.absent(streamId),
      results: results.map((result) => (result.kind === 'appended' ? refused(NOT_FOUND) : result)),
      events: [],
    };
  }

  private decide(
    folded: Folded<Remembered<S>>,
    open: readonly Open<C>[],
    recordedAt: string,
    context: X,
  ): Decided<S, E> {
    const acts = open.map(({ envelope }) => ({
      command: envelope.command,
      circumstances: circumstancesOf(envelope, recordedAt),
      concludesAlways: this.definition.concludesAlways?.(envelope.command) ?? false,
    }));
    const before = { state: folded.value.state, revision: folded.last?.revision ?? -1 };
    return decideActs(this.definition.decider, before, acts, context, (event) => this.parts.codec.conform(event));
  }

  private absent(streamId: string): Loaded<S> {
    return absent(streamId, this.definition.decider.initial);
  }
}

/** The result of one act; its facts stand together, and what was concluded belongs to the last act. */
function resultOf<S, E>({ answers, stated }: Decided<S, E>, act: number, firstFree: number): ActResult {
  const answer = answers[act];
  if (answer === undefined || answer === 'unchanged') return { kind: 'unchanged' };
  if (answer !== 'accepted') return refused(answer);
  const places = stated.flatMap((one, place) => (one.act === act ? [place] : []));
  return {
    kind: 'appended',
    firstRevision: firstFree + (places[0] ?? 0),
    lastRevision: firstFree + (places.at(-1) ?? 0),
  };
}

/** Facts that need no key stand together with those that do: none of them is recorded. */
const withoutKey = (result: ActResult): ActResult => (result.kind === 'appended' ? refused(ERASED) : result);
