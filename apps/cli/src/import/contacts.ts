import { ONE_WAY } from '#care';
import { WORDS } from './codes.js';
import { command, drafted, when, type Draft, type Drafted } from './draft.js';
import { said, type Fields } from './fields.js';

/** A row of contacts: an attempt to reach the patient, or a contact with its minutes and its safety review. */
export const contactActs = (fields: Fields): Drafted =>
  drafted([
    () => (isAttempt(fields) ? attempt(fields) : contact(fields)),
    () => minutes(fields),
    () => safetyReview(fields),
  ]);

const at = (fields: Fields) => when(fields, 'contact_on');
const REACHED_NOBODY = new Set(['left-message', 'no-answer', 'busy', 'wrong-number', 'sent']);
const kindOf = (fields: Fields): string => fields.code('kind', WORDS.contactKind) ?? 'treatment';
const outcomeOf = (fields: Fields): string | undefined => fields.code('outcome', WORDS.outreachOutcome);

/** A call that reached nobody is an attempt, whatever kind of contact it was meant to be. */
function isAttempt(fields: Fields): boolean {
  const kind = kindOf(fields);
  return kind === 'outreach' || (kind === 'treatment' && REACHED_NOBODY.has(outcomeOf(fields) ?? ''));
}

function attempt(fields: Fields): Draft {
  return {
    part: 'attempt',
    ...at(fields),
    command: command(
      'RecordOutreachAttempt',
      said({
        purpose: fields.code('purpose'),
        channel: fields.code('modality', WORDS.channel) ?? 'phone',
        outcome: outcomeOf(fields) ?? 'no-answer',
        language: fields.text('language'),
        note: fields.text('note'),
      }),
    ),
  };
}

/** Whether the patient answered: of a message, a text or a call that reached nobody no column says so. */
const isTwoWay = (fields: Fields, modality: string): boolean =>
  !['voicemail', 'message'].includes(kindOf(fields)) &&
  !ONE_WAY.has(modality) &&
  !REACHED_NOBODY.has(outcomeOf(fields) ?? '');

function contact(fields: Fields): Draft {
  const kind = kindOf(fields);
  const modality = fields.code('modality', WORDS.modality) ?? 'phone';
  return {
    part: 'contact',
    ...at(fields),
    command: command(
      'RecordContact',
      said({
        kind,
        withWhom: fields.code('with_whom', WORDS.withWhom),
        modality,
        twoWay: isTwoWay(fields, modality),
        language: fields.text('language'),
        nextContactOn: fields.movedDate('next_contact_on'),
        intervention: fields.text('intervention'),
        adherence: fields.code('adherence'),
        sideEffects: fields.text('side_effects'),
        note: fields.text('note'),
      }),
    ),
  };
}

function minutes(fields: Fields): Draft | null {
  const spent = fields.number('minutes');
  if (spent === undefined || spent === 0) return null;
  return {
    part: 'time',
    ...at(fields),
    command: command('LogTime', { minutes: spent, activity: isAttempt(fields) ? 'outreach' : 'contact' }),
  };
}

function safetyReview(fields: Fields): Draft | null {
  if (!fields.has('safety_level')) return null;
  return {
    part: 'safety',
    ...at(fields),
    command: command(
      'RecordSafetyReview',
      said({
        level: fields.code('safety_level', WORDS.risk),
        outcome: fields.code('safety_outcome'),
        tool: fields.code('safety_tool'),
        safetyPlan: fields.code('safety_plan'),
        approvedBy: fields.text('safety_approved_by'),
      }),
    ),
  };
}
