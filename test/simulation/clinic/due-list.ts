import { emptyLedger, foldLedger, nextDue, type Ledger } from '#care';
import type { StoredEvent } from '#event-store';
import type { DueEpisode, WatchdogParts } from '#orchestration';

const PREFIX = 'episode-';

interface Owing extends DueEpisode {
  readonly since: number;
}

interface Known {
  readonly ledger: Ledger;
  readonly revision: number;
  /** What it owes, by its most pressing; told when it is asked for. */
  due?: readonly Owing[];
}

/** The due index of a few episodes without its file: the same fold and the same question, no SQL. */
export class DueList {
  private readonly episodes = new Map<string, Known>();

  take(events: readonly StoredEvent[]): void {
    for (const { streamId, type, revision, recordedAt, body } of events) {
      if (!streamId.startsWith(PREFIX)) continue;
      const episodeId = streamId.slice(PREFIX.length);
      const ledger = this.episodes.get(episodeId)?.ledger ?? emptyLedger;
      this.episodes.set(episodeId, {
        revision,
        ledger: foldLedger(ledger, { type, revision, recordedAt, facts: body.facts }),
      });
    }
  }

  readonly index: WatchdogParts['index'] = {
    due: (cutoff, limit) =>
      this.all()
        .filter(({ since }) => since <= cutoff)
        .toSorted((a, b) => Number(b.safety) - Number(a.safety) || a.since - b.since)
        .slice(0, limit),
    revisionOf: (episodeId) => this.episodes.get(episodeId)?.revision ?? -1,
  };

  /** Since when the first step is due, or will be; null when nothing is owed. Epoch milliseconds. */
  earliest(): number | null {
    const all = this.all().map(({ since }) => since);
    return all.length === 0 ? null : Math.min(...all);
  }

  /** Each episode with what it owes, by its own most pressing. */
  private all(): Owing[] {
    return [...this.episodes].flatMap(([episodeId, known]) => (known.due ??= mostPressing(episodeId, known.ledger)));
  }
}

function mostPressing(episodeId: string, { open }: Ledger): readonly Owing[] {
  const steps = [...open.values()].map((entry) => ({
    episodeId,
    safety: entry.safety,
    since: Math.max(Date.parse(nextDue(entry).at), Date.parse(entry.openedAt)),
  }));
  return steps.toSorted((a, b) => a.since - b.since).slice(0, 1);
}
