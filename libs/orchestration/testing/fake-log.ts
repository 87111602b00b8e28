import type { Json, Notice, StoredEvent } from '#event-store';
import type { Log } from '../ports.js';

/** A log in memory for specs of followers: no chain, and it can be rewound under them. */
export class FakeLog implements Log {
  private events: StoredEvent[] = [];
  private generation = 0;
  private waiting: (() => void)[] = [];
  away = false;

  add(streamId: string, type: string, facts: Record<string, Json> = {}, more: Partial<StoredEvent> = {}): StoredEvent {
    const revision = this.events.filter((event) => event.streamId === streamId).length;
    const place = this.events.length + 1;
    const event: StoredEvent = {
      id: `00000000-0000-7000-8000-${String(place).padStart(12, '0')}`,
      type,
      schemaVersion: 1,
      streamId,
      revision,
      occurredAt: '2027-03-01T12:00:00.000Z',
      recordedAt: '2027-03-01T12:00:00.000Z',
      actor: 'user:anna',
      actorRole: 'care-manager',
      organisation: 'clinic',
      site: 'main',
      commandId: `c${place}`,
      fingerprint: '',
      pin: '',
      body: { facts, sealed: null },
      prevHash: '',
      hash: `hash-${this.generation}-${place}`,
      position: String(place).padStart(12, '0'),
      ...more,
    };
    this.events.push(event);
    this.wake();
    return event;
  }

  ofStream(streamId: string): readonly StoredEvent[] {
    return this.events.filter((event) => event.streamId === streamId);
  }

  revisionOf(streamId: string): number {
    return this.ofStream(streamId).length - 1;
  }

  /** A restore from a backup: only the first `keep` events are left, and what is added now differs from what was there. */
  rewind(keep: number): void {
    this.events = this.events.slice(0, keep);
    this.generation += 1;
    this.wake();
  }

  async head(): Promise<{ position: string; hash: string } | null> {
    this.check();
    return this.events.at(-1) ?? null;
  }

  async at(position: string): Promise<StoredEvent | null> {
    this.check();
    return this.events.find((event) => event.position === position) ?? null;
  }

  async *subscribe({ after = '', signal }: { after?: string; signal: AbortSignal }): AsyncGenerator<Notice> {
    let from = after;
    for (let caughtUp = false; !signal.aborted;) {
      this.check();
      const events = this.events.filter(({ position }) => position > from).slice(0, 10);
      if (events.length > 0) {
        from = (events.at(-1) as StoredEvent).position;
        yield { kind: 'events', events };
      } else if (caughtUp) await this.change(signal);
      else {
        caughtUp = true;
        yield { kind: 'caught-up' };
      }
    }
  }

  private change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  private wake(): void {
    for (const go of this.waiting.splice(0)) go();
  }

  private check(): void {
    if (this.away) throw new Error('the log is away');
  }
}

export const readFacts = (event: StoredEvent): unknown => event.body.facts;

/** Waits until something holds; fails after two seconds. */
export async function eventually(holds: () => boolean, withinMs = 2000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('it never came to hold');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
