import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { endAtExit } from '../prove/field/at-exit.js';

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
const STOP_MS = 60_000;
const LINES_KEPT = 2_000;

/** One native program of the topology. */
export class Program {
  readonly lines: string[] = [];
  private child: ChildProcess | null = null;

  constructor(private readonly options: ProgramOptions) {}

  get name(): string {
    return this.options.name;
  }

  /** Resolves with the line that said it was ready. @throws when it ends before, or says nothing in time */
  async start(): Promise<string> {
    const { name, command, args, env, cwd, isReady, readyWithinMs = READY_MS } = this.options;
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    endAtExit(child);
    child.once('exit', () => {
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

  /** SIGTERM, and its end; SIGKILL when it never comes to that. */
  async stop(): Promise<void> {
    const late = setTimeout(() => this.child?.kill('SIGKILL'), STOP_MS);
    await this.end('SIGTERM');
    clearTimeout(late);
  }

  /** Resolves when it has ended, by whatever. */
  async gone(): Promise<void> {
    if (this.child) await once(this.child, 'exit');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    this.child?.kill(signal);
    await this.gone();
  }
}
