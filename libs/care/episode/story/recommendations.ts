import type { Act } from './acts.js';

export interface Recommendation {
  readonly recommendation: number;
  readonly issued: Act<'ConsultRecommendationIssued'>;
  readonly answer?: Act<'RecommendationAnswered'>;
  /** Withdrawn, or replaced by a later one. */
  readonly gone?: Act<'RecommendationWithdrawn'> | Act<'ConsultRecommendationIssued'>;
}

/** Each recommendation with its latest answer. */
export function recommendationsOf(
  issued: readonly Act<'ConsultRecommendationIssued'>[],
  answers: readonly Act<'RecommendationAnswered'>[],
  withdrawals: readonly Act<'RecommendationWithdrawn'>[],
): Recommendation[] {
  return issued.map((act) => {
    const n = act.facts.recommendation;
    const answer = answers.filter((a) => a.facts.recommendation === n).at(-1);
    const gone =
      withdrawals.find((w) => w.facts.recommendation === n) ?? issued.find((other) => other.facts.replaces === n);
    return { recommendation: n, issued: act, ...(answer ? { answer } : {}), ...(gone ? { gone } : {}) };
  });
}
