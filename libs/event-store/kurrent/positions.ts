import type { Position } from '@kurrent/kurrentdb-client';
import { EventStoreError } from '../port.js';

/** Twenty digits of the commit position, so that text order is log order. What is written over gRPC has the same prepare position. */
export const positionText = ({ commit }: Position): string => String(commit).padStart(20, '0');

/** Of a server: bytes of its log, as a signed number of 64 bits. */
const FARTHEST = 2n ** 63n - 1n;

/** The position behind a text, or null when no server has it (a checkpoint from another kind of store, say). */
export function positionOf(text: string): Position | null {
  if (!/^\d{20}$/.test(text)) return null;
  const commit = BigInt(text);
  return commit > FARTHEST ? null : { commit, prepare: commit };
}

/** @throws EventStoreError `invalid` when it is not one of our positions */
export function toPosition(text: string): Position {
  const position = positionOf(text);
  if (!position) throw new EventStoreError('invalid', 'not a position of this store');
  return position;
}
