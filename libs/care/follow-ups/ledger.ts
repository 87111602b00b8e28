import type { z } from 'zod';
import type { FollowUpOpened, FollowUpSnoozed, Repeat, Step } from '../episode/events.js';
import { compareInstants, daysBetween, localDate, plusHours, plusLocalDays } from '../calendar/index.js';
import type { Notify } from '../words.js';
import type { FollowUpKind } from './kinds.js';
import type { Numbers } from './numbers.js';

/**
 * The ledger of an episode's follow-ups, folded from follow-up events alone. They are never encrypted and carry every instant,
 * the repeat rule and the zone, so that no lost key, unknown schema or damaged event can silence a patient (decision 6).
 */
export type Rung = z.infer<typeof Step>;
export type RepeatRule = z.infer<typeof Repeat>;

export interface LedgerEntry {
  readonly followUpId: string;
  readonly kind: FollowUpKind;
  readonly anchorRevision: number;
  readonly dueOn: string;
  readonly zone: string;
  readonly safety: boolean;
  /** As opened: what a new derivation is compared with. */
  readonly ladder: readonly Rung[];
  /** As it stands now, after snoozing: what is raised. */
  readonly steps: readonly Rung[];
  readonly repeat: RepeatRule;
  readonly owner?: string;
  readonly about?: number;
  /** By which it was derived; absent in what was opened before this was recorded. */
  readonly numbers?: Numbers;
  readonly carriesOn?: Opened['carriesOn'];
  readonly openedRevision: number;
  readonly openedAt: string;
  /** Number of the highest step raised so far; that of the follow-up it carries on, else 0. */
  readonly lastStep: number;
  /** Instants (planned time of the step; when it was recorded) of the first and the latest raise. */
  readonly raisedFirst?: { readonly at: string; readonly recordedAt: string; readonly revision: number };
  readonly raisedLast?: {
    readonly step: number;
    readonly at: string;
    readonly recordedAt: string;
    readonly revision: number;
    readonly notify: readonly Notify[];
  };
  readonly acknowledgedBy?: string;
  readonly snoozes: number;
  readonly snoozedUntil?: string;
}

export interface EndedFollowUp {
  readonly entry: LedgerEntry;
  readonly how: 'fulfilled' | 'superseded';
  readonly reason?: string;
  readonly byRevision: number;
  readonly revision: number;
  readonly recordedAt: string;
}

export interface Ledger {
  readonly open: ReadonlyMap<string, LedgerEntry>;
  readonly ended: ReadonlyMap<string, EndedFollowUp>;
}

export const emptyLedger: Ledger = { open: new Map(), ended: new Map() };

/** A follow-up event as the fold needs it; other event types leave the ledger as it is. */
export interface LedgerEvent {
  readonly type: string;
  readonly facts: unknown;
  readonly revision: number;
  readonly recordedAt: string;
}

type Opened = z.infer<typeof FollowUpOpened.facts>;
type Snoozed = z.infer<typeof FollowUpSnoozed.facts>;

/** Never throws: an event that does not fit changes nothing. */
export function foldLedger(ledger: Ledger, event: LedgerEvent): Ledger {
  if (!event.type.startsWith('FollowUp')) return ledger;
  if (event.type === 'FollowUpOpened') {
    const facts = event.facts as Opened;
    return { ...ledger, open: new Map(ledger.open).set(facts.followUpId, openedEntry(facts, event)) };
  }
  const { followUpId } = event.facts as { followUpId: string };
  const entry = ledger.open.get(followUpId);
  if (!entry) return ledger;
  if (event.type === 'FollowUpFulfilled' || event.type === 'FollowUpSuperseded') {
    const facts = event.facts as { byRevision: number; reason?: string };
    const open = new Map(ledger.open);
    open.delete(followUpId);
    const ended: EndedFollowUp = {
      entry,
      how: event.type === 'FollowUpFulfilled' ? 'fulfilled' : 'superseded',
      byRevision: facts.byRevision,
      revision: event.revision,
      recordedAt: event.recordedAt,
      ...(facts.reason === undefined ? {} : { reason: facts.reason }),
    };
    return { open, ended: new Map(ledger.ended).set(followUpId, ended) };
  }
  return { ...ledger, open: new Map(ledger.open).set(followUpId, changed(entry, event)) };
}

function openedEntry(facts: Opened, event: LedgerEvent): LedgerEntry {
  return {
    followUpId: facts.followUpId,
    kind: facts.kind,
    anchorRevision: facts.anchorRevision,
    dueOn: facts.dueOn,
    zone: facts.zone,
    safety: facts.safety,
    ladder: facts.ladder,
    steps: facts.ladder,
    repeat: facts.repeat,
    openedRevision: event.revision,
    openedAt: event.recordedAt,
    lastStep: facts.carriesOn?.lastStep ?? 0,
    snoozes: 0,
    ...(facts.owner === undefined ? {} : { owner: facts.owner }),
    ...(facts.about === undefined ? {} : { about: facts.about }),
    ...(facts.carriesOn === undefined ? {} : { carriesOn: facts.carriesOn }),
    ...(facts.numbers === undefined ? {} : { numbers: facts.numbers }),
  };
}

function changed(entry: LedgerEntry, event: LedgerEvent): LedgerEntry {
  if (event.type === 'FollowUpRaised') {
    const facts = event.facts as { step: number; at: string; notify: Notify[] };
    if (facts.step <= entry.lastStep) return entry;
    const raise = {
      step: facts.step,
      at: facts.at,
      recordedAt: event.recordedAt,
      revision: event.revision,
      notify: facts.notify,
    };
    return { ...entry, lastStep: facts.step, raisedFirst: entry.raisedFirst ?? raise, raisedLast: raise };
  }
  if (event.type === 'FollowUpSnoozed') {
    const facts = event.facts as Snoozed;
    return { ...entry, steps: snoozed(entry, facts), snoozes: entry.snoozes + 1, snoozedUntil: facts.until };
  }
  if (event.type === 'FollowUpAcknowledged') return { ...entry, acknowledgedBy: (event.facts as { by: string }).by };
  if (event.type === 'FollowUpHandedOver') return { ...entry, owner: (event.facts as { to: string }).to };
  return entry;
}

/**
 * Snoozing adds a step at `until` for whose work it is; the unraised ones follow where the event puts them, or, in events that do not say,
 * by days. Whom they tell beyond the care manager hears then, and not of the end of a snooze.
 */
function snoozed(entry: LedgerEntry, { until, moved }: Pick<Snoozed, 'until' | 'moved'>): readonly Rung[] {
  const added: Rung = {
    step: entry.lastStep + 1,
    at: until,
    notify: [doerOf(entry)],
    note: 'after snooze',
  };
  const raised = entry.steps.filter((rung) => rung.step <= entry.lastStep);
  return [...raised, added, ...(moved ?? movedBehind(entry, until))];
}

/** The owner of a task; the supervisor of what they alone are asked; else the care manager or their cover (G2). */
function doerOf({ ladder, repeat }: LedgerEntry): Notify {
  const told = new Set([...ladder.flatMap(({ notify }) => notify), ...repeat.notify]);
  if (told.has('task-owner')) return 'task-owner';
  return told.size === 1 && told.has('supervisor') ? 'supervisor' : 'care-manager';
}

const unraised = ({ steps, lastStep }: LedgerEntry): readonly Rung[] => steps.filter((rung) => rung.step > lastStep);

/** The unraised steps as they come after a snooze until `until`: numbered behind it, and moved behind it with the days between them kept. */
export function movedBehind(entry: LedgerEntry, until: string): readonly Rung[] {
  const waiting = unraised(entry);
  const [first] = waiting;
  const shift =
    first && compareInstants(first.at, until) <= 0
      ? daysBetween(localDate(first.at, entry.zone), localDate(until, entry.zone)) + 1
      : 0;
  return waiting.map((rung, i) => ({
    ...rung,
    step: entry.lastStep + 2 + i,
    at: shift === 0 ? rung.at : plusLocalDays(rung.at, shift, entry.zone),
  }));
}

/** How often something was opened: follow-ups of one stem, `kind:anchor`, are numbered from 1 without a gap. */
export function timesOpened({ open, ended }: Ledger, stem: string): number {
  let times = 0;
  while (open.has(`${stem}:${times + 1}`) || ended.has(`${stem}:${times + 1}`)) times += 1;
  return times;
}

export interface DueStep {
  readonly step: number;
  readonly at: string;
  readonly notify: readonly Notify[];
}

/** The next step that will be raised. There always is one: the last step repeats until somebody acts (decision 3). */
export function nextDue(entry: LedgerEntry): DueStep {
  const rung = entry.steps.find(
    (r) => r.step > entry.lastStep && !(r.unlessAcknowledged && entry.acknowledgedBy !== undefined),
  );
  return rung
    ? { step: rung.step, at: rung.at, notify: rung.notify }
    : repetition(entry, Math.max(entry.lastStep, lastRung(entry).step) + 1);
}

/**
 * The collapsed raise that is due at `now`: the highest step due, naming those it stands for; null when nothing is due. A step for the moment of
 * its opening is due whatever the clock says: it may have been set back since the record was last written, and the record does not go back.
 */
export function dueRaise(
  entry: LedgerEntry,
  now: string,
): (DueStep & { readonly standsFor: readonly number[] }) | null {
  const due: DueStep[] = [];
  for (let seen = entry; ; seen = { ...seen, lastStep: nextDue(seen).step }) {
    const next = nextDue(seen);
    if (compareInstants(next.at, now) > 0 && next.at !== entry.openedAt) break;
    due.push(next);
  }
  const highest = due.at(-1);
  if (!highest) return null;
  const standsFor = due.slice(0, -1);
  // Late notices never go to the provider on their own account (fatigue rule 9): only the highest step may name them.
  const others = standsFor.flatMap((step) => step.notify).filter((role) => role !== 'provider');
  return {
    ...highest,
    notify: [...new Set([...highest.notify, ...others])],
    standsFor: standsFor.map((step) => step.step),
  };
}

const lastRung = (entry: LedgerEntry): Rung => entry.steps[entry.steps.length - 1]!;

function repetition(entry: LedgerEntry, step: number): DueStep {
  const last = lastRung(entry);
  return { step, at: repeated(last.at, entry.repeat, entry.zone, step - last.step), notify: entry.repeat.notify };
}

/** So many intervals of a repeat rule after an instant; days keep the local time. */
export const repeated = (at: string, { every, unit }: RepeatRule, zone: string, times = 1): string =>
  unit === 'hours' ? plusHours(at, every * times) : plusLocalDays(at, every * times, zone);

/** Whether every step was raised, of this follow-up or of the one that it carries on: only repetitions are left. */
export const isRepeating = (entry: LedgerEntry): boolean =>
  entry.lastStep >= lastRung(entry).step || (entry.raisedLast === undefined && entry.carriesOn?.repeats === true);

/** Milliseconds by which a raise was late: from the step's time, or from when the follow-up was recorded if that is later. */
export function lateness(entry: { openedAt: string }, step: { at: string }, recordedAt: string): number {
  return Date.parse(recordedAt) - Math.max(Date.parse(step.at), Date.parse(entry.openedAt));
}
