import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import { StaffId } from '#care';
import type { Queries } from '#read-models';
import type { Answer } from '../http/answer.js';
import { Endpoint } from '../http/endpoint.js';
import { filterOf, listAnswer, ListFilters, Masked } from '../http/list.js';
import { pageAnswer, resumeAt } from '../http/paging.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { QUERIES } from '../parts.js';
import { RestrictedRecords } from '../patients/restricted-records.js';

const CaseloadQuery = z.strictObject({
  ...ListFilters,
  provider: StaffId.optional(),
  phase: z
    .enum(['referred', 'acute', 'relapse-prevention', 'ended'])
    .optional()
    .meta({ description: 'Absent: every episode that goes on or still owes something.' }),
  flagged: z.stringbool().optional(),
});
const CaseloadRow = z
  .object({
    episodeId: z.uuid(),
    patientId: z.uuid(),
    patientName: z.string().nullable(),
    phase: z.string(),
    careManager: z.string().nullable(),
    headline: z
      .object({ title: z.string(), why: z.string(), dueOn: z.string(), closes: z.string() })
      .loose()
      .nullable(),
    revision: z.int(),
    masked: Masked.optional(),
  })
  .loose()
  .meta({ id: 'CaseloadRow' });

/** The systematic caseload review: every patient, the most pressing first. */
@Controller()
export class CaseloadController {
  constructor(
    @Inject(QUERIES) private readonly queries: Pick<Queries, 'caseload'>,
    @Inject(RestrictedRecords) private readonly restricted: RestrictedRecords,
  ) {}

  @Endpoint('GET', '/v1/caseload', {
    operation: 'readCaseload',
    summary: 'Read the caseload, the most pressing first',
    tag: 'caseload',
    query: CaseloadQuery,
    fromViews: true,
    answers: listAnswer(
      'One row per episode: scale and trend, last and next contact, consults, hold, risk, and the most pressing follow-up in words.',
      CaseloadRow,
    ),
  })
  async readCaseload(@Req() request: ApiRequest): Promise<Answer> {
    const caller = callerOf(request);
    const query = request.query as z.infer<typeof CaseloadQuery>;
    const page = await this.queries.caseload(filterOf(caller.organisation, query, resumeAt('/v1/caseload', query)));
    return pageAnswer('/v1/caseload', query, await this.restricted.masked(caller, page));
  }
}
