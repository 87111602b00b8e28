import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import statuses from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type {
  AppendReq,
  BatchAppendReq,
  ReadReq,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { StreamIdentifier, UUID } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import type { AppendOutcome, Expected, LogRecord, Proposed } from './log.js';

/** Ticks are 100 ns. */
const TICKS_PER_MS = 10_000n;
const FAILED_PRECONDITION = 9;
const WRONG_VERSION = 'event_store.client.WrongExpectedVersion';

export const streamName = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

export function identifierOf(name: string): StreamIdentifier {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(name, 'utf8').toString('base64'));
  return identifier;
}

export function proposed(message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): Proposed {
  const metadata = message.getMetadataMap();
  return {
    id: uuidText(message.getId()),
    type: metadata.get('type') ?? '',
    contentType: metadata.get('content-type') ?? '',
    data: Buffer.from(message.getData_asU8()),
    metadata: Buffer.from(message.getCustomMetadata_asU8()),
  };
}

function uuidText(uuid: UUID | undefined): string {
  if (!uuid?.hasString()) throw new Error('an event without a textual id');
  return uuid.getString();
}

export function expectedOf(options: AppendReq.Options): Expected {
  if (options.hasRevision()) return Number(options.getRevision());
  if (options.hasNoStream()) return 'no-stream';
  return options.hasStreamExists() ? 'stream-exists' : 'any';
}

export function expectedOfBatch(options: BatchAppendReq.Options): Expected {
  if (options.hasStreamPosition()) return Number(options.getStreamPosition());
  if (options.hasNoStream()) return 'no-stream';
  return options.hasStreamExists() ? 'stream-exists' : 'any';
}

/** The answer to `Append`. */
export function appendResponse(outcome: AppendOutcome, expected: Expected) {
  const response = new streams.AppendResp();
  if (outcome.kind === 'appended') {
    const position = new streams.AppendResp.Position();
    position.setCommitPosition(String(outcome.position));
    position.setPreparePosition(String(outcome.position));
    const success = new streams.AppendResp.Success();
    success.setCurrentRevision(String(outcome.revision));
    success.setPosition(position);
    response.setSuccess(success);
    return response;
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (outcome.current === null) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(outcome.current));
  if (typeof expected === 'number') wrong.setExpectedRevision(String(expected));
  else wrong.setExpectedNoStream(new shared.Empty());
  response.setWrongExpectedVersion(wrong);
  return response;
}

/** The answer to one append of a `BatchAppend` stream. */
export function batchResponse(
  outcome: AppendOutcome,
  asked: { readonly stream: string; readonly correlation: UUID; readonly expected: Expected },
) {
  const response = new streams.BatchAppendResp();
  response.setCorrelationId(asked.correlation);
  response.setStreamIdentifier(identifierOf(asked.stream));
  if (outcome.kind === 'appended') {
    const position = new shared.AllStreamPosition();
    position.setCommitPosition(String(outcome.position));
    position.setPreparePosition(String(outcome.position));
    const success = new streams.BatchAppendResp.Success();
    success.setCurrentRevision(String(outcome.revision));
    success.setPosition(position);
    response.setSuccess(success);
    return response;
  }
  const wrong = new shared.WrongExpectedVersion();
  if (outcome.current === null) wrong.setCurrentNoStream(new googleEmpty());
  else wrong.setCurrentStreamRevision(String(outcome.current));
  if (typeof asked.expected === 'number') wrong.setExpectedStreamPosition(String(asked.expected));
  else wrong.setExpectedNoStream(new googleEmpty());
  const details = new anyMessage();
  details.pack(wrong.serializeBinary(), WRONG_VERSION);
  const error = new statuses.Status();
  error.setCode(FAILED_PRECONDITION);
  error.setMessage('WrongExpectedVersion');
  error.setDetails(details);
  response.setError(error);
  return response;
}

// Two messages of Google's that the stubs use and do not name: a field of each, read from two bytes, knows its class.
const anyMessage = classOf(statuses.Status.deserializeBinary(Uint8Array.of(0x1a, 0)).getDetails());
const googleEmpty = classOf(readEmpty());

function readEmpty() {
  // `current_no_stream`, field 2, without content.
  return shared.WrongExpectedVersion.deserializeBinary(Uint8Array.of(0x12, 0)).getCurrentNoStream();
}

function classOf<T extends object>(message: T | undefined): new () => T {
  if (!message) throw new Error('the protocol of this client is another one');
  return message.constructor as new () => T;
}

export function eventResponse(record: LogRecord) {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  const id = new shared.UUID();
  id.setString(record.id);
  recorded.setId(id);
  recorded.setStreamIdentifier(identifierOf(record.stream));
  recorded.setStreamRevision(String(record.revision));
  recorded.setCommitPosition(String(record.position));
  recorded.setPreparePosition(String(record.position));
  recorded.getMetadataMap().set('type', record.type);
  recorded.getMetadataMap().set('content-type', record.contentType);
  recorded.getMetadataMap().set('created', String(BigInt(record.createdMs) * TICKS_PER_MS));
  recorded.setData(record.data.toString('base64'));
  recorded.setCustomMetadata(record.metadata.toString('base64'));
  const event = new streams.ReadResp.ReadEvent();
  event.setEvent(recorded);
  event.setCommitPosition(String(record.position));
  const response = new streams.ReadResp();
  response.setEvent(event);
  return response;
}

export function checkpointResponse(position: number) {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(position));
  checkpoint.setPreparePosition(String(position));
  const response = new streams.ReadResp();
  response.setCheckpoint(checkpoint);
  return response;
}

export function confirmationResponse(id: string) {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(id);
  const response = new streams.ReadResp();
  response.setConfirmation(confirmation);
  return response;
}

export function caughtUpResponse() {
  const response = new streams.ReadResp();
  response.setCaughtUp(new streams.ReadResp.CaughtUp());
  return response;
}

export function notFoundResponse(stream: string) {
  const missing = new streams.ReadResp.StreamNotFound();
  missing.setStreamIdentifier(identifierOf(stream));
  const response = new streams.ReadResp();
  response.setStreamNotFound(missing);
  return response;
}

/** Which records a read or subscription of `$all` wants. */
export function wantedBy(options: ReadReq.Options): (record: LogRecord) => boolean {
  const filter = options.getFilter();
  if (!filter) return () => true;
  const expression = filter.hasStreamIdentifier() ? filter.getStreamIdentifier() : filter.getEventType();
  const textOf = filter.hasStreamIdentifier()
    ? (record: LogRecord) => record.stream
    : (record: LogRecord) => record.type;
  const prefixes = expression?.getPrefixList() ?? [];
  if (prefixes.length > 0) return (record) => prefixes.some((prefix) => textOf(record).startsWith(prefix));
  const regex = new RegExp(expression?.getRegex() ?? '');
  return (record) => regex.test(textOf(record));
}
