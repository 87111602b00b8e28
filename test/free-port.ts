import { createServer } from 'node:net';

/** A port that nobody has at this moment: any, or the wished one, which is null when somebody has it. */
export function freePort(): Promise<number>;
export function freePort(wished: number): Promise<number | null>;
export function freePort(wished = 0): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen(wished, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
