import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Answer } from './answer.js';
import { Problem } from './problems.js';
import { wholeNumber } from './whole-number.js';

/** How long a page may be, and how long it is when nothing is said. */
export const limit = (usual: number) =>
  wholeNumber(1, 200).prefault(usual).meta({ description: 'How many items at most.' });

/** The query parameters of every list. */
export const Paging = {
  limit: limit(50),
  cursor: z.string().max(1_000).optional().meta({ description: 'The `next` of the page before.' }),
};

/** A page of a view; `next` is where it goes on, in the view's own words, null on the last page. */
export interface ViewPage<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
}

/** A page as clients see it. */
export const Page = <T extends z.ZodType>(item: T): z.ZodObject =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().meta({ description: 'Send it as `cursor` for the next page; null on the last.' }),
  });

/** What a cursor holds: where to go on, and a digest of the list and the filters it belongs to. */
const Cursor = z.tuple([z.string(), z.string()]);

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where the list at `path` is to go on. @throws Problem when the cursor is none of ours or belongs to another list or other filters */
export function resumeAt(path: string, query: Query): string | undefined {
  const sent = query['cursor'];
  if (sent === undefined) return undefined;
  const parsed = Cursor.safeParse(decoded(`${sent}`));
  if (!parsed.success || parsed.data[1] !== digestOf(path, query))
    throw new Problem('malformed-query', undefined, {
      errors: [{ pointer: '/cursor', detail: 'not a cursor of this list with these filters' }],
    });
  return parsed.data[0];
}

/** The `next` that clients send as `cursor`: where the view goes on, bound to the list and the filters. */
export const nextOf = (path: string, query: Query, next: string | null): string | null =>
  next === null ? null : encoded([next, digestOf(path, query)]);

/** `{items, next}` and the same as a Link header (RFC 8288). */
export function pageAnswer(path: string, query: Query, page: ViewPage<unknown>): Answer {
  const next = nextOf(path, query, page.next);
  return new Answer(
    200,
    { items: page.rows, next },
    next === null ? {} : { link: `<${path}?${searchOf({ ...query, cursor: next })}>; rel="next"` },
  );
}

const encoded = (cursor: z.infer<typeof Cursor>): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

function decoded(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return null;
  }
}

/** Sorted by name, so that the order in which a client writes them does not matter. */
const filtersOf = (query: Query): [string, Query[string]][] =>
  Object.entries(query)
    .filter(([key, value]) => value !== undefined && key !== 'cursor' && key !== 'limit')
    .toSorted(([a], [b]) => a.localeCompare(b));
const digestOf = (path: string, query: Query): string =>
  createHash('sha256')
    .update(JSON.stringify([path, filtersOf(query)]))
    .digest('base64url')
    .slice(0, 8);
export const searchOf = (query: Query): string =>
  new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  ).toString();
