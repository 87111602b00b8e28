import { EventStoreError, type EventStoreErrorCode } from '../port.js';
import { TimedOut } from '../within.js';

// Errors that are the server’s word about the call: it is over, and nothing was written. By `type`, and by gRPC status for those without.
const BY_TYPE: Readonly<Record<string, EventStoreErrorCode>> = {
  'access-denied': 'access-denied',
  'maximum-append-size-exceeded': 'too-large',
  'append-record-size-exceeded': 'too-large',
  'transaction-max-size-exceeded': 'too-large',
  'invalid-argument': 'invalid',
  'stream-deleted': 'tampered',
  'stream-tombstoned': 'tampered',
  'not-leader': 'unavailable',
  unsupported: 'unsupported',
};
const BY_STATUS: Readonly<Record<number, EventStoreErrorCode>> = {
  3: 'invalid',
  7: 'access-denied',
  8: 'too-large',
  12: 'unsupported',
  16: 'access-denied',
};
const UNAVAILABLE = 14;
/** The native reader tells the status of a refusal in words only, and only some: what it calls unavailable may be any failure. */
const INVALID_ARGUMENT = 'code: Client specified an invalid argument';

interface ClientError {
  readonly type?: string;
  readonly code?: number;
  readonly message: string;
}

/** What a failed read or subscription means. */
export function readError(cause: unknown): EventStoreError {
  return mapped(cause) ?? failure('unavailable', cause);
}

/** Whether a read found no server: it was not refused, nor only late. */
export function hasLost(error: unknown): boolean {
  const { code, cause } = error as EventStoreError;
  if (code !== 'unavailable' || cause instanceof TimedOut) return false;
  return isType(cause, 'unavailable') || foundNoNode(cause);
}

/** What a failed append means: unless the server refused it, or was never reached, it may have been written. */
export function appendError(cause: unknown): EventStoreError {
  return mapped(cause) ?? failure(neverSent(cause) ? 'unavailable' : 'outcome-unknown', cause);
}

function mapped(cause: unknown): EventStoreError | null {
  if (cause instanceof EventStoreError) return cause;
  const { type, code, message } = cause as ClientError;
  const known =
    BY_TYPE[type ?? ''] ?? BY_STATUS[code ?? -1] ?? (message.includes(INVALID_ARGUMENT) ? 'invalid' : undefined);
  return known === undefined ? null : failure(known, cause);
}

/** Whether the client failed before there was a node to send to. Its errors about calls have a type; those from finding a node have none. */
export const foundNoNode = (cause: unknown): boolean =>
  !(cause instanceof TimedOut) && !(cause instanceof EventStoreError) && (cause as ClientError).type === undefined;

/** No node was found, or the channel says that no connection came about: then the call was never on its way. */
function neverSent(cause: unknown): boolean {
  const { code, message } = cause as ClientError;
  return foundNoNode(cause) || (code === UNAVAILABLE && message.includes('No connection established'));
}

/** The native reader's errors say nothing but their name. */
const WORDLESS = /^\w*Error$/;

function failure(code: EventStoreErrorCode, cause: unknown): EventStoreError {
  const { message } = cause as Error;
  const words = code === 'unavailable' ? 'the server cannot be reached' : code;
  return new EventStoreError(code, `KurrentDB: ${WORDLESS.test(message) ? words : message}`, undefined, { cause });
}

export const isType = (error: unknown, type: string): boolean => (error as ClientError | undefined)?.type === type;
