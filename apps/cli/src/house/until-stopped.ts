import { say } from '../command.js';

/** Waits for Ctrl-C or a termination, then closes in order; a second signal does not cut the closing short. */
export async function untilStopped(house: { close(): Promise<void> }): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  say('stopping …');
  await house.close();
  say('stopped');
}
