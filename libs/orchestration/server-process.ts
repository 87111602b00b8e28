import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { backOff, pause } from './pause.js';
import type { OperatorLog } from './ports.js';
import { SEARCH_ATTRIBUTE_FLAGS } from './search-attributes.js';

export interface ServerProcessOptions {
  /** The official CLI. */
  readonly binary: string;
  readonly dbFile: string;
  /** Remembers the server between two starts of ours, so that one left behind by a SIGKILL is ended. */
  readonly pidFile: string;
  readonly port: number;
  readonly uiPort: number;
  readonly ip?: string;
  readonly extraArguments?: readonly string[];
  readonly startMs?: number;
  readonly operator: OperatorLog;
  /** What it inherits, without our own variables; default: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

const STOP_MS = 20_000;
const STEADY_MS = 60_000;
const POLL_MS = 50;

/** The official development server as our child, in its own process group so that Ctrl-C reaches us first. */
export class TemporalServerProcess {
  private child: ChildProcess | null = null;
  private wanted = false;
  private readonly ip: string;
  private stopping = new AbortController();
  private restart: Promise<void> | null = null;
  private crashes = 0;

  private readonly options: ServerProcessOptions;

  constructor(options: ServerProcessOptions) {
    // Absolute: on its command line it tells our server from that of another folder.
    this.options = { ...options, dbFile: resolve(options.dbFile) };
    this.ip = options.ip ?? '127.0.0.1';
  }

  get address(): string {
    return `${this.ip}:${this.options.port}`;
  }

  /** Resolves when the port is open. @throws when somebody else holds the port, or when it does not come up; then it is tried again. */
  async start(): Promise<void> {
    await this.endLeftover();
    if (await this.isListening()) throw new Error(`port ${this.options.port} is in use by another program`);
    this.wanted = true;
    this.stopping = new AbortController();
    await this.launch();
  }

  /** Asks it to end and waits until its process is gone: only then may its files be touched. It is not restarted. */
  async stop(): Promise<void> {
    this.wanted = false;
    this.stopping.abort();
    if (this.child?.pid !== undefined && this.child.exitCode === null)
      await endGently(this.child.pid, () => this.child === null);
    await this.restart;
    rmSync(this.options.pidFile, { force: true });
  }

  /** Null while it is down. */
  pid(): number | null {
    return this.child?.pid ?? null;
  }

  isRunning(): boolean {
    return this.child !== null;
  }

  /** Whether it is started again whenever it ends. */
  isKeptUp(): boolean {
    return this.wanted;
  }

  private async launch(): Promise<void> {
    const { binary, pidFile, dbFile, env = process.env } = this.options;
    const child = spawn(binary, this.arguments(), { detached: true, stdio: 'ignore', env: withoutOurs(env) });
    this.child = child;
    const startedAt = Date.now();
    child.once('error', () => this.onEnd(child, startedAt));
    child.once('exit', () => this.onEnd(child, startedAt));
    if (child.pid === undefined) await once(child, 'error').then(([error]) => Promise.reject(error as Error));
    writeFileSync(pidFile, JSON.stringify({ pid: child.pid, dbFile }));
    await this.waitForPort(child);
  }

  private arguments(): string[] {
    const { port, uiPort, dbFile, extraArguments = [] } = this.options;
    return [
      ...[
        'server',
        'start-dev',
        '--ip',
        this.ip,
        '--port',
        String(port),
        '--ui-port',
        String(uiPort),
        '--db-filename',
        dbFile,
      ],
      ...['--log-level', 'error', '--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'],
      ...SEARCH_ATTRIBUTE_FLAGS.flatMap((flag) => ['--search-attribute', flag]),
      ...extraArguments,
    ];
  }

  private onEnd(child: ChildProcess, startedAt: number): void {
    if (this.child !== child) return;
    this.child = null;
    if (!this.wanted) return;
    if (Date.now() - startedAt > STEADY_MS) this.crashes = 0;
    if (!this.restart) this.options.operator.warn('the Temporal server ended; starting it again');
    this.restart ??= this.again().finally(() => (this.restart = null));
  }

  private async again(): Promise<void> {
    const { signal } = this.stopping;
    while (this.wanted && this.child === null && !signal.aborted) {
      await pause(backOff(this.crashes, 30_000), signal);
      this.crashes += 1;
      if (!this.wanted) return;
      await this.launch().catch((error: Error) =>
        this.options.operator.warn(`the Temporal server does not start: ${error.message}`),
      );
    }
  }

  private async waitForPort(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + (this.options.startMs ?? 60_000);
    while (Date.now() < deadline) {
      if (this.child !== child) throw new Error('the Temporal server ended while starting');
      if (await this.isListening()) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error('the Temporal server did not open its port in time');
  }

  private isListening(): Promise<boolean> {
    return new Promise((tell) => {
      const socket = connect({ host: this.ip, port: this.options.port });
      const answer = (open: boolean): void => {
        socket.destroy();
        tell(open);
      };
      socket.once('connect', () => answer(true));
      socket.once('error', () => answer(false));
    });
  }

  /** A server that outlived a SIGKILL of ours: ended by its pid, after its command line showed that it is the one on our file. */
  private async endLeftover(): Promise<void> {
    const { pidFile, dbFile, operator } = this.options;
    const pid = leftoverPid(pidFile, dbFile);
    if (pid !== null) {
      operator.info('ending the Temporal server that an earlier run left behind');
      await endGently(pid, () => !isOurs(pid, dbFile));
    }
    rmSync(pidFile, { force: true });
  }
}

/** Our own variables hold secrets, the master key among them, and are nothing to another program. */
const withoutOurs = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('FOLLOWTHROUGH_')));

function leftoverPid(pidFile: string, dbFile: string): number | null {
  try {
    const { pid } = JSON.parse(readFileSync(pidFile, 'utf8')) as { pid: number };
    return Number.isSafeInteger(pid) && pid > 1 && isOurs(pid, dbFile) ? pid : null;
  } catch {
    return null; // no such file, or not readable: nothing was left behind that we could prove to be ours
  }
}

/** Pids are used again: only a process whose command line names this server and this file is ours. */
function isOurs(pid: number, dbFile: string): boolean {
  const command = commandLine(pid);
  return command.includes('start-dev') && command.includes(dbFile);
}

function commandLine(pid: number): string {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : execFileSync('ps', ['-p', String(pid), '-o', 'command='], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        });
  } catch {
    return '';
  }
}

async function endGently(pid: number, gone: () => boolean): Promise<void> {
  kill(pid, 'SIGTERM');
  if (await becomes(gone, STOP_MS)) return;
  kill(pid, 'SIGKILL');
  await becomes(gone, STOP_MS);
}

async function becomes(condition: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (!condition() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  return condition();
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // already gone
  }
}
