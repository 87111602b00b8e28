import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import type { Identity } from '#access';
import { LocalDate, SiteId, StaffId } from '#care';
import type { Queries } from '#read-models';
import { Endpoint, type Contract } from '../http/endpoint.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { ORGANISATIONS, QUERIES, type OrganisationsDoor } from '../parts.js';
import { pathwayInForce } from '../pathway/pathway-in-force.js';
import { RestrictedRecords } from '../patients/restricted-records.js';
import { Documentation, Evening, Huddle, Morning, Outreach } from './shapes.js';

const OfNow = z.strictObject({
  careManager: StaffId.optional().meta({
    description:
      'Whose day, leave and cover counted in; `me` is the caller, `all` everybody. Absent: a care manager gets their own, others everybody’s.',
  }),
  site: SiteId.optional(),
});
const OfADay = OfNow.extend({
  date: LocalDate.optional().meta({
    description: 'Today or later: the list as it will stand at this hour of that day if nothing is done. Absent: now.',
  }),
});
type OfADay = z.infer<typeof OfADay>;

type Lists = Pick<Queries, 'morning' | 'outreach' | 'huddle' | 'documentation' | 'evening'>;

const contract = (
  operation: string,
  summary: string,
  description: string,
  schema: z.ZodType,
  query: z.ZodObject = OfADay,
): Contract => ({
  operation,
  summary,
  tag: 'day',
  query,
  fromViews: true,
  answers: { 200: { description, schema, headers: ['Consistency-Token', 'Preference-Applied'] } },
});

/** A care manager's day, one request for each part of it. */
@Controller()
export class DayController {
  constructor(
    @Inject(QUERIES) private readonly queries: Lists,
    @Inject(RestrictedRecords) private readonly restricted: RestrictedRecords,
    @Inject(ORGANISATIONS) private readonly organisations: OrganisationsDoor,
  ) {}

  @Endpoint(
    'GET',
    '/v1/day/morning',
    contract(
      'readMorning',
      'Read what today asks for',
      'One line for each patient with every reason, the most pressing first.',
      Morning,
    ),
  )
  readMorning(@Req() request: ApiRequest): Promise<unknown> {
    return this.read(request, 'morning');
  }

  @Endpoint(
    'GET',
    '/v1/day/outreach',
    contract(
      'readOutreach',
      'Read whom to call or write to today, and how',
      'One line for each patient: what is safe, when is best, what was tried, when a letter goes out.',
      Outreach,
    ),
  )
  readOutreach(@Req() request: ApiRequest): Promise<unknown> {
    return this.read(request, 'outreach');
  }

  @Endpoint(
    'GET',
    '/v1/day/huddle',
    contract(
      'readHuddle',
      'Read the cases of the caseload review, by need',
      'One line for each patient: why, scores, plan, last recommendation and what became of it, last review.',
      Huddle,
    ),
  )
  readHuddle(@Req() request: ApiRequest): Promise<unknown> {
    return this.read(request, 'huddle');
  }

  @Endpoint(
    'GET',
    '/v1/day/documentation',
    contract(
      'readDocumentation',
      'Read what is not finished in the records',
      'Contacts without a note, notes without a signature, signed notes that were not sent on.',
      Documentation,
      OfNow,
    ),
  )
  readDocumentation(@Req() request: ApiRequest): Promise<unknown> {
    return this.read(request, 'documentation');
  }

  @Endpoint(
    'GET',
    '/v1/day/evening',
    contract(
      'readEvening',
      'Read what is still urgent, by who is to act, and what comes next',
      'Nothing urgent is the goal.',
      Evening,
      OfNow,
    ),
  )
  readEvening(@Req() request: ApiRequest): Promise<unknown> {
    return this.read(request, 'evening');
  }

  private async read(request: ApiRequest, list: keyof Lists): Promise<unknown> {
    const caller = callerOf(request);
    const { careManager: asked, site, date } = request.query as OfADay;
    const careManager = whoseDay(caller, asked);
    const { organisation } = caller;
    const { state } = await this.organisations.load(organisation);
    const found = await this.queries[list]({
      organisation,
      pathway: pathwayInForce(state),
      ...(careManager === undefined ? {} : { careManager }),
      ...(site === undefined ? {} : { site }),
      ...(date === undefined ? {} : { date }),
    });
    return this.restricted.masked(caller, found);
  }
}

function whoseDay({ role, subject }: Identity, asked: string | undefined): string | undefined {
  if (asked === 'me' || (asked === undefined && role === 'care-manager')) return subject;
  return asked === 'all' ? undefined : asked;
}
