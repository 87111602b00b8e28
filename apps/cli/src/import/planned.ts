import type { z } from 'zod';
import type { EpisodeCommand, PATIENT_COMMANDS } from '#care';
import type { Referral } from './episodes.js';
import type { Rejection } from './read.js';
import type { TableName } from './tables.js';

/** Where a row stands. */
export interface RowRef {
  readonly table: TableName;
  readonly file: string;
  readonly line: number;
}
export const refOf = ({ table, file, line }: RowRef): RowRef => ({ table, file, line });

export interface PlannedPatient {
  readonly key: string;
  readonly details: z.infer<typeof PATIENT_COMMANDS.RegisterPatient>;
  readonly source: RowRef;
}

/** One act of an episode; its key and content together are imported once, for ever. */
export interface PlannedAct {
  readonly key: string;
  readonly command: EpisodeCommand;
  readonly occurredAt: string;
  readonly source: RowRef;
}

export interface PlannedEpisode {
  readonly patient: PlannedPatient;
  readonly referral: {
    readonly key: string;
    readonly occurredAt: string;
    readonly details: Referral;
    readonly source: RowRef;
  };
  /** In clinical order. */
  readonly acts: readonly PlannedAct[];
}

/** A closed episode whose last answer to item 9 was positive and that nobody reviewed: it opens nothing and is reported (fatigue rule 9). */
export interface Unreviewed extends RowRef {
  readonly occurredAt: string;
}

export interface ImportPlan {
  readonly patients: readonly PlannedPatient[];
  /** A patient's episodes one after the other, the earlier first. */
  readonly episodes: readonly PlannedEpisode[];
  readonly rejections: readonly Rejection[];
  readonly notes: readonly string[];
  /** Rows that stand in the files twice. */
  readonly repeats: readonly RowRef[];
  /** Every row that was read. */
  readonly rows: readonly RowRef[];
}
