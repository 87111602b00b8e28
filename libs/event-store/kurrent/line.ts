import { END, streamNameFilter, type AllStreamSubscription, type KurrentDBClient } from '@kurrent/kurrentdb-client';
import type { Tails } from './tails.js';

/** A name no stream has: the subscription is there to break, not to deliver. */
const NOTHING = '$followthrough-line';

/** Tells the tails when the connection that appends go over came about and when it was lost. */
export class Line {
  private readonly client: KurrentDBClient;
  private readonly tails: Tails;
  private subscription: AllStreamSubscription | null = null;

  constructor(client: KurrentDBClient, tails: Tails) {
    this.client = client;
    this.tails = tails;
  }

  /** Watches the connection, if it is not watched already. */
  watch(): void {
    if (this.subscription) return;
    const subscription = this.client.subscribeToAll({
      fromPosition: END,
      filter: streamNameFilter({ prefixes: [NOTHING] }),
      requiresLeader: true,
    });
    this.subscription = subscription;
    const lost = () => {
      if (this.subscription !== subscription) return;
      this.subscription = null;
      this.tails.disconnect();
    };
    subscription.on('confirmation', () => this.subscription === subscription && this.tails.connect());
    // Stays to the end: an error without a listener would end the process.
    subscription.on('error', lost);
    subscription.on('end', lost);
    subscription.on('close', lost);
    subscription.resume();
  }
}
