import { ageOutside, instrument } from '#care';
import type { Database } from '../projection.js';
import { scoreRows, type ScoredEpisode, type ScoreRow } from './rows.js';

export interface ScoreView {
  readonly revision: number;
  readonly instrument: string;
  readonly on: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly completeness: string;
  readonly enteredBy: string;
  readonly items: readonly (number | null)[] | null;
  /** The official total; null for a partial form. */
  readonly total: number | null;
  /** An estimate for a partial form, never a score. */
  readonly prorated: number | null;
  readonly band: string | null;
  /** A screener’s hint for who looks first; never a recorded level of risk. */
  readonly triage: string | null;
  readonly isPrimary: boolean;
  readonly isBaseline: boolean;
  readonly changeSinceBaseline: number | null;
  readonly correctedBy: number | null;
  readonly voidedBy: number | null;
  readonly unreadable: boolean;
  /** What to mind when reading it, in plain sentences: a form made for another age. */
  readonly warnings: readonly string[];
}

/** The results of an episode in clinical order; null when the organisation has no such episode. */
export async function scores(
  db: Database,
  { organisation, episodeId }: { organisation: string; episodeId: string },
): Promise<readonly ScoreView[] | null> {
  const rows = await db
    .selectFrom('scores')
    .leftJoin('episodes', 'episodes.episode_id', 'scores.episode_id')
    .leftJoin('patients', 'patients.patient_id', 'episodes.patient_id')
    .selectAll('scores')
    .select('patients.birth_date')
    .where('scores.organisation', '=', organisation)
    .where('scores.episode_id', '=', episodeId)
    .orderBy('scores.occurred_at')
    .orderBy('scores.revision')
    .execute();
  if (rows.length === 0 && !(await hasEpisode(db, organisation, episodeId))) return null;
  return rows.map((row) => viewOf(row, row.birth_date));
}

/** The same of an episode as it stood at some moment, from its stream. */
export const tellScores = (episode: ScoredEpisode, birthDate: string | null): readonly ScoreView[] =>
  scoreRows(episode)
    .toSorted((a, b) => Date.parse(a.occurred_at) - Date.parse(b.occurred_at) || a.revision - b.revision)
    .map((row) => viewOf(row, birthDate));

function viewOf(row: ScoreRow, birthDate: string | null): ScoreView {
  return {
    revision: row.revision,
    instrument: row.instrument,
    on: row.on_date,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    completeness: row.completeness,
    enteredBy: row.entered_by,
    items: row.items === null ? null : (JSON.parse(row.items) as (number | null)[]),
    total: row.total,
    prorated: row.prorated,
    band: row.band,
    triage: row.triage,
    isPrimary: row.is_primary === 1,
    isBaseline: row.is_baseline === 1,
    changeSinceBaseline: row.change,
    correctedBy: row.corrected_by,
    voidedBy: row.voided_by,
    unreadable: row.unreadable === 1,
    warnings: warningsFor(row, birthDate),
  };
}

/** The age is that of the day of the form, by the date of birth as it is known today (research §9, 30). */
function warningsFor(row: Pick<ScoreRow, 'instrument' | 'on_date'>, birthDate: string | null): string[] {
  const form = instrument(row.instrument);
  const age = form && birthDate !== null ? ageOutside(form, birthDate, row.on_date) : undefined;
  if (age === undefined || !form?.ages) return [];
  return [`${form.code} is made for ages ${form.ages.from} to ${form.ages.to}; the patient was ${age}.`];
}

async function hasEpisode(db: Database, organisation: string, episodeId: string): Promise<boolean> {
  const row = await db
    .selectFrom('episodes')
    .select('episode_id')
    .where('organisation', '=', organisation)
    .where('episode_id', '=', episodeId)
    .executeTakeFirst();
  return row !== undefined;
}
