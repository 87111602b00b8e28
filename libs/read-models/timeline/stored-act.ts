import { UNREADABLE, type RecordedEpisodeEvent } from '#care';
import type { ReadEvent } from '../projection.js';
import type { Row } from '../writing.js';

export const toRow = (episodeId: string, event: ReadEvent): Row<'episode_events'> => ({
  episode_id: episodeId,
  revision: event.revision,
  organisation: event.organisation,
  type: event.type,
  occurred_at: event.occurredAt,
  recorded_at: event.recordedAt,
  actor: event.actor,
  actor_role: event.actorRole,
  command_id: event.commandId,
  facts: JSON.stringify(event.facts),
  sealed: event.sealed === UNREADABLE || event.sealed === null ? null : JSON.stringify(event.sealed),
  unreadable: event.sealed === UNREADABLE ? 1 : 0,
});

export function fromRow(row: Row<'episode_events'>): RecordedEpisodeEvent {
  const sealed: unknown = row.unreadable ? UNREADABLE : row.sealed === null ? null : JSON.parse(row.sealed);
  return {
    type: row.type,
    facts: JSON.parse(row.facts) as unknown,
    sealed,
    revision: row.revision,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    actor: row.actor,
    actorRole: row.actor_role,
    commandId: row.command_id,
  } as RecordedEpisodeEvent;
}

/** The same act without the way through its row. */
export const actOf = (event: ReadEvent): RecordedEpisodeEvent => {
  const { type, facts, sealed, revision, occurredAt, recordedAt, actor, actorRole, commandId } = event;
  return { type, facts, sealed, revision, occurredAt, recordedAt, actor, actorRole, commandId } as RecordedEpisodeEvent;
};
