import { z } from 'zod';
import { SiteId, StaffId } from '#care';
import type { AnswerShape } from './endpoint.js';
import { Page, Paging } from './paging.js';

/** The filters that most lists share. */
export const ListFilters = {
  ...Paging,
  site: SiteId.optional(),
  careManager: StaffId.optional().meta({ description: 'Whose patients.' }),
};
export const ListQuery = z.strictObject(ListFilters);
export type ListQuery = z.infer<typeof ListQuery>;

/** What a view is asked with: the organisation, and the filters that were given. */
export function filterOf<Q extends { cursor?: string | undefined; limit: number }>(
  organisation: string,
  query: Q,
  cursor: string | undefined,
): { organisation: string } & Given<Q> {
  const given = Object.entries({ ...query, cursor }).filter(([, value]) => value !== undefined);
  return { organisation, ...(Object.fromEntries(given) as Given<Q>) };
}

/** Without undefined values, as exact optional members ask. */
type Given<Q> = { [K in keyof Q]: Exclude<Q[K], undefined> };

/** On the row of a restricted record, for whoever is not in its care team. */
export const Masked = z.literal(true).meta({
  description:
    'A restricted record that is not open to you: names, reasons and what people wrote are kept back. Open it with `Access-Reason`.',
});

export const listAnswer = (description: string, item: z.ZodType): Record<number, AnswerShape> => ({
  200: { description, schema: Page(item), headers: ['Consistency-Token', 'Preference-Applied', 'Link'] },
});
