import { UNREADABLE, type Unreadable } from '../../event-type.js';
import type { LocalDate } from '../../words.js';
import type { EpisodeEventType, RecordedEpisodeEventOf } from '../events.js';

/** An act of an episode with the local date on which it happened. */
export type Act<T extends EpisodeEventType = EpisodeEventType> = RecordedEpisodeEventOf<T> & { readonly on: LocalDate };

/** What is written about care without being care: no rule may look at it, so that adding to it changes nothing that is owed. */
const PAPERWORK = ['NoteAdded', 'NoteSigned', 'NoteSent', 'TimeLogged'] as const satisfies readonly EpisodeEventType[];
export type PaperworkType = (typeof PAPERWORK)[number];
export type CareAct = Act<Exclude<EpisodeEventType, PaperworkType>>;
export const isPaperwork = <A extends { readonly type: EpisodeEventType }>(
  act: A,
): act is A & { readonly type: PaperworkType } => (PAPERWORK as readonly EpisodeEventType[]).includes(act.type);

export const byClinicalOrder = (
  a: { occurredAt: string; revision: number },
  b: { occurredAt: string; revision: number },
): number => (a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : a.revision - b.revision);

/** Whether `b` comes after `a` in clinical order. */
export const isAfter = (
  b: { occurredAt: string; revision: number },
  a: { occurredAt: string; revision: number },
): boolean => byClinicalOrder(b, a) > 0;

export const readable = <S>(sealed: S | Unreadable): S | undefined =>
  sealed === UNREADABLE ? undefined : (sealed as S);

/** Most acts are recorded in the order in which they happened. */
export function inClinicalOrder<T extends { occurredAt: string; revision: number }>(acts: readonly T[]): readonly T[] {
  return acts.every((act, i) => i === 0 || byClinicalOrder(acts[i - 1]!, act) < 0)
    ? acts
    : acts.toSorted(byClinicalOrder);
}
