import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import type { Identity } from '#access';
import { LocalDate, StaffId, type Role } from '#care';
import { loadAim, NOTICE_CLASSES, NOTICE_STATES } from '#notices';
import { Answer } from '../http/answer.js';
import { Endpoint } from '../http/endpoint.js';
import { filterOf } from '../http/list.js';
import { Page, pageAnswer, Paging, resumeAt } from '../http/paging.js';
import { Problem } from '../http/problems.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { NOTICES, ORGANISATIONS, type OrganisationsDoor, type ToldNotices } from '../parts.js';

const NoticesQuery = z.strictObject({
  ...Paging,
  recipient: StaffId.optional().meta({
    description:
      'Whose; `me` is the caller. Absent: everybody’s for a supervisor, administrator or auditor; all others always get their own.',
  }),
  day: LocalDate.optional().meta({ description: 'The local day at the patient’s site.' }),
  state: z.enum(NOTICE_STATES).optional(),
});
const Notice = z
  .object({
    id: z.uuid(),
    recipient: z.string(),
    day: z.string(),
    class: z.enum(NOTICE_CLASSES),
    state: z.enum(NOTICE_STATES),
    episodeId: z.uuid(),
    patientId: z.uuid(),
    steps: z.int().meta({ description: 'How many raised steps it stands for.' }),
    madeAt: z.string(),
    deliveredAt: z.string().nullable(),
    attempts: z.array(
      z.object({
        messageId: z.uuid(),
        channel: z.string(),
        at: z.string(),
        outcome: z.string(),
        code: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Notice' });

const LoadQuery = z.strictObject({
  from: LocalDate.meta({ description: 'The first day.' }),
  to: LocalDate.meta({ description: 'The last day, at most 92 days later.' }),
});
const AlertLoad = z
  .object({
    aim: z
      .object({ rows: z.int(), interruptions: z.int() })
      .meta({ description: 'At most so many for one person on one day, by the organisation’s pathway.' }),
    items: z.array(
      z.object({
        staff: z.string(),
        day: z.string(),
        rows: z.int().meta({ description: 'Patients about whom they were told.' }),
        interruptions: z.int().meta({ description: 'Messages that did not wait for a list.' }),
        snoozes: z.int().meta({ description: 'Follow-ups they put off.' }),
      }),
    ),
  })
  .meta({ id: 'AlertLoad' });

const LONGEST_DAYS = 92;
const DAY_MS = 86_400_000;
const SEES_ALL: ReadonlySet<Role> = new Set<Role>(['supervisor', 'administrator', 'auditor']);

/** Who was told, when and by which way, and how much came at whom. What a notice was about is not among it. */
@Controller()
export class NoticesController {
  constructor(
    @Inject(NOTICES) private readonly notices: ToldNotices | null,
    @Inject(ORGANISATIONS) private readonly organisations: OrganisationsDoor,
  ) {}

  @Endpoint('GET', '/v1/notices', {
    operation: 'readNotices',
    summary: 'Read who was told that something waits, the newest first',
    tag: 'notices',
    query: NoticesQuery,
    answers: {
      200: {
        description:
          'One per recipient, patient and day, and one for each safety step; with every attempt to deliver it.',
        schema: Page(Notice),
        headers: ['Link'],
      },
    },
  })
  readNotices(@Req() request: ApiRequest): Answer {
    const caller = callerOf(request);
    const asked = request.query as z.infer<typeof NoticesQuery>;
    const query = { ...asked, recipient: recipientFor(caller, asked.recipient) };
    return pageAnswer(
      '/v1/notices',
      query,
      this.told().page(filterOf(caller.organisation, query, resumeAt('/v1/notices', query))),
    );
  }

  @Endpoint('GET', '/v1/alert-load', {
    operation: 'readAlertLoad',
    summary: 'Read how much came at whom on each day',
    tag: 'notices',
    query: LoadQuery,
    answers: { 200: { description: 'One row per person and day, beside what is aimed at.', schema: AlertLoad } },
  })
  async readAlertLoad(@Req() request: ApiRequest): Promise<Answer> {
    const { organisation } = callerOf(request);
    const { from, to } = request.query as z.infer<typeof LoadQuery>;
    const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
    if (days < 0 || days > LONGEST_DAYS)
      throw new Problem('malformed-query', undefined, {
        errors: [{ pointer: '/to', detail: `not from the first day to ${LONGEST_DAYS} days after it` }],
      });
    const items = this.told().alertLoad(organisation, from, to);
    const { state } = await this.organisations.load(organisation);
    return new Answer(200, { aim: loadAim(state), items });
  }

  private told(): ToldNotices {
    if (this.notices) return this.notices;
    throw new Problem('unavailable', 'Nobody is told by this process; ask the worker.', {
      headers: { 'retry-after': '60' },
    });
  }
}

function recipientFor({ role, subject }: Identity, asked: string | undefined): string | undefined {
  return SEES_ALL.has(role) && asked !== 'me' ? asked : subject;
}
