import { END, streamNameFilter, type AllStreamSubscription } from '@kurrent/kurrentdb-client';
import type { Connection, Link } from './connection.js';
import type { Tails } from './tails.js';

/** A name no stream has: the subscription is there to break, not to deliver. */
const NOTHING = '$followthrough-line';

/** Tells the tails when the connection that appends go over came about and when it was lost. */
export class Line {
  private readonly connection: Connection;
  private readonly tails: Tails;
  private watched: { readonly link: Link; readonly subscription: AllStreamSubscription } | null = null;

  constructor(connection: Connection, tails: Tails) {
    this.connection = connection;
    this.tails = tails;
  }

  /** Watches the connection in use, if it is not watched already. */
  watch(): void {
    const link = this.connection.current;
    if (this.watched?.link === link) return;
    this.leave();
    const subscription = link.client.subscribeToAll({
      fromPosition: END,
      filter: streamNameFilter({ prefixes: [NOTHING] }),
      requiresLeader: true,
    });
    this.watched = { link, subscription };
    const lost = () => this.watched?.subscription === subscription && this.leave();
    subscription.on('confirmation', () => this.watched?.subscription === subscription && this.tails.connect());
    // Stays to the end: an error without a listener would end the process.
    subscription.on('error', lost);
    subscription.on('end', lost);
    subscription.on('close', lost);
    subscription.resume();
  }

  private leave(): void {
    this.watched?.subscription.unsubscribe().catch(() => undefined);
    this.watched = null;
    this.tails.disconnect();
  }
}
