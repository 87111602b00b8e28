import { z } from 'zod';
import type { Checkpoint } from '#event-store';
import { Problem } from '../http/problems.js';
import type { Log } from '../parts.js';

/** An event's place in the log and the beginning of its hash: a place alone would not show that the log was restored (decision 12). */
export const FeedPosition = z.string().regex(/^[\w:-]{1,100}\.[0-9a-f]{16}$/, 'not a position of this feed');

/** Sorts as text, in the order of the log. */
export const feedPositionOf = ({ position, hash }: Checkpoint): string => `${position}.${hash.slice(0, 16)}`;

/** Where the feed goes on. @throws Problem 410 when the log no longer holds that event there, so that nothing is passed over silently */
export async function resumeFeedAt(log: Pick<Log, 'at'>, sent: string | undefined): Promise<Checkpoint | null> {
  if (sent === undefined) return null;
  const event = await log.at(sent.slice(0, sent.indexOf('.')));
  if (event === null || feedPositionOf(event) !== sent) throw new Problem('feed-rewound');
  return { position: event.position, hash: event.hash };
}
