/** One line of the report. `ratio` is the median over rounds in which ours and the peer took turns. */
export interface Measure {
  readonly measure: string;
  /** Per second. */
  readonly ours: number;
  readonly peer: string | null;
  readonly peerFigure: number | null;
  readonly ratio: number | null;
  readonly goal: number | null;
  /** How late others got their turn while ours ran, 99th percentile. */
  readonly eventLoopDelayP99Ms?: number;
}

export type Rate = () => Promise<number>;

const ROUNDS = 5;

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Ours and the peer in turns, so that a noisy machine is noisy for both. */
export async function compare(measure: string, ours: Rate, peer: string, bare: Rate, goal: number): Promise<Measure> {
  const rounds: { ours: number; bare: number }[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const figures = { bare: await bare(), ours: await ours() };
    // The first round warms both up.
    if (round > 0) rounds.push(figures);
  }
  return {
    measure,
    ours: Math.round(median(rounds.map((r) => r.ours))),
    peer,
    peerFigure: Math.round(median(rounds.map((r) => r.bare))),
    ratio: Math.round(median(rounds.map((r) => r.ours / r.bare)) * 100) / 100,
    goal,
  };
}

/** Runs `act` for about so many milliseconds, `callers` at a time, and answers how many ended in a second. */
export async function perSecond(
  forMs: number,
  callers: number,
  act: (caller: number) => Promise<unknown>,
): Promise<number> {
  const began = performance.now();
  let done = 0;
  const caller = async (n: number): Promise<void> => {
    while (performance.now() - began < forMs) {
      await act(n);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, n) => caller(n)));
  return (done * 1000) / (performance.now() - began);
}
