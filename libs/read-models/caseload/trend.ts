import {
  bestOf,
  deteriorated,
  instrument,
  isReliableChange,
  isReliablyWorse,
  isRemission,
  isResponse,
  type Story,
} from '#care';

/** Where the primary scale is heading, in the field's words; small movements are noise and count as unchanged. */
export type Trend = 'remission' | 'response' | 'better' | 'unchanged' | 'worse';

/** Null with fewer than two complete results, or of an instrument that is not known here. */
export function trendOf({ primary, primaryScale }: Pick<Story, 'primary' | 'primaryScale'>): Trend | null {
  const scale = primaryScale === undefined ? undefined : instrument(primaryScale);
  const totals = primary.flatMap(({ total }) => (total === null ? [] : [total]));
  const [baseline] = totals;
  const last = totals.at(-1);
  const best = scale && bestOf(scale, totals.slice(0, -1));
  if (!scale || baseline === undefined || last === undefined || best === undefined) return null;
  if (deteriorated(scale, best, last)) return 'worse';
  if (isRemission(scale, last)) return 'remission';
  if (isResponse(scale, baseline, last)) return 'response';
  if (isReliableChange(scale, baseline, last)) return 'better';
  return isReliablyWorse(scale, baseline, last) ? 'worse' : 'unchanged';
}
