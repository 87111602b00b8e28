import { z } from 'zod';
import { DECIDING_COMMANDS, EPISODE_COMMANDS, FlagKind, Instant, type EpisodeCommandType } from '#care';

/** One act: a POST below `/v1/episodes/{id}/` and the command it becomes. */
export interface Act {
  /** Below the episode, as in the matrix of libs/access. */
  readonly path: string;
  readonly command: EpisodeCommandType;
  readonly summary: string;
  /** Path parameters, and the field of the command that each of them is. */
  readonly fields: Readonly<Record<string, string>>;
}

const act = (path: string, command: EpisodeCommandType, summary: string, fields: Record<string, string> = {}): Act => ({
  path,
  command,
  summary,
  fields,
});

/** Every act there is. The body of each is the command's own schema without what the path says, and `occurredAt`. */
export const ACTS: readonly Act[] = [
  // referral and outreach
  act('acceptance', 'AcceptReferral', 'Accept the referral into the programme'),
  act('closure', 'CloseReferral', 'Close the referral before enrolment and tell the provider'),
  act('care-manager', 'AssignCareManager', 'Assign a care manager'),
  act('provider', 'AssignProvider', 'Name the responsible primary care provider'),
  act('outreach-attempts', 'RecordOutreachAttempt', 'Record an attempt to reach the patient'),
  act('contact-preferences', 'SetContactPreferences', 'Set how, when and in which language to reach the patient'),
  act('consents', 'RecordConsent', 'Record a consent'),
  act('consent-withdrawals', 'WithdrawConsent', 'Withdraw a consent'),
  act('declines', 'RecordDecline', 'Record that the patient said no, and how far that goes'),
  act('enrolment', 'EnrolPatient', 'Enrol the patient: treatment begins'),
  // contacts and measuring
  act('visits', 'RecordVisit', 'Record one call or visit with everything in it, in one append'),
  act('contacts', 'RecordContact', 'Record a contact'),
  act('assessments', 'RecordAssessment', 'Record a questionnaire, wholly or partly answered'),
  act('assessment-refusals', 'DeclineAssessment', 'Record that the patient declined a questionnaire this time'),
  act('result-reviews', 'ReviewResult', 'Say that somebody looked at a result staff had not entered'),
  act('corrections', 'CorrectAssessment', 'Correct an earlier questionnaire; the first entry stays in history'),
  // safety
  act('safety-concerns', 'RaiseSafetyConcern', 'Ask for a same-day safety assessment'),
  act('safety-reviews', 'RecordSafetyReview', 'Record a safety assessment or another disposition'),
  act('acute-care', 'ReportAcuteCare', 'Report an admission, an emergency visit or a discharge from a facility'),
  // appointments and help in daily life
  act('appointments', 'BookAppointment', 'Book an appointment'),
  act(
    'appointments/{n}/outcome',
    'RecordAppointmentOutcome',
    'Say whether an appointment was kept, missed, cancelled or moved',
    { n: 'appointment' },
  ),
  act('barriers', 'IdentifyBarrier', 'Name a barrier to care'),
  act('barriers/{n}/resolution', 'ResolveBarrier', 'Say that a barrier is out of the way', { n: 'barrier' }),
  act('resources', 'ConnectResource', 'Connect the patient to a resource'),
  act('resources/{n}/outcome', 'CloseResourceConnection', 'Say what became of a resource connection', {
    n: 'resource',
  }),
  // plan, consult, review
  act('plan', 'SetTreatmentPlan', 'Write or revise the treatment plan'),
  act('consult-requests', 'RequestConsult', 'Ask for a psychiatric consult'),
  act('recommendations', 'IssueRecommendation', 'Write a recommendation as psychiatric consultant'),
  act('recommendations/{n}/withdrawal', 'WithdrawRecommendation', 'Take a recommendation back', {
    n: 'recommendation',
  }),
  act('recommendations/{n}/opening', 'MarkRecommendationSeen', 'Say that you opened a recommendation', {
    n: 'recommendation',
  }),
  act('recommendations/{n}/answer', 'AnswerRecommendation', 'Answer a recommendation', { n: 'recommendation' }),
  act('case-reviews', 'ReviewCase', 'Record a case review and what was decided'),
  act('provider-notifications', 'NotifyProvider', 'Have the provider told by a notice, or record that they were told'),
  act('notes', 'AddNote', 'Write a note'),
  act('notes/{revision}/signature', 'SignNote', 'Sign a note', { revision: 'note' }),
  act('notes/{revision}/dispatch', 'MarkNoteSent', 'Say that a signed note reached another record', {
    revision: 'note',
  }),
  act('times', 'LogTime', 'Log minutes of work'),
  act('flags', 'RaiseFlag', 'Flag the case'),
  act('flags/{flag}/clearance', 'ClearFlag', 'Clear a flag: every one of this kind that stands', { flag: 'flag' }),
  act('tasks', 'PlanTask', 'Plan to do something by a date'),
  act('tasks/{n}/outcome', 'RecordTaskOutcome', 'Say that a planned task is done or cancelled', { n: 'task' }),
  // phases
  act('holds', 'StartHold', 'Pause routine follow-up'),
  act('holds/current/review', 'ReviewHold', 'Look at a hold and let it go on'),
  act('holds/current/end', 'EndHold', 'End a hold'),
  act('transfer', 'TransferEpisode', 'Transfer the episode to another care manager or site'),
  act('transfer/acknowledgement', 'AcknowledgeTransfer', 'Take on a transferred episode'),
  act('relapse-prevention', 'StartRelapsePrevention', 'Step down to relapse prevention'),
  act('relapse-plan', 'CompleteRelapsePlan', 'Complete the relapse prevention plan'),
  act('relapse-confirmation', 'ConfirmRelapse', 'Confirm a possible relapse or rule it out'),
  act('discharge', 'DischargePatient', 'Discharge the patient from the programme'),
  act('voids', 'VoidAct', 'Undo an earlier act; it stays in history'),
  // follow-ups
  act('follow-ups/{followUpId}/snooze', 'SnoozeFollowUp', 'Put a follow-up off, with a reason and within bounds', {
    followUpId: 'followUpId',
  }),
  act(
    'follow-ups/{followUpId}/acknowledgement',
    'AcknowledgeFollowUp',
    'Say that somebody has a raised follow-up in hand',
    { followUpId: 'followUpId' },
  ),
  act('follow-ups/{followUpId}/hand-over', 'HandOverFollowUp', 'Hand a follow-up to a named person', {
    followUpId: 'followUpId',
  }),
];

/** An operation bears the name of its command. */
export const operationOf = (command: string): string => command.charAt(0).toLowerCase() + command.slice(1);

export const decides = (act: Act): boolean => DECIDING_COMMANDS.has(act.command);

/** Every act may say when it happened; without it, it happened now. */
export const OccurredAt = {
  occurredAt: Instant.optional().meta({
    description: 'When it happened in the clinic; absent: now. Never in the future.',
  }),
};

/** Said by the import alone: of imported answers only the latest may open a safety review, of imported reviews no provider is told (fatigue rule 9). */
const FIELDS_OF_IMPORTS: Readonly<Partial<Record<EpisodeCommandType, readonly string[]>>> = {
  RecordAssessment: ['imported'],
  RecordSafetyReview: ['imported'],
  RecordVisit: ['imported'],
};

/** The body of an act: its command’s schema, without the fields that the path gives, with `occurredAt`. */
export function bodyOf({ command, fields }: Act): z.ZodType {
  const schema: z.ZodType = EPISODE_COMMANDS[command];
  const left = [...Object.values(fields), ...(FIELDS_OF_IMPORTS[command] ?? [])];
  const shape =
    schema instanceof z.ZodDiscriminatedUnion
      ? z.discriminatedUnion(
          'outcome',
          schema.options.map((option) => without(option as unknown as z.ZodObject, left)) as never,
        )
      : byNumber(without(schema as z.ZodObject, left));
  return shape.meta({ id: command });
}

function without(schema: z.ZodObject, fields: readonly string[]): z.ZodObject {
  return schema
    .omit(Object.fromEntries(fields.map((field) => [field, true])) as Record<string, true>)
    .extend(OccurredAt);
}

/** Whoever sees the episode sees the numbers of its things; only an import refers by the act that made one. */
const byNumber = (schema: z.ZodObject): z.ZodObject =>
  'recommendation' in schema.shape ? schema.extend({ recommendation: z.int().min(1).optional() }) : schema;

const Counted = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)
  .pipe(z.int().min(0))
  .meta({ description: 'Counts within the episode.' });
const FollowUpId = z
  .string()
  .regex(/^[a-z-]+:\d+:\d+$/)
  .meta({ description: 'The id of a follow-up, `kind:anchorRevision:n`.' });

export const EpisodeId = z.uuid().meta({ description: 'The id of the episode.' });

/** What a path parameter may be; every other one counts within the episode. */
const PARAMETERS: Readonly<Record<string, z.ZodType>> = { followUpId: FollowUpId, flag: FlagKind };

export const paramsOf = ({ fields }: Act): Record<string, z.ZodType> => ({
  id: EpisodeId,
  ...Object.fromEntries(Object.keys(fields).map((name) => [name, PARAMETERS[name] ?? Counted])),
});
