import type { EventStore } from '#event-store';
import { viewsVersion } from '../generation.js';
import { placeFor, type Whereabouts } from '../places.js';
import type { Database } from '../projection.js';
import { PROJECTIONS } from '../projections.js';
import { lagAfter, type ReadModelsStatus } from '../status.js';
import { checkpointIn, newestViews } from './newest.js';
import { TABLE_NAMES, type TableName } from '../tables.js';

/** A stream that a view has set aside, from its first event that could not be taken in. */
export interface ParkedStream {
  readonly projection: string;
  readonly streamId: string;
  readonly organisation: string;
  readonly events: number;
  readonly position: string;
  readonly type: string;
  /** Name and code of what went wrong. */
  readonly error: string | null;
  readonly since: string;
}

/** The views as they lie there, looked at from beside. */
export interface ViewsReport {
  readonly on: 'SQLite' | 'PostgreSQL';
  /** Null while no complete views are there. */
  readonly generation: number | null;
  /** Of the rows, and of this program; the same unless a rebuild is due. */
  readonly versions: { readonly kept: string | null; readonly wanted: string };
  readonly position: string | null;
  readonly lag: ReadModelsStatus['lag'];
  readonly parked: readonly ParkedStream[];
  readonly rows: Readonly<Partial<Record<TableName, number>>>;
}

export interface LookingOptions extends Whereabouts {
  readonly store: EventStore;
  readonly clock: { now(): Date };
}

/** Looks at the views beside whoever writes them. @throws UnusableDatabase, DatabaseAway */
export async function inspectReadModels({ file, database, store, clock }: LookingOptions): Promise<ViewsReport> {
  const place = placeFor({ file, database })();
  const wanted = viewsVersion(PROJECTIONS);
  try {
    const views = await newestViews(place);
    const position = views ? ((await checkpointIn(views.reader))?.position ?? null) : null;
    const report: ViewsReport = {
      on: database ? 'PostgreSQL' : 'SQLite',
      generation: views?.number ?? null,
      versions: { kept: views?.views ?? null, wanted },
      position,
      lag: await lagAfter(position, { store, clock }),
      parked: views ? await parkedStreams(views.reader) : [],
      rows: views ? await countRows(views.reader) : {},
    };
    await views?.close();
    return report;
  } finally {
    await place.close();
  }
}

async function parkedStreams(db: Database): Promise<ParkedStream[]> {
  const rows = await db.selectFrom('parked').selectAll().orderBy('position').execute();
  return [...Map.groupBy(rows, (row) => `${row.projection} ${row.stream_id}`).values()].map((heap) => {
    const [first] = heap;
    return {
      projection: first!.projection,
      streamId: first!.stream_id,
      organisation: first!.organisation,
      events: heap.length,
      position: first!.position,
      type: first!.type,
      error: first!.error,
      since: first!.parked_at,
    };
  });
}

async function countRows(db: Database): Promise<ViewsReport['rows']> {
  const counts: Partial<Record<TableName, number>> = {};
  for (const table of TABLE_NAMES) {
    const { count } = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    counts[table] = count;
  }
  return counts;
}
