import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Unreadable } from '#care';
import type { Codec, EventStore } from '#event-store';
import { Generations, viewsVersion } from '../generation.js';
import { placeFor } from '../places.js';
import type { Tx } from '../projection.js';
import { Projector } from '../projector.js';
import { PROJECTIONS } from '../projections.js';
import { SqliteFiles } from '../sqlite/files.js';
import { FOLLOWER, PREFIXES } from '../tail.js';
import { compareTable, type Rows, type TableCompared } from './compare.js';
import type { LookingOptions } from './inspect.js';
import { checkpointIn, newestViews } from './newest.js';
import { TABLE_NAMES } from '../tables.js';

/** Nothing can be compared, and why. */
export class NotComparable extends Error {
  override readonly name = 'NotComparable';
}

/** Whether the rows are what the log says. */
export interface ViewsCompared {
  readonly generation: number;
  /** Both sides hold the log up to here. */
  readonly position: string;
  readonly tables: readonly TableCompared[];
}

export interface CheckOptions extends LookingOptions {
  readonly codec: Pick<Codec<Unreadable>, 'read'>;
  /** Called for each event that was taken in. */
  readonly progress?: () => void;
}

const PAGE = 500;

/**
 * Proves that the views are the fold of the log: tells the log again into views of its own, in a temporary folder beside the data that goes afterwards, up to
 * the position at which the kept views stand, and compares them row by row. Reads only; the kept views may be written meanwhile, because
 * they are looked at in one transaction. @throws NotComparable, UnusableDatabase, DatabaseAway
 */
export async function checkReadModels(options: CheckOptions): Promise<ViewsCompared> {
  await using opened = new AsyncDisposableStack();
  const place = placeFor(options)();
  opened.defer(() => place.close());
  const kept = await newestViews(place);
  if (!kept) throw new NotComparable('there are no complete read models yet');
  opened.defer(() => kept.close());
  if (kept.views !== viewsVersion(PROJECTIONS))
    throw new NotComparable(
      'the read models are of another version; they are built anew at the next start of the server',
    );
  const told = await toldAgain(options, opened);
  // Most of the log before the kept views are held still, the rest after.
  const before = await checkpointIn(kept.reader);
  if (before) await told.upTo(before.position);
  return await kept.reader
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const position = await verifiedPosition(tx, options.store);
      await told.upTo(position);
      const tables: TableCompared[] = [];
      for (const table of TABLE_NAMES)
        tables.push(await compareTable(table, tx as unknown as Rows, told.reader as unknown as Rows));
      return { generation: kept.number, position, tables };
    });
}

async function verifiedPosition(tx: Tx, store: EventStore): Promise<string> {
  const checkpoint = await checkpointIn(tx);
  if (!checkpoint) throw new NotComparable('the read models have not taken in anything yet');
  if ((await store.at(checkpoint.position))?.hash !== checkpoint.hash)
    throw new NotComparable(
      'the read models tell of another log; they are built anew as soon as a server runs on this one',
    );
  return checkpoint.position;
}

/** Views of the same log, made now. */
async function toldAgain({ file, store, codec, clock, progress }: CheckOptions, opened: AsyncDisposableStack) {
  // Beside the data: it holds what they hold, in the clear.
  const folder = mkdtempSync(join(dirname(file), 'check-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const generation = await new Generations(new SqliteFiles(join(folder, 'read.db')), PROJECTIONS).create();
  opened.defer(() => generation.close());
  const projector = new Projector(generation, PROJECTIONS, codec, clock, FOLLOWER);
  let after: string | undefined;
  return {
    reader: generation.reader,
    async upTo(position: string): Promise<void> {
      for (;;) {
        const page = await store.readAll({
          prefixes: PREFIXES,
          limit: PAGE,
          ...(after === undefined ? {} : { after }),
        });
        const events = page.filter((event) => event.position <= position);
        const last = events.at(-1);
        if (!last) return;
        await projector.apply(events, { position: last.position, hash: last.hash });
        after = last.position;
        for (const _ of events) progress?.();
        if (events.length < page.length || page.length < PAGE) return;
      }
    },
  };
}
