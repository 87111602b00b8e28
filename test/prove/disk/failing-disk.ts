import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAtExit } from '../field/at-exit.js';
import { compilePreload } from '../field/preload.js';

/** `full`: no write is taken · `errors`: half of the writes and syncs of the log fail · `read-only`: as remounted by the kernel. */
export type Trouble = 'full' | 'errors' | 'read-only';

/** What a server is started with so that its disk can be brought into trouble (failing.c). */
export class FailingDisk {
  private readonly folder = mkdtempSync(join(tmpdir(), 'followthrough-disk-'));
  private readonly how = join(this.folder, 'how');
  readonly env: NodeJS.ProcessEnv;

  constructor(seed: number) {
    removeAtExit(this.folder);
    const library = join(this.folder, 'failing.so');
    compilePreload('test/prove/disk/failing.c', library);
    this.turn('well');
    this.env = { LD_PRELOAD: library, FAIL_AS: this.how, FAIL_SEED: String(seed) };
  }

  /** From the next call on. */
  turn(how: Trouble | 'well'): void {
    // Written over, never shortened: the server has it mapped.
    writeFileSync(this.how, how[0]!, { flag: this.isThere ? 'r+' : 'w' });
    this.isThere = true;
  }
  private isThere = false;

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
