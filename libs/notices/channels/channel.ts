import type { MessageKind } from '../notice.js';

/** One message on its way to one person. Nothing in it says what waits. */
export interface Sending {
  /** The same for every attempt: whoever receives it twice can tell. */
  readonly id: string;
  readonly organisation: string;
  readonly recipient: string;
  readonly kind: MessageKind;
  readonly subject: string;
  readonly text: string;
  readonly link: string;
  /** Read for this attempt from what the staff member’s joining sealed; kept nowhere. */
  readonly email: string | null;
}

/**
 * `unreachable`: the channel knows no way to this person. `refused`: it took the message to the person’s door, and they will never
 * be reached there. `failed`: not now; another attempt may succeed. `code` says why, without anything personal.
 */
export type Outcome =
  { readonly kind: 'sent' } | { readonly kind: 'unreachable' | 'refused' | 'failed'; readonly code: string };

/** A way to reach people. It never throws: what went wrong is an outcome. */
export interface Channel {
  readonly name: 'mail' | 'webhook' | 'console';
  send(sending: Sending): Promise<Outcome>;
  close(): void;
}
