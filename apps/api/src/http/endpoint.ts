import { applyDecorators, Get, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { z } from 'zod';
import type { ProblemSlug } from './problems.js';

/** What one endpoint takes and gives: the one source of its checks and of its page in the API document. */
export interface Contract {
  /** The stable operationId, as in the matrix of libs/access; public pages have one too. */
  readonly operation: string;
  readonly summary: string;
  readonly description?: string;
  /** The noun under which the document lists it. */
  readonly tag: string;
  readonly params?: Readonly<Record<string, z.ZodType>>;
  readonly query?: z.ZodObject;
  /** Present: this endpoint records something and needs an Idempotency-Key. */
  readonly body?: z.ZodType;
  /** A retry is harmless without an Idempotency-Key: each part of the body bears a key of its own, or nothing is recorded. */
  readonly keyless?: boolean;
  /** It replaces or decides something and needs If-Match. */
  readonly decides?: boolean;
  /** It sets the whole of something and heeds If-Match where it is sent, so that nobody takes back unseen what another set. */
  readonly replaces?: boolean;
  /** It is answered from read models: takes a Consistency-Token and gives one. */
  readonly fromViews?: boolean;
  readonly bodyLimit?: number;
  /** Every answer that is not a problem, by status. */
  readonly answers: Readonly<Record<number, AnswerShape>>;
  /** Problems beyond those that every endpoint of its kind shares. */
  readonly problems?: readonly ProblemSlug[];
}

export interface AnswerShape {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Unless JSON. */
  readonly mediaType?: string;
  readonly headers?: readonly (
    'ETag' | 'Consistency-Token' | 'Location' | 'Idempotency-Replayed' | 'Preference-Applied' | 'Link' | 'Act-Warning'
  )[];
}

/** Declares a route: `@Endpoint('GET', '/v1/caseload', contract)`. Path parameters are written `{id}`, as in the matrix. */
export function Endpoint(method: 'GET' | 'POST', path: string, contract: Contract): MethodDecorator {
  const route = fastifyPath(path);
  return applyDecorators(method === 'GET' ? Get(route) : Post(route), RouteConfig({ contract }));
}

/** `/v1/episodes/{id}` as the router writes it. */
export const fastifyPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
/** `/v1/episodes/:id` as the matrix and the API document write it. */
export const publishedPath = (route: string): string => route.replaceAll(/:(\w+)/g, '{$1}');
