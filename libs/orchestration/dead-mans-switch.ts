import type { OperatorLog } from './ports.js';

export interface DeadMansSwitchParts {
  /** Who is told that all is well; whoever watches from outside raises the alarm when the calls stop. */
  readonly url: string;
  readonly operator: OperatorLog;
  /** Least time between two calls; default one minute. */
  readonly everyMs?: number;
  readonly call?: (url: string) => Promise<unknown>;
  /** Milliseconds by a clock that nobody sets; default: the machine's. */
  readonly now?: () => number;
}

const EVERY_MS = 60_000;
const ANSWERED_WITHIN_MS = 10_000;

/** Called after each clean look of the watchdog; passes it on to the URL. A failing call harms nothing and is said once. */
export function deadMansSwitch(parts: DeadMansSwitchParts): () => void {
  const { url, operator, everyMs = EVERY_MS, call = get, now = () => performance.now() } = parts;
  let last = -Infinity;
  let failing = false;
  return () => {
    if (now() - last < everyMs) return;
    last = now();
    call(url).then(
      () => {
        if (failing) operator.info('the dead-man’s switch is reached again');
        failing = false;
      },
      (error: unknown) => {
        if (!failing) operator.warn(`the dead-man’s switch is not reached (${(error as Error).name})`);
        failing = true;
      },
    );
  };
}

async function get(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWERED_WITHIN_MS) });
  await response.body?.cancel();
  if (!response.ok) throw Object.assign(new Error('refused'), { name: `Status${response.status}` });
}
