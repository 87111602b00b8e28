import {
  bookedOn,
  formerOwner,
  holderOf,
  latestOf,
  isInpatient,
  mutingOf,
  whoIs,
  type Concerning,
  type LedgerEntry,
  type Notify,
  type OrganisationState,
  type Story,
} from '#care';

/** A word to the provider, asked for by a fact of the record: nothing waits on anybody, so that nothing mutes it and no act ends it. */
export interface Word {
  readonly kind: 'word';
  readonly safety: false;
  readonly zone: string;
  readonly openedAt: string;
  /** Of the fact that asks for it. */
  readonly revision: number;
  readonly owner?: undefined;
}

/** What somebody is told of, and as much of its episode as the log tells without a key. */
export interface Case {
  readonly entry: LedgerEntry | Word;
  /** Null when the episode cannot be read: somebody is told all the same. */
  readonly story: Story | null;
}

/** Who is told in a role at that moment: leave, cover and departures count at once. */
export const toldIn = (state: OrganisationState, role: Notify, about: Case, at: string): readonly string[] =>
  whoIs(state, holderOf(role, about.entry.owner), concerning(about, at));

/**
 * Who is next when somebody cannot be reached: to be tried and in vain counts as not being there. The ladder ends with whoever
 * is in care, but never with a provider, who hears only what the table names (rule 3).
 */
export function nextAfter(
  state: OrganisationState,
  tried: ReadonlySet<string>,
  about: Case,
  at: string,
): readonly string[] {
  const staff = new Map(
    [...state.staff].map(([id, member]) => [id, tried.has(id) ? { ...member, active: false } : member]),
  );
  const role = about.entry.safety ? 'second-owner' : 'supervisor';
  return whoIs({ ...state, staff }, role, concerning(about, at)).filter(
    (person) => state.staff.get(person)?.role !== 'provider',
  );
}

function concerning({ entry, story }: Case, at: string): Concerning {
  return {
    site: story?.site ?? '',
    careManager: story?.careManager,
    provider: story?.provider,
    owner: entry.owner,
    formerOwner: (story && formerOwner(story)) ?? undefined,
    at,
  };
}

/** Came in with an import or after an outage (fatigue rule 9): it should have been raised long ago, or was due before anybody here knew of it. */
export function isBacklog(
  { entry, story }: Case,
  step: { readonly at: string; readonly collapsed: boolean },
  lateByMs: number,
  lateMs: number,
): boolean {
  const { referral } = story ?? {};
  const cameAlong = referral?.recordedAt === entry.openedAt && referral.occurredAt < referral.recordedAt;
  return step.collapsed || lateByMs > lateMs || (cameAlong && step.at <= entry.openedAt);
}

/** Not undone, and, of an ending, the episode is not open again. */
function stands({ revision }: Word, story: Story | null): boolean {
  const fact = story?.acts.find((act) => act.revision === revision);
  if (fact?.type !== 'ProviderNotified') return false;
  const { about } = fact.facts;
  return (about !== 'discharge' && about !== 'referral-closed') || story?.phase === 'ended';
}

/** What came in after the end, a result say, is owed all the same; after a death nothing is. */
const isOver = ({ ended }: Story, anchorRevision: number): boolean =>
  ended !== undefined && (ended.type === 'PatientDeathNoted' || anchorRevision < ended.revision);

/** Whether it is kept from people for now; nothing mutes a word. */
export function isMuted({ entry, story }: Case, now: string): boolean {
  if (entry.kind === 'word') return false;
  const { kind, safety, zone, ladder, raisedFirst } = entry;
  const item = {
    kind,
    safety,
    zone,
    snoozedUntil: entry.snoozedUntil ?? null,
    ceiling: latestOf(raisedFirst?.at ?? entry.openedAt, ladder),
  };
  const episode = {
    bookedOn: story && bookedOn(story),
    isInpatient: story ? isInpatient(story) : false,
  };
  return mutingOf(item, episode, now) !== null;
}

/** Whether nobody is told of it now: it is muted, or was over with its episode. Safety stops for death alone. */
export function isSilent(about: Case, now: string): boolean {
  const { entry, story } = about;
  if (entry.safety) return false;
  if (entry.kind === 'word') return !stands(entry, story);
  return (story !== null && isOver(story, entry.anchorRevision)) || isMuted(about, now);
}
