import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { restAfter, UnreadableEvent, type Checkpoint, type Codec, type StoredEvent } from '#event-store';
import type { Unreadable } from '#care';
import { sql } from 'kysely';
import { Recall } from './episodes/recall.js';
import { isPassing } from './failures.js';
import { ParkedStreams, parkedRows } from './parking.js';
import type { Connections } from './place.js';
import type { Batch, Database, Projection, ReadEvent, Slice, Tx } from './projection.js';
import { byStream, groups, isErasure, readBy, runs, type Opened, type StreamPart } from './slices.js';
import { insertAll, Statements, type Into } from './writing.js';

/** A projection whose policy is `halt` met an event that it cannot take in. */
export class Halted extends Error {
  override readonly name = 'Halted';

  constructor(
    readonly projection: string,
    readonly position: string,
    options: ErrorOptions,
  ) {
    super(`${projection} halts at position ${position}`, options);
  }
}

/** How long the projector may keep the event loop before others get a turn. */
const TURN_MS = 2;
/** How long it rests at most after a turn while something is owed: what is due goes before what is only shown. */
const LONGEST_REST_MS = 200;

/**
 * Brings batches of stored events into one generation. Rows and checkpoint are one transaction: after a crash at any point each event
 * has counted exactly once. A batch is first taken as a whole; when that fails for a reason of its own, it is taken again with
 * care, so that one poisoned event stops one stream of one view and nothing else.
 */
export class Projector {
  private parked = ParkedStreams.none();
  private readonly recall = Recall.nothing();
  private readonly statements = new Statements();
  private busy: Promise<unknown> = Promise.resolve();
  /** Whether something that an erased patient left is still to be taken out. */
  private isUnscrubbed = false;

  constructor(
    private readonly into: Pick<Connections, 'writer' | 'scrub'>,
    private readonly projections: readonly Projection[],
    private readonly codec: Pick<Codec<Unreadable>, 'read'>,
    private readonly clock: { now(): Date },
    private readonly follower: string,
    private readonly isUrgentElsewhere: () => boolean = () => false,
  ) {}

  async checkpoint(db: Database | Tx = this.into.writer): Promise<Checkpoint | null> {
    const row = await db
      .selectFrom('checkpoint')
      .select(['position', 'hash'])
      .where('follower', '=', this.follower)
      .executeTakeFirst();
    return row ?? null;
  }

  /** Before the first batch, and when the database may have lost what was last written. */
  async load(): Promise<void> {
    this.recall.forgetAll();
    this.parked = await ParkedStreams.load(this.into.writer);
  }

  /** @throws Halted, after everything before the poisoned event is in */
  apply(events: readonly StoredEvent[], checkpoint: Checkpoint): Promise<void> {
    return this.alone(() => this.applyNow(events, checkpoint));
  }

  /** Tries what was set aside again, stream by stream, through the code as it is now. */
  replayParked(
    fetch: (position: string) => Promise<StoredEvent | null>,
  ): Promise<{ replayed: number; parked: number }> {
    return this.alone(() => this.replayNow(fetch));
  }

  /** Resolves when nothing is being written. */
  async atRest(): Promise<void> {
    await this.busy;
  }

  /** One piece of work at a time: which streams are set aside must not change under another. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.busy.then(work);
    this.busy = result.catch(() => undefined);
    return result;
  }

  private async applyNow(events: readonly StoredEvent[], checkpoint: Checkpoint): Promise<void> {
    const batch = events.map((stored) => this.open(stored));
    try {
      await this.takeIn(batch, checkpoint);
    } catch (error) {
      if (!(error instanceof Halted)) throw error;
      const before = events.slice(
        0,
        events.findIndex(({ position }) => position === error.position),
      );
      const last = before.at(-1);
      if (last) await this.applyNow(before, { position: last.position, hash: last.hash });
      throw error;
    }
    // What an erased patient left must not stay beside the rows either.
    this.isUnscrubbed ||= events.some(({ type }) => type === 'PatientDataErased');
    if (this.isUnscrubbed) this.isUnscrubbed = !(await this.into.scrub());
  }

  private async replayNow(
    fetch: (position: string) => Promise<StoredEvent | null>,
  ): Promise<{ replayed: number; parked: number }> {
    const waiting = await this.into.writer.selectFrom('parked').selectAll().orderBy('position').execute();
    const heaps = Map.groupBy(waiting, (row) => `${row.projection} ${row.stream_id}`);
    let replayed = 0;
    // In the order of the projections: later views are told from what earlier ones keep.
    for (const projection of this.projections) {
      for (const heap of [...heaps.values()].filter(([first]) => first?.projection === projection.name)) {
        const stored = await Promise.all(heap.map(({ position }) => fetch(position)));
        // A restored log may hold something else at that position.
        const streamId = heap[0]?.stream_id;
        const opened = stored.filter((one) => one?.streamId === streamId).map((one) => this.open(one as StoredEvent));
        if (await this.replay(projection, opened)) replayed += heap.length;
      }
    }
    await this.load();
    return { replayed, parked: waiting.length - replayed };
  }

  private async replay(projection: Projection, opened: readonly Opened[]): Promise<boolean> {
    const [part] = byStream(opened);
    if (!part) return false;
    try {
      await this.into.writer.transaction().execute(async (tx) => {
        for (const one of opened) await applyWhole(projection, [{ ...part, opened: [one] }], this.unshared(tx));
        await tx
          .deleteFrom('parked')
          .where('projection', '=', projection.name)
          .where('stream_id', '=', part.streamId)
          .execute();
        if (part.category === 'episode') for (const one of this.projections) await one.mend?.(part.id, tx);
        for (const derived of this.projections.filter((one) => one.derived))
          await applyWhole(derived, [part], this.unshared(tx));
      });
      return true;
    } catch (error) {
      if (isPassing(error)) throw error;
      return false;
    }
  }

  private open(stored: StoredEvent): Opened {
    try {
      return { stored, event: this.codec.read(stored) as ReadEvent };
    } catch (error) {
      // Anything else, keys that cannot be reached for one, may pass: the batch is tried again.
      if (error instanceof UnreadableEvent) return { stored, error };
      throw error;
    }
  }

  private async takeIn(batch: readonly Opened[], checkpoint: Checkpoint): Promise<void> {
    try {
      await this.inTransaction(batch, checkpoint, (projection, parts, shared) =>
        this.quickly(projection, parts, shared),
      );
    } catch (error) {
      if (isPassing(error)) throw error;
      const parked = this.parked.copy();
      await this.inTransaction(batch, checkpoint, async (projection, parts, shared) => {
        for (const part of parts) await this.carefully(projection, part, shared, parked);
      });
      this.parked = parked;
      // Each event was taken in by itself, and nothing remembered of it.
      this.recall.forgetAll();
    }
  }

  private async inTransaction(
    batch: readonly Opened[],
    checkpoint: Checkpoint,
    take: (projection: Projection, parts: readonly StreamPart[], shared: Batch) => Promise<void>,
  ): Promise<void> {
    const recall = this.recall.draft();
    await this.into.writer.transaction().execute(async (tx) => {
      const done = (await this.checkpoint(tx))?.position ?? '';
      // The log is told at least once; what is in already is not taken again.
      const fresh = batch.filter(({ stored }) => stored.position > done);
      let since = performance.now();
      for (const run of runs(fresh)) {
        // What was read before holds what is now to be forgotten.
        if (isErasure({ opened: run })) recall.forgetAll();
        for (const parts of groups(byStream(run))) {
          const shared = { ...this.unshared(tx), recall };
          for (const projection of this.projections) {
            await take(projection, parts, shared);
            const turnMs = performance.now() - since;
            if (turnMs < TURN_MS) continue;
            await this.giveWay(turnMs);
            since = performance.now();
          }
        }
      }
      if (checkpoint.position > done) await this.save(checkpoint, tx);
    });
    recall.commit();
  }

  /** A raise takes several turns of the event loop; with ours between all of them a burst would be late. */
  private giveWay(turnMs: number): Promise<unknown> {
    return this.isUrgentElsewhere() ? sleep(restAfter(turnMs, LONGEST_REST_MS)) : turn();
  }

  private async save({ position, hash }: Checkpoint, tx: Tx): Promise<void> {
    await tx
      .insertInto('checkpoint')
      .values({ follower: this.follower, position, hash })
      .onConflict((oc) => oc.column('follower').doUpdateSet({ position, hash }))
      .execute();
  }

  private async quickly(projection: Projection, parts: readonly StreamPart[], shared: Batch): Promise<void> {
    const isParked = ({ streamId }: StreamPart): boolean => this.parked.has(projection.name, streamId);
    const waiting = parts.filter(isParked).flatMap((part) => readBy(projection, part));
    await this.park(projection, waiting, undefined, shared);
    await applyWhole(
      projection,
      // An erasure waits behind nothing; told again in its turn it does no harm.
      parts.filter((part) => !isParked(part) || isErasure(part)),
      shared,
    );
  }

  private async carefully(
    projection: Projection,
    part: StreamPart,
    shared: Batch,
    parked: ParkedStreams,
  ): Promise<void> {
    const opened = readBy(projection, part);
    if (isErasure(part) && parked.has(projection.name, part.streamId)) await this.undoable(projection, part, shared.tx);
    for (const [i, one] of opened.entries()) {
      if (parked.has(projection.name, part.streamId)) return this.park(projection, opened.slice(i), undefined, shared);
      const failure = await this.undoable(projection, { ...part, opened: [one] }, shared.tx);
      if (failure === undefined) continue;
      if (projection.onPoison === 'halt') throw new Halted(projection.name, one.stored.position, { cause: failure });
      parked.add(projection.name, part.streamId);
      return this.park(projection, opened.slice(i), failure, shared);
    }
  }

  /** One event of one stream, undone when it fails. */
  private async undoable(projection: Projection, part: StreamPart, tx: Tx): Promise<unknown> {
    await sql`savepoint one_event`.execute(tx);
    try {
      await applyWhole(projection, [part], this.unshared(tx));
      await sql`release savepoint one_event`.execute(tx);
      return undefined;
    } catch (error) {
      if (isPassing(error)) throw error;
      await sql`rollback to savepoint one_event`.execute(tx);
      await sql`release savepoint one_event`.execute(tx);
      return error;
    }
  }

  private async park(projection: Projection, events: readonly Opened[], error: unknown, into: Into): Promise<void> {
    await insertAll(into, 'parked', parkedRows(projection, events, error, this.clock.now().toISOString()));
  }

  /** For what may be taken back by itself: nothing is remembered of it. */
  private unshared(tx: Tx): Batch {
    const { statements } = this;
    return { tx, statements, recall: Recall.nothing(), taken: new Map(), open: new Map(), told: new Map() };
  }
}

async function applyWhole(projection: Projection, parts: readonly StreamPart[], shared: Batch): Promise<void> {
  const slices = parts.flatMap((part) => sliceOf(projection, part) ?? []);
  if (slices.length > 0) await projection.apply(slices, shared);
}

/** @throws why one of its events could not be read */
function sliceOf(projection: Projection, part: StreamPart): Slice | undefined {
  const [first, ...rest] = readBy(projection, part).map(({ event, error }) => {
    if (event) return event;
    throw error as Error;
  });
  const { category, id, streamId, organisation } = part;
  return first && { category, id, streamId, organisation, events: [first, ...rest] };
}
