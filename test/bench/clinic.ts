import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { EpisodeCommand } from '#care';
import { SEED_ORGANISATION, SEED_SITE, systemClock, type Envelope } from '#door';
import { openRuntime, type OpenRuntime } from '#runtime';

/** A real runtime on disk with so many episodes in treatment, each with some sixty events. */
export interface Clinic {
  readonly runtime: OpenRuntime;
  readonly folder: string;
  readonly episodes: readonly string[];
  close(): Promise<void>;
}

const HOUR = 3_600_000;
export const by = <C>(command: C, hoursAgo?: number): Envelope<C> => ({
  commandId: randomUUID(),
  command,
  actor: 'user:cm-1',
  actorRole: 'care-manager',
  organisation: SEED_ORGANISATION,
  ...(hoursAgo === undefined ? {} : { occurredAt: new Date(Date.now() - hoursAgo * HOUR).toISOString() }),
});

const visit: EpisodeCommand = {
  type: 'RecordVisit',
  contact: { kind: 'treatment', withWhom: 'patient', modality: 'phone', twoWay: true },
  assessments: [
    { instrument: 'PHQ-9', items: [2, 1, 2, 1, 2, 1, 1, 1, 0], language: 'en', mode: 'interview', enteredBy: 'staff' },
  ],
  barriers: [],
};

export async function openClinic(size: number): Promise<Clinic> {
  const folder = mkdtempSync(join(tmpdir(), 'followthrough-bench-'));
  const env = { XDG_CONFIG_HOME: join(folder, 'config') };
  const runtime = await openRuntime({ dataDir: join(folder, 'data'), clock: systemClock, env });
  const episodes: string[] = [];
  for (let n = 0; n < size; n += 1) episodes.push(await enrolled(runtime, n));
  return {
    runtime,
    folder,
    episodes,
    close: async () => {
      await runtime.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function enrolled(runtime: OpenRuntime, n: number): Promise<string> {
  const patientId = randomUUID();
  await runtime.patients.handle(patientId, by({ type: 'RegisterPatient', name: `Test Patient ${n}` }));
  const referral = by(
    {
      type: 'ReferPatient' as const,
      patientId,
      site: SEED_SITE,
      referredBy: 'pcp-1',
      urgency: 'routine' as const,
      careManager: 'cm-1',
    },
    2000,
  );
  const visits = Array.from({ length: 14 }, (_, i) => by(visit, 1900 - i * 130));
  const { episodeId } = await runtime.episodes.import(referral, [
    by<EpisodeCommand>({ type: 'EnrolPatient' }, 1950),
    ...visits,
  ]);
  return episodeId;
}

/** A call with a patient: contact and scale, after which much of what is owed is fulfilled and owed anew. */
export const call = (): Envelope<EpisodeCommand> => by(visit);

/** What a care manager does all day: a note. One event, sealed and chained; nothing that is owed changes by it. */
export const note = (): Envelope<EpisodeCommand> =>
  by({ type: 'AddNote', text: 'Spoke about sleep; will try the plan for another week and call on Tuesday.' });
