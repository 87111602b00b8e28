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
