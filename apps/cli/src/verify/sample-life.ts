import type { EpisodeCommand } from '#care';
import type { StoredEvent } from '#event-store';
import type { Chance } from '../simulate/chance.js';
import { discharge, enrol, openSampleClinic, reached, treatmentContact } from './sample-clinic.js';

type Clinic = Awaited<ReturnType<typeof openSampleClinic>>;

const DAY_MS = 86_400_000;
const PATIENTS = 3;
const ROUNDS = 14;

const pick = <T>(chance: Chance, choices: readonly T[]): T | undefined =>
  choices[chance.between(0, choices.length - 1)];

/** For specs: the log of some months with three patients, across changes of the clock, with wakers that sleep now and then. */
export async function sampleLife(chance: Chance): Promise<StoredEvent[]> {
  const clinic = await openSampleClinic(chance.happens(0.5) ? undefined : '2027-10-04T14:00:00.000Z');
  const patients: string[] = [];
  for (let n = 1; n <= PATIENTS; n += 1) patients.push(await clinic.refer(n));
  for (let round = 0; round < ROUNDS; round += 1) {
    const later = clinic.clock.now().getTime() + chance.next() * 6 * DAY_MS;
    const waker = chance.oneOf({ 'system:workflow': 4, 'system:watchdog': 2, nobody: 1 });
    await clinic.until(new Date(later).toISOString(), waker);
    const patient = pick(chance, patients)!;
    await acting(clinic, patient, await someAct(clinic, chance, patient, round));
  }
  await clinic.settle();
  return clinic.log();
}

/** A refusal is an answer too: the log stays as it is. */
async function acting(clinic: Clinic, patient: string, command: EpisodeCommand): Promise<void> {
  try {
    await clinic.act(patient, command);
  } catch (error) {
    if (!/: (refused|unchanged)/.test((error as Error).message)) throw error;
  }
}

async function someAct(clinic: Clinic, chance: Chance, patient: string, round: number): Promise<EpisodeCommand> {
  const { state } = await clinic.episodes.load(patient);
  const owed = pick(chance, [...state.ledger.open.values()]);
  const act = chance.oneOf({
    step: 6,
    concern: 1,
    review: 3,
    hold: 1,
    acknowledge: 4,
    snooze: 4,
    death: 1,
    alive: 1,
    end: 1,
    undo: 3,
  });
  switch (act) {
    case 'step':
      return pick(chance, [reached, enrol, treatmentContact])!;
    case 'concern':
      return { type: 'RaiseSafetyConcern' };
    case 'review':
      return { type: 'RecordSafetyReview', outcome: 'assessed', level: 'none', tool: 'clinical-interview' };
    case 'hold':
      return { type: 'StartHold', reason: 'patient-request' };
    case 'acknowledge':
      return owed ? { type: 'AcknowledgeFollowUp', followUpId: owed.followUpId } : reached;
    case 'snooze':
      return owed ? snoozing(owed.followUpId, clinic.clock.now(), chance) : reached;
    case 'death':
      return { type: 'NoteDeath', patientRevision: round };
    case 'alive':
      return { type: 'RetractDeathNote', patientRevision: chance.between(0, round) };
    case 'end':
      return discharge;
    case 'undo':
      return { type: 'VoidAct', revision: pick(chance, state.acts)!.revision, reasonCode: 'entered-in-error' };
  }
}

const snoozing = (followUpId: string, now: Date, chance: Chance): EpisodeCommand => ({
  type: 'SnoozeFollowUp',
  followUpId,
  until: new Date(now.getTime() + chance.between(1, 5) * DAY_MS).toISOString().slice(0, 10),
  reason: 'patient-asked',
});
