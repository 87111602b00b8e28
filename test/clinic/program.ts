import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ProgramOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Whether a line on stdout or stderr says that it is ready; absent: somebody else finds out. */
  readonly isReady?: (line: string) => boolean;
  readonly readyWithinMs?: number;
}

const READY_MS = 90_000;
const LINES_KEPT = 2_000;
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** One native program of the topology. */
export class Program {
  readonly lines: string[] = [];
  private child: ChildProcess | null = null;

  constructor(private readonly options: ProgramOptions) {}

  /** Resolves with the line that said it was ready. @throws when it ends before, or says nothing in time */
  async start(): Promise<string> {
    const { name, command, args, env, cwd, isReady, readyWithinMs = READY_MS } = this.options;
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    running.add(child);
    child.once('exit', () => {
      running.delete(child);
      if (this.child === child) this.child = null;
    });
    const ready = Promise.withResolvers<string>();
    if (!isReady) ready.resolve('');
    const failed = (how: string): void =>
      ready.reject(new Error(`${name} ${how}\n${this.lines.slice(-12).join('\n')}`));
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        if (this.lines.length > LINES_KEPT) this.lines.shift();
        if (isReady?.(line)) ready.resolve(line);
      });
    child.once('error', (error) => failed(`cannot be started: ${error.message}`));
    child.once('exit', (code, signal) => failed(`ended (${code ?? signal}) before it was ready`));
    const timer = setTimeout(failed, readyWithinMs, 'is not ready in time');
    return ready.promise.finally(() => clearTimeout(timer));
  }

  /** SIGKILL, and its end. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** SIGTERM, and its end. */
  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}
