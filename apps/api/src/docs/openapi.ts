import { MATRIX } from '#access';
import type { AnswerShape } from '../http/endpoint.js';
import { ACCESS_REASONS, opensRecord } from '../http/access-reason.js';
import { PROBLEMS, type ProblemSlug } from '../http/problems.js';
import type { Route } from '../http/routes.js';
import { VERSION } from '#runtime';
import { Schemas } from './json-schema.js';
import { problemsOf } from './problems-of.js';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of the routes as they are served: the same schemas check the requests. */
export function openApiDocument(routes: readonly Route[]): Json {
  const schemas = new Schemas();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    if (route.method === 'HEAD') continue;
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Followthrough',
      version: VERSION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: ABOUT,
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: [...new Set(routes.map(({ contract }) => contract.tag))].toSorted().map((name) => ({ name })),
    paths: inOrder(paths),
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      headers: HEADERS,
      schemas: inOrder({ ...schemas.components, Problem: PROBLEM_SCHEMA }),
    },
  };
}

/** By name, so that a change shows where it is, whatever is registered first. */
const inOrder = <T>(members: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(members).toSorted(([a], [b]) => (a < b ? -1 : 1)));

const ABOUT = [
  'An event-sourced backend for the Collaborative Care Model: every follow-up a patient is owed is raised, on time, and provably so.',
  'Every POST that records something needs an `Idempotency-Key`; acts that replace or decide something need `If-Match` with the `ETag` of the record.',
  'A write answers with a `Consistency-Token`; send it with a read and `Prefer: wait=<seconds>` to read your own write.',
  'Half a character in a text (a lone surrogate of UTF-16) is kept as U+FFFD, the rest of the text as it is.',
  'Every problem is `application/problem+json` (RFC 9457) of a published type.',
].join('\n\n');

function operation(route: Route, schemas: Schemas): Json {
  const { contract } = route;
  const roles = MATRIX.find((row) => row.operation === contract.operation)?.roles;
  return {
    operationId: contract.operation,
    summary: contract.summary,
    ...(contract.description === undefined ? {} : { description: contract.description }),
    tags: [contract.tag],
    ...(route.isPublic ? { security: [] } : { 'x-roles': roles }),
    parameters: parameters(route, schemas),
    ...(contract.body
      ? {
          requestBody: {
            required: !contract.body.safeParse({}).success,
            content: { 'application/json': { schema: schemas.input(contract.body) } },
          },
        }
      : {}),
    responses: { ...answers(contract.answers, schemas), ...problemAnswers(problemsOf(route)) },
  };
}

function parameters(route: Route, schemas: Schemas): Json[] {
  const { contract, isPublic } = route;
  const inPath = Object.entries(contract.params ?? {}).map(([name, schema]) => ({
    name,
    in: 'path',
    required: true,
    schema: schemas.input(schema),
  }));
  const inQuery = Object.entries(contract.query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: schemas.input(schema as never),
  }));
  const headers = [
    ...(contract.body && !contract.keyless
      ? [
          header(
            'Idempotency-Key',
            true,
            '1 to 255 visible ASCII characters; a fresh one per act, the same one for its retries.',
            { minLength: 1, maxLength: 255 },
          ),
        ]
      : []),
    ...(contract.decides || contract.replaces
      ? [
          header('If-Match', contract.decides ?? false, 'The ETag of the state that this decision is based on.', {
            pattern: '^"\\d+(-unreadable)?"$',
          }),
        ]
      : []),
    ...(contract.fromViews
      ? [
          header('Consistency-Token', false, 'Of an earlier answer: what was written then should be seen.'),
          header('Prefer', false, '`wait=<seconds>` (at most 10), `handling=strict`.'),
        ]
      : []),
    ...(opensRecord(route)
      ? [
          header('Access-Reason', false, 'Why you open a restricted record without being in its care team. Logged.', {
            enum: ACCESS_REASONS,
          }),
        ]
      : []),
    ...(isPublic ? [] : [header('traceparent', false, 'W3C trace context; echoed.')]),
  ];
  return [...inPath, ...inQuery, ...headers];
}

const header = (name: string, required: boolean, description: string, more: Json = {}): Json => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string', ...more },
});

function answers(shapes: Readonly<Record<number, AnswerShape>>, schemas: Schemas): Json {
  return Object.fromEntries(
    Object.entries(shapes).map(([status, { description, schema, mediaType = 'application/json', headers = [] }]) => [
      status,
      {
        description,
        ...(headers.length === 0
          ? {}
          : { headers: Object.fromEntries(headers.map((name) => [name, { $ref: `#/components/headers/${name}` }])) }),
        ...(schema
          ? { content: { [mediaType]: { schema: schemas.output(schema) } } }
          : mediaType === 'application/json'
            ? {}
            : { content: { [mediaType]: {} } }),
      },
    ]),
  );
}

/** Each act has rules of its own; their refusals are not listed act by act. */
const OWN_RULES = 'Or what the rules of this act refuse, under [a type of its own](/docs#problems).';
const STATUSES_OF_RULES: readonly number[] = [404, 409, 422];

/** One entry per status, naming the problem types that it may stand for. */
function problemAnswers(slugs: readonly ProblemSlug[]): Json {
  const byStatus = Map.groupBy(slugs, (slug) => PROBLEMS[slug].status);
  const hasOwnRules = slugs.includes('act-not-possible');
  const named = (types: readonly ProblemSlug[]): string[] =>
    types.map((slug) => `[${slug}](/problems/${slug}): ${PROBLEMS[slug].title}`);
  return Object.fromEntries(
    [...byStatus].map(([status, types]) => [
      status,
      {
        description: [...named(types), ...(hasOwnRules && STATUSES_OF_RULES.includes(status) ? [OWN_RULES] : [])].join(
          '\n\n',
        ),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

const HEADERS: Readonly<Record<string, Json>> = {
  ETag: { description: 'The revision of the stream, as it can be read today.', schema: { type: 'string' } },
  'Consistency-Token': {
    description: 'A position of the log; send it with a read to see at least this.',
    schema: { type: 'string' },
  },
  Location: { description: 'Where the resource is read.', schema: { type: 'string' } },
  'Idempotency-Replayed': {
    description: '`true` when this is the answer to an earlier request with the same key.',
    schema: { type: 'string', enum: ['true'] },
  },
  'Preference-Applied': {
    description: '`wait` when the view was waited for and has caught up.',
    schema: { type: 'string' },
  },
  'Act-Warning': {
    description:
      '`occurred-over-a-year-ago`: recorded as asked; look at the date once more. `not-assigned`: the referral was recorded, and somebody it names is not in charge of the patient.',
    schema: { type: 'string', enum: ['occurred-over-a-year-ago', 'not-assigned'] },
  },
  Link: { description: 'RFC 8288: `rel="next"`.', schema: { type: 'string' } },
};

const PROBLEM_SCHEMA: Json = {
  type: 'object',
  description: 'RFC 9457. `type` answers with its own documentation.',
  required: ['type', 'title', 'status', 'instance', 'traceId'],
  properties: {
    type: { type: 'string', enum: Object.keys(PROBLEMS).map((slug) => `/problems/${slug}`) },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
    code: { type: 'string', description: 'The code of a refusal.' },
    current: { type: 'integer', description: 'Of 412: the revision now.' },
    since: { type: 'array', items: { type: 'object' }, description: 'Of 412: what people recorded in between.' },
    traceId: { type: 'string' },
  },
};
