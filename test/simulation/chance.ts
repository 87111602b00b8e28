import { Chance } from '../../workflows/simulation/random.js';

/** Chance with the questions that lives ask. */
export class Luck extends Chance {
  /** A whole number from 0 up to, not including, `most`. */
  below(most: number): number {
    return Math.floor(this.next() * most);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  /** One of them, each as likely as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    let left = this.upTo(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, choice] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    return choices.at(-1)![1];
  }

  /** How long until the next happening of a kind that comes every `mean` milliseconds on average. */
  wait(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }
}

/** A stream of chance of its own for each purpose, so that one fault more does not shift all others. */
export function luckFor(seed: number, episode: number, purpose: string): Luck {
  let state = Math.imul(seed, 0x9e3779b1) ^ Math.imul(episode + 1, 0x85ebca6b);
  for (const letter of purpose) state = Math.imul(state ^ letter.codePointAt(0)!, 0xc2b2ae35);
  return new Luck(state ^ (state >>> 15));
}
