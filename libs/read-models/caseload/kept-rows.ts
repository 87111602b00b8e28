import type { KeptRow } from './view.js';

/** About 15 MB of rows; more episodes than any one team has open. */
const ROWS_KEPT = 5_000;

/**
 * Rows already parsed, by episode: the same pages are asked for again and again while few rows change, and parsing takes longer than
 * reading. A row whose text has changed is parsed anew, so nothing stale is ever answered.
 */
export function keptRows(): (episodeId: string, text: string) => Readonly<KeptRow> {
  const known = new Map<string, { text: string; row: KeptRow }>();
  return (episodeId, text) => {
    const before = known.get(episodeId);
    if (before?.text === text) return before.row;
    if (known.size >= ROWS_KEPT) known.clear();
    const row = JSON.parse(text) as KeptRow;
    known.set(episodeId, { text, row });
    return row;
  };
}
