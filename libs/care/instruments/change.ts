import type { Instrument } from './schema.js';

/** The severity band of a total (domain.md §2.1, §2.2); undefined for a total the form cannot have. */
export const bandOf = (instrument: Instrument, total: number): string | undefined =>
  instrument.bands.find(({ from, to }) => from <= total && total <= to)?.name;

/** A total of 10 or more (NYS OMH): high enough that response is judged by it. */
export const isElevated = (instrument: Instrument, total: number): boolean => total >= instrument.elevatedFrom;

/** Points the total fell by since then; negative when it rose. */
export const dropSince = (before: number, now: number): number => before - now;

/** The drop that counts as response in every instrument we ship and in every definition we know (domain.md §2.8). */
const HALF = 0.5;

/** Response: at least half below the baseline; exactly 50 % counts (NYS OMH, HEDIS DRR-E). From a baseline of 0 nothing can respond. */
export const isResponse = (baseline: number, now: number, dropFraction = HALF): boolean =>
  baseline > 0 && dropSince(baseline, now) >= baseline * dropFraction;

/** Remission: a total below 5 (CMS159, HEDIS DRR-E). */
export const isRemission = (instrument: Instrument, now: number): boolean => now < instrument.remissionBelow;

/** Improved: response, or a total below 10 (NYS OMH, MHIP). */
export const isImproved = (instrument: Instrument, baseline: number, now: number): boolean =>
  isResponse(baseline, now, instrument.response.dropFraction) || !isElevated(instrument, now);

/** A drop larger than the noise of measuring (English Talking Therapies). */
export const isReliableChange = (instrument: Instrument, baseline: number, now: number): boolean =>
  dropSince(baseline, now) >= instrument.reliableChange;

/** Deterioration: PHQ-9 +5, GAD-7 +4 from the best or the last total (domain.md §2.8, our proposal on the minimal important changes). */
export const deteriorated = (instrument: Instrument, bestOrLast: number, now: number): boolean =>
  now - bestOrLast >= instrument.deteriorationRise;
