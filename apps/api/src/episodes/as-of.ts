import { z } from 'zod';
import { Instant, toUtc } from '#care';
import type { AsOf } from '../parts.js';

/** Which moment of an episode is asked for. */
export const AsOfQuery = z.strictObject({
  atRevision: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'As the stream stood after this revision.' }),
  asRecorded: Instant.optional().meta({ description: 'As it was known at this instant.' }),
});

/** Undefined: as it is now. */
export function asOf({ atRevision, asRecorded }: z.infer<typeof AsOfQuery>): AsOf | undefined {
  if (atRevision === undefined && asRecorded === undefined) return undefined;
  return {
    ...(atRevision === undefined ? {} : { atRevision }),
    ...(asRecorded === undefined ? {} : { asRecorded: toUtc(asRecorded) }),
  };
}
