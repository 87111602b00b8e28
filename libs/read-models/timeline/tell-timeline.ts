import { UNREADABLE, voidsOf, type FollowUpKind, type RecordedEpisodeEvent } from '#care';
import { sentenceOf } from '../words/acts.js';
import { titleOf } from '../words/follow-ups.js';

/** One event of an episode for a reader: what happened, when, by whom, and which follow-ups it opened and closed. */
export interface TimelineEntry {
  readonly revision: number;
  readonly type: string;
  /** In plain words, from facts alone. */
  readonly sentence: string;
  /** When it happened in the clinic. */
  readonly occurredAt: string;
  /** When it was recorded here. */
  readonly recordedAt: string;
  readonly actor: string;
  readonly actorRole: string;
  readonly facts: unknown;
  /** What was sealed: scores, notes. Null when nothing was, or it cannot be read. */
  readonly details: unknown;
  readonly unreadable: boolean;
  readonly opened: readonly FollowUpMention[];
  readonly closed: readonly (FollowUpMention & {
    readonly how: 'fulfilled' | 'superseded';
    readonly reason: string | null;
  })[];
  /** Revision of the act that undid it. */
  readonly voidedBy: number | null;
  readonly correctedBy: number | null;
}

export interface FollowUpMention {
  readonly followUpId: string;
  readonly title: string;
  readonly revision: number;
}

type Told = Omit<TimelineEntry, 'opened' | 'closed' | 'voidedBy' | 'correctedBy'>;

/**
 * The timeline of an episode from its events in order of recording, all of them or as many as were recorded by some moment. Pure, so that
 * the API and `followthrough replay` tell the same story from the stream.
 */
export function tellTimeline(events: readonly RecordedEpisodeEvent[]): TimelineEntry[] {
  const opened = new Map<number, FollowUpMention[]>();
  const closed = new Map<number, TimelineEntry['closed'][number][]>();
  const correctedBy = new Map<number, number>();
  const zones = new Map<string, string>();
  const voidedBy = voidsOf(events);
  for (const event of events) {
    if (event.type === 'FollowUpOpened') {
      add(opened, event.facts.anchorRevision, mention(event.facts.followUpId, event.revision));
      zones.set(event.facts.followUpId, event.facts.zone);
    }
    if (event.type === 'FollowUpFulfilled')
      add(closed, event.facts.byRevision, {
        ...mention(event.facts.followUpId, event.revision),
        how: 'fulfilled',
        reason: null,
      });
    if (event.type === 'FollowUpSuperseded')
      add(closed, event.facts.byRevision, {
        ...mention(event.facts.followUpId, event.revision),
        how: 'superseded',
        reason: event.facts.reason,
      });
    // One that was undone leaves the correction before it in force, or none.
    if (event.type === 'AssessmentCorrected' && !voidedBy.has(event.revision))
      correctedBy.set(event.facts.corrects, event.revision);
  }
  return events.map((event) => ({
    ...told(event, event.type === 'FollowUpSnoozed' ? zones.get(event.facts.followUpId) : undefined),
    opened: opened.get(event.revision) ?? [],
    closed: closed.get(event.revision) ?? [],
    voidedBy: voidedBy.get(event.revision) ?? null,
    correctedBy: correctedBy.get(event.revision) ?? null,
  }));
}

const told = (event: RecordedEpisodeEvent, zone: string | undefined): Told => ({
  revision: event.revision,
  type: event.type,
  sentence: sentenceOf(event, zone),
  occurredAt: event.occurredAt,
  recordedAt: event.recordedAt,
  actor: event.actor,
  actorRole: event.actorRole,
  facts: event.facts,
  details: event.sealed === UNREADABLE ? null : event.sealed,
  unreadable: event.sealed === UNREADABLE,
});

const mention = (followUpId: string, revision: number): FollowUpMention => ({
  followUpId,
  title: titleOf(followUpId.slice(0, followUpId.indexOf(':')) as FollowUpKind),
  revision,
});

function add<T>(to: Map<number, T[]>, revision: number, one: T): void {
  const known = to.get(revision);
  if (known) known.push(one);
  else to.set(revision, [one]);
}
