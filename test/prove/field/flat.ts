/** One measure over a run: where it stood at its middle, and what was gained since, by the straight line through the second half. */
export interface Course {
  readonly middle: number;
  readonly gained: number;
}

/** By least squares over the second half of the samples, which were taken at even distances; the first half is for caches to fill. */
export function courseOf(samples: readonly number[]): Course {
  const half = samples.slice(Math.floor(samples.length / 2));
  const last = half.length - 1;
  const [meanX, meanY] = [last / 2, half.reduce((sum, y) => sum + y, 0) / half.length];
  const spread = half.reduce((sum, _, x) => sum + (x - meanX) ** 2, 0);
  const slope = half.reduce((sum, y, x) => sum + (x - meanX) * (y - meanY), 0) / (spread || 1);
  return { middle: meanY - slope * meanX, gained: slope * last };
}
