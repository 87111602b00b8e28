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

const Result = z
  .object({
    episodeId: z.uuid(),
    patientId: z.string().nullable(),
    followUpId: z.string(),
    revision: z.int(),
    instrument: z.string().nullable(),
    total: z.number().nullable(),
    why: z.string(),
    dueOn: z.string(),
    masked: Masked.optional(),
  })
  .loose()
  .meta({ id: 'InboxResult' });

/** Results that staff did not enter and nobody has looked at. */
@Controller()
export class InboxController {
  constructor(
    @Inject(QUERIES) private readonly queries: Pick<Queries, 'inbox'>,
    @Inject(RestrictedRecords) private readonly restricted: RestrictedRecords,
  ) {}

  @Endpoint('GET', '/v1/inbox', {
    operation: 'readInbox',
    summary: 'Read the new results that wait for a look',
    tag: 'inbox',
    query: ListQuery,
    fromViews: true,
    answers: listAnswer('New results, by when they are to be looked at.', Result),
  })
  async readInbox(@Req() request: ApiRequest): Promise<Answer> {
    const caller = callerOf(request);
    const query = request.query as ListQuery;
    const page = await this.queries.inbox(filterOf(caller.organisation, query, resumeAt('/v1/inbox', query)));
    return pageAnswer('/v1/inbox', query, await this.restricted.masked(caller, page));
  }
}
