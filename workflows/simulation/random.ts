/** A seeded source of chance (mulberry32), so that each failing run can be run again. */
export class Chance {
  constructor(private seed: number) {}

  /** From 0 (inclusive) to 1. */
  next(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  upTo(most: number): number {
    return this.next() * most;
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }
}
