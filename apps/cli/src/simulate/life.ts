import type { RiskLevel } from '#care';
import type { Chance } from './chance.js';

/** How the synthetic patients fare. Shares and effects are assumptions of the simulation (docs/simulation.md), not findings. */
export const COURSES = { improving: 40, flat: 30, worsening: 10, 'drop-out': 15, crisis: 5 } as const;
export type Course = keyof typeof COURSES;

/** One synthetic patient: all that chance decides about them before the clinic acts. */
export interface Life {
  readonly course: Course;
  /** PHQ-9 at enrolment. */
  readonly baseline: number;
  /** Points of the PHQ-9 by which a week changes it while nothing is changed in the treatment. */
  readonly weekly: number;
  /** Chance that one call or message reaches them. */
  readonly reach: number;
  /** Never to be reached at all. */
  readonly ghost: boolean;
  /** From this day after enrolment nobody reaches them any more. */
  readonly leavesOn: number;
  /** Days after enrolment on which a portal answer tells of thoughts of death. */
  readonly crises: readonly number[];
  readonly risk: RiskLevel;
  /** Whether they agree to the programme once reached. */
  readonly declines: boolean;
  /** Whether a changed treatment turns a flat or worsening course. */
  readonly turns: boolean;
  /** Days their provider takes to answer a recommendation. */
  readonly providerDays: number;
}

const NEVER = Number.MAX_SAFE_INTEGER;

export function lifeOf(chance: Chance): Life {
  const course = chance.oneOf(COURSES);
  const weekly = { improving: -1.1, flat: -0.1, worsening: 0.35, 'drop-out': -0.4, crisis: -0.2 }[course];
  const crises = course === 'crisis' ? [chance.between(3, 60), chance.between(61, 200)] : [];
  return {
    course,
    baseline: chance.between(10, 22),
    weekly: weekly * (0.7 + 0.6 * chance.next()),
    reach: { improving: 0.65, flat: 0.55, worsening: 0.5, 'drop-out': 0.4, crisis: 0.55 }[course],
    ghost: chance.happens(0.12),
    leavesOn: course === 'drop-out' ? chance.between(14, 90) : NEVER,
    crises: chance.happens(0.05) ? [...crises, chance.between(5, 250)] : crises,
    risk: chance.oneOf({ low: 6, moderate: 3, high: 1 }),
    declines: chance.happens(0.08),
    turns: chance.happens(0.5),
    providerDays: chance.happens(0.25) ? chance.between(10, 30) : chance.between(1, 5),
  };
}

/** The PHQ-9 of a patient so many days after enrolment; `changedOn` is the day on which a treatment was changed, if one was. */
export function scoreOn(life: Life, day: number, changedOn: number | undefined, chance: Chance): number {
  const turned = changedOn !== undefined && life.turns && day > changedOn;
  const before = turned ? changedOn : day;
  const drift = (life.weekly * before) / 7 + (turned ? (-1.2 * (day - changedOn)) / 7 : 0);
  return Math.min(24, Math.max(0, Math.round(life.baseline + drift + (chance.next() - 0.5) * 4)));
}

/** Nine answers with this total, item 9 as given. */
export function answersOf(total: number, itemNine = 0): number[] {
  const items = Array<number>(9).fill(0);
  for (let left = total - itemNine, i = 0; left > 0; left -= 1, i = (i + 1) % 8) items[i]! += 1;
  items[8] = itemNine;
  return items;
}
