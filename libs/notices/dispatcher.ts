import { EventStoreError, isFileFailure } from '#event-store';
import type { Channel, Outcome } from './channels/channel.js';
import type { Delivery, Outbox } from './book/outbox.js';
import { isWord } from './notice.js';
import { pauseAfter, type Pace } from './pace.js';
import type { Moment, OnFault, Planner } from './planner.js';
import { wordsOf } from './wording.js';

export interface DispatcherParts {
  readonly outbox: Outbox;
  readonly planner: Pick<Planner, 'isNeeded' | 'passOn'>;
  readonly channels: readonly Channel[];
  /** The mailbox of somebody, read from the log for each attempt; null when there is none or it cannot be read. */
  readonly emailOf: (organisation: string, staff: string) => Promise<string | null>;
  readonly publicUrl: string;
  readonly moment: () => Moment;
  /** All or nothing. */
  readonly together: (work: () => void) => void;
  readonly pace: Pace;
  /** A message could not be dealt with, by a defect of ours or a damaged record. */
  readonly onFault: OnFault;
}

/** At a time, for safety and for the rest alike, so that a slow server holds up few. */
const AT_A_TIME = 8;

/**
 * Sends what waits and writes down what became of it. A process that dies in between sends that one message again with the same
 * id: at least once, and whoever receives it twice can tell.
 */
export class Dispatcher {
  constructor(private readonly parts: DispatcherParts) {}

  /** One turn; answers how many it tried. */
  async round(isSafety: boolean): Promise<number> {
    const { outbox, moment } = this.parts;
    const ready = outbox.ready(isSafety, moment().real, AT_A_TIME);
    // All of them, also when one cannot be written down: what is still on its way must not be picked up again.
    const ends = await Promise.allSettled(ready.map((delivery) => this.one(delivery)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return ready.length;
  }

  private async one(delivery: Delivery): Promise<void> {
    const { outbox, moment, together, pace } = this.parts;
    const { message, channel } = delivery;
    const outcome = await this.outcomeOf(delivery);
    if (outcome === 'not-needed') return together(() => outbox.withdraw(message.id, moment().now));
    if (outcome === 'log-away') {
      const pause = pauseAfter(pace, message.kind, 1) ?? pace.lastResortMs;
      return together(() => outbox.deliver(message.id, channel, 'waiting', moment().real + pause));
    }
    together(() => {
      outbox.attempted(delivery, moment().now, outcome);
      this.settle(delivery, outcome);
    });
  }

  /** What cannot be dealt with failed, like what a channel did not take: it holds up no other, and goes to the next of the ladder. */
  private async outcomeOf(delivery: Delivery): Promise<Outcome | 'not-needed' | 'log-away'> {
    const { planner, moment, onFault } = this.parts;
    try {
      return planner.isNeeded(delivery.message, moment().now) ? await this.attempt(delivery) : 'not-needed';
    } catch (error) {
      if (isFileFailure(error)) throw error;
      if (error instanceof EventStoreError) return 'log-away';
      onFault(`message ${delivery.message.id}`, error);
      return { kind: 'failed', code: 'fault' };
    }
  }

  private async attempt({ message, channel }: Delivery): Promise<Outcome> {
    const { outbox, channels, emailOf, publicUrl } = this.parts;
    const way = channels.find(({ name }) => name === channel);
    if (!way) return { kind: 'refused', code: 'no-such-channel' };
    const { id, organisation, recipient, kind } = message;
    const email = await emailOf(organisation, recipient);
    const said = [
      ...new Set(
        outbox
          .reasonsOf(id)
          .filter(isWord)
          .map(({ episode }) => episode),
      ),
    ];
    return way.send({ id, organisation, recipient, kind, email, ...wordsOf(message, { publicUrl, said }) });
  }

  private settle(delivery: Delivery, outcome: Outcome): void {
    const { outbox, moment } = this.parts;
    const { message, channel } = delivery;
    if (outcome.kind === 'sent') {
      outbox.deliver(message.id, channel, 'sent');
      return outbox.settle(message.id, 'delivered', moment().now);
    }
    const pause = outcome.kind === 'failed' ? this.pause(delivery) : null;
    if (pause !== null) return outbox.deliver(message.id, channel, 'waiting', moment().real + pause);
    outbox.deliver(message.id, channel, outcome.kind === 'failed' ? 'failed' : 'refused');
    this.giveUp(delivery);
  }

  private pause({ message, state, tries }: Delivery): number | null {
    const { pace } = this.parts;
    if (state !== 'undelivered') return pauseAfter(pace, message.kind, tries + 1);
    return tries < pace.lastResortTimes ? pace.lastResortMs : null;
  }

  /** Somebody else is told only when no channel reached, or still may reach, this one. */
  private giveUp({ message, state, channel }: Delivery): void {
    const { outbox, planner, moment, pace, onFault } = this.parts;
    const mayReach = outbox.deliveriesOf(message.id).some((one) => one.state === 'waiting' || one.state === 'sent');
    if (mayReach || state === 'undelivered') return;
    try {
      planner.passOn(message, moment());
    } catch (error) {
      if (isFileFailure(error)) throw error;
      onFault(`message ${message.id}`, error);
      outbox.settle(message.id, 'undelivered', moment().now);
      outbox.deliver(message.id, channel, 'waiting', moment().real + pace.lastResortMs);
    }
  }
}
