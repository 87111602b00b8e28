import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Problem, type FieldError } from './problems.js';
import { contractOf } from './request.js';

/** Pages and probes, which are open to all, may be given what a browser or a proxy adds. */
const NO_PARAMETERS = z.strictObject({});

type Done = (error?: Error) => void;

/** Fastify preValidation hook: replaces body, query and path parameters by what their schemas make of them. */
export function checkInput(request: FastifyRequest, _reply: unknown, done: Done): void {
  const contract = contractOf(request);
  try {
    // A path whose ids cannot exist is a path to nothing, not a malformed request.
    for (const [name, schema] of Object.entries(contract?.params ?? {})) setParam(request, name, schema);
    const query = contract?.query ?? (request.identity && NO_PARAMETERS);
    if (query) request.query = checked(query, onceEach(request.query), 'malformed-query');
    if (contract?.body)
      request.body = checked(contract.body, request.body === undefined ? {} : request.body, 'malformed-body');
    done();
  } catch (error) {
    done(error as Error);
  }
}

function setParam(request: FastifyRequest, name: string, schema: z.ZodType): void {
  const params = request.params as Record<string, unknown>;
  const parsed = schema.safeParse(params[name]);
  if (!parsed.success) throw new Problem('not-found');
  params[name] = parsed.data;
}

/** The parameters of a query. @throws Problem when one is given more than once, which would make a list of it */
function onceEach(query: unknown): unknown {
  const twice = Object.entries(query as object).flatMap(([name, value]) => (Array.isArray(value) ? [name] : []));
  if (twice.length === 0) return query;
  const errors = twice.map((name) => ({ pointer: pointerTo([name]), detail: 'is given more than once' }));
  throw new Problem('malformed-query', undefined, { errors });
}

function checked(schema: z.ZodType, value: unknown, slug: 'malformed-body' | 'malformed-query'): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Problem(slug, undefined, { errors: fieldErrors(parsed.error) });
}

/** One entry per field, each with a JSON pointer (RFC 6901); never the value that was sent. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue): FieldError[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key]), detail: 'unknown field' }));
    const missing =
      issue.code === 'invalid_type' && issue.input === undefined && issue.message.endsWith('received undefined');
    return [{ pointer: pointerTo(issue.path), detail: missing ? 'is required' : issue.message }];
  });
}

const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
