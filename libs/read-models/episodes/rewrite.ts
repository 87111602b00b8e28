import type { Batch } from '../projection.js';
import { idList } from '../id-list.js';
import { TABLES } from '../tables.js';
import { upsertAll, type Row } from '../writing.js';
import type { EpisodeNow } from './episode-now.js';
import type { StoryTable } from './standing.js';

export interface Told<T extends StoryTable> {
  readonly episode: Pick<EpisodeNow, 'episodeId' | 'standing'>;
  readonly rows: readonly Row<T>[];
}

/** Makes the rows that stand of these episodes in a table those that they are told to have. What is known to stand is not written again. */
export async function rewrite<T extends StoryTable>(table: T, told: readonly Told<T>[], batch: Batch): Promise<void> {
  const anew: string[] = [];
  const differing: Row<T>[] = [];
  for (const { episode, rows } of told) {
    const before = episode.standing.get(table);
    const now = new Map(rows.map((row) => [keyOf(table, row), row]));
    episode.standing.set(table, now);
    if (before && before.keys().every((key) => now.has(key))) {
      for (const [key, row] of now) if (!isSame(row, before.get(key))) differing.push(row);
    } else {
      anew.push(episode.episodeId);
      differing.push(...rows);
    }
  }
  if (anew.length > 0)
    await batch.tx
      .deleteFrom(table as 'episodes')
      .where('episode_id', 'in', idList(anew))
      .execute();
  await upsertAll(batch, table, differing);
}

const keyOf = <T extends StoryTable>(table: T, row: Row<T>): string =>
  TABLES[table].map((column) => row[column as keyof Row<T>]).join(' ');

const isSame = (row: object, other: object | undefined): boolean =>
  other !== undefined && Object.entries(row).every(([column, value]) => value === other[column as never]);
