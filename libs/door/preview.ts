import {
  currentPathway,
  DEFAULT_PATHWAY,
  destinations,
  episodeDecider,
  refusalToAdopt,
  tell,
  type Circumstances,
  type EpisodeContext,
  type EpisodeEvent,
  type EpisodeState,
  type FollowUpKind,
  type Pathway,
  type Policy,
  type Refusal,
} from '#care';
import { decideActs } from './decide-acts.js';
import type { Episodes } from './episodes.js';
import type { Organisations } from './organisations.js';
import { asIfAdopted, contentHash } from './pins.js';
import type { PolicyBook } from './policy-book.js';
import type { Clock, Loaded } from './port.js';

/** What becomes of the follow-ups of one kind: owed for the first time, owed by another day or other steps, owed no longer. */
export interface Effect {
  readonly opens: number;
  readonly moves: number;
  readonly ends: number;
}
type Effects = Readonly<Partial<Record<FollowUpKind, Effect>>>;

/** What a pathway would do to open episodes. Nothing is recorded to find it out. */
export interface PathwayPreview {
  /** Open episodes that were looked at. */
  readonly episodes: number;
  /** Of these, how many cannot be told: a newer build's rules, a site that is gone. */
  readonly untold: number;
  /** When it is adopted: numbers of safety, and hours that have not reached an episode yet. */
  readonly atOnce: Effects;
  /** If each of them entered its next phase as things stand today: clinical numbers too. */
  readonly atNextPhase: Effects;
}

export interface PreviewParts {
  readonly episodes: Pick<Episodes, 'load'>;
  readonly organisations: Pick<Organisations, 'load'>;
  readonly policies: Pick<PolicyBook, 'policyFor' | 'policyByPin'>;
  readonly clock: Clock;
}

/** Decides, for each episode in turn, what a repin would append. @throws DoorUnavailable */
export async function previewPathway(
  parts: PreviewParts,
  organisation: string,
  proposed: unknown,
  episodeIds: readonly string[],
): Promise<PathwayPreview | { readonly refusal: Refusal }> {
  const { state } = await parts.organisations.load(organisation);
  const refusal = refusalToAdopt(proposed, DEFAULT_PATHWAY, currentPathway(state));
  if (refusal) return { refusal };
  const [atOnce, atNextPhase] = [new Map<FollowUpKind, Effect>(), new Map<FollowUpKind, Effect>()];
  let [episodes, untold] = [0, 0];
  for (const episodeId of episodeIds) {
    const loaded = await parts.episodes.load(episodeId, { organisation });
    const context = await contextAfter(parts, organisation, loaded.state, proposed as Pathway);
    if (context === 'ended') continue;
    episodes += 1;
    if (context === 'unknown') untold += 1;
    else {
      count(repinned(parts, organisation, loaded, context), atOnce);
      count(repinned(parts, organisation, loaded, { ...context, atOnce: context.atPhase }), atNextPhase);
    }
  }
  return { episodes, untold, atOnce: Object.fromEntries(atOnce), atNextPhase: Object.fromEntries(atNextPhase) };
}

/** The context of a decision as it would be had the organisation adopted the pathway. */
async function contextAfter(
  { policies }: PreviewParts,
  organisation: string,
  state: EpisodeState,
  proposed: Pathway,
): Promise<EpisodeContext | 'ended' | 'unknown'> {
  const story = tell(state);
  const pin = state.acts.findLast((act) => act.type === 'EpisodePinned')?.facts;
  if (!story || !pin || story.phase === 'ended') return 'ended';
  const pinned = await policies.policyByPin(organisation, pin);
  const current = await policies.policyFor(organisation, story.site);
  if ('refusal' in pinned || 'refusal' in current) return 'unknown';
  const today: Policy = asIfAdopted(proposed, current.policy);
  return { pinned: pinned.policy, current: today, ...destinations(pinned.policy, today, contentHash) };
}

function repinned(
  { clock }: PreviewParts,
  organisation: string,
  { state, revision }: Loaded<EpisodeState>,
  context: EpisodeContext,
): readonly EpisodeEvent[] {
  const now = clock.now().toISOString();
  const circumstances: Circumstances = {
    ...{ commandId: 'preview', actor: 'system:preview', actorRole: 'system', organisation },
    ...{ occurredAt: now, now },
  };
  const act = { command: { type: 'Repin' }, circumstances, concludesAlways: false } as const;
  return decideActs(episodeDecider, { state, revision }, [act], context, (event) => event).stated.map(
    ({ event }) => event,
  );
}

type Opened = Extract<EpisodeEvent, { type: 'FollowUpOpened' }>['facts'];

/** A follow-up that ends and opens again on the same fact has moved. */
function count(events: readonly EpisodeEvent[], effects: Map<FollowUpKind, Effect>): void {
  const add = (kind: FollowUpKind, what: keyof Effect): void => {
    const before = effects.get(kind) ?? { opens: 0, moves: 0, ends: 0 };
    effects.set(kind, { ...before, [what]: before[what] + 1 });
  };
  const opened = events.flatMap((event) => (event.type === 'FollowUpOpened' ? [event.facts] : []));
  const ended = events.flatMap((event) =>
    event.type === 'FollowUpSuperseded' || event.type === 'FollowUpFulfilled' ? [stemOf(event.facts)] : [],
  );
  for (const facts of opened) {
    const place = ended.indexOf(stemOf(facts));
    add(facts.kind, place < 0 ? 'opens' : 'moves');
    if (place >= 0) ended.splice(place, 1);
  }
  for (const stem of ended) add(stem.slice(0, stem.indexOf(':')) as FollowUpKind, 'ends');
}

/** Kind and anchor: an id without its number. */
const stemOf = ({ followUpId }: Pick<Opened, 'followUpId'>): string => followUpId.slice(0, followUpId.lastIndexOf(':'));
