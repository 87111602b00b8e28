import { accept, type Decision } from '../decider.js';
import type { EpisodeCommandType } from './commands.js';
import type { EpisodeContext, Policy } from './context.js';
import type { EpisodeEvent } from './events.js';
import type { EpisodeState } from './state.js';
import { tell, type Story } from './story/index.js';

/**
 * Facts with which an episode takes up what its site follows today, in the same append: clinical numbers where a phase begins
 * (decision 8); safety and calendar also where something about safety opens, whether a fan-out came by or not, and where the site
 * changes, also because a transfer is undone: its mornings and its closing time belong to one calendar.
 */
const TAKES_UP: Partial<Record<EpisodeEvent['type'], 'atOnce' | 'atPhase'>> = {
  PatientEnrolled: 'atPhase',
  RelapsePreventionStarted: 'atPhase',
  RelapseDetected: 'atPhase',
  SafetyConcernRaised: 'atOnce',
  SafetyReviewRecorded: 'atOnce',
  EpisodeTransferred: 'atOnce',
};

/** The commands that may state such facts, or ask for a repin: those for which it matters what the site follows today. */
export const TAKING_UP: ReadonlySet<EpisodeCommandType> = new Set([
  'EnrolPatient',
  'StartRelapsePrevention',
  'ConfirmRelapse',
  'RecordAssessment',
  'CorrectAssessment',
  'RecordVisit',
  'RaiseSafetyConcern',
  'RecordSafetyReview',
  'TransferEpisode',
  'Repin',
]);

/** The story as it will be once an act is undone, or its undoing; null when there is no such act. */
export function onceUndone(state: EpisodeState, revision: number): Story | null {
  const act = state.acts.find((one) => one.revision === revision);
  if (!act) return null;
  const facts = { revision, reasonCode: 'entered-in-error' } as const;
  const undoing = { ...act, type: 'ActVoided', revision: state.revision + 1, facts, sealed: {} } as const;
  return tell({ acts: [...state.acts, undoing] });
}

/** The site to which undoing an act takes the episode back; undefined when that moves it nowhere. */
export function siteOnceUndone(state: EpisodeState, revision: number): string | undefined {
  const act = state.acts.find((one) => one.revision === revision);
  // No other undoing moves an episode, and to tell a story anew takes a while.
  if (act?.type !== 'EpisodeTransferred' && act?.type !== 'ActVoided') return undefined;
  const site = onceUndone(state, revision)?.site;
  return site === tell(state)?.site ? undefined : site;
}

const pinOf = (state: EpisodeState): string | undefined => tell(state)?.pinned?.facts.pin;

export const pinned = ({ pin, calendar: { zone } }: Policy): EpisodeEvent => ({
  type: 'EpisodePinned',
  facts: { ...pin, zone },
  sealed: null,
});

/** The policy in force after everything recorded, and stated in this very append. */
export function policyIn(state: EpisodeState, { pinned: before, current, atOnce, atPhase }: EpisodeContext): Policy {
  const pin = pinOf(state);
  return [atPhase, atOnce, current].find((policy) => policy.pin.pin === pin) ?? before;
}

/** Safety and calendar at once. What a phase took up in the same append holds already, but for a zone that an older build left behind. */
export function repin(state: EpisodeState, { atOnce, atPhase }: EpisodeContext): readonly EpisodeEvent[] {
  const held = [atOnce, atPhase].find((policy) => policy.pin.pin === pinOf(state));
  return held && tell(state)?.zone === held.calendar.zone ? [] : [pinned(held ?? atOnce)];
}

/** A decision with the pin that its facts bring along, if they bring one. */
export function withPin(
  decision: Decision<EpisodeEvent>,
  state: EpisodeState,
  context: EpisodeContext,
): Decision<EpisodeEvent> {
  if ('refusal' in decision) return decision;
  const taken = new Set(decision.events.map(({ type }) => TAKES_UP[type]));
  const { atPhase } = context;
  if (taken.has('atPhase'))
    return pinOf(state) === atPhase.pin.pin ? decision : accept(...decision.events, pinned(atPhase));
  const movesBack = decision.events.some(
    (event) => event.type === 'ActVoided' && siteOnceUndone(state, event.facts.revision) !== undefined,
  );
  return taken.has('atOnce') || movesBack ? accept(...decision.events, ...repin(state, context)) : decision;
}
