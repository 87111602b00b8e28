import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import { PatientDetails } from '#care';
import type { Queries } from '#read-models';
import { Answer } from '../http/answer.js';
import { Endpoint } from '../http/endpoint.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { QUERIES } from '../parts.js';

const Lookup = z
  .strictObject({ recordNumber: PatientDetails.shape.recordNumber.unwrap().min(1) })
  .meta({ id: 'PatientLookup' });
const Found = z.object({
  items: z.array(
    z.object({
      patientId: z.uuid(),
      mergedInto: z.uuid().nullable().meta({ description: 'The record that leads, when this one is its duplicate.' }),
    }),
  ),
});

/** Which patients bear a record number. Ids only: what stands in a record is read there, by whoever may. */
@Controller()
export class LookupController {
  constructor(@Inject(QUERIES) private readonly queries: Pick<Queries, 'patientsByRecordNumber'>) {}

  @Endpoint('POST', '/v1/patients/lookup', {
    operation: 'findPatients',
    summary: 'Find patients by their record number',
    // Addresses end in the logs of proxies, and the number is the patient’s.
    description:
      'Asked with POST, so that the number stands in no address; nothing is recorded. The number must be the same to the letter.',
    tag: 'patients',
    body: Lookup,
    keyless: true,
    fromViews: true,
    answers: {
      200: {
        description: 'Every record that bears the number now, the oldest first.',
        schema: Found,
        headers: ['Consistency-Token', 'Preference-Applied'],
      },
    },
  })
  async findPatients(@Req() request: ApiRequest): Promise<Answer> {
    const { recordNumber } = request.body as z.infer<typeof Lookup>;
    const { organisation } = callerOf(request);
    return new Answer(200, { items: await this.queries.patientsByRecordNumber({ organisation, recordNumber }) });
  }
}
