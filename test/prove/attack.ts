import type { Luck } from '../simulation/chance.js';

export type Size = 'tiny' | 'short' | 'full';

/** What an attack gets: how big it may be, chance by a seed, and a way to say how far it is. */
export interface Order {
  readonly size: Size;
  readonly seed: number;
  readonly luck: Luck;
  readonly say: (line: string) => void;
}

export interface Outcome {
  /** Whether the goal was reached. */
  readonly holds: boolean;
  /** What was seen: counts and seconds. */
  readonly figure: Readonly<Record<string, unknown>>;
}

/** The same attack on a product with one defence broken: it must not hold, or the attack proves nothing. */
export interface Control {
  readonly broken: string;
  /** The count of the figure that this defence keeps at 0. */
  readonly by: string;
  run(order: Order): Promise<Outcome>;
}

export interface Attack {
  readonly name: string;
  readonly goal: string;
  run(order: Order): Promise<Outcome>;
  readonly controls: readonly Control[];
  /** What it measures needs the whole machine. The others, and all controls, go on beside each other. */
  readonly alone?: true;
}
