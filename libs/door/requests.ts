import type { Circumstances, Unreadable } from '#care';
import { canonical, isDestroyedKey, isUnusableKey, type Codec, type Json } from '#event-store';
import type { ActResult } from './answers.js';
import { DoorUnavailable, KeyUnusable, type Envelope } from './port.js';

/** What a command asks for: the same id may come again only with the same request. */
const requestOf = <C>({ command, occurredAt }: Envelope<C>): Json =>
  ({ command, ...(occurredAt === undefined ? {} : { occurredAt }) }) as unknown as Json;

/** To the door a subject without a key is a patient who was erased. */
export const isErased = isDestroyedKey;

/** @throws KeyUnusable; DoorUnavailable when a new key cannot be kept; anything else as it is */
export function keyTrouble(error: unknown): never {
  if (isUnusableKey(error)) throw new KeyUnusable(error);
  if (!(error instanceof Error) || error.name !== 'KeyStoreAway') throw error;
  throw new DoorUnavailable('A key of this record cannot be kept just now; nothing was recorded.', { cause: error });
}

/** '' for the system's own commands; null when the subject's key is destroyed or damaged, so that the id alone must tell. */
export function fingerprintOf<C>(
  codec: Codec<Unreadable>,
  envelope: Envelope<C>,
  subject: () => string,
): string | null {
  if (envelope.actor.startsWith('system:')) return '';
  try {
    return codec.fingerprint(subject(), requestOf(envelope));
  } catch (error) {
    return isErased(error) || isUnusableKey(error) ? null : keyTrouble(error);
  }
}

/** Whether the envelope is the request with this fingerprint, as far as that can still be told: what was recorded without a key has none. */
export function isSameRequest<C>(
  codec: Codec<Unreadable>,
  envelope: Envelope<C>,
  fingerprint: string,
  subject: () => string,
): boolean {
  const now = fingerprintOf(codec, envelope, subject);
  return now === null || fingerprint === '' || now === fingerprint;
}

/** The circumstances as the decider sees them; `now` is never before what the stream has recorded. */
export const circumstancesOf = <C>(envelope: Envelope<C>, now: string): Circumstances => ({
  commandId: envelope.commandId,
  actor: envelope.actor,
  actorRole: envelope.actorRole,
  organisation: envelope.organisation,
  occurredAt: envelope.occurredAt === undefined ? now : toUtc(envelope.occurredAt),
  now,
});

export const toUtc = (instant: string): string => new Date(instant).toISOString();
export const later = (a: string, b: string | undefined): string => (b !== undefined && b > a ? b : a);

/** The envelopes without those that repeat the id of one before them. */
export const withoutTwins = <C>(envelopes: readonly Envelope<C>[]): readonly Envelope<C>[] =>
  envelopes.filter(({ commandId }, i) => envelopes.findIndex((other) => other.commandId === commandId) === i);

/** One result for each envelope, twins included: a twin repeats what the first became, or is another request under its id. */
export function spreadOverTwins<C>(
  envelopes: readonly Envelope<C>[],
  results: readonly ActResult[],
): readonly ActResult[] {
  const first = new Map<string, { readonly request: string; readonly result: ActResult }>();
  let next = 0;
  return envelopes.map((envelope) => {
    const request = canonical(requestOf(envelope));
    const known = first.get(envelope.commandId);
    if (known) return known.request === request ? again(known.result) : { kind: 'changed' };
    const result = results[next] ?? { kind: 'unchanged' };
    next += 1;
    first.set(envelope.commandId, { request, result });
    return result;
  });
}

const again = (result: ActResult): ActResult => (result.kind === 'appended' ? { ...result, kind: 'repeated' } : result);
