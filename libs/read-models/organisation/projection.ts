import { UNREADABLE } from '#care';
import type { Projection, ReadEvent } from '../projection.js';
import { flag } from '../rows.js';
import { insertAll, type Row } from '../writing.js';
import { organisationEventsTable } from './schema.js';

/** A policy of thousands of characters says nothing about who is meant by a role. */
const SET_ASIDE = new Set(['PathwayAdopted']);

function toRow(organisation: string, event: ReadEvent): Row<'organisation_events'> {
  const unreadable = event.sealed === UNREADABLE;
  const { type, facts, revision, occurredAt, recordedAt, actor, actorRole, commandId } = event;
  const kept = {
    type,
    facts,
    sealed: unreadable ? null : event.sealed,
    revision,
    occurredAt,
    recordedAt,
    actor,
    actorRole,
    commandId,
  };
  return { organisation, revision, event: JSON.stringify(kept), unreadable: flag(unreadable) };
}

export const organisationProjection: Projection = {
  name: 'organisation',
  version: 1,
  categories: ['organisation'],
  onPoison: 'park',
  tables: organisationEventsTable,
  async apply(slices, batch) {
    const rows = slices.flatMap(({ organisation, events }) =>
      events.filter(({ type }) => !SET_ASIDE.has(type)).map((event) => toRow(organisation, event)),
    );
    await insertAll(batch, 'organisation_events', rows);
  },
};
