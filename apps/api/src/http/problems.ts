import { CARE_PROBLEMS } from './care-problems.js';
import { problem, type ProblemType } from './problem-type.js';

/** What any endpoint may answer, whatever it is about. */
const OF_HTTP = {
  'malformed-body': problem(
    400,
    'The body does not have the right shape',
    'Every field that is wrong, missing or unknown is named in `errors` with a JSON pointer. Nothing was recorded.',
  ),
  'malformed-query': problem(
    400,
    'A query parameter does not have the right shape',
    'Each parameter that is wrong or unknown is named in `errors`.',
  ),
  'malformed-header': problem(
    400,
    'A header does not have the right shape',
    '`detail` names the header and the form it must have.',
  ),
  'malformed-request': problem(
    400,
    'The request cannot be read',
    'The address, a header or the body is not valid HTTP or not valid JSON.',
  ),
  'idempotency-key-required': problem(
    400,
    'Idempotency-Key is required',
    'Every POST that records something needs an `Idempotency-Key` of 1 to 255 visible ASCII characters, so that a retry can never record it twice. Use a fresh UUID per act and the same one for its retries.',
  ),
  unauthenticated: problem(
    401,
    'Who is asking is not known',
    'Send `Authorization: Bearer <token>` with a token that is valid now. In the try profile `followthrough token --role care-manager` prints one.',
  ),
  forbidden: problem(
    403,
    'This role may not do that',
    'The role in the token has no access to this endpoint. The matrix of roles and endpoints is published in the API document.',
  ),
  'access-reason-needed': problem(
    403,
    'This record is opened with a reason',
    'The patient is labelled as a colleague or as somebody in the public eye, and you are not in the care team. Send the same request with `Access-Reason`; the reason is logged. Nothing was shown or recorded.',
  ),
  'restricted-record': problem(
    403,
    'No machine opens this record',
    'The patient is labelled as a colleague or as somebody in the public eye. A machine hands in what it has and is answered with a receipt; whoever wants to read is a person with a reason. Nothing was shown or recorded.',
  ),
  'not-found': problem(
    404,
    'There is nothing here',
    'The address is unknown, or what it names does not exist in your organisation.',
  ),
  'method-not-allowed': problem(
    405,
    'That method is not served here',
    'The `Allow` header lists the methods of this address.',
  ),
  'feed-rewound': problem(
    410,
    'The log no longer holds the event you read last',
    'It was restored from a backup or moved to another store, so the feed cannot go on from there without passing over events. Read the pages of `/v1/events` again from the beginning and pass over the event ids that you know; events of yours that do not come again are no longer in the log. A stream goes on from the last `next`.',
  ),
  'request-timeout': problem(
    408,
    'The request did not come in time',
    'Its headers and its body have to arrive within 30 seconds. The connection was closed; nothing was recorded.',
  ),
  'too-large': problem(413, 'The body is too large', 'A body may have 256 KiB; an import 8 MiB.'),
  'headers-too-large': problem(
    431,
    'The headers are too large',
    'All headers of a request together may have 16 KiB. The connection was closed.',
  ),
  'uri-too-long': problem(414, 'The address is too long', 'A part of the path is longer than any id.'),
  'unsupported-media-type': problem(
    415,
    'Only application/json is read',
    'Send the body as `Content-Type: application/json`.',
  ),
  'idempotency-key-reused': problem(
    422,
    'This Idempotency-Key belongs to another request',
    'You used the key before with other content, upon the same record or to register a patient. Nothing was recorded; use a fresh key for a new act.',
  ),
  'precondition-required': problem(
    428,
    'If-Match is required',
    'This act replaces or decides something: say which state it is based on by sending the `ETag` of the record as `If-Match`.',
  ),
  stale: problem(
    412,
    'Somebody acted in between',
    '`current` is the revision of the record now and `since` lists what people recorded after the state you decided upon. Read it and decide again.',
  ),
  'too-many-streams': problem(
    429,
    'Too many open event streams',
    'One caller may hold a few event streams at a time. Close one, or read pages from `/v1/events`.',
  ),
  internal: problem(
    500,
    'Something went wrong on our side',
    'The fault was logged under `traceId`. A retry with the same Idempotency-Key is safe.',
  ),
  unavailable: problem(
    503,
    'The record cannot be written or read just now',
    'Nothing was acknowledged; `detail` says what is known. Retry after `Retry-After` seconds with the same Idempotency-Key.',
  ),
  'record-unreadable': problem(
    503,
    'The record holds something that this build cannot read',
    'An event in it is of a newer build or does not fit its schema, so nothing was decided upon it and nothing was recorded. Follow-ups go on being raised. It was logged under `traceId`; retry with the same Idempotency-Key once the newer build runs here.',
  ),
  'record-tampered': problem(
    503,
    'The record is not what was written',
    'The events of this record do not follow each other as they were hashed, so nothing was decided upon it and nothing was recorded. Follow-ups go on being raised. It was logged under `traceId`; tell the operator: `followthrough verify` names the event, and a backup restores it.',
  ),
  'record-key-damaged': problem(
    503,
    'The key that seals this record is damaged',
    'What you sent has to be sealed and cannot be, so nothing was recorded. Send the act again under a new Idempotency-Key without its texts and values where it can do without them: a safety concern without a note is recorded and followed up. It was logged under `traceId`; tell the operator: `followthrough keys status` names the key, and a backup of `keys.db` brings it back.',
  ),
  'not-caught-up': problem(
    503,
    'The view has not caught up with your Consistency-Token',
    'You asked for `handling=strict`. Retry after `Retry-After` seconds, or without it to be served what there is.',
  ),
} satisfies Record<string, ProblemType>;

/**
 * Every problem a client can meet, in one closed list (RFC 9457). The key is the slug: `type` is `/problems/<slug>`, and that address
 * answers with `meaning`. A refusal of the domain is published under its own code.
 */
export const PROBLEMS = { ...OF_HTTP, ...CARE_PROBLEMS };
export type ProblemSlug = keyof typeof PROBLEMS;

export interface FieldError {
  /** JSON pointer into the body, or the name of a query parameter. */
  readonly pointer: string;
  readonly detail: string;
}

/** An answer that is a problem. Thrown anywhere, written in one place (problem-filter.ts). */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly slug: ProblemSlug,
    readonly detail?: string,
    readonly more: {
      readonly errors?: readonly FieldError[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly members?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail ?? PROBLEMS[slug].title, { cause: more.cause });
  }
}

/** The document that goes over the wire; `instance` is the path asked for, without its query. */
export function problemDocument(problem: Problem, instance: string, traceId: string): Record<string, unknown> {
  const { status, title } = PROBLEMS[problem.slug];
  return {
    type: `/problems/${problem.slug}`,
    title,
    status,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    instance,
    ...(problem.more.errors === undefined ? {} : { errors: problem.more.errors }),
    ...problem.more.members,
    traceId,
  };
}

/** The published problem of a refusal; a code that is not published yet is still a 409 that names it. */
export const isProblemSlug = (code: string): code is ProblemSlug => Object.hasOwn(PROBLEMS, code);
