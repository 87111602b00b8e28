import { pause } from '#event-store';
import { checkpointIn, newestViews } from './check/newest.js';
import type { Views } from './generation.js';
import type { Place } from './place.js';

/** How often another process's progress is looked at: what was written is seen about so much later. */
const LOOKS_EVERY_MS = 200;

/**
 * For a while, tells again and again which views another process keeps complete, and how far the log is in them. What cannot be read now is
 * looked for at the next look.
 */
export async function lookOn(
  place: Place,
  { forMs, signal }: { forMs: number; signal: AbortSignal },
  seen: (views: Views, position: string | null) => void,
): Promise<void> {
  for (let spent = 0; spent < forMs && !signal.aborted; spent += LOOKS_EVERY_MS) {
    try {
      const views = await newestViews(place);
      if (views) seen(views, (await checkpointIn(views.reader))?.position ?? null);
    } catch {
      // The next look, or the next try to write, finds out.
    }
    await pause(LOOKS_EVERY_MS, signal);
  }
}
