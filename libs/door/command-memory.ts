import type { Actor, Recorded } from '#care';
import { EventStoreError, verifyLink, type StoredEvent } from '#event-store';
import type { Folded } from './stream-fold.js';

/** Where a command left its facts in a stream. */
export interface CommandTrace {
  readonly fingerprint: string;
  readonly firstRevision: number;
  readonly lastRevision: number;
  /** Of its first event: tells an append of ours from that of a twin. */
  readonly firstEventId: string;
}

/**
 * What a stream says to its decider, and what the door remembers of it for as long as it lives. Commands and acts only grow: the folds of
 * one stream share them, and an older fold may already hold what came after it.
 */
export interface Remembered<S> {
  readonly state: S;
  readonly commands: ReadonlyMap<string, CommandTrace>;
  /** What people and integrations did, in order: what a decision may have overlooked. */
  readonly acts: readonly (Recorded & { readonly type: string })[];
}

/** Takes a page in that was read. @throws EventStoreError `tampered`; UnreadableEvent */
export function remember<S>(
  before: Folded<Remembered<S>>,
  events: readonly StoredEvent[],
  evolve: (state: S, event: StoredEvent) => S,
): Remembered<S> {
  let { state } = before.value;
  let previous = before.last;
  for (const event of events) {
    const problem = verifyLink(previous, event);
    if (problem) throw new EventStoreError('tampered', `${event.streamId}: ${problem}`);
    state = evolve(state, event);
    previous = event;
  }
  return withCommandsOf(before, events, state);
}

/** The same for events that this process has just frozen upon `before` and appended: `state` is what they made of it. */
export function withCommandsOf<S>(
  before: Folded<Remembered<S>>,
  events: readonly StoredEvent[],
  state: S,
): Remembered<S> {
  // Nothing was remembered of a stream that was not read yet, and that nothing belongs to all streams.
  const commands = before.last ? (before.value.commands as Map<string, CommandTrace>) : new Map<string, CommandTrace>();
  const acts = before.last ? (before.value.acts as (Recorded & { readonly type: string })[]) : [];
  for (const event of events) {
    commands.set(event.commandId, traceOf(commands.get(event.commandId), event));
    const isKnown = (acts.at(-1)?.revision ?? -1) >= event.revision;
    if (!event.actor.startsWith('system:') && !isKnown) acts.push(recordedOf(event));
  }
  return { state, commands, acts };
}

const traceOf = (known: CommandTrace | undefined, { fingerprint, revision, id }: StoredEvent): CommandTrace =>
  known
    ? { ...known, lastRevision: revision }
    : { fingerprint, firstRevision: revision, lastRevision: revision, firstEventId: id };

const recordedOf = ({
  type,
  revision,
  occurredAt,
  recordedAt,
  actor,
  actorRole,
  commandId,
}: StoredEvent): Recorded & { readonly type: string } => ({
  type,
  revision,
  occurredAt,
  recordedAt,
  actor: actor as Actor,
  actorRole,
  commandId,
});
