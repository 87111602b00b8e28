import type { LocalDate } from '../../words.js';
import { inClinicalOrder, readable, type Act } from './acts.js';

/** One result of a scale as it stands after corrections; it keeps the revision of its first entry. */
export interface Scale {
  readonly revision: number;
  readonly correctedBy?: number;
  readonly instrument: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly on: LocalDate;
  readonly completeness: 'complete' | 'partial' | 'total-only';
  readonly enteredBy: 'staff' | 'patient' | 'integration';
  readonly items: readonly (number | null)[] | null;
  /** The official total, or null: a partial form has none. Unreadable when the key is gone. */
  readonly total: number | null;
  readonly prorated: number | null;
  readonly unreadable: boolean;
}

/** The act that says what a scale is now: its correction, or its first entry. What rests on a score cites this. */
export const saidBy = (scale: Scale): number => scale.correctedBy ?? scale.revision;

const latestOf = (
  corrections: readonly Act<'AssessmentCorrected'>[],
  { revision }: Act<'AssessmentRecorded'>,
): Act<'AssessmentCorrected'> | undefined =>
  corrections
    .filter(({ facts }) => facts.corrects === revision)
    .reduce<Act<'AssessmentCorrected'> | undefined>(
      (last, one) => (last && last.revision > one.revision ? last : one),
      undefined,
    );

/** Every result once, in clinical order. */
export function scalesOf(
  recorded: readonly Act<'AssessmentRecorded'>[],
  corrections: readonly Act<'AssessmentCorrected'>[],
): readonly Scale[] {
  const scales = recorded.map((origin): Scale => {
    const correction = latestOf(corrections, origin);
    const act = correction ?? origin;
    const sealed = readable(act.sealed);
    return {
      revision: origin.revision,
      ...(correction ? { correctedBy: correction.revision } : {}),
      instrument: act.facts.instrument,
      // A correction says what was answered, not when: the scale stays where it lies in time (§9, edge case 6).
      occurredAt: origin.occurredAt,
      recordedAt: origin.recordedAt,
      on: origin.on,
      completeness: act.facts.completeness,
      enteredBy: act.facts.enteredBy,
      items: sealed?.items ?? null,
      total: sealed?.total ?? null,
      prorated: sealed?.prorated ?? null,
      unreadable: sealed === undefined,
    };
  });
  return inClinicalOrder(scales);
}
