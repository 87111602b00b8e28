/** For `in (…)`, which holds one at least: the last is said again until their number is a power of two, so that few statements differ. */
export function idList<V>(values: readonly [V, ...V[]] | readonly V[]): V[] {
  const length = 2 ** Math.ceil(Math.log2(values.length));
  return Array.from({ length }, (_, n) => values[n] ?? (values.at(-1) as V));
}
