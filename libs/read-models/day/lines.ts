import { titleOf } from '../words/follow-ups.js';
import type { Muted } from '../worklist/muting.js';
import { ownerOf, subjectOf, type ClinicDay, type Subject } from './clinic-day.js';
import type { DayItem } from './item.js';
import { pressureOf, type Given, type Reason } from './reason.js';

/** One patient with every reason, the most pressing first; the first one is the headline. */
export interface Line<C extends string> {
  readonly patientId: string | null;
  readonly patientName: string | null;
  readonly unreadable: boolean;
  readonly site: string | null;
  readonly careManager: string | null;
  /** Who is to act on the headline. */
  readonly owner: string | null;
  readonly class: C;
  readonly headline: Reason<C>;
  readonly reasons: readonly Reason<C>[];
}

/** What is kept from the list for now, and why. */
export interface MutedReason {
  readonly patientId: string | null;
  readonly patientName: string | null;
  readonly episodeId: string;
  readonly followUpId: string;
  readonly title: string;
  readonly dueOn: string;
  readonly because: string;
  readonly owner: string | null;
}

/** A list of a day. Each line counts once, in the class of its headline. */
export interface DayList<C extends string, L extends Line<C> = Line<C>> {
  readonly total: number;
  readonly counts: Readonly<Record<C, number>>;
  readonly lines: readonly L[];
  readonly mutedCount: number;
  readonly muted: readonly MutedReason[];
}

/** Whose list, and of which site; absent: everybody's, all sites. */
export interface Narrowing {
  readonly careManager?: string;
  readonly site?: string;
}

const isAskedFor = ({ careManager, site }: Narrowing, subject: Subject, owner: string | null): boolean =>
  (careManager === undefined || owner === careManager) && (site === undefined || subject.site === site);

/** Lines of one patient for each patient, the most pressing class first, in the order given. */
export function linesOf<C extends string>(
  order: readonly C[],
  given: readonly Given<C>[],
  asked: Narrowing,
): Line<C>[] {
  const rank = new Map(order.map((one, i) => [one, i]));
  const keyOf = (reason: Reason<C>): string =>
    `${String(rank.get(reason.class)).padStart(2, '0')} ${pressureOf(reason)}`;
  const wanted = given.filter(({ subject, reason }) => isAskedFor(asked, subject, reason.owner));
  const byPatient = Map.groupBy(wanted, ({ subject }) => subject.patientId ?? subject.episodeId);
  return [...byPatient]
    .map(([patient, all]) => {
      const sorted = all
        .map((one) => ({ ...one, key: keyOf(one.reason) }))
        .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
      return { key: `${sorted[0]!.key} ${patient}`, line: lineOf(sorted) };
    })
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ line }) => line);
}

function lineOf<C extends string>(sorted: readonly Given<C>[]): Line<C> {
  const { subject, reason } = sorted[0]!;
  const { patientId, patientName, unreadable, site, careManager } = subject;
  return {
    patientId,
    patientName,
    unreadable,
    site,
    careManager,
    owner: reason.owner,
    class: reason.class,
    headline: reason,
    reasons: sorted.map((one) => one.reason),
  };
}

export function listOf<C extends string, L extends Line<C>>(
  order: readonly C[],
  lines: readonly L[],
  muted: readonly MutedReason[],
): DayList<C, L> {
  const counts = Object.fromEntries(order.map((one) => [one, 0])) as Record<C, number>;
  for (const line of lines) counts[line.class] += 1;
  return { total: lines.length, counts, lines, mutedCount: muted.length, muted };
}

export function mutedOf(muted: readonly Muted<DayItem>[], day: ClinicDay, asked: Narrowing): MutedReason[] {
  return muted.flatMap(({ item, because }): MutedReason[] => {
    const subject = subjectOf(item);
    const { patientId, patientName, episodeId } = subject;
    const { followUpId, dueOn } = item;
    const owner = ownerOf(subject, item.owner, day);
    if (!isAskedFor(asked, subject, owner)) return [];
    return [{ patientId, patientName, episodeId, followUpId, title: titleOf(item.kind), dueOn, because, owner }];
  });
}
