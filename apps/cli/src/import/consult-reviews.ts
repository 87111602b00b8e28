import { WORDS } from './codes.js';
import { command, drafted, made, when, type Draft, type Drafted } from './draft.js';
import { BadField, said, type Fields } from './fields.js';

/** A row of consult reviews: a request, a recommendation with its answer and what was done, or a case review with its decision. */
export const consultActs = (fields: Fields): Drafted =>
  drafted([
    () => request(fields),
    () => recommendation(fields),
    () => answer(fields),
    () => action(fields),
    () => caseReview(fields),
  ]);

const CONTENT = ['requested_on', 'question', 'recommendation', 'decision'];

function request(fields: Fields): Draft | null {
  if (!CONTENT.some((column) => fields.has(column)))
    throw new BadField('neither a recommendation nor a decision nor a question');
  if (!fields.has('requested_on') && !fields.has('question')) return null;
  return {
    part: 'request',
    ...when(fields, fields.has('requested_on') ? 'requested_on' : 'reviewed_on'),
    command: command('RequestConsult', said({ question: fields.text('question') })),
  };
}

function recommendation(fields: Fields): Draft | null {
  const text = fields.text('recommendation');
  if (text === undefined) return null;
  return {
    part: 'recommendation',
    ...when(fields, 'reviewed_on'),
    command: command(
      'IssueRecommendation',
      said({
        text,
        urgency: fields.code('urgency'),
        to: fields.code('recommended_to', { pcp: 'provider', cm: 'care-manager' }),
      }),
    ),
  };
}

function answer(fields: Fields): Draft | null {
  const said_ = fields.code('answer', WORDS.answer);
  if (said_ === undefined) return null;
  if (!fields.has('recommendation')) throw new BadField('an answer without a recommendation');
  return {
    part: 'answer',
    ...later(fields, 'answered_on'),
    about: 'recommendation',
    command: command(
      'AnswerRecommendation',
      said({
        recommendation: made('recommendation'),
        answer: said_,
        onBehalfOf: fields.text('answered_by'),
        reason: fields.text('answer_reason'),
      }),
    ),
  };
}

function action(fields: Fields): Draft | null {
  if (!fields.has('acted_on')) return null;
  if (!fields.has('recommendation')) throw new BadField('an action without a recommendation');
  return {
    part: 'action',
    ...later(fields, 'acted_on'),
    about: 'recommendation',
    command: command(
      'SetTreatmentPlan',
      said({ recommendation: made('recommendation'), treatmentChanged: true, treatment: fields.text('action') }),
    ),
  };
}

/** On a day of its own, at noon; else with the review, as when that is later on the same day. */
function later(fields: Fields, column: string): ReturnType<typeof when> {
  const review = when(fields, 'reviewed_on');
  const own = fields.has(column) ? when(fields, column, '') : review;
  return own.untimed && own.on === review.on && own.time < review.time ? review : own;
}

function caseReview(fields: Fields): Draft | null {
  const decision = fields.code('decision');
  if (decision === undefined) return null;
  return {
    part: 'review',
    ...when(fields, 'reviewed_on'),
    command: command('ReviewCase', said({ subject: fields.code('subject'), decision, reason: fields.text('reason') })),
  };
}
