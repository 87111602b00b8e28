import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import type { Queries } from '#read-models';
import type { Answer } from '../http/answer.js';
import { Endpoint } from '../http/endpoint.js';
import { filterOf, listAnswer, ListQuery, Masked } from '../http/list.js';
import { pageAnswer, resumeAt } from '../http/paging.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { QUERIES } from '../parts.js';
import { RestrictedRecords } from '../patients/restricted-records.js';

const Consult = z
  .object({
    episodeId: z.uuid(),
    patientId: z.uuid(),
    patientName: z.string().nullable(),
    reasons: z.array(z.object({ title: z.string(), why: z.string() }).loose()),
    since: z.string(),
    masked: Masked.optional(),
  })
  .loose()
  .meta({ id: 'Consult' });

/** Who waits for the psychiatric consultant. */
@Controller()
export class ConsultsController {
  constructor(
    @Inject(QUERIES) private readonly queries: Pick<Queries, 'consults'>,
    @Inject(RestrictedRecords) private readonly restricted: RestrictedRecords,
  ) {}

  @Endpoint('GET', '/v1/consults', {
    operation: 'readConsults',
    summary: 'Read the consult queue, the most pressing first',
    tag: 'consults',
    query: ListQuery,
    fromViews: true,
    answers: listAnswer(
      'Episodes that wait for a recommendation, with every reason and the course of the scale.',
      Consult,
    ),
  })
  async readConsults(@Req() request: ApiRequest): Promise<Answer> {
    const caller = callerOf(request);
    const query = request.query as ListQuery;
    const page = await this.queries.consults(filterOf(caller.organisation, query, resumeAt('/v1/consults', query)));
    return pageAnswer('/v1/consults', query, await this.restricted.masked(caller, page));
  }
}
