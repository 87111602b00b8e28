import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import { seesOnlyOwnPatients } from '#access';
import type { Queries } from '#read-models';
import type { Answer } from '../http/answer.js';
import { Endpoint } from '../http/endpoint.js';
import { filterOf, listAnswer, ListQuery, Masked } from '../http/list.js';
import { pageAnswer, resumeAt } from '../http/paging.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { shapeOfShown } from '../episodes/shown-episode.js';
import { QUERIES } from '../parts.js';
import { RestrictedRecords } from '../patients/restricted-records.js';
import { ReferralBody, Referring } from './referring.js';

const Referral = z
  .object({
    episodeId: z.uuid(),
    patientId: z.uuid(),
    patientName: z.string().nullable(),
    referredBy: z.string(),
    referredOn: z.string(),
    urgency: z.string(),
    accepted: z.boolean(),
    repeated: z.boolean(),
    masked: Masked.optional(),
  })
  .loose()
  .meta({ id: 'Referral' });

/** How patients come in, and those who did not yet become treatment. */
@Controller()
export class ReferralsController {
  constructor(
    @Inject(Referring) private readonly referring: Referring,
    @Inject(QUERIES) private readonly queries: Pick<Queries, 'referrals'>,
    @Inject(RestrictedRecords) private readonly restricted: RestrictedRecords,
  ) {}

  @Endpoint('POST', '/v1/referrals', {
    operation: 'referPatient',
    summary: 'Refer a patient, known or new',
    description:
      'A referral of a patient whose episode is open is kept in it as a repeat and answered 200 with that episode, or with a receipt where the caller may not read it; otherwise the patient’s next episode opens. A referral that is refused registers nobody. Without `provider`, the one who referred is the patient’s provider, unless a care manager or a machine refers in their own name. In an open episode a care manager or a supervisor may name others; a machine only where nobody is in charge, a provider nobody.',
    tag: 'referrals',
    body: ReferralBody,
    answers: {
      201: {
        description: 'An episode was opened.',
        schema: shapeOfShown('referPatient'),
        headers: ['ETag', 'Consistency-Token', 'Location', 'Idempotency-Replayed', 'Act-Warning'],
      },
      200: {
        description: 'The patient’s open episode, which keeps this referral.',
        schema: shapeOfShown('referPatient'),
        headers: ['ETag', 'Consistency-Token', 'Location', 'Idempotency-Replayed', 'Act-Warning'],
      },
    },
    problems: [
      'not-found',
      'unknown-organisation',
      'unknown-site',
      'unknown-staff',
      'no-pathway',
      'invalid-zone',
      'occurred-in-future',
      'patient-erased',
    ],
  })
  referPatient(@Req() request: ApiRequest): Promise<Answer> {
    return this.referring.refer(request);
  }

  @Endpoint('GET', '/v1/referrals', {
    operation: 'readReferrals',
    summary: 'Read the referrals that did not yet become treatment, urgent ones first',
    description:
      'A provider sees those they made; a page may then hold fewer rows than asked for and still have a `next`.',
    tag: 'referrals',
    query: ListQuery,
    fromViews: true,
    answers: listAnswer('Referrals with attempts and what is owed next.', Referral),
  })
  async readReferrals(@Req() request: ApiRequest): Promise<Answer> {
    const caller = callerOf(request);
    const query = request.query as ListQuery;
    const page = await this.queries.referrals(filterOf(caller.organisation, query, resumeAt('/v1/referrals', query)));
    const rows = seesOnlyOwnPatients(caller.role)
      ? page.rows.filter(({ referredBy }) => referredBy === caller.subject)
      : page.rows;
    return pageAnswer('/v1/referrals', query, await this.restricted.masked(caller, { ...page, rows }));
  }
}
