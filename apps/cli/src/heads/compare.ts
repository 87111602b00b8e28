import type { StoredEvent } from '#event-store';
import type { Head } from './heads-file.js';

/** What became of a stream since its head was taken. */
export type HeadProblemKind =
  /** Nothing of it is there. */
  | 'stream-missing'
  /** It ends before the revision of its head. */
  | 'cut-short'
  /** Another event stands where its head was. */
  | 'rewritten';

export interface HeadProblem {
  readonly kind: HeadProblemKind;
  readonly streamId: string;
  /** Of the head. */
  readonly revision: number;
}

/** Compares a log, taken in event by event, with heads that were taken of it before. What was appended since is no difference. */
export class HeadsComparison {
  private readonly problems: HeadProblem[] = [];
  private readonly begun = new Set<string>();

  constructor(private readonly heads: Map<string, Head>) {}

  take({ streamId, revision, hash }: StoredEvent): void {
    const head = this.heads.get(streamId);
    if (!head) return;
    this.begun.add(streamId);
    if (revision !== head.revision) return;
    this.heads.delete(streamId);
    if (hash !== head.hash) this.problems.push({ kind: 'rewritten', streamId, revision });
  }

  /** Once, after the last event. */
  found(): readonly HeadProblem[] {
    const short = this.heads.values().map(({ streamId, revision }): HeadProblem => {
      return { kind: this.begun.has(streamId) ? 'cut-short' : 'stream-missing', streamId, revision };
    });
    return [...this.problems, ...short];
  }
}
