import { DEFAULT_PATHWAY, localDate, localTime } from '#care';
import { SEED_ORGANISATION, systemClock } from '#door';
import { openRuntime } from '#runtime';
import { by, importMany } from './import-many.js';

const MINUTE = 60_000;
/** A clinic's day may begin between five and noon. */
const EARLIEST_HOUR = 6;
const LATEST_HOUR = 11;

/** The first whole minute after so long, and a zone in which it lies in the morning. */
export function morningSoon(inMs: number): { at: Date; zone: string } {
  const at = new Date(Math.ceil((Date.now() + inMs) / MINUTE) * MINUTE);
  for (let offset = -11; offset <= 12; offset += 1) {
    const zone = `Etc/GMT${offset < 0 ? '+' : '-'}${Math.abs(offset)}`;
    const hour = Number(localTime(at.toISOString(), zone).slice(0, 2));
    if (hour >= EARLIEST_HOUR && hour < LATEST_HOUR) return { at, zone };
  }
  throw new Error('it is nowhere morning'); // it always is
}

/** Through the door, while no server runs: so many episodes with an appointment on the day whose morning begins at `at`; answers their ids. */
export async function bookMany(
  { dataDir, env }: { readonly dataDir: string; readonly env: NodeJS.ProcessEnv },
  count: number,
  { at, zone }: { readonly at: Date; readonly zone: string },
): Promise<string[]> {
  const runtime = await openRuntime({ dataDir, clock: systemClock, env, zone });
  try {
    const [hours, minutes] = localTime(at.toISOString(), zone).split(':').map(Number);
    const pathway: any = structuredClone(DEFAULT_PATHWAY);
    pathway.parameters['day.starts'].value = hours! * 60 + minutes!;
    const adopted = await runtime.organisations.handle(
      SEED_ORGANISATION,
      by({ type: 'AdoptPathway', pathway }, 'admin-1'),
    );
    if (adopted.kind !== 'appended') throw new Error(`the pathway was not adopted: ${JSON.stringify(adopted)}`);
    const on = localDate(at.toISOString(), zone);
    return await importMany(runtime, count, () => [{ type: 'BookAppointment', on, withWhom: 'care-manager' }]);
  } finally {
    await runtime.close();
  }
}
