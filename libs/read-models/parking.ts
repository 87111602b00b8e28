import type { Database, Projection } from './projection.js';
import type { Row } from './writing.js';
import type { Opened } from './slices.js';

/** Streams set aside, by projection: later events of such a stream must not overtake the one that failed. */
export class ParkedStreams {
  private constructor(private readonly keys: Set<string>) {}

  static none = (): ParkedStreams => new ParkedStreams(new Set());

  static async load(db: Database): Promise<ParkedStreams> {
    const rows = await db.selectFrom('parked').select(['projection', 'stream_id']).distinct().execute();
    return new ParkedStreams(new Set(rows.map((row) => keyOf(row.projection, row.stream_id))));
  }

  has = (projection: string, streamId: string): boolean => this.keys.has(keyOf(projection, streamId));
  add = (projection: string, streamId: string): unknown => this.keys.add(keyOf(projection, streamId));
  /** To change within a transaction that may still fail. */
  copy = (): ParkedStreams => new ParkedStreams(new Set(this.keys));
}

const keyOf = (projection: string, streamId: string): string => `${projection} ${streamId}`;

/** `UnreadableEvent newer-schema`: enough to look for, and nothing that a patient said. */
export function nameOf(error: unknown): string {
  const { name, code } = error as { name?: unknown; code?: unknown };
  return [name, code].filter((one) => typeof one === 'string').join(' ') || 'Error';
}

/** The rows that set events aside: the first failed, the others wait behind it. */
export const parkedRows = (
  projection: Projection,
  events: readonly Opened[],
  error: unknown,
  at: string,
): Row<'parked'>[] =>
  events.map(({ stored }, i) => ({
    projection: projection.name,
    stream_id: stored.streamId,
    position: stored.position,
    organisation: stored.organisation,
    type: stored.type,
    error: i === 0 && error !== undefined ? nameOf(error) : null,
    parked_at: at,
  }));
