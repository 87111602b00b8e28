import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import { PATIENT_COMMANDS, type PatientState } from '#care';
import type { Answer } from '../http/answer.js';
import { Endpoint, type Contract } from '../http/endpoint.js';
import { envelopeFor } from '../http/envelope.js';
import { commandIdFor } from '../http/idempotency.js';
import { answerTo, type Shown } from '../http/outcome.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { wholeNumber } from '../http/whole-number.js';
import { PATIENTS, type PatientsDoor } from '../parts.js';
import { ErasureRequest, shownRequest } from './patient-view.js';

/** How far an erasure is. Nothing of the patient: whoever runs the organisation sees no clinical data. */
const Erasure = z
  .object({
    patientId: z.uuid(),
    revision: z.int(),
    erasureRequest: ErasureRequest.nullable(),
    erased: z.boolean(),
  })
  .meta({ id: 'Erasure' });

const PatientId = z.uuid().meta({ description: 'The id of the patient.' });
const RequestRevision = wholeNumber(0).meta({ description: 'The revision of the request.' });
const Empty = z.strictObject({});

const contract = (
  given: Pick<Contract, 'operation' | 'summary' | 'description' | 'params' | 'body' | 'problems'>,
): Contract => ({
  tag: 'patients',
  ...given,
  answers: {
    201: {
      description: 'Recorded; how far the erasure is now.',
      schema: Erasure,
      headers: ['ETag', 'Consistency-Token', 'Location', 'Idempotency-Replayed'],
    },
    200: {
      description: 'It was so already; nothing was recorded.',
      schema: Erasure,
      headers: ['ETag', 'Consistency-Token', 'Location'],
    },
  },
});

/** Erasing a patient's data takes two persons: one asks, another approves. */
@Controller()
export class ErasureController {
  constructor(@Inject(PATIENTS) private readonly patients: PatientsDoor) {}

  @Endpoint(
    'POST',
    '/v1/patients/{id}/erasure-requests',
    contract({
      operation: 'requestErasure',
      summary: 'Ask that the data of a patient be erased',
      description: 'Nothing is erased until another administrator or a supervisor approves.',
      params: { id: PatientId },
      body: PATIENT_COMMANDS.RequestErasure.meta({ id: 'RequestErasure' }),
      problems: ['care-open', 'patient-erased'],
    }),
  )
  requestErasure(@Req() request: ApiRequest): Promise<Answer> {
    const body = request.body as z.infer<typeof PATIENT_COMMANDS.RequestErasure>;
    return this.answer(request, (id, by) => this.patients.handle(id, by({ type: 'RequestErasure', ...body } as const)));
  }

  @Endpoint(
    'POST',
    '/v1/patients/{id}/erasure-requests/{revision}/approval',
    contract({
      operation: 'approveErasure',
      summary: 'Approve the erasure that somebody else asked for',
      description:
        'Final. The key of the patient is destroyed: what it sealed cannot be read any more, by any interface or from any later backup. Codes, dates and ids stay.',
      params: { id: PatientId, revision: RequestRevision },
      body: Empty,
      problems: ['no-such-erasure-request', 'second-person-needed', 'care-open'],
    }),
  )
  approveErasure(@Req() request: ApiRequest): Promise<Answer> {
    const command = { type: 'ApproveErasure', request: revisionIn(request) } as const;
    return this.answer(request, (id, by) => this.patients.approveErasure(id, by(command)));
  }

  @Endpoint(
    'POST',
    '/v1/patients/{id}/erasure-requests/{revision}/withdrawal',
    contract({
      operation: 'withdrawErasureRequest',
      summary: 'Withdraw or turn down a request to erase',
      params: { id: PatientId, revision: RequestRevision },
      body: Empty,
      problems: ['no-such-erasure-request', 'patient-erased'],
    }),
  )
  withdrawErasureRequest(@Req() request: ApiRequest): Promise<Answer> {
    const command = { type: 'WithdrawErasureRequest', request: revisionIn(request) } as const;
    return this.answer(request, (id, by) => this.patients.handle(id, by(command)));
  }

  private async answer(request: ApiRequest, ask: Asking): Promise<Answer> {
    const { id } = request.params as { id: string };
    const commandId = commandIdFor(callerOf(request), request.idempotencyKey);
    return answerTo(await ask(id, (command) => envelopeFor(request, commandId, command)), shownErasure(id));
  }
}

type Asking = (
  id: string,
  by: <C>(command: C) => ReturnType<typeof envelopeFor<C>>,
) => ReturnType<PatientsDoor['approveErasure']>;

const revisionIn = (request: ApiRequest): number => Number((request.params as { revision: string }).revision);

const shownErasure = (patientId: string): Shown<PatientState> => ({
  location: `/v1/patients/${patientId}`,
  view: ({ revision, state: { erased, erasureRequest } }): z.infer<typeof Erasure> => ({
    patientId,
    revision,
    erasureRequest: shownRequest(erasureRequest),
    erased,
  }),
});
