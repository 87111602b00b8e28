import { spoken } from '../words/dates.js';
import { isUnattended, subjectOf, type ClinicDay, type StandingOut } from './clinic-day.js';
import type { DayItem } from './item.js';
import { isDue } from './of-the-day.js';
import type { Lack } from './records.js';
import { fromRecord, type Given } from './reason.js';

/** Reasons that no follow-up gives: the record itself says them. */

interface Words {
  readonly title: string;
  readonly why: (on: string) => string;
  readonly closes: (revision: number) => string;
}

const RECORD_WORDS: Readonly<Record<Lack, Words>> = {
  note: {
    title: 'Contact without a note',
    why: (on) => `The contact of ${on} has no note`,
    closes: (revision) => `a note about revision ${revision}, signed`,
  },
  signature: {
    title: 'Unsigned note',
    why: (on) => `The note of ${on} is not signed`,
    closes: (revision) => `a signature on the note of revision ${revision}`,
  },
  dispatch: {
    title: 'Note not sent',
    why: (on) => `The note signed on ${on} has not reached another record`,
    closes: (revision) => `a dispatch of the note of revision ${revision}`,
  },
};

/** Contacts and notes that are not finished; each is its author's, and due on its own day (domain.md §6.6, 4). */
export function recordReasons<C extends string>(
  { subject, standing }: StandingOut,
  classFor: (lack: Lack) => C | null,
  day: ClinicDay,
): Given<C>[] {
  return standing.records.flatMap((record): Given<C>[] => {
    const cls = classFor(record.lacks);
    if (cls === null) return [];
    const { title, why, closes } = RECORD_WORDS[record.lacks];
    const said = {
      class: cls,
      title,
      why: why(spoken(record.on, day.today(subject))),
      since: record.since,
      closes: closes(record.revision),
      revision: record.revision,
      owner: record.author,
      ...(record.lacks === 'dispatch' ? {} : { dueOn: record.on }),
    };
    return [fromRecord(subject, said, day)];
  });
}

/** A score clearly above the best so far that nobody has judged; where a follow-up says so, it speaks for itself. */
export function worseReasons<C extends string>(
  { subject, standing }: StandingOut,
  cls: C,
  day: ClinicDay,
  isSaid: (episodeId: string) => boolean,
): Given<C>[] {
  const { worse } = standing;
  if (!worse || isSaid(subject.episodeId)) return [];
  const said = {
    class: cls,
    title: 'Getting worse',
    why: `${subject.scale ?? 'Scale'} rose to ${worse.to} on ${spoken(worse.on, day.today(subject))}, from ${worse.from} at best; nobody has reviewed the case since`,
    since: worse.since,
    closes: 'a case review, a recommendation or a changed plan',
  };
  return [fromRecord(subject, said, day)];
}

/** Something is due and nobody is there for the patient (domain.md §6.6, 5); once for each episode. */
export function unattendedReasons<C extends string>(shown: readonly DayItem[], cls: C, day: ClinicDay): Given<C>[] {
  const due = shown.filter((item) => isDue(item, day.today(item)));
  return [...Map.groupBy(due, ({ episodeId }) => episodeId).values()].flatMap((items): Given<C>[] => {
    const oldest = items.toSorted((a, b) => (a.dueOn < b.dueOn ? -1 : 1))[0]!;
    const subject = subjectOf(oldest);
    if (!isUnattended(subject, day)) return [];
    const { careManager } = subject;
    const who = careManager === null ? 'There is no care manager' : `${careManager} has left and nobody covers`;
    const said = {
      class: cls,
      title: 'Nobody is responsible',
      why: `${who}; something has been due since ${spoken(oldest.dueOn, day.today(subject))}`,
      since: oldest.since,
      dueOn: oldest.dueOn,
      closes: careManager === null ? 'a care manager assigned' : 'a care manager assigned, or cover arranged',
    };
    return [fromRecord(subject, said, day)];
  });
}
