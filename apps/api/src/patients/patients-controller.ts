import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import { PATIENT_COMMANDS, type PatientCommand, type PatientDetails, type PatientState } from '#care';
import { Answer } from '../http/answer.js';
import { asOf, AsOfQuery } from '../http/as-of.js';
import { Endpoint, type Contract } from '../http/endpoint.js';
import { etagOf } from '../http/etag.js';
import { envelopeFor } from '../http/envelope.js';
import { commandIdFor, idFor } from '../http/idempotency.js';
import { answerTo, type Shown } from '../http/outcome.js';
import { callerOf, type ApiRequest, type Caller } from '../http/request.js';
import { OccurredAt } from '../episodes/acts.js';
import { PATIENTS, type PatientsDoor } from '../parts.js';
import { OwnPeople } from './own-people.js';
import {
  patientAsShownTo,
  PatientReceipt,
  PatientView,
  PatientWithEpisodes,
  patientWithEpisodes,
  RegisteredPatient,
} from './patient-view.js';
import { SameNumber } from './same-number.js';

const PatientId = z.uuid().meta({ description: 'The id of the patient.' });

const acting = (
  operation: string,
  summary: string,
  body: z.ZodObject,
  problems: Contract['problems'] = [],
  schema: z.ZodType = PatientView,
): Contract => ({
  operation,
  summary,
  tag: 'patients',
  body,
  answers: {
    201: {
      description: 'Recorded; the patient as their stream now has them.',
      schema,
      headers: ['ETag', 'Consistency-Token', 'Location', 'Idempotency-Replayed'],
    },
    200: {
      description: 'It was so already; nothing was recorded.',
      schema,
      headers: ['ETag', 'Consistency-Token', 'Location'],
    },
  },
  problems,
});

const ofOne = (contract: Contract): Contract => ({ ...contract, params: { id: PatientId } });

/** Who the patients are. Everything personal is sealed with the patient’s own key. */
@Controller()
export class PatientsController {
  constructor(
    @Inject(PATIENTS) private readonly patients: PatientsDoor,
    @Inject(OwnPeople) private readonly own: OwnPeople,
    @Inject(SameNumber) private readonly sameNumber: SameNumber,
  ) {}

  @Endpoint(
    'POST',
    '/v1/patients',
    acting(
      'registerPatient',
      'Register a patient',
      PATIENT_COMMANDS.RegisterPatient.meta({ id: 'RegisterPatient' }),
      ['invalid-zone'],
      z.union([RegisteredPatient, PatientReceipt]),
    ),
  )
  async registerPatient(@Req() request: ApiRequest): Promise<Answer> {
    const caller = callerOf(request);
    // The id comes of the key, so that a retry finds the patient it registered.
    const patientId = idFor(caller, request.idempotencyKey, 'patient');
    const answer = await this.act(request, patientId, 'RegisterPatient');
    const { status, body, headers } = answer;
    if (PatientReceipt.strict().safeParse(body).success) return answer;
    const { recordNumber } = request.body as PatientDetails;
    const position = headers['consistency-token']!;
    const sameRecordNumber = await this.sameNumber.besides(caller, { patientId, recordNumber, position });
    return new Answer(status, { ...(body as PatientView), sameRecordNumber }, headers);
  }

  @Endpoint('POST', '/v1/patients/{id}/corrections', {
    ...ofOne(
      acting(
        'correctPatientDetails',
        'Correct details of a patient; only what is given is replaced',
        PATIENT_COMMANDS.CorrectPatientDetails.meta({ id: 'CorrectPatientDetails' }),
        ['invalid-zone', 'patient-erased'],
        z.union([PatientView, PatientReceipt]),
      ),
    ),
    decides: true,
  })
  correctPatientDetails(@Req() request: ApiRequest): Promise<Answer> {
    return this.act(request, idIn(request), 'CorrectPatientDetails');
  }

  @Endpoint(
    'POST',
    '/v1/patients/{id}/death',
    ofOne(
      acting(
        'recordDeath',
        'Record that a patient died; their episodes end',
        PATIENT_COMMANDS.RecordDeath.extend(OccurredAt).meta({ id: 'RecordDeath' }),
        ['occurred-in-future', 'patient-erased'],
      ),
    ),
  )
  recordDeath(@Req() request: ApiRequest): Promise<Answer> {
    return this.act(request, idIn(request), 'RecordDeath');
  }

  @Endpoint(
    'POST',
    '/v1/patients/{id}/death/retraction',
    ofOne(
      acting(
        'retractDeath',
        'Retract a report of death; the episodes go on',
        PATIENT_COMMANDS.RetractDeath.extend(OccurredAt).meta({ id: 'RetractDeath' }),
        ['no-death-recorded', 'occurred-in-future', 'patient-erased'],
      ),
    ),
  )
  retractDeath(@Req() request: ApiRequest): Promise<Answer> {
    return this.act(request, idIn(request), 'RetractDeath');
  }

  @Endpoint(
    'POST',
    '/v1/patients/{id}/merges',
    ofOne(
      acting(
        'mergePatients',
        'Say that another record is a duplicate of this one; neither is changed, lists show both as one',
        PATIENT_COMMANDS.MergePatients.extend(OccurredAt).meta({ id: 'MergePatients' }),
        ['unknown-duplicate', 'same-record', 'merged-the-other-way', 'occurred-in-future', 'patient-erased'],
      ),
    ),
  )
  async mergePatients(@Req() request: ApiRequest): Promise<Answer> {
    const { duplicate } = request.body as { duplicate: string };
    // Shown as one, each record opens to the care team of the other.
    await this.own.assertMayAct(callerOf(request), duplicate);
    return this.act(request, idIn(request), 'MergePatients');
  }

  @Endpoint('POST', '/v1/patients/{id}/merges/{duplicate}/undo', {
    ...acting(
      'unmergePatients',
      'Say that two records that were merged are two persons after all',
      PATIENT_COMMANDS.UnmergePatients.omit({ duplicate: true }).extend(OccurredAt).meta({ id: 'UnmergePatients' }),
      ['not-merged', 'occurred-in-future', 'patient-erased'],
    ),
    params: { id: PatientId, duplicate: z.uuid().meta({ description: 'The record that was merged into it.' }) },
  })
  unmergePatients(@Req() request: ApiRequest): Promise<Answer> {
    const { duplicate } = request.params as { duplicate: string };
    return this.act(request, idIn(request), 'UnmergePatients', { duplicate });
  }

  @Endpoint('POST', '/v1/patients/{id}/labels', {
    ...ofOne(
      acting(
        'labelPatient',
        'Label a record: a test, somebody in the public eye, a colleague',
        PATIENT_COMMANDS.LabelPatient.extend(OccurredAt).meta({ id: 'LabelPatient' }),
        ['occurred-in-future', 'patient-erased'],
      ),
    ),
    replaces: true,
  })
  labelPatient(@Req() request: ApiRequest): Promise<Answer> {
    return this.act(request, idIn(request), 'LabelPatient');
  }

  @Endpoint('GET', '/v1/patients/{id}', {
    operation: 'readPatient',
    summary: 'Read a patient, as they are or as they were known, and their episodes',
    description:
      'The patient comes from their own stream, the list of episodes from a view. The `ETag` is that of the patient, for a correction; the episodes are not part of it.',
    tag: 'patients',
    params: { id: PatientId },
    query: AsOfQuery,
    fromViews: true,
    answers: {
      200: {
        description: 'The patient with all episodes.',
        schema: PatientWithEpisodes,
        headers: ['ETag', 'Consistency-Token'],
      },
    },
  })
  async readPatient(@Req() request: ApiRequest): Promise<Answer> {
    const caller = callerOf(request);
    const id = idIn(request);
    const at = asOf(request.query as z.infer<typeof AsOfQuery>);
    const person = await this.own.see(caller, id, at);
    return new Answer(200, patientWithEpisodes(id, person), { etag: etagOf(person.loaded.revision) });
  }

  private async act(request: ApiRequest, id: string, type: PatientAct, inPath: object = {}): Promise<Answer> {
    const caller = callerOf(request);
    const { occurredAt, ...body } = request.body as { occurredAt?: string };
    if (type !== 'RegisterPatient') await this.own.assertMayAct(caller, id);
    // The body was checked against the schema of this very command.
    const command = { type, ...body, ...inPath } as Extract<PatientCommand, { type: PatientAct }>;
    const envelope = envelopeFor(request, commandIdFor(caller, request.idempotencyKey), command, occurredAt);
    const outcome = await this.patients.handle(id, envelope);
    // What is repeated is shown as it stood then, to whom it is open now.
    const restricted = caller.role === 'integration' && (await this.own.isRestricted(caller, id));
    return answerTo(outcome, shownPatient(caller, id, restricted));
  }
}

type PatientAct = Exclude<PatientCommand['type'], 'RequestErasure' | 'WithdrawErasureRequest' | 'ApproveErasure'>;

const idIn = (request: ApiRequest): string => (request.params as { id: string }).id;

const shownPatient = (caller: Caller, id: string, restricted: boolean): Shown<PatientState> => ({
  location: `/v1/patients/${id}`,
  view: ({ state, revision }) => patientAsShownTo(caller, restricted, id, revision, state),
});
