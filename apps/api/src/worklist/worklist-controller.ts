import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import { seesOnlyOwnPatients, type Identity } from '#access';
import { StaffId } from '#care';
import type { Queries } from '#read-models';
import type { Answer } from '../http/answer.js';
import { Endpoint } from '../http/endpoint.js';
import { filterOf, listAnswer, ListFilters, Masked } from '../http/list.js';
import { pageAnswer, resumeAt } from '../http/paging.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { QUERIES } from '../parts.js';
import { RestrictedRecords } from '../patients/restricted-records.js';

const WorklistQuery = z.strictObject({
  ...ListFilters,
  assignee: StaffId.optional().meta({
    description: 'Whose worklist; `me` is the caller. Absent: everybody’s. A provider always gets their own.',
  }),
});
const Chip = z
  .object({
    episodeId: z.uuid(),
    followUpId: z.string(),
    kind: z.string(),
    title: z.string(),
    why: z.string(),
    since: z.string(),
    dueOn: z.string(),
    daysOverdue: z.int(),
    closes: z.string(),
  })
  .loose()
  .meta({ id: 'WorklistReason' });
const WorklistRow = z
  .object({
    assignee: z.string().nullable(),
    day: z.string(),
    patientId: z.string().nullable(),
    patientName: z.string().nullable(),
    class: z.string(),
    headline: Chip,
    chips: z.array(Chip),
    digestOnly: z.boolean(),
    masked: Masked.optional(),
  })
  .loose()
  .meta({ id: 'WorklistRow' });

/** Who is to do what today: one row per person and patient, with every reason on it. */
@Controller()
export class WorklistController {
  constructor(
    @Inject(QUERIES) private readonly queries: Pick<Queries, 'worklist'>,
    @Inject(RestrictedRecords) private readonly restricted: RestrictedRecords,
  ) {}

  @Endpoint('GET', '/v1/worklist', {
    operation: 'readWorklist',
    summary: 'Read what was raised and waits for somebody, the most pressing first',
    tag: 'worklist',
    query: WorklistQuery,
    fromViews: true,
    answers: listAnswer(
      'One row per assignee, patient and day; the highest class is the headline, the rest are chips.',
      WorklistRow,
    ),
  })
  async readWorklist(@Req() request: ApiRequest): Promise<Answer> {
    const caller = callerOf(request);
    const asked = request.query as z.infer<typeof WorklistQuery>;
    const query = { ...asked, assignee: assigneeFor(caller, asked.assignee) };
    const page = await this.queries.worklist(filterOf(caller.organisation, query, resumeAt('/v1/worklist', query)));
    return pageAnswer('/v1/worklist', query, await this.restricted.masked(caller, page));
  }
}

function assigneeFor(caller: Identity, asked: string | undefined): string | undefined {
  return asked === 'me' || seesOnlyOwnPatients(caller.role) ? caller.subject : asked;
}
