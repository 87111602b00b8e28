import { UNREADABLE, type RecordedEpisodeEvent } from '#care';
import type { Insertable, Selectable } from 'kysely';
import type { ReadEvent } from '../projection.js';
import type { EpisodeEventsTable } from './schema.js';

export const toRow = (episodeId: string, event: ReadEvent): Insertable<EpisodeEventsTable> => ({
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

export function fromRow(row: Selectable<EpisodeEventsTable>): RecordedEpisodeEvent {
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
