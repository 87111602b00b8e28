import { z } from 'zod';
import { Instant, toUtc } from '#care';
import type { AsOf } from '../parts.js';
import { wholeNumber } from './whole-number.js';

/** The query of whoever asks how a stream stood: an auditor’s "what was known then?". */
export const AsOfQuery = z.strictObject({
  atRevision: wholeNumber(0).optional().meta({ description: 'As the stream stood after this revision.' }),
  asRecorded: Instant.optional().meta({ description: 'As it was known at this instant.' }),
});

export function asOf({ atRevision, asRecorded }: z.infer<typeof AsOfQuery>): AsOf | undefined {
  if (atRevision === undefined && asRecorded === undefined) return undefined;
  return {
    ...(atRevision === undefined ? {} : { atRevision }),
    ...(asRecorded === undefined ? {} : { asRecorded: toUtc(asRecorded) }),
  };
}
