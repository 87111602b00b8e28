import { saidBy, type Scale, type Story } from '../episode/story/index.js';
import { instrument } from '../instruments/index.js';
import { parameter, type Pathway } from '../pathway/index.js';

/** Response, remission and relapse of the primary scale, by the numbers of the pathway (follow-up-rules, Terms). */

export const isElevated = (pathway: Pathway, scale: Scale): boolean =>
  scale.total! >= parameter(pathway, 'elevated.from');
export const isRemission = (pathway: Pathway, scale: Scale): boolean =>
  scale.total! < parameter(pathway, 'remission.below');

/** The latest scale lies at least half below the baseline; exactly half counts. */
export function responds({ baseline, last }: Story, pathway: Pathway): boolean {
  return (
    baseline !== undefined &&
    last !== undefined &&
    last !== baseline &&
    last.total! <= baseline.total! * (1 - parameter(pathway, 'response.drop'))
  );
}

/** Response, or below ten. A missing score is neither (fatigue rule 7). */
export const improved = (story: Story, pathway: Pathway): boolean =>
  responds(story, pathway) || (story.last !== undefined && !isElevated(pathway, story.last));

/** So many points above the best or the last score alarm: PHQ-9 and PHQ-A five, GAD-7 four, as the instrument says with its source. */
const alarmingRise = (scale: Scale): number => instrument(scale.instrument)?.change.deterioration?.value ?? Infinity;
/** A smaller drop than this by week four to six is no early response: PHQ-9 five, GAD-7 four (C8). */
export const earlyDrop = (scale: Scale): number => instrument(scale.instrument)?.change.early?.value ?? 0;

/** Clearly worse than the best of these scores. */
export const roseAbove = (scale: Scale, before: readonly Scale[]): boolean =>
  before.some((other) => scale.total! >= other.total! + alarmingRise(scale));

/** The latest act behind a response or an improvement: the last score, or a correction of it or of the baseline. */
export const improvedBy = ({ baseline, last }: Story): number =>
  Math.max(...[baseline, last].flatMap((scale) => (scale ? [saidBy(scale)] : [])));
