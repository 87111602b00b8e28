import type { LocalDate } from '../words.js';
import type { Story } from './story/index.js';

/** Whom the episode was transferred from last, if it ever was. */
export function formerOwner({ acts }: Story): string | null {
  const transfer = acts.findLast((act) => act.type === 'EpisodeTransferred');
  return transfer?.type === 'EpisodeTransferred' ? (transfer.facts.from ?? null) : null;
}

/** The first appointment with the care manager that still waits for its outcome. */
export const bookedOn = ({ appointments }: Story): LocalDate | null =>
  appointments
    .filter((one) => !one.outcome && one.booked.facts.withWhom === 'care-manager')
    .map((one) => one.on)
    .toSorted()[0] ?? null;
