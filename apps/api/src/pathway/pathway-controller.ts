import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import { Instrument, instrument, INSTRUMENTS, Pathway } from '#care';
import { Answer } from '../http/answer.js';
import { Endpoint } from '../http/endpoint.js';
import { alreadyHas, etagOf } from '../http/etag.js';
import { Problem } from '../http/problems.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { ORGANISATIONS, type OrganisationsDoor } from '../parts.js';
import { pathwayInForce } from './pathway-in-force.js';

const InstrumentList = z.object({ items: z.array(Instrument) });
const params = { code: z.string().describe('Of the questionnaire, such as PHQ-9.') };

/** The rules of care as data: the pathway in force, and the questionnaires. */
@Controller()
export class PathwayController {
  constructor(@Inject(ORGANISATIONS) private readonly organisations: OrganisationsDoor) {}

  @Endpoint('GET', '/v1/pathway', {
    operation: 'readPathway',
    summary: 'Read the care pathway in force: every number with its source and firmness',
    description:
      '`°` marks a default without a public source, `*` our own proposal; both need a medical director’s signature before real use. Running episodes keep the pathway they have pinned.',
    tag: 'pathway',
    answers: {
      200: {
        description: 'The pathway that new episodes follow.',
        schema: Pathway.meta({ id: 'Pathway' }),
        headers: ['ETag'],
      },
      304: { description: 'As you have it.' },
    },
  })
  async readPathway(@Req() request: ApiRequest): Promise<Answer> {
    const { state, revision } = await this.organisations.load(callerOf(request).organisation);
    const headers = { etag: etagOf(revision) };
    return alreadyHas(request, headers.etag)
      ? new Answer(304, undefined, headers)
      : new Answer(200, pathwayInForce(state), headers);
  }

  @Endpoint('GET', '/v1/instruments', {
    operation: 'readInstruments',
    summary: 'Read the questionnaires that can be recorded: codes, answers, bands, change, safety',
    description:
      'Those of this build and those the clinic has of its own. Wording is there only where the licence lets us pass it on; elsewhere `about` says for staff what an item asks about, and the form itself comes from its owner.',
    tag: 'pathway',
    answers: { 200: { description: 'Every instrument.', schema: InstrumentList } },
  })
  readInstruments(): { items: readonly Instrument[] } {
    return { items: [...INSTRUMENTS.values()] };
  }

  @Endpoint('GET', '/v1/instruments/{code}', {
    operation: 'readInstrument',
    summary: 'Read one questionnaire',
    tag: 'pathway',
    params,
    answers: { 200: { description: 'The instrument.', schema: Instrument } },
  })
  readInstrument(@Req() request: ApiRequest): Instrument {
    const { code } = request.params as { code: string };
    const found = instrument(code);
    if (!found) throw new Problem('not-found');
    return found;
  }
}
