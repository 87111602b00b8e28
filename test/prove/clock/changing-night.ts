import { setTimeout as sleep } from 'node:timers/promises';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Order, Outcome } from '../attack.js';
import { Ground, until } from '../field/ground.js';
import { RaiseWatch } from './raise-watch.js';
import { localInstant, nextChange, shownIn } from './zones.js';

const EPISODES = { tiny: 2, short: 5, full: 50 } as const;
const MORNING = '08:00';
/** So long before, everybody is made to look; the notes that do it are written by then. */
const BEFORE_MS = 8_000;
const WITHIN_MS = 60_000;

/**
 * The night in which a zone's clock is changed, in a clinic that has this zone: appointments on the day before and on the day after. Both are
 * announced at eight in the morning as a clock on the wall there shows it, not an hour before and not an hour after.
 */
export async function changingNight({ size }: Order, zone: string, planted: readonly PlantedBug[]): Promise<Outcome> {
  const change = nextChange(zone, Date.now());
  const mornings = [localInstant(zone, change, -1, MORNING), localInstant(zone, change, 1, MORNING)] as const;
  const shiftMs = mornings[0] - 3_600_000 - Date.now();
  const ground = await Ground.begin({ shiftMs, planted, env: { TZ: zone } });
  const { client, clock } = ground;
  const watch = new RaiseWatch(ground.dataDir, clock!);
  try {
    await ground.connected();
    const episodes: string[] = [];
    for (const morning of mornings)
      for (let n = 0; n < EPISODES[size]; n += 1) {
        const body = { on: shownIn(zone, morning).slice(0, 10), withWhom: 'care-manager' };
        const episodeId = await client.refer();
        await client.act(episodeId, 'appointments', 'AppointmentBooked', body);
        episodes.push(episodeId);
      }
    const appointments = (): string[] =>
      watch.raises.filter(({ kind }) => kind === 'appointment').map(({ at }) => shownIn(zone, Date.parse(at)));
    const slowestS: number[] = [];
    // Mornings of which nobody was told within a minute: once the clock is set on, what was late is raised all the same.
    let silent = 0;
    const look = async (): Promise<void> => {
      client.signOut();
      await Promise.all(episodes.map((id) => client.act(id, 'notes', 'NoteAdded', { text: 'a note' })));
      await sleep(BEFORE_MS);
    };
    for (const [n, morning] of mornings.entries()) {
      // An hour before: that is when it would be by the clock that was not changed.
      for (const early of [3_600_000, 0]) {
        clock!.set(morning - early - BEFORE_MS);
        await look();
      }
      const began = Date.now();
      const wall = shownIn(zone, morning);
      const all = (): boolean => appointments().filter((at) => at === wall).length === EPISODES[size];
      await until(all, `the appointments of day ${n} are announced`, WITHIN_MS).catch(() => (silent += 1));
      slowestS.push(Math.round((Date.now() - began) / 1000));
    }
    await ground.quiet(WITHIN_MS);
    watch.end();
    const { early, wentBack } = watch;
    const walls = mornings.map((morning) => shownIn(zone, morning));
    const announced = walls.map((wall) => appointments().filter((at) => at === wall).length);
    const outcome = ground.judged(
      { zone, walls, announced, slowestS, silent, earlyByItsClock: early, wentBack },
      Infinity,
    );
    const isWhole = announced.every((count) => count === EPISODES[size]);
    return { ...outcome, holds: outcome.holds && isWhole && silent + early + wentBack === 0 };
  } finally {
    watch.end();
    await ground.end();
  }
}
