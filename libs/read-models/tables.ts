import type { ReadDatabase } from './schema.js';

/** The tables that are told from the log, each with what names a row in it. */
export const TABLES = {
  organisation_events: ['organisation', 'revision'],
  patients: ['patient_id'],
  merges: ['duplicate', 'lead'],
  episode_events: ['episode_id', 'revision'],
  follow_ups: ['episode_id', 'follow_up_id'],
  episodes: ['episode_id'],
  caseload: ['episode_id'],
  scores: ['episode_id', 'revision'],
  consults: ['episode_id'],
  referrals: ['episode_id'],
  briefs: ['episode_id'],
} as const satisfies Record<
  Exclude<keyof ReadDatabase, 'meta' | 'checkpoint' | 'parked'>,
  readonly [string] | readonly [string, string]
>;

export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as TableName[];
