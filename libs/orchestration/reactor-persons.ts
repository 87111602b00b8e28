import type { StoredEvent } from '#event-store';
import type { Reaction, ReactorBook } from './reactor-book.js';

/** What one person's several records mean for the episodes under each of them (research §9, 20). */

export interface Asked {
  /** With the episode it makes the command's id: the same fact always asks under the same id. */
  readonly cause: string;
  readonly episodeId: string;
  readonly command: Reaction;
}

interface Merge {
  readonly event: StoredEvent;
  readonly lead: string;
  readonly duplicate: string;
}

interface Death {
  readonly id: string;
  readonly revision: number;
}

export const episodesOfPerson = (book: ReactorBook, patientId: string): readonly string[] =>
  book.episodesOfRecords(book.recordsOf(patientId));

/** A death known under one record ends what goes on under the other; two open episodes are a question to people. */
export function whenMerged(book: ReactorBook, { event, lead, duplicate }: Merge): Asked[] {
  const [ours, theirs] = [book.recordsOf(lead), book.recordsOf(duplicate)];
  book.merged(duplicate, lead);
  // Asked under the merge's own id: after an undoing in between, the same death has to be noted once more.
  const note = (known: readonly string[], others: readonly string[]): Asked[] =>
    deathsOf(book, known).flatMap((death) => noted(book.episodesOfRecords(others), death, `${event.id}:${death.id}`));
  return [
    ...note(ours, theirs),
    ...note(theirs, ours),
    ...betweenAll(event, 'AskWhichEpisode', book.openEpisodesOfRecords(ours), book.openEpisodesOfRecords(theirs)),
  ];
}

/** Two persons after all: neither the death nor the question of the one is the other's. */
export function whenUnmerged(book: ReactorBook, { event, lead, duplicate }: Merge): Asked[] {
  book.unmerged(duplicate, lead);
  const [ours, theirs] = [book.recordsOf(lead), book.recordsOf(duplicate)];
  // Still one person by another merge.
  if (ours.includes(duplicate)) return [];
  const takeBack = (known: readonly string[], others: readonly string[]): Asked[] =>
    deathsOf(book, others).length > 0
      ? []
      : deathsOf(book, known).flatMap((death) =>
          book.episodesOfRecords(others).map((episodeId) => ({
            cause: `${event.id}:${death.id}`,
            episodeId,
            command: { type: 'RetractDeathNote', patientRevision: death.revision },
          })),
        );
  return [
    ...takeBack(ours, theirs),
    ...takeBack(theirs, ours),
    ...betweenAll(event, 'WithdrawWhichEpisode', book.episodesOfRecords(ours), book.episodesOfRecords(theirs)),
  ];
}

/** A referral that was decided while a death became known, or while the person has an open episode under another record. */
export function whenReferred(
  book: ReactorBook,
  { event, episodeId, patientId }: { event: StoredEvent; episodeId: string; patientId: string },
): Asked[] {
  const records = book.recordsOf(patientId);
  // Under one record the door itself lets two referrals meet in one episode.
  const others = book.openEpisodesOfRecords(records.filter((record) => record !== patientId));
  return [
    ...deathsOf(book, records).flatMap((death) => noted([episodeId], death, death.id)),
    ...betweenAll(event, 'AskWhichEpisode', [episodeId], others),
  ];
}

/** A discharge was undone; meanwhile another episode may have begun. */
export function whenReopened(
  book: ReactorBook,
  { event, episodeId }: { event: StoredEvent; episodeId: string },
): Asked[] {
  const patientId = book.patientOf(episodeId);
  if (patientId === null) return [];
  const others = book.openEpisodesOfRecords(book.recordsOf(patientId)).filter((other) => other !== episodeId);
  return betweenAll(event, 'AskWhichEpisode', [episodeId], others);
}

const deathsOf = (book: ReactorBook, records: readonly string[]): Death[] =>
  records.flatMap((patientId) => book.standing<Death>('death', patientId) ?? []);

const noted = (episodes: readonly string[], { revision }: Death, cause: string): Asked[] =>
  episodes.map((episodeId) => ({ cause, episodeId, command: { type: 'NoteDeath', patientRevision: revision } }));

function betweenAll(
  { id }: StoredEvent,
  type: 'AskWhichEpisode' | 'WithdrawWhichEpisode',
  some: readonly string[],
  others: readonly string[],
): Asked[] {
  return some.flatMap((one) =>
    others.flatMap((other) => [
      { cause: `${id}:${other}`, episodeId: one, command: { type, otherEpisode: other } },
      { cause: `${id}:${one}`, episodeId: other, command: { type, otherEpisode: one } },
    ]),
  );
}
