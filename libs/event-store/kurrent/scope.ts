import { streamNameFilter, type AllStreamRecordedEvent, type RecordedEvent } from '@kurrent/kurrentdb-client';
import type { StoredEvent } from '../envelope.js';
import { fromRecorded } from './recorded.js';

/** Streams of the server itself begin with a dollar sign. */
const NOT_SYSTEM = '^[^$]';

/** Which part of a server's log is ours: all streams but its own, or those whose names begin with a namespace. */
export class Scope {
  private readonly namespace: string;

  constructor(namespace: string) {
    this.namespace = namespace;
  }

  name(streamId: string): string {
    return `${this.namespace}${streamId}`;
  }

  /** By stream name, on the server. Never by event type: then checkpoints would stand still. */
  filter(prefixes?: readonly string[]) {
    if (prefixes) return streamNameFilter({ prefixes: prefixes.map((prefix) => this.name(prefix)) });
    return this.namespace === ''
      ? streamNameFilter({ regex: NOT_SYSTEM })
      : streamNameFilter({ prefixes: [this.namespace] });
  }

  holds(stream: string): boolean {
    return stream.startsWith(this.namespace) && !stream.startsWith('$');
  }

  /** @throws EventStoreError `unsupported` when it is not one of ours */
  event(recorded: RecordedEvent | AllStreamRecordedEvent): StoredEvent {
    return fromRecorded(recorded, this.namespace);
  }
}
