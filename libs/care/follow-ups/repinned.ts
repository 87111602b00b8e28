import { compareInstants } from '../calendar/index.js';
import { SAFETY_KINDS } from './kinds.js';
import { isRepeating, type LedgerEntry } from './ledger.js';
import { days, earlier, later, morning, plusBusinessDays, recordedOn, type Occasion, type World } from './row.js';

/** What a new pathway or new hours may do to what is owed already (decision 8): nothing without notice, and never less safety. */

/** Whether this very derivation comes of a repin. */
export const comesOfRepin = ({ story }: World): boolean => story.repinned?.revision === story.lastRevision;

/**
 * An occasion as it is owed after a repin: what the repin brings forward comes no earlier than `repin.lead` after it, and never later
 * than it was. Counted from the recording of the pin and what is open, so that every later derivation finds the same.
 */
export function afterRepin(occasion: Occasion, open: LedgerEntry | undefined, world: World): Occasion {
  const { repinned } = world.story;
  if (!repinned || occasion.anchorRevision > repinned.revision) return occasion;
  // After a transfer the times of one zone are not those of another.
  if (open && open.zone !== world.story.zone) return occasion;
  if (SAFETY_KINDS.has(occasion.kind)) return open ? noLater(occasion, open) : occasion;
  if (!open && !isNewByRepin(occasion, world)) return occasion;
  const notBefore = plusBusinessDays(world, recordedOn(world.story, repinned), days(world, 'repin.lead'));
  const dueOn = later(occasion.dueOn, open ? earlier(open.dueOn, notBefore) : notBefore);
  // Where only repetitions are left, every rung was raised.
  if (open?.carriesOn?.repeats) return { ...occasion, dueOn };
  const from = morning(world, notBefore, []).at;
  const ladder = occasion.ladder.map((rung, i) => {
    const before = open?.ladder.at(i - occasion.ladder.length)?.at;
    // A follow-up that carries another on has no rungs of what was raised before it.
    if (before === undefined && open?.carriesOn) return rung;
    const at = before === undefined ? from : soonest(before, from);
    return compareInstants(rung.at, at) < 0 ? { ...rung, at } : rung;
  });
  return { ...occasion, dueOn, ladder };
}

/** Owed for the first time, by a repin alone: what a phase or a transfer opens in the append that brought the pin is theirs. */
const isNewByRepin = ({ kind, anchorRevision }: Occasion, world: World): boolean =>
  comesOfRepin(world) &&
  world.story.acts.filter(({ commandId }) => commandId === world.story.repinned?.commandId).length === 1 &&
  ![...world.ledger.open.keys(), ...world.ledger.ended.keys()].some((id) =>
    id.startsWith(`${kind}:${anchorRevision}:`),
  );

/** What concerns safety keeps its day and each of its times where the new ones would be later. */
function noLater(occasion: Occasion, open: LedgerEntry): Occasion {
  const unchanged = { ...occasion, dueOn: earlier(occasion.dueOn, open.dueOn), ladder: open.ladder };
  // Everything was raised: the repetitions go on at the time of day that they have.
  if (isRepeating(open)) return { ...unchanged, dueOn: open.dueOn };
  // Rungs can only be told apart in a ladder of the same shape, of which nothing was left out.
  if (open.carriesOn || occasion.ladder.length !== open.ladder.length)
    return occasion.dueOn < open.dueOn ? occasion : unchanged;
  const ladder = occasion.ladder.map((rung, i) => ({ ...rung, at: soonest(rung.at, open.ladder[i]!.at) }));
  return { ...unchanged, ladder };
}

const soonest = (a: string, b: string): string => (compareInstants(a, b) <= 0 ? a : b);
