import type { Problem } from './problem.js';

const MOST = 50;

/** Keeps of many problems the fifty that stand first, whichever order they are found in. */
export class FirstProblems {
  private readonly kept: { readonly place: string; readonly problem: Problem }[] = [];

  /** `place` sorts as text; of one place, what is found first stands first. */
  add(place: string, problem: Problem): void {
    const at = this.kept.findLastIndex((one) => one.place <= place) + 1;
    if (at < MOST) this.kept.splice(at, 0, { place, problem });
    if (this.kept.length > MOST) this.kept.pop();
  }

  list(): readonly Problem[] {
    return this.kept.map(({ problem }) => problem);
  }
}
