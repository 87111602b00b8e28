import { atLocal, localDate, type FollowUpKind, type LocalDate } from '#care';
import { classOf, classRank, kindRank } from '../words/classes.js';
import { daysFrom, inDays } from '../words/dates.js';
import { titleOf, whatCloses, whyItExists } from '../words/follow-ups.js';
import { ownerOf, subjectOf, type ClinicDay, type Subject } from './clinic-day.js';
import type { DayItem } from './item.js';

/** Why a patient is on a list: in which class, why, since when, by when, what closes it, whose it is. */
export interface Reason<C extends string> {
  readonly class: C;
  readonly episodeId: string;
  /** The follow-up behind it; null when it rests on the record itself. */
  readonly followUpId: string | null;
  readonly kind: FollowUpKind | null;
  /** Of the act it is about, where an act of the caller names it. */
  readonly revision: number | null;
  readonly title: string;
  readonly why: string;
  readonly since: string;
  /** `since` in words, `for 3 days`. */
  readonly age: string;
  readonly dueOn: string | null;
  /** `dueOn` in words, `2 days overdue`. */
  readonly due: string | null;
  readonly daysOverdue: number;
  readonly closes: string;
  readonly owner: string | null;
  readonly inHandWith: string | null;
}

/** A reason and whose it is. */
export interface Given<C extends string> {
  readonly subject: Subject;
  readonly reason: Reason<C>;
}

const age = (days: number): string => (days <= 0 ? 'since today' : `for ${inDays(days)}`);

function due(days: number): string {
  if (days > 0) return `${inDays(days)} overdue`;
  return days === 0 ? 'today' : `in ${inDays(-days)}`;
}

/** What was due before it could be raised (an import, an outage) has waited since its date. */
const waitingSince = ({ since, dueOn, zone, raised }: DayItem): string =>
  raised && dueOn < localDate(since, zone) ? atLocal(dueOn, '00:00', zone) : since;

export function fromItem<C extends string>(item: DayItem, cls: C, day: ClinicDay): Given<C> {
  const { kind, dueOn, followUpId } = item;
  const subject = subjectOf(item);
  const said: Said<C> = {
    class: cls,
    title: titleOf(kind),
    why: whyItExists(item.reason, day.today(subject)),
    since: waitingSince(item),
    dueOn,
    closes: whatCloses(kind, item.reason.numbers),
    ...(item.owner === null ? {} : { owner: item.owner }),
  };
  const { reason } = fromRecord(subject, said, day);
  return { subject, reason: { ...reason, followUpId, kind, inHandWith: item.acknowledgedBy } };
}

/** What the record itself says, without a follow-up. */
export interface Said<C extends string> {
  readonly class: C;
  readonly title: string;
  readonly why: string;
  readonly since: string;
  readonly dueOn?: LocalDate;
  readonly closes: string;
  readonly revision?: number;
  /** Whose it is when it is not the care manager's. */
  readonly owner?: string;
}

export function fromRecord<C extends string>(subject: Subject, said: Said<C>, day: ClinicDay): Given<C> {
  const today = day.today(subject);
  const late = said.dueOn === undefined ? null : daysFrom(said.dueOn, today);
  const reason: Reason<C> = {
    class: said.class,
    episodeId: subject.episodeId,
    followUpId: null,
    kind: null,
    revision: said.revision ?? null,
    title: said.title,
    why: said.why,
    since: said.since,
    age: age(daysFrom(localDate(said.since, subject.zone), today)),
    dueOn: said.dueOn ?? null,
    due: late === null ? null : due(late),
    daysOverdue: Math.max(0, late ?? 0),
    closes: said.closes,
    owner: ownerOf(subject, said.owner ?? null, day),
    inHandWith: null,
  };
  return { subject, reason };
}

const FAR = '9999-12-31';

/** Within a class of a list: the class of the worklist, what is due first, what has waited longest. */
export const pressureOf = ({ kind, dueOn, since, followUpId, revision }: Reason<string>): string =>
  [
    kind === null ? '9' : String(classRank(classOf(kind))),
    dueOn ?? FAR,
    since,
    kind === null ? '99' : String(kindRank(kind)).padStart(2, '0'),
    followUpId ?? String(revision),
  ].join(' ');
