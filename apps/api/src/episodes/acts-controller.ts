import { Controller, Inject, Req, type Type } from '@nestjs/common';
import { namesStaff } from '#care';
import { Endpoint, type Contract } from '../http/endpoint.js';
import type { Answer } from '../http/answer.js';
import type { ApiRequest } from '../http/request.js';
import { bodyOf, decides, operationOf, paramsOf, type Act } from './acts.js';
import { Acting } from './acting.js';
import { shapeOfShown } from './shown-episode.js';

/** A Nest controller with one route per entry of the table of acts. */
export function actsController(acts: readonly Act[]): Type {
  @Controller()
  class ActsController {
    constructor(@Inject(Acting) readonly acting: Acting) {}
  }
  for (const act of acts) declare(ActsController.prototype, act);
  return ActsController;
}

function declare(prototype: { acting: Acting }, act: Act): void {
  const name = operationOf(act.command);
  const handler = function (this: { acting: Acting }, request: ApiRequest): Promise<Answer> {
    return this.acting.perform(act, request);
  };
  const descriptor: PropertyDescriptor = { value: handler, configurable: true, writable: true };
  Object.defineProperty(handler, 'name', { value: name });
  Object.defineProperty(prototype, name, descriptor);
  Req()(prototype, name, 0);
  Endpoint('POST', `/v1/episodes/{id}/${act.path}`, contractOf(act))(prototype, name, descriptor);
}

const contractOf = (act: Act): Contract => ({
  operation: operationOf(act.command),
  summary: act.summary,
  tag: 'episodes',
  params: paramsOf(act),
  body: bodyOf(act),
  decides: decides(act),
  answers: {
    201: {
      description: 'Recorded; the episode as its stream now has it.',
      schema: shapeOfShown(operationOf(act.command)),
      headers: ['ETag', 'Consistency-Token', 'Location', 'Idempotency-Replayed', 'Act-Warning'],
    },
    200: {
      description: 'It was so already; nothing was recorded.',
      schema: shapeOfShown(operationOf(act.command)),
      headers: ['ETag', 'Consistency-Token', 'Location'],
    },
  },
  problems: [
    'act-not-possible',
    'occurred-in-future',
    ...(namesStaff(act.command) ? (['unknown-staff'] as const) : []),
  ],
});
