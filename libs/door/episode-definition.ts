import {
  destinations,
  TAKING_UP,
  episodeDecider,
  siteOnceUndone,
  tell,
  type EpisodeCommand,
  type EpisodeContext,
  type EpisodeEvent,
  type EpisodeState,
  type RecordedEpisodeEvent,
  type Policy,
  type Refusal,
} from '#care';
import { NOT_FOUND } from './answers.js';
import type { Definition, Situation } from './definition.js';
import { contentHash } from './pins.js';
import type { PolicyBook } from './policy-book.js';

export type EpisodeDefinition = Definition<
  EpisodeState,
  EpisodeCommand,
  EpisodeEvent,
  RecordedEpisodeEvent,
  EpisodeContext
>;

/** The episode's decider with its policy: what it has pinned, and what its site follows today. */
export const episodeDefinition = (policies: PolicyBook): EpisodeDefinition => ({
  decider: episodeDecider,
  contextFor: (situation) => contextFor(policies, situation),
  subjectOf: (streamId, state, commands) => `patient:${patientOf(state, commands) ?? streamId}`,
  siteOf: (state) => tell(state)?.site ?? '',
  pinOf: (events, context) =>
    events.findLast((event) => event.type === 'EpisodePinned')?.facts.pin ?? context.pinned.pin.pin,
  concludesAlways: (command) => command.type === 'Derive',
});

async function contextFor(
  policies: PolicyBook,
  { organisation, loaded, commands }: Situation<EpisodeState, EpisodeCommand>,
): Promise<{ context: EpisodeContext } | { refusal: Refusal }> {
  const story = tell(loaded.state);
  const pin = story?.pinned?.facts;
  const pinned = pin && (await policies.policyByPin(organisation, pin));
  if (pinned && 'refusal' in pinned) return pinned;
  const site = siteAfter(loaded.state, commands);
  const mayTakeUp = site !== story?.site || commands.some(({ type }) => TAKING_UP.has(type));
  if (pinned && !mayTakeUp) return staying(pinned.policy);
  if (site === undefined) return { refusal: NOT_FOUND };
  const current = await policies.policyFor(organisation, site);
  if ('refusal' in current) return pinned && !commands.some(needsSite) ? staying(pinned.policy) : current;
  const { policy } = pinned ?? current;
  return { context: { pinned: policy, current: current.policy, ...destinations(policy, current.policy, contentHash) } };
}

/** Nothing else is taken up. */
const staying = (policy: Policy): { context: EpisodeContext } => ({
  context: { pinned: policy, current: policy, atOnce: policy, atPhase: policy },
});

/** Whether the act means the site as it is today; others that would look at it go on by the pin whatever became of the site. */
const needsSite = (command: EpisodeCommand): boolean =>
  command.type === 'Repin' || (command.type === 'TransferEpisode' && command.site !== undefined);

/** The site as the commands leave it; undefined when there is no episode and none of them opens it. */
function siteAfter(state: EpisodeState, commands: readonly EpisodeCommand[]): string | undefined {
  const transfer = commands.findLast((command) => command.type === 'TransferEpisode' && command.site !== undefined);
  if (transfer?.type === 'TransferEpisode') return transfer.site;
  const story = tell(state);
  if (story) return siteMovedBackTo(state, commands) ?? story.site;
  return commands.find((command) => command.type === 'ReferPatient')?.site;
}

const siteMovedBackTo = (state: EpisodeState, commands: readonly EpisodeCommand[]): string | undefined =>
  commands
    .flatMap((command) => (command.type === 'VoidAct' ? [siteOnceUndone(state, command.revision)] : []))
    .findLast((site) => site !== undefined);

function patientOf(state: EpisodeState, commands: readonly EpisodeCommand[]): string | undefined {
  const referred = state.acts.find((act) => act.type === 'PatientReferred');
  return referred?.facts.patientId ?? commands.find((command) => command.type === 'ReferPatient')?.patientId;
}
