import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

const children = new Set<ChildProcess>();

/** A child that must not outlive this process, whatever ends it. */
export function endAtExit(child: ChildProcess): void {
  children.add(child);
  child.once('exit', () => children.delete(child));
}

const detached = new Map<object, () => number | null>();

/** The same for a process that somebody else holds; `pidOf` answers null while it is down. */
export function endPidAtExit(holder: object, pidOf: () => number | null): void {
  detached.set(holder, pidOf);
}

const folders = new Set<string>();

/** A folder that is of no use once this process is gone. */
export function removeAtExit(folder: string): void {
  folders.add(folder);
}

process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const pidOf of detached.values()) {
    const pid = pidOf();
    if (pid !== null) process.kill(pid, 'SIGKILL');
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
