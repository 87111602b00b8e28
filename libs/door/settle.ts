import { tell, type EpisodeState } from '#care';
import { nextOf } from './follow-up-ledger.js';
import type { Loaded, Outcome } from './port.js';
import type { RaisedStep, RaiseDue } from './raise-due.js';

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
  let derivation: Settled['derivation'] = 'done';
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    raised.push(...(await parts.raiseDue.raise(streamId, by)));
    const { organisation } = await parts.raiseDue.followUps(streamId);
    const added = organisation === null ? 0 : await deriveOnce(parts, streamId, organisation, by);
    derivation = added === 'refused' ? 'refused' : 'done';
    if (added === 'refused' || added === 0) break;
    derived += added;
  }
  return { ...(await present(parts, streamId)), raised, derived, derivation };
}

/** How many events were derived; whatever fails here fails alone. */
async function deriveOnce(
  parts: SettleParts,
  streamId: string,
  organisation: string,
  by: Waker,
): Promise<number | 'refused'> {
  try {
    const outcome = await parts.derive(streamId, organisation, by);
    if (outcome.kind === 'appended') return outcome.events.length;
    if (outcome.kind === 'unchanged') return 0;
    parts.onDerivationRefused?.(streamId, outcome.kind === 'refused' ? outcome.refusal.code : outcome.kind);
  } catch (error) {
    parts.onDerivationRefused?.(streamId, error instanceof Error ? error.name : 'not an error');
  }
  return 'refused';
}

async function present(
  parts: SettleParts,
  streamId: string,
): Promise<Omit<Settled, 'raised' | 'derived' | 'derivation'>> {
  const { revision, ledger } = await parts.raiseDue.followUps(streamId);
  const phase = revision < 0 ? 'unknown' : await phaseOf(parts, streamId);
  const next = nextOf(ledger);
  return {
    revision,
    exists: revision >= 0,
    phase,
    closed: phase === 'ended' && ledger.open.size === 0,
    ...(next ? { next } : {}),
  };
}

async function phaseOf(parts: SettleParts, streamId: string): Promise<string> {
  try {
    return tell((await parts.load(streamId)).state)?.phase ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
