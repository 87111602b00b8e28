import { randomUUID } from 'node:crypto';
import { EventStoreError, type EventStore, type FrozenBatch, type FrozenEvent } from '#event-store';
import { call, type Clinic } from './clinic.js';

/** Calls of each patient, after the months that the clinic begins with. */
const CALLS = 8;
/** Episodes in treatment at the same time: the events of so many lie between one another in the log. */
const TOGETHER = 100;
/** Of each, so many lie together: some visits. */
const IN_ONE_APPEND = 16;

type Opened = ReturnType<Clinic['runtime']['codec']['read']>;

/** One person's record and episode. */
interface Life {
  readonly patientId: string;
  readonly episodeId: string;
  readonly streams: readonly (readonly Opened[])[];
}

/**
 * Lengthens the log of a clinic to at least so many events: its patients are called, and what the doors recorded of them is copied under other
 * ids, sealed and hashed anew, many episodes at a time.
 */
export async function liveOn(clinic: Clinic, events: number): Promise<void> {
  for (const episodeId of clinic.episodes)
    for (let n = 0; n < CALLS; n += 1) await clinic.runtime.episodes.handle(episodeId, call());
  const lives = await Promise.all(clinic.episodes.map((episodeId) => lifeOf(episodeId, clinic)));
  // Positions count the events of this log one by one.
  let written = Number((await clinic.runtime.store.head())!.position);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (written < events) {
      const life = lives[next++ % lives.length]!;
      // Counted before it is written: others write meanwhile.
      written += life.streams.flat().length;
      await copy(life, clinic);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, lane));
}

async function lifeOf(episodeId: string, { runtime: { store, codec } }: Clinic): Promise<Life> {
  const read = async (streamId: string): Promise<Opened[]> =>
    (await store.readStream(streamId)).map((event) => codec.read(event));
  const episode = await read(`episode-${episodeId}`);
  const { patientId } = episode[0]!.facts as { patientId: string };
  return { patientId, episodeId, streams: [await read(`patient-${patientId}`), episode] };
}

/** The same life of another person. Sealed with the key of the one it is copied from. */
async function copy({ patientId, episodeId, streams }: Life, { runtime: { store, codec } }: Clinic): Promise<void> {
  const [otherPatient, otherEpisode] = [randomUUID(), randomUUID()];
  const renamed = (text: string): string =>
    text.replaceAll(patientId, otherPatient).replaceAll(episodeId, otherEpisode);
  for (const stream of streams) {
    let last: FrozenEvent | undefined;
    for (let from = 0; from < stream.length; from += IN_ONE_APPEND) {
      const events = stream.slice(from, from + IN_ONE_APPEND);
      const { streamId, recordedAt, actor, actorRole, organisation, site, pin } = events[0]!;
      const frozen = codec.freeze({
        ...{
          streamId: renamed(streamId),
          subject: `patient:${patientId}`,
          recordedAt,
          actor,
          actorRole,
          organisation,
          site,
          pin,
        },
        expected: last?.revision ?? 'no-stream',
        lastHash: last?.hash ?? null,
        lastRecordedAt: last?.recordedAt ?? null,
        newId: randomUUID,
        events: events.map((event) => ({
          ...event,
          facts: JSON.parse(renamed(JSON.stringify(event.facts))) as unknown,
        })),
      });
      await appended(frozen, store);
      last = frozen.events.at(-1);
    }
  }
}

/** On a busy machine the writer may not answer in time: the same bytes sent again count once. */
async function appended(batch: FrozenBatch, store: EventStore): Promise<void> {
  try {
    await store.append(batch);
  } catch (error) {
    if (!(error instanceof EventStoreError && error.code === 'outcome-unknown')) throw error;
    await appended(batch, store);
  }
}
