import {
  episodeDecider,
  tell,
  type EpisodeCommand,
  type EpisodeContext,
  type EpisodeEvent,
  type EpisodeState,
  type RecordedEpisodeEvent,
  type Refusal,
} from '#care';
import { NOT_FOUND } from './answers.js';
import type { Definition, Situation } from './definition.js';
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
  const pin = tell(loaded.state)?.pinned?.facts;
  const pinned = pin && (await policies.policyByPin(organisation, pin));
  if (pinned && 'refusal' in pinned) return pinned;
  if (pinned && !commands.some(looksAtSite)) return { context: { pinned: pinned.policy, current: pinned.policy } };
  const site = siteAfter(loaded.state, commands);
  if (site === undefined) return { refusal: NOT_FOUND };
  const current = await policies.policyFor(organisation, site);
  return 'refusal' in current ? current : { context: { pinned: (pinned ?? current).policy, current: current.policy } };
}

/** Whether the act asks what a site follows today; all others go on by the pin whatever became of the site. */
const looksAtSite = (command: EpisodeCommand): boolean =>
  command.type === 'Repin' || (command.type === 'TransferEpisode' && command.site !== undefined);

/** The site as the commands leave it; undefined when there is no episode and none of them opens it. */
function siteAfter(state: EpisodeState, commands: readonly EpisodeCommand[]): string | undefined {
  const transfer = commands.findLast((command) => command.type === 'TransferEpisode' && command.site !== undefined);
  if (transfer?.type === 'TransferEpisode') return transfer.site;
  const story = tell(state);
  if (story) return story.site;
  return commands.find((command) => command.type === 'ReferPatient')?.site;
}

function patientOf(state: EpisodeState, commands: readonly EpisodeCommand[]): string | undefined {
  const referred = state.acts.find((act) => act.type === 'PatientReferred');
  return referred?.facts.patientId ?? commands.find((command) => command.type === 'ReferPatient')?.patientId;
}
