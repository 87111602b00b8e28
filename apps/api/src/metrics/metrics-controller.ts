import { Controller, Inject } from '@nestjs/common';
import { TextAnswer, type Answer } from '../http/answer.js';
import { Endpoint } from '../http/endpoint.js';
import { Readinesses } from '../health/readiness.js';
import { READINGS } from '../parts.js';
import { Metrics, type Reading } from './metrics.js';
import { readinessReadings } from './readiness-readings.js';

@Controller()
export class MetricsController {
  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Readinesses) private readonly readinesses: Readinesses,
    @Inject(READINGS) private readonly readings: () => readonly Reading[],
  ) {}

  @Endpoint('GET', '/metrics', {
    operation: 'readMetrics',
    summary: 'Numbers for Prometheus',
    description: 'Counts and times of this process; nothing about anybody. Not meant to be reached from outside.',
    tag: 'health',
    answers: { 200: { description: 'The Prometheus text format.', mediaType: 'text/plain' } },
  })
  async read(): Promise<Answer> {
    const readiness = await this.readinesses.now();
    const text = await this.metrics.text([...readinessReadings(readiness), ...this.readings()]);
    return new TextAnswer(this.metrics.contentType, text, { 'cache-control': 'no-store' });
  }
}
