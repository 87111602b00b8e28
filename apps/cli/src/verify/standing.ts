import { emptyLedger, tell, UNREADABLE, type EpisodeState, type RecordedEpisodeEvent } from '#care';

/** The acts that say whether an episode is open: all plain, so that no key is needed. */
const DECISIVE: ReadonlySet<string> = new Set([
  'PatientReferred',
  'ReferralClosed',
  'PatientEnrolled',
  'RelapsePreventionStarted',
  'RelapseDetected',
  'EpisodeDischarged',
  'PatientDeathNoted',
  'PatientDeathNoteRetracted',
  'ActVoided',
]);

export const isDecisive = (type: string): boolean => DECISIVE.has(type);

/** One decisive act with its plain facts; whatever it sealed is not looked at. */
export type DecisiveAct = RecordedEpisodeEvent;

export const decisiveAct = (
  {
    type,
    revision,
    occurredAt,
    recordedAt,
  }: { type: string; revision: number; occurredAt: string; recordedAt: string },
  facts: unknown,
): DecisiveAct =>
  ({
    type,
    revision,
    occurredAt,
    recordedAt,
    facts,
    sealed: UNREADABLE,
    actor: 'system:none',
    actorRole: '',
    commandId: '',
  }) as DecisiveAct;

/** Whether an episode with these acts was opened and has not ended: the domain's own answer. */
export function isOpen(acts: readonly DecisiveAct[]): boolean {
  const state: EpisodeState = { revision: acts.at(-1)?.revision ?? -1, acts, ledger: emptyLedger };
  const story = tell(state);
  return story !== null && story.phase !== 'ended';
}
