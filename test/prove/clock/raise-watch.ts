import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ShiftedClock } from './shifted-clock.js';

const EVERY_MS = 250;

interface Row {
  position: number;
  stream_id: string;
  type: string;
  recorded_at: string;
  body: string;
}

/** A step that was raised, with what the log says about it. */
export interface SeenRaise {
  readonly episodeId: string;
  readonly kind: string;
  readonly at: string;
  /** The machine’s own time. */
  readonly seenAt: number;
}

/**
 * Reads along in the log, so that the times in it are held against the time at which they came to stand there: a process whose clock
 * is wrong writes what its clock says. Early is a raise before its step’s time by that clock, and by all the record knew before.
 */
export class RaiseWatch {
  readonly raises: SeenRaise[] = [];
  early = 0;
  wentBack = 0;
  private readonly last = new Map<string, string>();
  private position = 0;
  private readonly db: DatabaseSync;
  private readonly timer: NodeJS.Timeout;

  constructor(
    dataDir: string,
    private readonly clock: ShiftedClock,
  ) {
    this.db = new DatabaseSync(join(dataDir, 'events.db'), { readOnly: true, timeout: 10_000 });
    this.timer = setInterval(() => this.look(), EVERY_MS);
  }

  end(): void {
    if (!this.db.isOpen) return;
    clearInterval(this.timer);
    this.look();
    this.db.close();
  }

  private look(): void {
    const rows = this.db
      .prepare('SELECT position, stream_id, type, recorded_at, body FROM events WHERE position > ? ORDER BY position')
      .all(this.position) as unknown as Row[];
    const shown = new Date(this.clock.shownAtMost()).toISOString();
    for (const row of rows) this.take(row, shown);
  }

  private take({ position, stream_id: streamId, type, recorded_at: recordedAt, body }: Row, shown: string): void {
    const before = this.last.get(streamId) ?? '';
    this.last.set(streamId, recordedAt);
    this.position = position;
    if (recordedAt < before) this.wentBack += 1;
    if (type !== 'FollowUpRaised') return;
    const { followUpId, at } = (JSON.parse(body) as { facts: { followUpId: string; at: string } }).facts;
    if (at > shown && at > before) this.early += 1;
    const [kind] = followUpId.split(':') as [string];
    this.raises.push({ episodeId: streamId.replace('episode-', ''), kind, at, seenAt: Date.now() });
  }
}
