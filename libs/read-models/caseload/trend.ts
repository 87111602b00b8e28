import { deteriorated, dropSince, instrument, isReliableChange, isRemission, isResponse, type Story } from '#care';

/** Where the primary scale is heading, in the field's words; small movements are noise and count as unchanged. */
export type Trend = 'remission' | 'response' | 'better' | 'unchanged' | 'worse';

/** Null with fewer than two complete results, or of an instrument we do not ship. */
export function trendOf({ primary, primaryScale }: Pick<Story, 'primary' | 'primaryScale'>): Trend | null {
  const scale = primaryScale === undefined ? undefined : instrument(primaryScale);
  const totals = primary.flatMap(({ total }) => (total === null ? [] : [total]));
  const [baseline] = totals;
  const last = totals.at(-1);
  if (!scale || baseline === undefined || last === undefined || totals.length < 2) return null;
  const earlier = totals.slice(0, -1);
  const bestOrLast = Math.min(...earlier);
  if (deteriorated(scale, bestOrLast, last)) return 'worse';
  if (isRemission(scale, last)) return 'remission';
  if (isResponse(baseline, last, scale.response.dropFraction)) return 'response';
  if (isReliableChange(scale, baseline, last)) return 'better';
  return dropSince(baseline, last) <= -scale.reliableChange ? 'worse' : 'unchanged';
}
