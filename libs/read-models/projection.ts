import type { Actor, Unreadable } from '#care';
import type { Kysely, SchemaModule, Transaction } from 'kysely';
import type { EpisodeNow, OpenFollowUp } from './episodes/episode-now.js';
import type { Recall } from './episodes/recall.js';
import type { ReadDatabase } from './schema.js';
import type { Into } from './writing.js';

export type Database = Kysely<ReadDatabase>;
export type Tx = Transaction<ReadDatabase>;

/** A stored event, opened: what projections read. */
export interface ReadEvent {
  readonly position: string;
  readonly streamId: string;
  readonly revision: number;
  readonly type: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: Actor;
  readonly actorRole: string;
  readonly commandId: string;
  readonly organisation: string;
  readonly site: string;
  readonly facts: unknown;
  /** UNREADABLE when the key is gone; null when the type seals nothing. */
  readonly sealed: unknown | Unreadable | null;
}

export const CATEGORIES = ['organisation', 'patient', 'episode'] as const;
export type Category = (typeof CATEGORIES)[number];

/** Events of one stream, in order, that one batch brings to one projection. */
export interface Slice {
  readonly category: Category;
  /** The stream's id without its category. */
  readonly id: string;
  readonly streamId: string;
  readonly organisation: string;
  readonly events: readonly [ReadEvent, ...ReadEvent[]];
}

/**
 * What is shared while some streams are taken in: where rows go, what is remembered of episodes, and what earlier projections have just kept, so
 * that later ones need not read it back.
 */
export interface Batch extends Into {
  readonly recall: Recall;
  /** The events that the timeline took in, by episode. */
  readonly taken: Map<string, Slice['events']>;
  /** What is owed now, by episode: of those whose follow-up events were taken in. */
  readonly open: Map<string, readonly OpenFollowUp[]>;
  /** Each touched episode, told once; null before its first referral. */
  readonly told: Map<string, EpisodeNow | null>;
}

/** A view's way from events to rows. Rows and checkpoint are one transaction, so each event counts exactly once. */
export interface Projection {
  readonly name: string;
  /** Raised when its tables or the meaning of its rows change; the sum of all names the version of the file. */
  readonly version: number;
  readonly categories: readonly Category[];
  /** Types it reads; absent: all of its categories. */
  readonly types?: ReadonlySet<string>;
  /** What a poisoned event does: `park` sets it and the rest of its stream aside, `halt` stops all views. */
  readonly onPoison: 'park' | 'halt';
  /** Its rows are a function of what earlier projections keep: applying it again does no harm. */
  readonly derived?: true;
  tables(schema: SchemaModule): Promise<void>;
  /** The slices are of different streams. */
  apply(slices: readonly Slice[], batch: Batch): Promise<void>;
  /** Takes into its rows of an episode what an earlier projection had set aside when they were written. */
  mend?(episodeId: string, tx: Tx): Promise<void>;
}
