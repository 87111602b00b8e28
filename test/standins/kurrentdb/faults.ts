import { Metadata, status, type StatusObject } from '@grpc/grpc-js';

/** What happens to one append. */
export type AppendFault =
  /** Written, and never answered. */
  | 'lose-answer'
  /** Written, then the call breaks. */
  | 'break-after-commit'
  /** The call breaks, and nothing is written. */
  | 'break-before-commit'
  /** The call breaks while the batch is still arriving, and nothing is written. */
  | 'break-mid-batch'
  /** Written and answered after so many milliseconds. */
  | { readonly delayMs: number };

/** What the stand-in does wrong, on demand. Nothing, to begin with. */
export class Faults {
  private readonly appends: AppendFault[] = [];
  /** Reads and new subscriptions are accepted and never answered. */
  silentReads = false;
  /** How reads of the log from a place fail. */
  placedReads: Partial<StatusObject> | null = null;
  /** How many records before the asked position the next subscriptions begin. */
  repeats = 0;
  /** Where the leader is, when this node is a follower: calls that require the leader are refused. */
  leader: { readonly host: string; readonly port: number } | null = null;

  /** The next appends suffer these, one each, in this order. */
  next(...faults: readonly AppendFault[]): void {
    this.appends.push(...faults);
  }

  /** The fault of the append that is being handled. */
  take(): AppendFault | null {
    return this.appends.shift() ?? null;
  }

  /** Whether the append that is arriving is to break on its way. */
  takeMidBatch(): boolean {
    if (this.appends[0] !== 'break-mid-batch') return false;
    this.appends.shift();
    return true;
  }

  /** The refusal of a call that requires the leader, or null when it may go on. */
  refusal(asked: Metadata): Partial<StatusObject> | null {
    if (!this.leader || asked.get('requires-leader')[0] !== 'true') return null;
    const metadata = new Metadata();
    metadata.set('exception', 'not-leader');
    metadata.set('leader-endpoint-host', this.leader.host);
    metadata.set('leader-endpoint-port', String(this.leader.port));
    return { code: status.NOT_FOUND, details: 'Leader info available', metadata };
  }
}

export const BROKEN: Partial<StatusObject> = { code: status.UNAVAILABLE, details: 'the connection broke' };
