import { UNREADABLE, type RecordedEpisodeEvent, type Unreadable } from '#care';
import type { Codec, StoredEvent } from '#event-store';

type Reading = Pick<Codec<Unreadable>, 'read' | 'readFacts'>;

/** An event as the timeline takes it. What this build cannot read is still told: that it is there, when, and by whom. */
export function readEvent(stored: StoredEvent, codec: Reading): RecordedEpisodeEvent {
  const { type, revision, occurredAt, recordedAt, actor, actorRole, commandId } = stored;
  const content = contentOf(stored, codec) ?? {
    type: `${type} (this version cannot read it)`,
    facts: stored.body.facts,
    sealed: UNREADABLE,
  };
  return { type, ...content, revision, occurredAt, recordedAt, actor, actorRole, commandId } as RecordedEpisodeEvent;
}

function contentOf(stored: StoredEvent, codec: Reading): { facts: unknown; sealed: unknown } | null {
  try {
    const { facts, sealed } = codec.read(stored);
    return { facts, sealed };
  } catch {
    return factsOf(stored, codec);
  }
}

/** A box that does not open with its key leaves the facts. */
function factsOf(stored: StoredEvent, codec: Reading): { facts: unknown; sealed: unknown } | null {
  try {
    return { facts: codec.readFacts(stored), sealed: UNREADABLE };
  } catch {
    return null;
  }
}
