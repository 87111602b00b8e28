import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of chance: the same seeds tell the same lives on every machine. */
export class Chance {
  private readonly generator;

  constructor(...seeds: readonly number[]) {
    this.generator = xoroshiro128plus(
      seeds.reduce((mixed, seed) => Math.imul(mixed ^ seed, 0x9e3779b1) >>> 0, 0x2545f491),
    );
  }

  /** From 0 (inclusive) to 1. */
  next(): number {
    return uniformFloat64(this.generator);
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** An integer from `low` to `high`, both inclusive. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** One of the keys, as often as its weight says. */
  oneOf<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return entries[entries.length - 1]![0];
  }
}
