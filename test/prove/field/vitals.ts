import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { Server } from './server.js';

/** What a process holds on to at one moment. */
export interface Vital {
  /** Live bytes, after a collection: what is garbage does not count. */
  readonly heap: number;
  readonly resident: number;
  readonly descriptors: number;
}

/** Environment of a process whose vitals are to be taken. */
export const WATCHED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' } as const;
const ITS_ADDRESS = /^Debugger listening on (ws:\S+)$/;
const ANSWER_MS = 30_000;

/** Looks at a server from outside: through /proc and through the debugger that it was started with. */
export class Vitals {
  private asked = 0;

  private constructor(
    private readonly pid: number,
    private readonly debug: WebSocket,
  ) {}

  static async of({ pid, lines }: Server): Promise<Vitals> {
    const address = lines.map((line) => ITS_ADDRESS.exec(line)?.[1]).find((found) => found !== undefined);
    if (!pid || !address) throw new Error('the server was not started to be watched');
    const debug = new WebSocket(address);
    await once(debug, 'open', { signal: AbortSignal.timeout(ANSWER_MS) });
    return new Vitals(pid, debug);
  }

  async take(): Promise<Vital> {
    await this.ask('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize } = await this.ask('Runtime.getHeapUsage');
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1];
    return {
      heap: usedSize + backingStorageSize,
      resident: Number(resident) * 1024,
      descriptors: readdirSync(`/proc/${this.pid}/fd`).length,
    };
  }

  close(): void {
    this.debug.close();
  }

  private async ask(method: string): Promise<any> {
    const id = (this.asked += 1);
    const answers = new AbortController();
    try {
      return await new Promise((resolve, reject) => {
        const late = (): void => reject(new Error(`${method} was not answered`));
        setTimeout(late, ANSWER_MS).unref();
        const listen = ({ data }: MessageEvent): void => {
          const answer = JSON.parse(String(data)) as { id?: number; result?: unknown };
          if (answer.id === id) resolve(answer.result);
        };
        this.debug.addEventListener('message', listen, { signal: answers.signal });
        this.debug.addEventListener('close', late, { signal: answers.signal });
        this.debug.send(JSON.stringify({ id, method }));
      });
    } finally {
      answers.abort();
    }
  }
}
