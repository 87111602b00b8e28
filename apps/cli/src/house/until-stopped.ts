import { say } from '../command.js';

/** How a command ends that starts a server. */
export const ENDINGS = `
Exit codes: 0 stopped as asked · 1 the master key at hand is another one · 2 a setting is wrong · 3 the data folder, the log, the keys or
the address cannot be had.`;

/** Waits for Ctrl-C or a termination, then closes in order; a second signal does not cut the closing short. */
export async function untilStopped(house: { close(): Promise<void> }): Promise<void> {
  // Whoever collects what is printed may go, or have a full disk: follow-ups are raised all the same.
  process.stdout.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  say('stopping …');
  await house.close();
  say('stopped');
}
