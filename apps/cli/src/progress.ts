/** Where progress goes: standard error. */
export interface ProgressSink {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const WIDTH = 30;
/** Elsewhere than on a terminal, a line for each quarter. */
const QUARTERS = 4;

/** A bar on a terminal, plain lines elsewhere; `what` names that which is counted. */
export function progressOn(sink: ProgressSink, what: string): (done: number, all: number) => void {
  let told = 0;
  return (done, all) => {
    if (sink.isTTY) {
      const filled = Math.round((done / all) * WIDTH);
      sink.write(
        `\r[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done}/${all} ${what}${done === all ? '\n' : ''}`,
      );
      return;
    }
    const quarter = Math.floor((done / all) * QUARTERS);
    if (quarter > told) sink.write(`${done}/${all} ${what}\n`);
    told = quarter;
  };
}

const EVERY = 50_000;

/** A line that counts on a terminal, where the end is not known; elsewhere nothing. */
export function countingOn(sink: ProgressSink, what: string): { step(): void; done(): void } {
  let count = 0;
  const tell = (end: string): void => void sink.write(`\r${count.toLocaleString('en-US')} ${what}${end}`);
  return {
    step() {
      count += 1;
      if (sink.isTTY && count % EVERY === 0) tell('');
    },
    done() {
      if (sink.isTTY && count >= EVERY) tell('\n');
    },
  };
}
