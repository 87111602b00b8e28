import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TemporalServerProcess, type ServerProcessOptions } from '#orchestration';
import { obtainTemporal } from '../../../tools/temporal.mjs';
import { freePort } from '../../free-port.js';
import { endPidAtExit } from './at-exit.js';

const MOST_STARTS = 4;
const AGAIN_MS = 1_000;

/** The official Temporal server on a file of its own; one port over all its starts. */
export class Engine {
  private running: TemporalServerProcess | null = null;

  private constructor(private readonly options: ServerProcessOptions) {
    endPidAtExit(this, () => this.running?.pid() ?? null);
  }

  /** @throws when there is no Temporal server to be had */
  static async in(folder: string): Promise<Engine> {
    const cli = await obtainTemporal();
    if (!cli) throw new Error('no Temporal server is to be had: without it nothing is proved');
    return new Engine({
      binary: cli.path,
      dbFile: join(folder, 'temporal.db'),
      pidFile: join(folder, 'temporal.pid'),
      port: await freePort(),
      uiPort: await freePort(),
      operator: { info: () => undefined, warn: () => undefined },
    });
  }

  get port(): number {
    return this.options.port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get dbFile(): string {
    return this.options.dbFile;
  }

  /** Its database and what SQLite keeps beside it. */
  get files(): string[] {
    return ['', '-wal', '-shm'].map((end) => this.options.dbFile + end);
  }

  /** For its parts it looks for ports itself; another that starts at the same moment may be quicker. */
  async start(): Promise<void> {
    for (let tries = 1; ; tries += 1)
      try {
        this.running = new TemporalServerProcess(this.options);
        return await this.running.start();
      } catch (error) {
        await this.stop();
        if (tries === MOST_STARTS) throw error;
        await sleep(AGAIN_MS);
      }
  }

  async stop(): Promise<void> {
    await this.running?.stop();
    this.running = null;
  }

  /** SIGKILL; it is not restarted before somebody says so. */
  async kill(): Promise<void> {
    const pid = this.running?.pid();
    if (pid) process.kill(pid, 'SIGKILL');
    await this.stop();
  }

  /** While it is down: copies its files; what it answers puts them back, also while it is down. */
  copy(): () => void {
    const kept = this.files.filter((file) => existsSync(file));
    for (const file of kept) copyFileSync(file, `${file}.old`);
    return () => {
      this.forget();
      for (const file of kept) copyFileSync(`${file}.old`, file);
    };
  }

  /** While it is down: everything it knew is gone. */
  forget(): void {
    for (const file of this.files) rmSync(file, { force: true });
  }
}
