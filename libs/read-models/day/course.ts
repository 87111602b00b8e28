import { instrument, isImproved, readable, type Act, type Recommendation, type Story } from '#care';
import { trendOf, type Trend } from '../caseload/trend.js';
import { scoreHistory, type ConsultScore } from '../consults/rows.js';

/** How treatment has gone so far: what a caseload review looks at. */
export interface Course {
  readonly enrolledOn: string | null;
  readonly phase: string;
  readonly phaseSince: string;
  readonly riskLevel: string | null;
  readonly onHold: string | null;
  readonly scale: string | null;
  readonly scores: readonly ConsultScore[];
  /** Points since the baseline, negative when better. */
  readonly change: number | null;
  readonly trend: Trend | null;
  /** Response, or below the elevated range; null without a score. */
  readonly improved: boolean | null;
  readonly plan: PlanNow | null;
  readonly lastContactOn: string | null;
  readonly recommendation: RecommendationNow | null;
  /** When a person last judged the case: a case review or a recommendation. */
  readonly judgedOn: string | null;
}

export interface PlanNow {
  readonly revision: number;
  readonly on: string;
  /** When the treatment itself last changed. */
  readonly treatmentSince: string;
  readonly treatment: string | null;
  readonly goals: readonly string[];
  readonly unreadable: boolean;
}

/** The last recommendation that stands, and what became of it. */
export interface RecommendationNow {
  readonly recommendation: number;
  readonly on: string;
  readonly to: string;
  readonly text: string | null;
  readonly unreadable: boolean;
  readonly seen: { readonly by: string; readonly on: string } | null;
  readonly answer: { readonly answer: string; readonly on: string; readonly onBehalfOf: string | null } | null;
  /** The plan was revised, naming it. */
  readonly actedOn: string | null;
  readonly became: 'not seen' | 'seen, not answered' | 'accepted, not acted on' | 'acted on' | 'declined' | 'not done';
}

type Plan = Act<'TreatmentPlanSet'> | Act<'TreatmentPlanRevised'>;
const isPlan = (act: Act): act is Plan => act.type === 'TreatmentPlanSet' || act.type === 'TreatmentPlanRevised';

function planOf({ plan, acts }: Story): PlanNow | null {
  if (!plan) return null;
  const changed =
    acts.filter(isPlan).findLast((act) => act.type === 'TreatmentPlanSet' || act.facts.treatmentChanged) ?? plan;
  const said = readable(plan.sealed);
  return {
    revision: plan.revision,
    on: plan.on,
    treatmentSince: changed.on,
    treatment: said?.treatment ?? null,
    goals: said?.goals ?? [],
    unreadable: said === undefined,
  };
}

function became(answer: string | undefined, isSeen: boolean, isActedOn: boolean): RecommendationNow['became'] {
  if (isActedOn) return 'acted on';
  if (answer === 'declined') return 'declined';
  if (answer === 'not-done') return 'not done';
  if (answer !== undefined) return 'accepted, not acted on';
  return isSeen ? 'seen, not answered' : 'not seen';
}

function recommendationOf({ recommendations, acts }: Story): RecommendationNow | null {
  const last: Recommendation | undefined = recommendations.findLast((one) => !one.gone);
  if (!last) return null;
  const n = last.recommendation;
  const { issued, answer } = last;
  const seen = acts.find((act) => act.type === 'RecommendationSeen' && act.facts.recommendation === n);
  const acted = acts.findLast((act) => act.type === 'TreatmentPlanRevised' && act.facts.recommendation === n);
  return {
    recommendation: n,
    on: issued.on,
    to: issued.facts.to,
    text: readable(issued.sealed)?.text ?? null,
    unreadable: readable(issued.sealed) === undefined,
    seen: seen?.type === 'RecommendationSeen' ? { by: seen.facts.by, on: seen.on } : null,
    answer: answer ? { answer: answer.facts.answer, on: answer.on, onBehalfOf: answer.facts.onBehalfOf ?? null } : null,
    actedOn: acted?.on ?? null,
    became: became(answer?.facts.answer, seen !== undefined, acted !== undefined),
  };
}

/** Null without a baseline, and for an instrument we do not ship. */
function improvedIn({ baseline, last, primaryScale }: Story): boolean | null {
  const scale = primaryScale === undefined ? undefined : instrument(primaryScale);
  if (!scale || baseline?.total === undefined || baseline.total === null) return null;
  return isImproved(scale, baseline.total, last?.total ?? baseline.total);
}

export function courseOf(story: Story): Course {
  const { baseline, last, acts } = story;
  const judged = acts.findLast(({ type }) => type === 'CaseReviewed' || type === 'ConsultRecommendationIssued');
  return {
    enrolledOn: story.enrolled?.facts.enrolledOn ?? null,
    phase: story.phase,
    phaseSince: story.phaseAct.on,
    riskLevel: story.riskLevel ?? null,
    onHold: story.hold?.started.facts.reason ?? null,
    scale: story.primaryScale ?? null,
    scores: scoreHistory(story),
    change: story.primary.length > 1 ? (last?.total ?? 0) - (baseline?.total ?? 0) : null,
    trend: trendOf(story),
    improved: improvedIn(story),
    plan: planOf(story),
    lastContactOn: story.treatmentContacts.at(-1)?.on ?? null,
    recommendation: recommendationOf(story),
    judgedOn: judged?.on ?? null,
  };
}
