import { randomUUID } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { EpisodeCommand } from '#care';
import { systemClock } from '#door';
import { openRuntime } from '#runtime';
import { by, referralOf } from '../field/import-many.js';

/**
 * A process of its own: the real doors on a data folder, some people at once; each act that was recorded is acknowledged in a file. First
 * what it finds in the log, as to a person who sends again what a process before it never answered.
 */
const [dataDir = '', patients = '0'] = process.argv.slice(2);
const PEOPLE = 6;
const NOTES = 6;

const runtime = await openRuntime({ dataDir, clock: systemClock, env: process.env });
const acknowledgements = openSync(join(dataDir, 'acks'), 'a');
const acknowledge = (streamId: string, revision: number): void =>
  void writeSync(acknowledgements, `${streamId} ${revision}\n`);

const MOST_EVENTS = 100_000;
for (const { streamId, revision } of await runtime.store.readAll({ limit: MOST_EVENTS }))
  acknowledge(streamId, revision);

let left = Number(patients);
async function person(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const patientId = randomUUID();
    const registered = await runtime.patients.handle(patientId, by({ type: 'RegisterPatient', name: 'Test Patient' }));
    acknowledge(`patient-${patientId}`, registered.loaded.revision);
    const { episodeId, outcome } = await runtime.episodes.refer(by(referralOf(patientId)));
    acknowledge(`episode-${episodeId}`, outcome.loaded.revision);
    for (let n = 0; n < NOTES; n += 1) {
      const note: EpisodeCommand = { type: 'AddNote', text: 'a note' };
      const { loaded } = await runtime.episodes.handle(episodeId, by(note));
      acknowledge(`episode-${episodeId}`, loaded.revision);
    }
  }
}

await Promise.all(Array.from({ length: PEOPLE }, person));
// Not closed: a power cut finds it in the midst of its work.
process.exit(0);
