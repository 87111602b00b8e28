import {
  addBusinessDays,
  addDays,
  atLocal,
  closeOfBusiness,
  compareInstants,
  localDate,
  rollBack,
  rollForward,
} from '../calendar/index.js';
import { isAfter, type Act, type CareAct, type Hold, type Story } from '../episode/story/index.js';
import type { SiteCalendar } from '../organisation/events.js';
import { parameter, type ParameterKey, type Pathway } from '../pathway/index.js';
import type { LocalDate, Notify } from '../words.js';
import type { FollowUpKind } from './kinds.js';
import type { Ledger, RepeatRule, Rung } from './ledger.js';
import type { Numbers } from './numbers.js';

/** Something the clinic owes, as a row of the table says: since which fact, by when, and who hears of it when. */
export interface Occasion {
  readonly kind: FollowUpKind;
  readonly anchorRevision: number;
  /** Tells apart occasions with one anchor: an appointment, a recommendation, the sixth month. */
  readonly about?: number;
  readonly dueOn: LocalDate;
  readonly ladder: readonly Rung[];
  readonly repeat: RepeatRule;
  readonly safety: boolean;
  readonly owner?: string;
  readonly numbers: Numbers;
}

/** An occasion, or an open follow-up that stands for one: what a row is asked about. */
export interface Owed {
  readonly kind: FollowUpKind;
  readonly anchorRevision: number;
  readonly about?: number;
  readonly dueOn: LocalDate;
  /** Only of a follow-up that is open already. */
  readonly openedRevision?: number;
}

/** All a row may look at. No clock: every row opens on a fact (G2). */
export interface World {
  readonly story: Story;
  readonly ledger: Ledger;
  readonly pathway: Pathway;
  readonly calendar: SiteCalendar;
  /** The parameters read since it was asked last, while occasions are made. */
  readonly taken?: () => Numbers;
}

/** One row of the table of follow-ups (follow-up-rules). */
export interface Row {
  readonly kind: FollowUpKind;
  /** What is owed now, or was owed and may have been met: one occasion for each fact that opens one. */
  occasions(world: World): readonly Occasion[];
  /** Revision of the fact that fulfils it, if one does. */
  fulfilled(owed: Owed, world: World): number | undefined;
  /** Revision of the fact by which it is owed no longer, if one does. */
  superseded?(owed: Owed, world: World): number | undefined;
  /** Goes on during a hold (G3), always or when its anchor was recorded while the hold lasted. */
  readonly throughHold?: true | 'anchored-since';
  /** May open on a fact recorded after the episode ended. */
  readonly afterEnd?: true;
  /** Undoing its anchor does not end it; only a person's word does. */
  readonly outlivesAnchor?: true;
  /** Its raise may end others: a derivation has to look again after it. */
  readonly endsOthers?: true;
  /** Recorded as opened and fulfilled even when one append does both (fatigue rule 6). */
  readonly recordedEvenIfMet?: true;
}

export const days = (world: World, key: ParameterKey): number => parameter(world.pathway, key);

// ——— days (G1) ———
export const plusDays = (date: LocalDate, n: number): LocalDate => addDays(date, n);
export const plusBusinessDays = (world: World, date: LocalDate, n: number): LocalDate =>
  addBusinessDays(world.calendar, date, n);
export const forward = (world: World, date: LocalDate): LocalDate => rollForward(world.calendar, date);
export const back = (world: World, date: LocalDate): LocalDate => rollBack(world.calendar, date);
export const later = (a: LocalDate, b: LocalDate): LocalDate => (a > b ? a : b);
export const earlier = (a: LocalDate, b: LocalDate): LocalDate => (a < b ? a : b);

/**
 * The day from which intervals count: the anchor's, or the end of the last hold if that is later; after a hold nothing is a backlog (G3).
 * @param by absent: every hold; else those alone that had begun by this act
 */
export function countedFrom(world: World, on: LocalDate, by?: Act): LocalDate {
  const ended = world.story.holds.findLast((hold) => hold.ended && !(by && isAfter(hold.started, by)))?.ended;
  return ended ? later(on, ended.on) : on;
}

/** A day counted from enrolment: elapsed days run on during a hold; when the day passed during one, it moves to a week after it (G3). */
export const elapsedDay = (world: World, on: LocalDate): LocalDate =>
  movedByHolds(world, on, (day, { started }) => started.on <= day);

/** The same of what a hold supersedes: after it nothing is a backlog, not even what was overdue before it. */
export const elapsedDayAfresh = (world: World, on: LocalDate): LocalDate => movedByHolds(world, on, () => true);

const movedByHolds = (world: World, on: LocalDate, isMoved: (day: LocalDate, hold: Hold) => boolean): LocalDate =>
  world.story.holds.reduce(
    (day, hold) =>
      hold.ended && hold.ended.on > day && isMoved(day, hold)
        ? plusDays(hold.ended.on, days(world, 'non-response.after-hold'))
        : day,
    on,
  );

// ——— steps (G2) ———
type Rung0 = { at: string; notify: Notify[]; note?: string; unlessAcknowledged?: boolean };

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** In the morning of the day, 08:00 unless the pathway says otherwise. */
export const morning = (world: World, date: LocalDate, notify: Notify[], note?: string): Rung0 =>
  rung(atLocal(date, clock(days(world, 'day.starts')), world.story.zone), notify, note);
/** In the morning of the day, or of the next business day. */
export const businessMorning = (world: World, date: LocalDate, notify: Notify[], note?: string): Rung0 =>
  morning(world, forward(world, date), notify, note);
export const closing = (world: World, date: LocalDate, notify: Notify[], note?: string): Rung0 =>
  rung(closeOfBusiness(world.calendar, date), notify, note);
export const rung = (at: string, notify: Notify[], note?: string): Rung0 =>
  note === undefined ? { at, notify } : { at, notify, note };

/** Two rungs at one instant are one that tells both; it may be left out only if each of them may. */
function together(a: Rung0, b: Rung0): Rung0 {
  const note = a.note ?? b.note;
  const skippable = a.unlessAcknowledged === true && b.unlessAcknowledged === true;
  return rung0(a.at, [...new Set([...a.notify, ...b.notify])], note, skippable);
}
const rung0 = (at: string, notify: Notify[], note: string | undefined, unlessAcknowledged: boolean): Rung0 => ({
  ...rung(at, notify, note),
  ...(unlessAcknowledged ? { unlessAcknowledged } : {}),
});

/** Rungs in the order of time, numbered from 1; two at one instant are one. */
export function ladder(...rungs: readonly Rung0[]): Rung[] {
  const merged = new Map<string, Rung0>();
  for (const r of rungs.toSorted((a, b) => compareInstants(a.at, b.at))) {
    const same = merged.get(r.at);
    merged.set(r.at, same ? together(same, r) : r);
  }
  return [...merged.values()].map((r, i) => ({ step: i + 1, ...r }));
}

/** A routine occasion: its last step repeats every 7 days to whom it told (G2). */
export function routine(world: World, owed: Owed, rungs: readonly Rung0[], planned: Numbers = {}): Occasion {
  const steps = ladder(...rungs);
  const every = days(world, 'repeat.every');
  return {
    kind: owed.kind,
    anchorRevision: owed.anchorRevision,
    ...(owed.about === undefined ? {} : { about: owed.about }),
    dueOn: owed.dueOn,
    ladder: steps,
    safety: false,
    repeat: { every, unit: 'days', notify: steps.at(-1)!.notify },
    numbers: { ...world.taken?.(), ...planned },
  };
}

// ——— looking things up in the story ———
export const actAt = (story: Story, revision: number): Act | undefined =>
  story.acts.find((act) => act.revision === revision);
export const actsOf = <T extends CareAct['type']>({ acts }: Story, ...types: readonly T[]): Act<T>[] =>
  acts.filter((act): act is Act<T> => (types as readonly string[]).includes(act.type));
export const recordedOn = (story: Story, act: { recordedAt: string }): LocalDate =>
  localDate(act.recordedAt, story.zone);
export { compareInstants };
