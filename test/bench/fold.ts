import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { note, type Clinic } from './clinic.js';
import { compare, perSecond, type Measure } from './measure.js';

const EVENTS = 300;
const FOR_MS = 1200;

/** Filled up with notes. */
export async function longEpisodeOf({ runtime, episodes }: Clinic): Promise<{ episodeId: string; events: number }> {
  const episodeId = episodes[0]!;
  while ((await runtime.episodes.load(episodeId)).revision < EVENTS - 1)
    await runtime.episodes.handle(episodeId, note());
  return { episodeId, events: EVENTS };
}

export function readAfresh({ runtime }: Clinic, episodeId: string): Promise<unknown> {
  runtime.door.forget();
  return runtime.episodes.load(episodeId);
}

/** Reading, opening and folding one long episode from its first event, beside a bare select of the same rows. */
export async function longEpisode(clinic: Clinic): Promise<Measure> {
  const { episodeId, events } = await longEpisodeOf(clinic);
  const bare = new DatabaseSync(join(clinic.folder, 'data', 'events.db'), { readOnly: true });
  const select = bare.prepare('SELECT * FROM events WHERE stream_id = ? ORDER BY revision');
  const measure = await compare(
    `read, open and fold an episode of ${events} events`,
    () => perSecond(FOR_MS, 1, () => readAfresh(clinic, episodeId)),
    'bare select of the same rows',
    () => perSecond(FOR_MS, 1, async () => void select.all(`episode-${episodeId}`)),
    0.4,
  );
  bare.close();
  return measure;
}
