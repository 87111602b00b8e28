import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import { ORGANISATION_COMMANDS } from '#care';
import { Answer } from '../http/answer.js';
import { Endpoint } from '../http/endpoint.js';
import { envelopeFor } from '../http/envelope.js';
import { etagOf } from '../http/etag.js';
import { commandIdFor } from '../http/idempotency.js';
import { answerTo } from '../http/outcome.js';
import { limit, nextOf, Paging, resumeAt } from '../http/paging.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { OPERATIONS, ORGANISATIONS, type Operations, type OrganisationsDoor } from '../parts.js';
import { AdoptionView, adoptionView } from './adoption-view.js';
import { Previewing, PreviewView } from './previewing.js';

const Proposed = ORGANISATION_COMMANDS.AdoptPathway.meta({
  id: 'ProposedPathway',
  description: 'The whole pathway, in the form in which `GET /v1/pathway` answers it.',
});
const PreviewQuery = z.strictObject({ ...Paging, limit: limit(200) });
const PREVIEW = '/v1/organisation/pathway/preview';
const REFUSED = ['invalid-pathway', 'safety-loosened'] as const;

/** Which pathway the organisation follows, and how it comes to follow another. */
@Controller()
export class AdoptionController {
  constructor(
    @Inject(ORGANISATIONS) private readonly organisations: OrganisationsDoor,
    @Inject(OPERATIONS) private readonly operations: Operations | null,
    @Inject(Previewing) private readonly previewing: Previewing,
  ) {}

  @Endpoint('GET', '/v1/organisation/pathway', {
    operation: 'readAdoption',
    summary: 'Read which pathway is in force, since when, by whom, and how far it has reached the open episodes',
    tag: 'pathway',
    answers: { 200: { description: 'The adoption in force.', schema: AdoptionView, headers: ['ETag'] } },
  })
  async readAdoption(@Req() request: ApiRequest): Promise<Answer> {
    const { organisation } = callerOf(request);
    const { state, revision } = await this.organisations.load(organisation);
    // For If-Match alone: how far it has come changes without the organisation, so nobody is told that they have it.
    const headers = { etag: etagOf(revision) };
    return new Answer(200, adoptionView(state, this.operations?.repinProgress(organisation)), headers);
  }

  @Endpoint('POST', '/v1/organisation/pathway', {
    operation: 'adoptPathway',
    summary: 'Adopt a care pathway',
    description:
      'New episodes follow it. Running episodes take up its numbers of safety at once and its clinical ones at their next phase (enrolment, stepping down, relapse). What concerns safety can only be tightened. Look at the preview first.',
    tag: 'pathway',
    body: Proposed,
    replaces: true,
    answers: {
      201: {
        description: 'Adopted.',
        schema: AdoptionView,
        headers: ['ETag', 'Consistency-Token', 'Location', 'Idempotency-Replayed'],
      },
      200: {
        description: 'It was in force already.',
        schema: AdoptionView,
        headers: ['ETag', 'Consistency-Token', 'Location'],
      },
    },
    problems: REFUSED,
  })
  async adoptPathway(@Req() request: ApiRequest): Promise<Answer> {
    const caller = callerOf(request);
    const { organisation } = caller;
    const command = { type: 'AdoptPathway', ...(request.body as z.infer<typeof Proposed>) } as const;
    const outcome = await this.organisations.handle(
      organisation,
      envelopeFor(request, commandIdFor(caller, request.idempotencyKey), command),
    );
    return answerTo(outcome, {
      location: '/v1/organisation/pathway',
      view: ({ state }) => adoptionView(state, this.operations?.repinProgress(organisation)),
    });
  }

  @Endpoint('POST', PREVIEW, {
    operation: 'previewPathway',
    summary: 'See what adopting a pathway would do to the follow-ups of open episodes',
    description:
      'Decides for each open episode what a repin would append, and records nothing. Refuses what adopting would refuse. A page at a time: add the pages up.',
    tag: 'pathway',
    body: Proposed,
    query: PreviewQuery,
    keyless: true,
    fromViews: true,
    answers: {
      200: {
        description: 'Follow-ups that would open, move or end, by kind.',
        schema: PreviewView,
        headers: ['Consistency-Token', 'Preference-Applied'],
      },
    },
    problems: REFUSED,
  })
  async previewPathway(@Req() request: ApiRequest): Promise<Answer> {
    const query = request.query as z.infer<typeof PreviewQuery>;
    const { pathway } = request.body as z.infer<typeof Proposed>;
    const { next, ...preview } = await this.previewing.page(callerOf(request).organisation, pathway, {
      cursor: resumeAt(PREVIEW, query),
      limit: query.limit,
    });
    return new Answer(200, { ...preview, next: nextOf(PREVIEW, query, next) });
  }
}
