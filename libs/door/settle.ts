import { tell, type EpisodeState } from '#care';
import { nextOf } from './follow-up-ledger.js';
import { DoorUnavailable, KeyUnusable, type Loaded, type Outcome } from './port.js';
import type { FollowUps, RaisedStep, RaiseDue } from './raise-due.js';

/** Who wakes an episode: the workflow's timer, or the watchdog that needs no Temporal. */
export type Waker = 'system:workflow' | 'system:watchdog';

/** What an episode looks like after its waker was there. */
export interface Settled {
  readonly revision: number;
  readonly exists: boolean;
  /** `unknown` when the record cannot be folded. */
  readonly phase: string;
  /** Ended and nothing owed. */
  readonly closed: boolean;
  readonly raised: readonly RaisedStep[];
  /** Events appended by Derive. */
  readonly derived: number;
  /** `refused`: newer rules, a lost key and the like; what was due is raised all the same. */
  readonly derivation: 'done' | 'refused';
  readonly next?: { readonly followUpId: string; readonly kind: string; readonly at: string };
}

/** What a look raised, and the revision it left. */
export type Raised = Pick<Settled, 'revision' | 'raised'>;

export interface SettleParts {
  readonly raiseDue: RaiseDue;
  readonly derive: (streamId: string, organisation: string, by: Waker) => Promise<Outcome<EpisodeState>>;
  readonly load: (streamId: string) => Promise<Loaded<EpisodeState>>;
  /** Told why a derivation failed; codes and names only. */
  readonly onDerivationRefused?: (streamId: string, why: string) => void;
}

/** More rounds than this would be a fault of the rules. */
const MOST_ROUNDS = 10;

/** The two commands of both wakers: RaiseDue, then Derive, until nothing changes. @throws DoorUnavailable when the store is away */
export async function settle(parts: SettleParts, streamId: string, by: Waker): Promise<Settled> {
  const raised: RaisedStep[] = [];
  let derived = 0;
  for (let round = 1; ; round += 1) {
    const look = await parts.raiseDue.raise(streamId, by);
    raised.push(...look.raised);
    const { derivation, events, found } = await deriveOnce(parts, streamId, look.followUps, by);
    derived += events;
    if (events > 0 && round < MOST_ROUNDS) continue;
    const present =
      found?.revision === look.followUps.revision
        ? presentOf(look.followUps, phaseIn(found))
        : await presentIn(parts, streamId);
    return { ...present, raised, derived, derivation };
  }
}

interface Derivation {
  readonly derivation: Settled['derivation'];
  /** How many were appended. */
  readonly events: number;
  /** The episode as the store had it, where nothing was appended. */
  readonly found?: Loaded<EpisodeState>;
}

/** Whatever fails here fails alone, but for an outage, which passes: whoever looked looks again. @throws DoorUnavailable */
async function deriveOnce(
  parts: SettleParts,
  streamId: string,
  { organisation }: FollowUps,
  by: Waker,
): Promise<Derivation> {
  if (organisation === null) return { derivation: 'done', events: 0 };
  try {
    const outcome = await parts.derive(streamId, organisation, by);
    if (outcome.kind === 'appended') return { derivation: 'done', events: outcome.events.length };
    if (outcome.kind === 'unchanged') return { derivation: 'done', events: 0, found: outcome.loaded };
    parts.onDerivationRefused?.(streamId, outcome.kind === 'refused' ? outcome.refusal.code : outcome.kind);
  } catch (error) {
    if (error instanceof DoorUnavailable && !(error instanceof KeyUnusable)) throw error;
    parts.onDerivationRefused?.(streamId, error instanceof Error ? error.name : 'not an error');
  }
  return { derivation: 'refused', events: 0 };
}

type Present = Omit<Settled, 'raised' | 'derived' | 'derivation'>;

function presentOf({ revision, ledger }: FollowUps, phase: string): Present {
  const next = nextOf(ledger);
  return {
    revision,
    exists: revision >= 0,
    phase,
    closed: phase === 'ended' && ledger.open.size === 0,
    ...(next ? { next } : {}),
  };
}

async function presentIn(parts: SettleParts, streamId: string): Promise<Present> {
  const followUps = await parts.raiseDue.followUps(streamId);
  return presentOf(followUps, followUps.revision < 0 ? 'unknown' : await phaseOf(parts, streamId));
}

async function phaseOf(parts: SettleParts, streamId: string): Promise<string> {
  try {
    return phaseIn(await parts.load(streamId));
  } catch {
    return 'unknown';
  }
}

const phaseIn = ({ state }: Loaded<EpisodeState>): string => tell(state)?.phase ?? 'unknown';
