import { rangeOf } from './range.js';
import type { Instrument } from './schema.js';

/** The severity band of a total; undefined for a total the form cannot have. */
export const bandOf = (form: Instrument, total: number): string | undefined =>
  form.bands.find(({ from, to }) => from <= total && total <= to)?.name;

/** How far a total lies from the best possible one: whichever way the form counts, more is worse. */
function burden(form: Instrument, total: number): number {
  const { lowest, highest } = rangeOf(form);
  return form.direction === 'higher-is-worse' ? total - lowest : highest - total;
}

/** Points the total became better by since then; negative when it became worse. */
export const betterBy = (form: Instrument, before: number, now: number): number =>
  burden(form, before) - burden(form, now);

/** Whether a number of points reaches a threshold; a form without that definition never does. */
const reaches = (points: number, threshold: { readonly value: number } | undefined): boolean =>
  threshold !== undefined && points >= threshold.value;

/** The total is positive, or high enough that response is judged by it (NYS OMH: 10 of a PHQ-9). */
export const isElevated = (form: Instrument, total: number): boolean =>
  form.change.elevatedFrom !== undefined && burden(form, total) >= burden(form, form.change.elevatedFrom.value);

/** Response: at least half of the way to the best total; exactly half counts (NYS OMH, HEDIS DRR-E). From the best total nothing can respond. */
export const isResponse = (form: Instrument, baseline: number, now: number): boolean =>
  form.change.response !== undefined &&
  burden(form, baseline) > 0 &&
  betterBy(form, baseline, now) >= burden(form, baseline) * form.change.response.value;

/** Remission: better than the instrument's line (CMS159, HEDIS DRR-E: a PHQ-9 below 5). */
export const isRemission = (form: Instrument, now: number): boolean =>
  form.change.remissionBeyond !== undefined && burden(form, now) < burden(form, form.change.remissionBeyond.value);

/** Improved: by so many points where the instrument says so (PCL-5: 12), else response or a total no longer elevated (NYS OMH, MHIP). */
export function isImproved(form: Instrument, baseline: number, now: number): boolean {
  if (form.change.improvement) return reaches(betterBy(form, baseline, now), form.change.improvement);
  return form.change.response !== undefined && (isResponse(form, baseline, now) || !isElevated(form, now));
}

/** Better by more than the noise of measuring (English Talking Therapies). */
export const isReliableChange = (form: Instrument, baseline: number, now: number): boolean =>
  reaches(betterBy(form, baseline, now), form.change.reliable);

/** Worse by more than the noise of measuring. */
export const isReliablyWorse = (form: Instrument, baseline: number, now: number): boolean =>
  isReliableChange(form, now, baseline);

/** Deterioration: PHQ-9 +5, GAD-7 +4 from the best or the last total (domain.md §2.8, our proposal on the minimal important changes). */
export const deteriorated = (form: Instrument, bestOrLast: number, now: number): boolean =>
  reaches(betterBy(form, now, bestOrLast), form.change.deterioration);

/** The best of these totals; undefined when there is none. */
export const bestOf = (form: Instrument, totals: readonly number[]): number | undefined =>
  totals.toSorted((a, b) => burden(form, a) - burden(form, b))[0];
