import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import { endAtExit } from './at-exit.js';

/** The folder of this checkout, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const CLI = `${ROOT}dist/apps/cli/src/main.js`;
const NODE = ['--disable-warning=ExperimentalWarning'];
/** Only from source can a piece of text be replaced; nothing that ships knows of it. */
export const FROM_SOURCE = [...NODE, '--conditions=source', '--import', `${ROOT}test/simulation/from-source.mjs`];

/** Arguments for node that come before a command of the product: as it is built, or from source with pieces replaced. */
export const productWith = (planted: readonly PlantedBug[]): string[] =>
  planted.length === 0 ? [...NODE, CLI] : [...FROM_SOURCE, `${ROOT}apps/cli/src/main.ts`];

const READY_MS = 90_000;
const STOP_MS = 60_000;
const MOST_LINES = 20_000;

/** `followthrough start` in a process of its own, as a person starts it. */
export class Server {
  /** Another one after each start. */
  url = '';
  /** What it told its operator, over all starts. */
  readonly lines: string[] = [];
  /** How often it ended by itself after it had been ready: neither killed nor told to stop. */
  crashes = 0;
  private child: ChildProcess | null = null;
  private stopping = false;

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  isRunning(): boolean {
    return this.child !== null;
  }

  /** True when it is ready, false when a SIGKILL was quicker. @throws when it ends otherwise, or does neither in time */
  async start(planted: readonly PlantedBug[] = []): Promise<boolean> {
    const child = spawn(process.execPath, [...productWith(planted), 'start', '--json'], {
      cwd: ROOT,
      env: { ...this.env, PLANTED_BUG: JSON.stringify(planted) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    endAtExit(child);
    this.child = child;
    this.stopping = false;
    child.once('exit', () => (this.child = this.child === child ? null : this.child));
    createInterface({ input: child.stderr }).on('line', (line) => this.keep(line));
    return new Promise<boolean>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (!line.startsWith('{"url"')) return this.keep(line);
        this.url = (JSON.parse(line) as { url: string }).url;
        child.once('exit', (_code, signal) => (this.crashes += signal === 'SIGKILL' || this.stopping ? 0 : 1));
        resolve(true);
      });
      const failed = (how: string): void => reject(new Error(`the server ${how}: ${this.lines.slice(-9).join('\n')}`));
      child.once('exit', (code, signal) => (signal === 'SIGKILL' ? resolve(false) : failed(`ended with ${code}`)));
      setTimeout(failed, READY_MS, 'is not ready in time').unref();
    });
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.gone();
  }

  /** SIGTERM; resolves when it has closed everything, or was killed because it never came to that. */
  async stop(): Promise<void> {
    this.stopping = true;
    const late = setTimeout(() => this.child?.kill('SIGKILL'), STOP_MS);
    this.child?.kill('SIGTERM');
    await this.gone();
    clearTimeout(late);
  }

  /** Resolves when it has ended, by whatever. */
  async gone(): Promise<void> {
    if (this.child) await once(this.child, 'exit');
  }

  private keep(line: string): void {
    this.lines.push(line);
    if (this.lines.length > MOST_LINES) this.lines.shift();
  }
}
