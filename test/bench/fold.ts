import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { note, type Clinic } from './clinic.js';
import { compare, perSecond, type Measure } from './measure.js';

const EVENTS = 300;
const FOR_MS = 1200;

/** Reading, opening and folding one long episode from its first event, beside a bare select of the same rows. */
export async function longEpisode({ runtime, folder, episodes }: Clinic): Promise<Measure> {
  const episodeId = episodes[0]!;
  while ((await runtime.episodes.load(episodeId)).revision < EVENTS - 1)
    await runtime.episodes.handle(episodeId, note());
  const bare = new DatabaseSync(join(folder, 'data', 'events.db'), { readOnly: true });
  const select = bare.prepare('SELECT * FROM events WHERE stream_id = ? ORDER BY revision');
  const measure = await compare(
    `read, open and fold an episode of ${EVENTS} events`,
    () =>
      perSecond(FOR_MS, 1, () => {
        runtime.door.forget();
        return runtime.episodes.load(episodeId);
      }),
    'bare select of the same rows',
    () => perSecond(FOR_MS, 1, async () => void select.all(`episode-${episodeId}`)),
    0.4,
  );
  bare.close();
  return measure;
}
