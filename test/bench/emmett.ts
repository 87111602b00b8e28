import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { longEpisodeOf, readAfresh } from './fold.js';
import { note, type Clinic } from './clinic.js';
import { compare, perSecond, type Measure } from './measure.js';

/** What we use of the event store of Emmett on SQLite. It comes with a native driver, so that it is installed apart (docs/performance.md). */
interface EmmettStore {
  appendToStream(stream: string, events: readonly { type: string; data: object }[]): Promise<unknown>;
  aggregateStream<S>(
    stream: string,
    fold: { evolve: (state: S, event: { type: string }) => S; initialState: () => S },
  ): Promise<unknown>;
}

const FOR_MS = 1200;
const GOAL = 5;
const DATA = { text: 'x'.repeat(800) };
const noteAdded = { type: 'NoteAdded', data: DATA };

async function openEmmett(installed: string, fileName: string): Promise<EmmettStore> {
  const path = createRequire(join(resolve(installed), 'from.js')).resolve('@event-driven-io/emmett-sqlite');
  const { getSQLiteEventStore } = await import(pathToFileURL(path).href);
  return getSQLiteEventStore({ fileName, schema: { autoMigration: 'CreateOrUpdate' } }) as EmmettStore;
}

/** The same two measures beside a peer that is an event store too: `installed` is the folder of its node_modules. */
export const besideEmmett = (installed: string): readonly ((clinic: Clinic) => Promise<Measure>)[] => [
  async function singleAppendBesideEmmett({ runtime, folder, episodes }) {
    const peer = await openEmmett(installed, join(folder, 'emmett-append.db'));
    let [ours, theirs] = [0, 0];
    return compare(
      'single append (a note) with sealing, chain and follow-up diff',
      () => perSecond(FOR_MS, 1, () => runtime.episodes.handle(episodes[ours++ % episodes.length]!, note())),
      'emmett-sqlite, one event to a stream',
      () => perSecond(FOR_MS, 1, () => peer.appendToStream(`note-${theirs++ % episodes.length}`, [noteAdded])),
      GOAL,
    );
  },
  async function longEpisodeBesideEmmett(clinic) {
    const { episodeId, events } = await longEpisodeOf(clinic);
    const peer = await openEmmett(installed, join(clinic.folder, 'emmett-fold.db'));
    await peer.appendToStream(
      'long',
      Array.from({ length: events }, () => noteAdded),
    );
    const count = { evolve: (seen: number) => seen + 1, initialState: () => 0 };
    return compare(
      `read, open and fold an episode of ${events} events`,
      () => perSecond(FOR_MS, 1, () => readAfresh(clinic, episodeId)),
      'emmett-sqlite, read and counted',
      () => perSecond(FOR_MS, 1, () => peer.aggregateStream('long', count)),
      GOAL,
    );
  },
];
