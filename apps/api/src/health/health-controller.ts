import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { Answer } from '../http/answer.js';
import { Endpoint } from '../http/endpoint.js';
import { Readiness, Readinesses } from './readiness.js';

@Controller()
export class HealthController {
  constructor(@Inject(Readinesses) private readonly readinesses: Readinesses) {}

  @Endpoint('GET', '/health/live', {
    operation: 'isAlive',
    summary: 'Whether the process runs',
    tag: 'health',
    answers: { 200: { description: 'It does.', schema: z.object({ status: z.literal('alive') }) } },
  })
  live(): { status: 'alive' } {
    return { status: 'alive' };
  }

  @Endpoint('GET', '/health/ready', {
    operation: 'isReady',
    summary: 'Whether this process can serve, and what is degraded',
    tag: 'health',
    answers: {
      200: { description: 'Ready; `degraded` names what is missing.', schema: Readiness },
      503: { description: 'The event store is away, or the process is shutting down.', schema: Readiness },
    },
  })
  async ready(): Promise<Answer> {
    const readiness = await this.readinesses.now();
    return new Answer(readiness.ready ? 200 : 503, readiness);
  }
}
