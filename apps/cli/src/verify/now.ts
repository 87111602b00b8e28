import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalDate } from '#care';
import type { EventStore } from '#event-store';
import { CommandFailed } from '../command.js';

/** Where the demo's clock keeps its time in the data folder, so that it stands still while the demo is down. */
const DEMO_CLOCK_FILE = 'clock';

/** The real clock's grace: within five minutes after any single failure. */
const GRACE_S = 300;
/** The demo's clock runs half a day in a second, and its wakers need one or two: three days are six seconds. */
const DEMO_GRACE_S = 3 * 86_400;

export interface Now {
  readonly at: Date;
  readonly graceMs: number;
  /** `told`: by --at. */
  readonly clock: 'told' | 'demo' | 'real';
}

/** Against which instant silence is judged: as told, else the demo's clock where there is one, else the present. */
export function nowOf(data: string, { at, grace }: { at?: string | undefined; grace?: string | undefined }): Now {
  const demo = demoClock(data);
  const graceMs = (grace === undefined ? (demo === null ? GRACE_S : DEMO_GRACE_S) : seconds(grace)) * 1_000;
  if (at !== undefined) return { at: instant(at, '--at'), graceMs, clock: 'told' };
  return demo === null ? { at: new Date(), graceMs, clock: 'real' } : { at: demo, graceMs, clock: 'demo' };
}

/** The demo's clock keeps its time once a second; the log may know a later one. */
export async function notBefore(now: Now, store: Pick<EventStore, 'head' | 'at'>): Promise<Now> {
  const head = now.clock === 'demo' ? await store.head() : null;
  const last = head && (await store.at(head.position));
  return last && last.recordedAt > now.at.toISOString() ? { ...now, at: new Date(last.recordedAt) } : now;
}

/** An instant as a person types it: ISO 8601 with Z or an offset, or a day. @throws CommandFailed */
export function instant(text: string, option: string): Date {
  const [, day] = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  const at = new Date(text);
  // Of itself 31 February would be read as 3 March.
  if (LocalDate.safeParse(day).success && !Number.isNaN(at.getTime())) return at;
  throw new CommandFailed(`${option} takes an instant such as 2027-03-05T13:00:00Z, not ${text}`, 2);
}

function seconds(text: string): number {
  const grace = Number(text);
  if (text.trim() !== '' && Number.isFinite(grace) && grace >= 0) return grace;
  throw new CommandFailed(`--grace takes seconds, not ${text}`, 2);
}

function demoClock(data: string): Date | null {
  try {
    const at = new Date(readFileSync(join(data, DEMO_CLOCK_FILE), 'utf8').trim());
    return Number.isNaN(at.getTime()) ? null : at;
  } catch {
    return null;
  }
}
