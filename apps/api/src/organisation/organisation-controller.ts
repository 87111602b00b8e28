import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import { ORGANISATION_COMMANDS, SiteId, StaffId, type OrganisationCommand, type OrganisationCommandType } from '#care';
import type { Loaded } from '#door';
import type { OrganisationState } from '#care';
import { Answer } from '../http/answer.js';
import { Endpoint, type Contract } from '../http/endpoint.js';
import { envelopeFor } from '../http/envelope.js';
import { alreadyHas, etagOf } from '../http/etag.js';
import { commandIdFor } from '../http/idempotency.js';
import { answerTo } from '../http/outcome.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { ORGANISATIONS, type OrganisationsDoor } from '../parts.js';
import { OrganisationView, organisationView, StaffView, staffView } from './organisation-view.js';

const acting = (operation: string, summary: string, body: z.ZodType, problems: Contract['problems']): Contract => ({
  operation,
  summary,
  tag: 'organisation',
  body,
  answers: {
    201: {
      description: 'Recorded; the organisation as its stream now has it.',
      schema: OrganisationView,
      headers: ['ETag', 'Consistency-Token', 'Location', 'Idempotency-Replayed'],
    },
    200: {
      description: 'It was so already; nothing was recorded.',
      schema: OrganisationView,
      headers: ['ETag', 'Consistency-Token', 'Location'],
    },
  },
  ...(problems ? { problems } : {}),
});

const { SetSiteHours, AddStaff, RemoveStaff, ArrangeCoverage, HoldReviewSession } = ORGANISATION_COMMANDS;

/** Sites, hours and staff of the caller’s own organisation. */
@Controller()
export class OrganisationController {
  constructor(@Inject(ORGANISATIONS) private readonly organisations: OrganisationsDoor) {}

  @Endpoint('POST', '/v1/organisation/sites/{site}/hours', {
    ...acting(
      'setSiteHours',
      'Set the whole calendar of a site: hours, holidays, closures',
      SetSiteHours.omit({ site: true }).meta({ id: 'SetSiteHours' }),
      ['unknown-site', 'unknown-staff', 'invalid-calendar'],
    ),
    params: { site: SiteId },
    replaces: true,
  })
  setSiteHours(@Req() request: ApiRequest): Promise<Answer> {
    return this.act(request, 'SetSiteHours');
  }

  @Endpoint(
    'POST',
    '/v1/organisation/staff',
    acting('addStaff', 'Add somebody to the staff', AddStaff.meta({ id: 'AddStaff' }), [
      'staff-exists',
      'unknown-site',
    ]),
  )
  addStaff(@Req() request: ApiRequest): Promise<Answer> {
    return this.act(request, 'AddStaff');
  }

  @Endpoint('POST', '/v1/organisation/staff/{staff}/departure', {
    ...acting(
      'removeStaff',
      'Record that somebody left; what they owed goes to those who cover',
      RemoveStaff.omit({ staff: true }).meta({ id: 'RemoveStaff' }),
      ['unknown-staff'],
    ),
    params: { staff: StaffId },
  })
  removeStaff(@Req() request: ApiRequest): Promise<Answer> {
    return this.act(request, 'RemoveStaff');
  }

  @Endpoint(
    'POST',
    '/v1/organisation/coverage',
    acting(
      'arrangeCoverage',
      'Arrange that somebody covers for somebody else for a time',
      ArrangeCoverage.meta({ id: 'ArrangeCoverage' }),
      ['unknown-staff', 'invalid-coverage'],
    ),
  )
  arrangeCoverage(@Req() request: ApiRequest): Promise<Answer> {
    return this.act(request, 'ArrangeCoverage');
  }

  @Endpoint(
    'POST',
    '/v1/organisation/review-sessions',
    acting(
      'holdReviewSession',
      'Record that a systematic caseload review took place: who met, and whose cases they looked at',
      HoldReviewSession.meta({ id: 'HoldReviewSession' }),
      ['unknown-staff'],
    ),
  )
  holdReviewSession(@Req() request: ApiRequest): Promise<Answer> {
    return this.act(request, 'HoldReviewSession');
  }

  @Endpoint('GET', '/v1/organisation', {
    operation: 'readOrganisation',
    summary: 'Read the organisation: sites, hours, cover',
    tag: 'organisation',
    answers: {
      200: {
        description: 'The organisation as its stream has it.',
        schema: OrganisationView,
        headers: ['ETag', 'Consistency-Token'],
      },
      304: { description: 'As you have it.' },
    },
  })
  readOrganisation(@Req() request: ApiRequest): Promise<Answer> {
    const { organisation } = callerOf(request);
    return this.read(request, ({ revision, state }) => organisationView(organisation, revision, state));
  }

  @Endpoint('GET', '/v1/staff', {
    operation: 'readStaff',
    summary: 'Read who is on the staff, in which role',
    tag: 'organisation',
    answers: {
      200: {
        description: 'Everybody who is or was on the staff.',
        schema: StaffView,
        headers: ['ETag', 'Consistency-Token'],
      },
      304: { description: 'As you have it.' },
    },
  })
  readStaff(@Req() request: ApiRequest): Promise<Answer> {
    return this.read(request, ({ state }) => staffView(state));
  }

  private async read(request: ApiRequest, view: (loaded: Loaded<OrganisationState>) => unknown): Promise<Answer> {
    const loaded = await this.organisations.load(callerOf(request).organisation);
    const etag = etagOf(loaded.revision);
    const headers = { etag, ...(loaded.position === null ? {} : { 'consistency-token': loaded.position }) };
    return alreadyHas(request, etag) ? new Answer(304, undefined, headers) : new Answer(200, view(loaded), headers);
  }

  private async act(request: ApiRequest, type: OrganisationCommandType): Promise<Answer> {
    const caller = callerOf(request);
    // The path fields bear the names that they have in the command; the body was checked against its schema.
    const command = { type, ...(request.body as object), ...(request.params as object) } as OrganisationCommand;
    const outcome = await this.organisations.handle(
      caller.organisation,
      envelopeFor(request, commandIdFor(caller, request.idempotencyKey), command),
    );
    return answerTo(outcome, {
      location: '/v1/organisation',
      view: ({ revision, state }) => organisationView(caller.organisation, revision, state),
    });
  }
}
