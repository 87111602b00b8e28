import { DoorUnavailable } from '#door';
import { EventStoreError, UnreadableEvent } from '#event-store';

/** Their messages name streams, types and paths, and never a value. */
const OURS = [DoorUnavailable, EventStoreError, UnreadableEvent];

/**
 * A fault as the operator may read it: class, code and where it happened, and so for what caused it. The message of anybody else's error is
 * left out: a parser quotes what it could not read, a database the row that it refused.
 */
export function faultWords(fault: unknown): string {
  if (!(fault instanceof Error)) return typeof fault;
  const code = (fault as { readonly code?: unknown }).code;
  const named = typeof code === 'string' ? `${fault.name} ${code}` : fault.name;
  const message = OURS.some((type) => fault instanceof type) ? `: ${fault.message}` : '';
  const cause = fault.cause === undefined ? '' : `\n  because of ${faultWords(fault.cause)}`;
  return `${named}${message}${framesOf(fault)}${cause}`;
}

/** Where it happened: the lines of a stack that name code. */
function framesOf({ message, stack = '' }: Error): string {
  const frames = stack
    .replace(message, '')
    .split('\n')
    .filter((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line));
  return frames.map((line) => `\n${line}`).join('');
}
