import { problem, type ProblemType } from './problem-type.js';

const NAMED_IN_ERRORS = '`detail` and `errors` say what to change. Nothing was recorded.';
const SEE_EPISODE = '`GET /v1/episodes/{id}` shows how things stand. Nothing was recorded.';

/**
 * What the domain refuses, by the code of the refusal: 409 when the state of the record forbids the act, 422 when the act itself cannot
 * be right in any state, 404 when what it names by its address does not exist. A spec holds this against every `refuse(…)` in libs/care.
 */
export const CARE_PROBLEMS = {
  // the act cannot be right
  'occurred-in-future': problem(
    422,
    'That lies in the future',
    `An act is recorded with the time it happened, and that cannot be later than now. ${NAMED_IN_ERRORS}`,
  ),
  'occurred-too-early': problem(
    422,
    'That lies too far in the past',
    `The year may be mistyped: nothing that is recorded here happened before 1900. ${NAMED_IN_ERRORS}`,
  ),
  'unknown-instrument': problem(
    422,
    'That questionnaire is not known here',
    '`GET /v1/instruments` lists the questionnaires that can be recorded. Nothing was recorded.',
  ),
  'not-recordable': problem(
    422,
    'This act cannot be written down',
    'It has the right shape and yet no event can hold it, which is a fault of ours: `detail` names what does not fit, and it was logged under `traceId`. Nothing was recorded.',
  ),
  'not-a-primary-scale': problem(
    422,
    'That questionnaire cannot be the primary scale',
    '`GET /v1/instruments` says of each whether it is `primary`; a short form or a screener never is. Nothing was recorded.',
  ),
  'other-instrument': problem(
    422,
    'A correction keeps the questionnaire',
    `The questionnaire at that revision is another one. ${NAMED_IN_ERRORS}`,
  ),
  'no-usable-answer': problem(
    422,
    'There is no answer in this questionnaire',
    `Neither an item nor a total could be used. A partly bad questionnaire would have been kept. ${NAMED_IN_ERRORS}`,
  ),
  'reason-needed': problem(422, 'This decision needs a reason', NAMED_IN_ERRORS),
  'approval-needed': problem(
    422,
    'This needs the approval of the psychiatric consultant',
    `Lowering a level of risk names who approved it. ${NAMED_IN_ERRORS}`,
  ),
  'out-of-order': problem(422, 'That would lie before what it has to follow', NAMED_IN_ERRORS),
  'snooze-out-of-bounds': problem(422, 'A follow-up cannot be put off that long', NAMED_IN_ERRORS),
  'no-such-act': problem(422, 'There is no act at that revision', NAMED_IN_ERRORS),
  'no-such-assessment': problem(422, 'There is no questionnaire at that revision', NAMED_IN_ERRORS),
  'cannot-be-voided': problem(422, 'An act of this kind cannot be undone', NAMED_IN_ERRORS),
  'no-treatment-contact': problem(422, 'Work on the record is no treatment contact', NAMED_IN_ERRORS),
  'channel-needed': problem(422, 'Which way of being reached is refused has to be named', NAMED_IN_ERRORS),
  'unknown-duplicate': problem(422, 'The other record is not known here', NAMED_IN_ERRORS),
  'same-record': problem(422, 'A record is not a duplicate of itself', NAMED_IN_ERRORS),
  'unknown-site': problem(
    422,
    'The organisation has no such site',
    '`GET /v1/organisation` lists the sites. Nothing was recorded.',
  ),
  'unknown-staff': problem(
    422,
    'That person is not on the staff',
    '`GET /v1/staff` lists the staff. Nothing was recorded.',
  ),
  'invalid-calendar': problem(422, 'That calendar cannot be used', NAMED_IN_ERRORS),
  'invalid-coverage': problem(422, 'That cover cannot be arranged', NAMED_IN_ERRORS),
  'invalid-pathway': problem(
    422,
    'That care pathway cannot be adopted',
    'Every unknown or missing parameter, every value out of its range and every pair that contradicts itself is named in `errors`. Nothing was recorded.',
  ),
  'safety-loosened': problem(
    422,
    'A number that concerns safety would be looser',
    'What concerns safety may be tightened, never loosened below the shipped default or below what is in force. Each such number is named in `errors`. Nothing was recorded.',
  ),
  'invalid-zone': problem(422, 'That time zone is not known', NAMED_IN_ERRORS),
  // what the address names does not exist
  'no-such-appointment': problem(404, 'There is no such appointment in this episode', SEE_EPISODE),
  'no-such-barrier': problem(404, 'There is no such barrier in this episode', SEE_EPISODE),
  'no-such-resource': problem(404, 'There is no such resource connection in this episode', SEE_EPISODE),
  'no-such-recommendation': problem(404, 'There is no such recommendation in this episode', SEE_EPISODE),
  'no-such-task': problem(404, 'There is no such task in this episode', SEE_EPISODE),
  'no-such-note': problem(404, 'There is no note at that revision', SEE_EPISODE),
  'no-such-erasure-request': problem(
    404,
    'There is no such request to erase',
    'It was withdrawn, or none was made. `GET /v1/patients/{id}` shows the one that waits. Nothing was recorded.',
  ),
  'no-such-follow-up': problem(404, 'There is no such follow-up in this episode', SEE_EPISODE),
  'unknown-organisation': problem(
    404,
    'The organisation has not been opened',
    'An organisation is opened by the first start of the service.',
  ),
  // the state forbids it
  'act-not-possible': problem(
    409,
    'The state of the record forbids this act',
    '`detail` says why in words, and `code` names the rule. Nothing was recorded.',
  ),
  'episode-ended': problem(
    409,
    'The episode has ended',
    `Facts and corrections are still accepted; what would carry treatment on is not. ${SEE_EPISODE}`,
  ),
  'not-in-referral': problem(409, 'The episode is past its referral', SEE_EPISODE),
  'not-in-treatment': problem(409, 'The patient is not in treatment', SEE_EPISODE),
  'in-relapse-prevention': problem(409, 'The patient is in relapse prevention already', SEE_EPISODE),
  'not-in-relapse-prevention': problem(409, 'The patient is not in relapse prevention', SEE_EPISODE),
  'no-relapse-alarm': problem(409, 'There is no possible relapse to decide about', SEE_EPISODE),
  'second-scale-needed': problem(
    409,
    'A second scale is needed first',
    `Ruling a relapse out needs another scale some days after the alarm. ${SEE_EPISODE}`,
  ),
  'safety-review-open': problem(
    409,
    'A safety review is open',
    'It has to be answered before the patient can leave the programme. Nothing was recorded.',
  ),
  'safety-check-needed': problem(
    409,
    'A safety review is needed first',
    'The patient took back the consent to treatment: a review of that day or later comes before they leave the programme. Nothing was recorded.',
  ),
  'at-risk': problem(
    409,
    'A supervisor or consultant has to end this episode',
    'The last safety review says moderate or high risk. Nothing was recorded.',
  ),
  'was-reached': problem(409, 'The patient was reached', `"Unreached" is not why this referral ends. ${SEE_EPISODE}`),
  'never-tried': problem(
    409,
    'Nobody has tried to reach the patient',
    'Record the attempts, give another reason, or let the supervisor close the referral. Nothing was recorded.',
  ),
  'supervisor-needed': problem(409, 'A supervisor or consultant has to record this', 'Nothing was recorded.'),
  'on-hold': problem(409, 'The episode is on hold already', SEE_EPISODE),
  'not-on-hold': problem(409, 'The episode is not on hold', SEE_EPISODE),
  'no-transfer': problem(409, 'There is no transfer to acknowledge', SEE_EPISODE),
  'not-the-new-owner': problem(
    409,
    'The former care manager cannot acknowledge a transfer',
    'The new one, their cover or a supervisor does. Nothing was recorded.',
  ),
  'same-owner': problem(409, 'The episode is with this care manager already', SEE_EPISODE),
  'no-such-consent': problem(409, 'There is no such consent to withdraw', SEE_EPISODE),
  'appointment-ahead': problem(
    409,
    'The appointment has not been yet',
    'It can be cancelled or rescheduled. Nothing was recorded.',
  ),
  'appointment-settled': problem(409, 'The outcome of this appointment is recorded already', SEE_EPISODE),
  'resource-settled': problem(409, 'The outcome of this connection is recorded already', SEE_EPISODE),
  'task-settled': problem(409, 'This task is done or cancelled already', SEE_EPISODE),
  'recommendation-gone': problem(409, 'The recommendation was withdrawn or replaced', SEE_EPISODE),
  'note-not-signed': problem(409, 'The note is not signed yet', SEE_EPISODE),
  'follow-up-ended': problem(409, 'This follow-up has ended', SEE_EPISODE),
  'cannot-be-snoozed': problem(
    409,
    'This follow-up cannot be snoozed',
    'What concerns safety, risk, a hospital discharge or an urgent referral is never put off. Nothing was recorded.',
  ),
  'snoozed-too-often': problem(
    409,
    'This follow-up was snoozed as often as it may be',
    'Ask the supervisor. Nothing was recorded.',
  ),
  'site-exists': problem(409, 'The site is open already', 'Nothing was recorded.'),
  'staff-exists': problem(409, 'That person is on the staff already', 'Nothing was recorded.'),
  'organisation-exists': problem(409, 'The organisation is open already', 'Nothing was recorded.'),
  'no-pathway': problem(
    409,
    'The organisation has not adopted a care pathway yet',
    'An administrator adopts one first. Nothing was recorded.',
  ),
  'patient-exists': problem(409, 'The patient is registered already', 'Nothing was recorded.'),
  'no-death-recorded': problem(409, 'No report of death stands for this patient', 'Nothing was recorded.'),
  'merged-the-other-way': problem(
    409,
    'The other record leads this one already',
    'Undo that merge first, or merge the other way round. Nothing was recorded.',
  ),
  'not-merged': problem(409, 'The two records are not merged', 'Nothing was recorded.'),
  'second-person-needed': problem(
    409,
    'A second person has to approve',
    'Whoever asked for an erasure cannot approve it. Another administrator or a supervisor does. Nothing was erased.',
  ),
  'care-open': problem(
    409,
    'The patient is still in care',
    'Data are erased only when every episode has ended and nothing is owed in it: an erased patient cannot be cared for. Nothing was erased.',
  ),
  'patient-erased': problem(
    409,
    'The data of this patient were erased',
    'The key was destroyed; nothing can be sealed for this patient any more.',
  ),
  'newer-rules': problem(
    503,
    'The episode follows newer rules than this build knows',
    'A newer build of the service is being rolled out. Retry later with the same Idempotency-Key; reading is possible meanwhile.',
  ),
  'unknown-pin': problem(
    503,
    'The pathway that this episode follows is not known here',
    'The organisation’s record on this server lacks a pathway or calendar that the episode has pinned. Reading is possible; tell the operator.',
  ),
} satisfies Record<string, ProblemType>;
