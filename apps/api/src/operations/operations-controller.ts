import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import { Answer } from '../http/answer.js';
import { Endpoint } from '../http/endpoint.js';
import { Problem } from '../http/problems.js';
import type { ApiRequest } from '../http/request.js';
import { OPERATIONS, type Operations } from '../parts.js';

const PokeBody = z
  .strictObject({
    since: z
      .string()
      .regex(/^[\w.:-]{1,100}$/)
      .optional()
      .meta({ description: 'Only episodes that changed after this position.' }),
    rate: z.int().min(1).max(1_000).optional().meta({ description: 'Most episodes in a second.' }),
    reason: z.enum(['rebuild', 'restore', 'deploy', 'policy', 'operator']).default('operator'),
  })
  .meta({ id: 'Poke' });

/** What an operator may ask of the background. */
@Controller()
export class OperationsController {
  constructor(@Inject(OPERATIONS) private readonly operations: Operations | null) {}

  @Endpoint('POST', '/v1/operations/poke', {
    operation: 'poke',
    summary: 'Wake the workflow of every open episode',
    description:
      'For after a loss or a restore. Harmless at any time: a workflow that is woken looks, and sleeps on when nothing is due.',
    tag: 'operations',
    body: PokeBody,
    keyless: true,
    answers: { 202: { description: 'It has begun.', schema: z.object({ accepted: z.literal(true) }) } },
  })
  poke(@Req() request: ApiRequest): Answer {
    if (!this.operations)
      throw new Problem('unavailable', 'Nothing runs in the background of this process; ask the worker.', {
        headers: { 'retry-after': '60' },
      });
    if (!this.operations.canPoke())
      throw new Problem(
        'unavailable',
        'Temporal cannot be reached, so there is no workflow to wake. The watchdog raises what is due; whoever Temporal has forgotten is woken when it is back.',
        { headers: { 'retry-after': '30' } },
      );
    const { since, rate, reason } = request.body as z.infer<typeof PokeBody>;
    // It may take minutes by design; what fails is tried again by the background itself.
    void this.operations
      .pokeOpen({ reason, ...(since === undefined ? {} : { since }), ...(rate === undefined ? {} : { rate }) })
      .catch(() => undefined);
    return new Answer(202, { accepted: true });
  }
}
