import { UNREADABLE } from '../event-type.js';
import type { EpisodeEvent } from '../episode/events.js';
import type { Act, Hold, Story } from '../episode/story/index.js';
import { atLocal, compareInstants, laterInstant, localDate, localTime } from '../calendar/index.js';
import { ROWS } from './index.js';
import { isRepeating, repeated, timesOpened, type Ledger, type LedgerEntry, type Rung } from './ledger.js';
import { plainNumbers, recording } from './numbers.js';
import { actAt, type Occasion, type Owed, type Row, type World } from './row.js';
import { afterRepin, comesOfRepin } from './repinned.js';
import { deadMan } from './tasks.js';

/**
 * The difference between the follow-ups an episode should have and those that are open, as events for the same append (decision 3).
 * Pure: the same story and ledger always give the same difference, and none once it is applied.
 */
export function deriveFollowUps(world: World): EpisodeEvent[] {
  if (isSettled(world)) return [];
  const difference = differenceOf(world);
  if (difference.length === 0)
    settled.set(world.story.acts, { ledger: world.ledger, pathway: world.pathway, calendar: world.calendar });
  return difference;
}

// Of the story a rule sees the acts of care alone: for as long as these and all else are the same, there is no difference again.
const settled = new WeakMap<Story['acts'], Pick<World, 'ledger' | 'pathway' | 'calendar'>>();

function isSettled({ story, ledger, pathway, calendar }: World): boolean {
  const before = settled.get(story.acts);
  return before?.pathway === pathway && before.calendar === calendar && owesTheSame(before.ledger, ledger);
}

/** Whether follow-ups were at most raised, acknowledged, put off or handed over since: where nothing was to be done, that gives nothing to do. */
const owesTheSame = (before: Ledger, now: Ledger): boolean =>
  now === before ||
  (now.ended === before.ended &&
    now.open.size === before.open.size &&
    [...now.open].every(([id, entry]) => {
      const known = before.open.get(id);
      return known === entry || (known !== undefined && !rowOf.get(entry.kind)?.endsOthers);
    }));

function differenceOf(world: World): EpisodeEvent[] {
  const { ends, remaining } = endings(world);
  // What is still open after the endings: the rules see it, so that one that ended leaves room for the next.
  const desired = desiredOccasions(
    { ...world, ledger: { ...world.ledger, open: new Map(remaining.map((entry) => [entry.followUpId, entry])) } },
    remaining,
  );
  return [...ends, ...reconcile(world, remaining, desired)];
}

const rowOf = new Map(ROWS.map((row) => [row.kind, row]));
const owing = (entry: LedgerEntry): Owed => ({
  kind: entry.kind,
  anchorRevision: entry.anchorRevision,
  dueOn: entry.dueOn,
  openedRevision: entry.openedRevision,
  ...(entry.about === undefined ? {} : { about: entry.about }),
});
const sameAs =
  (a: Owed) =>
  (b: Owed): boolean =>
    a.kind === b.kind && a.anchorRevision === b.anchorRevision && a.about === b.about;

// ——— endings ———

interface Ending {
  readonly how: 'FollowUpFulfilled' | 'FollowUpSuperseded';
  readonly byRevision: number;
  readonly reason: 'superseded-by-rule' | 'episode-ended' | 'hold' | 'anchor-voided' | 're-derived' | 'pathway-changed';
}

function endings(world: World): { ends: EpisodeEvent[]; remaining: LedgerEntry[] } {
  const ends: EpisodeEvent[] = [];
  const remaining: LedgerEntry[] = [];
  for (const entry of world.ledger.open.values()) {
    const ending = endingOf(entry, world);
    if (ending) ends.push(endEvent(entry.followUpId, ending));
    else remaining.push(entry);
  }
  return { ends, remaining };
}

function endEvent(followUpId: string, { how, byRevision, reason }: Ending): EpisodeEvent {
  return how === 'FollowUpFulfilled'
    ? { type: how, facts: { followUpId, byRevision }, sealed: null }
    : { type: how, facts: { followUpId, byRevision, reason }, sealed: null };
}

/** Fulfilled wins over superseded (decision 4); then the general rule G3; then the row's own column; then the undoing of its anchor. */
function endingOf(entry: LedgerEntry, world: World): Ending | undefined {
  const row = rowOf.get(entry.kind);
  if (!row) return undefined;
  const owed = owing(entry);
  const met = row.fulfilled(owed, world);
  if (met !== undefined) return { how: 'FollowUpFulfilled', byRevision: met, reason: 'superseded-by-rule' };
  const stopped = stoppedBy(row, owed, world.story);
  if (stopped) return { how: 'FollowUpSuperseded', ...stopped };
  const superseded = row.superseded?.(owed, world);
  if (superseded !== undefined)
    return { how: 'FollowUpSuperseded', byRevision: superseded, reason: 'superseded-by-rule' };
  const undone = world.story.voided.get(entry.anchorRevision);
  return undone !== undefined && !row.outlivesAnchor
    ? { how: 'FollowUpSuperseded', byRevision: undone, reason: 'anchor-voided' }
    : undefined;
}

/** G3: discharge, closing and death end everything that came before them (death even safety); a hold mutes what does not go through it. */
function stoppedBy(
  row: Row,
  owed: Owed,
  { ended, hold }: Story,
): { byRevision: number; reason: 'episode-ended' | 'hold' } | undefined {
  if (ended && (ended.type === 'PatientDeathNoted' || !row.afterEnd || owed.anchorRevision < ended.revision)) {
    const stillOwed = row.kind === 'safety-review' && ended.type !== 'PatientDeathNoted';
    if (!stillOwed) return { byRevision: ended.revision, reason: 'episode-ended' };
  }
  if (hold && !goesThrough(hold, row, owed)) return { byRevision: hold.started.revision, reason: 'hold' };
  return undefined;
}

const goesThrough = ({ started }: Hold, { throughHold }: Row, { anchorRevision }: Owed): boolean =>
  throughHold === 'anchored-since' ? anchorRevision > started.revision : throughHold === true;

// ——— what should be open ———

function desiredOccasions(world: World, remaining: readonly LedgerEntry[]): Occasion[] {
  const noted = noting(world);
  const desired = ROWS.flatMap((row) => owedBy(row, noted));
  if (world.story.phase === 'ended') return desired;
  const isFarReview = (owed: Owed): boolean => owed.kind === 'episode-review';
  const something =
    desired.some((occasion) => !isFarReview(occasion)) || remaining.some((entry) => !isFarReview(entry));
  if (something) return desired;
  const open = remaining.find((entry) => entry.kind === 'episode-review' && entry.about === undefined);
  noted.taken!();
  return [...desired, deadMan(noted, open && owing(open))];
}

const noting = (world: World): World => ({ ...world, ...recording(world.pathway) });

/** What a row finds owed, each with the numbers by which it was made and may be met. */
function owedBy(row: Row, world: World): Occasion[] {
  world.taken!(); // what others read
  return row.occasions(world).flatMap((occasion) => {
    const owed = isOwed(row, occasion, world);
    const read = world.taken!();
    return owed ? [{ ...occasion, numbers: { ...occasion.numbers, ...read } }] : [];
  });
}

const isOwed = (row: Row, occasion: Occasion, world: World): boolean =>
  row.fulfilled(occasion, world) === undefined &&
  !stoppedBy(row, occasion, world.story) &&
  row.superseded?.(occasion, world) === undefined &&
  (row.outlivesAnchor === true || !world.story.voided.has(occasion.anchorRevision));

// ——— the difference ———

function reconcile(world: World, remaining: readonly LedgerEntry[], desired: readonly Occasion[]): EpisodeEvent[] {
  const events: EpisodeEvent[] = [];
  const numbered = new Map<string, number>();
  const open = (occasion: Occasion, carried?: LedgerEntry): void => {
    const stem = `${occasion.kind}:${occasion.anchorRevision}`;
    const n = numbered.get(stem) ?? timesOpened(world.ledger, stem);
    numbered.set(stem, n + 1);
    events.push(openEvent(`${stem}:${n + 1}`, occasion, world.story.zone, carried));
  };
  for (const occasion of silentlyMet(noting(world))) {
    open(occasion);
    const { followUpId } = (events.at(-1) as Extract<EpisodeEvent, { type: 'FollowUpOpened' }>).facts;
    events.push(
      endEvent(followUpId, {
        how: 'FollowUpFulfilled',
        byRevision: rowOf.get(occasion.kind)!.fulfilled(occasion, world)!,
        reason: 'superseded-by-rule',
      }),
    );
  }
  for (const entry of remaining) {
    const wanted = desired.find(sameAs(owing(entry)));
    const occasion = wanted && afterRepin(wanted, entry, world);
    const ending = occasion ? replaced(entry, occasion, world) : gone(entry, world);
    if (!ending) continue;
    events.push(endEvent(entry.followUpId, ending));
    if (occasion) open(occasion, entry);
  }
  for (const occasion of desired)
    if (!remaining.some((entry) => sameAs(occasion)(owing(entry)))) open(afterRepin(occasion, undefined, world));
  return events;
}

const reDerived = (world: World): Ending => ({
  how: 'FollowUpSuperseded',
  byRevision: world.story.lastRevision,
  reason: comesOfRepin(world) ? 'pathway-changed' : 're-derived',
});

/** An open follow-up stays as it is when nothing about it changed, or when it was raised and would only move to a later day (decision 4). */
function replaced(entry: LedgerEntry, occasion: Occasion, world: World): Ending | undefined {
  const trimmed = trim(occasion, world.story.zone, entry.carriesOn);
  const isSame = entry.dueOn === occasion.dueOn && entry.repeat.every === occasion.repeat.every;
  if (isSame && sameLadder(entry.ladder, trimmed)) return undefined;
  if (!wasRaised(entry) || occasion.dueOn <= entry.dueOn) return reDerived(world);
  // The end of a hold gives what went through it a new day, and carries it on (G3).
  const holdEnd = world.story.holds.findLast((hold) => hold.ended && hold.ended.revision > entry.openedRevision)?.ended;
  return rowOf.get(entry.kind)!.throughHold && holdEnd
    ? { ...reDerived(world), byRevision: holdEnd.revision }
    : undefined;
}

/** A follow-up whose row knows it no longer. Raised ones stay (decision 4) unless what they rested on was undone. */
function gone(entry: LedgerEntry, world: World): Ending | undefined {
  if (isDeadMan(entry)) return reDerived(world);
  if (isUnreadable(entry, world.story)) return undefined;
  if (!wasRaised(entry)) return reDerived(world);
  const undone = rowOf.get(entry.kind)?.outlivesAnchor ? undefined : undoneSince(entry.openedRevision, world.story);
  return undone === undefined ? undefined : { how: 'FollowUpSuperseded', byRevision: undone, reason: 'anchor-voided' };
}

/** Raised itself, or in the form that it carries on. */
const wasRaised = (entry: LedgerEntry): boolean => entry.lastStep > 0;
const isDeadMan = (entry: LedgerEntry): boolean => entry.kind === 'episode-review' && entry.about === undefined;

/** A lost key silences nobody (decision 6): what cannot be read has not changed. */
const isUnreadable = ({ anchorRevision }: LedgerEntry, story: Story): boolean =>
  actAt(story, anchorRevision)?.sealed === UNREADABLE;

/** The latest act since `revision` that undid something recorded before it: what came after an opening is not what it rested on. */
const undoneSince = (revision: number, { acts }: Story): number | undefined =>
  acts
    .filter((act) => act.revision > revision && undoes(act) < revision)
    .map((act) => act.revision)
    .sort((a, b) => b - a)[0];

/** The revision of what an act undid; Infinity when it undid nothing. A retracted death had ended whatever was there. */
function undoes(act: Act): number {
  if (act.type === 'ActVoided') return act.facts.revision;
  if (act.type === 'AssessmentCorrected') return act.facts.corrects;
  return act.type === 'PatientDeathNoteRetracted' ? -1 : Infinity;
}

const sameLadder = (a: readonly Rung[], b: readonly Rung[]): boolean =>
  a.length === b.length &&
  a.every(
    (rung, i) =>
      rung.step === b[i]!.step &&
      rung.at === b[i]!.at &&
      rung.notify.join() === b[i]!.notify.join() &&
      rung.unlessAcknowledged === b[i]!.unlessAcknowledged,
  );

/**
 * The rungs of a follow-up that carries another on: numbers go on, and what was raised before is not raised again. One that was only
 * repeating goes on so, an interval after its last raise; one that has passed over its last rung raises that at once.
 */
function trim({ ladder, repeat }: Occasion, zone: string, carriesOn: LedgerEntry['carriesOn']): readonly Rung[] {
  if (!carriesOn || carriesOn.lastStep === 0) return ladder;
  const { lastStep, lastAt, repeats } = carriesOn;
  const ahead = ladder.filter((rung) => lastAt === undefined || compareInstants(rung.at, lastAt) > 0);
  const left =
    repeats && lastAt !== undefined
      ? [{ at: repeated(onTheWallOf(ladder, lastAt, repeat, zone), repeat, zone), notify: repeat.notify }]
      : ladder.slice(-1);
  return (ahead.length > 0 ? ahead : left).map((rung, i) => ({ ...rung, step: lastStep + 1 + i }));
}

/** The last raise as this ladder would have timed it that day: after a transfer to another zone mornings are those of the new site. */
const onTheWallOf = (ladder: readonly Rung[], lastAt: string, { unit }: Occasion['repeat'], zone: string): string =>
  unit === 'days' ? atLocal(localDate(lastAt, zone), localTime(ladder.at(-1)!.at, zone), zone) : lastAt;

/** The time of the last raise. Further west the same hour of that day comes later: what was raised in the morning is not raised in its morning too. */
function lastRaise(carried: LedgerEntry, { repeat }: Occasion, zone: string): string | undefined {
  const at = carried.raisedLast?.at ?? carried.carriesOn?.lastAt;
  if (at === undefined || carried.zone === zone || repeat.unit === 'hours') return at;
  return laterInstant(at, atLocal(localDate(at, carried.zone), localTime(at, carried.zone), zone));
}

function openEvent(
  followUpId: string,
  occasion: Occasion,
  zone: string,
  carried: LedgerEntry | undefined,
): EpisodeEvent {
  const lastAt = carried && lastRaise(carried, occasion, zone);
  // Whoever was given it keeps it.
  const owner = carried?.owner ?? occasion.owner;
  const carriesOn =
    carried && carried.lastStep > 0
      ? {
          followUpId: carried.followUpId,
          lastStep: carried.lastStep,
          ...(lastAt === undefined ? {} : { lastAt }),
          ...(isRepeating(carried) ? { repeats: true as const } : {}),
        }
      : undefined;
  return {
    type: 'FollowUpOpened',
    facts: {
      followUpId,
      kind: occasion.kind,
      anchorRevision: occasion.anchorRevision,
      dueOn: occasion.dueOn,
      zone,
      ladder: [...trim(occasion, zone, carriesOn)],
      repeat: occasion.repeat,
      safety: occasion.safety,
      ...(carriesOn ? { carriesOn } : {}),
      ...(owner === undefined ? {} : { owner }),
      ...(occasion.about === undefined ? {} : { about: occasion.about }),
      numbers: plainNumbers(occasion.numbers),
    },
    sealed: null,
  };
}

/** A concern and its review in one visit: opened and fulfilled at once, so that history shows both (fatigue rule 6). */
function silentlyMet(world: World): Occasion[] {
  return ROWS.filter((row) => row.recordedEvenIfMet).flatMap((row) =>
    row
      .occasions(world)
      .filter(
        (occasion) =>
          row.fulfilled(occasion, world) !== undefined &&
          timesOpened(world.ledger, `${occasion.kind}:${occasion.anchorRevision}`) === 0,
      ),
  );
}
