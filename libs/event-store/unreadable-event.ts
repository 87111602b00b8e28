export type UnreadableEventCode = 'unknown-type' | 'newer-schema' | 'invalid';

/**
 * This code cannot read a stored event. Never a reason to guess: a reader halts or parks, a command is refused.
 * `unknown-type` and `newer-schema`: code older than the log. `invalid`: the stored content does not fit its schema or does not open.
 */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
  readonly code: UnreadableEventCode;

  constructor(
    code: UnreadableEventCode,
    event: {
      readonly streamId: string;
      readonly revision: number;
      readonly type: string;
      readonly schemaVersion: number;
    },
    detail: string,
  ) {
    super(`${event.streamId} revision ${event.revision}, ${event.type} v${event.schemaVersion}: ${detail}`);
    this.code = code;
  }
}
