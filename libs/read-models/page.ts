/** One page of a list, and where the next one begins; null at the end. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
}

/** The most rows that one page holds. */
export const LONGEST_PAGE = 200;
const USUAL_PAGE = 50;

/** The asked-for length within bounds. */
export const pageLength = (limit: number | undefined): number =>
  Math.max(1, Math.min(LONGEST_PAGE, Math.trunc(limit ?? USUAL_PAGE)));

/** Not a cursor that this list handed out. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';
}

/** A cursor is the sort key of the last row seen, so that rows arriving in between neither repeat nor skip the rest. */
export const toCursor = (...key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

export function fromCursor(cursor: string, parts: number): readonly (string | number)[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (
      Array.isArray(key) &&
      key.length === parts &&
      key.every((one) => typeof one === 'string' || typeof one === 'number')
    )
      return key;
  } catch {
    // falls through to the one answer for every broken cursor
  }
  throw new BadCursor('the cursor does not belong to this list');
}

/** Cuts a page out of one row more than asked for. */
export function page<R, T>(
  found: readonly R[],
  limit: number,
  toRow: (row: R) => T,
  keyOf: (row: R) => readonly (string | number)[],
): Page<T> {
  const shown = found.length > limit ? found.slice(0, limit) : found;
  const last = shown.at(-1);
  return { rows: shown.map(toRow), next: found.length > limit && last !== undefined ? toCursor(...keyOf(last)) : null };
}
