import { tell, UNREADABLE, type RecordedEpisodeEvent } from '#care';
import type { StoredEvent } from '#event-store';

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

/** What of an event decides. */
type Deciding = Pick<StoredEvent, 'type' | 'revision' | 'occurredAt' | 'recordedAt'>;

/**
 * Whether an episode was opened and has not ended, by its decisive acts. They are kept as text, and the domain's story of them is told anew
 * when they changed: a large log has many episodes, of which few are asked about more than once.
 */
export class Standing {
  /** One act a line. */
  private acts = '';
  private answer: boolean | null = false;

  /** Takes in a decisive act with its plain facts; whatever it sealed is not looked at. */
  take({ type, revision, occurredAt, recordedAt }: Deciding, facts: unknown): void {
    this.acts += `${JSON.stringify({ type, revision, occurredAt, recordedAt, facts })}\n`;
    this.answer = null;
  }

  /** The domain's own answer. */
  get isOpen(): boolean {
    return (this.answer ??= isOpen(this.acts.split('\n').slice(0, -1).map(actOf)));
  }
}

const actOf = (line: string): RecordedEpisodeEvent => ({
  ...JSON.parse(line),
  ...{ sealed: UNREADABLE, actor: 'system:none', actorRole: '', commandId: '' },
});

function isOpen(acts: readonly RecordedEpisodeEvent[]): boolean {
  const story = tell({ acts });
  return story !== null && story.phase !== 'ended';
}
