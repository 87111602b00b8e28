import { z } from 'zod';
import { EPISODE_COMMANDS } from '#care';
import { WORDS } from './codes.js';
import { checked, command, drafted, when, type Draft, type Drafted } from './draft.js';
import { said, type Fields } from './fields.js';

const Referral = EPISODE_COMMANDS.ReferPatient.omit({ patientId: true, ordinal: true, zone: true });
export type Referral = z.infer<typeof Referral>;

/** The referral of an episode's row: without it nothing of the episode can be imported. @throws BadField */
export function referralOf(
  fields: Fields,
  site: string,
): { readonly details: Referral; readonly on: string; readonly time: string } {
  const column = fields.has('enrolled_on') && !fields.has('referred_on') ? 'enrolled_on' : 'referred_on';
  const { on, time } = when(fields, column, '');
  const details = checked(
    Referral,
    said({
      site: fields.text('site') ?? site,
      referredBy: fields.text('referred_by') ?? fields.required('provider'),
      urgency: fields.code('urgency'),
      reason: fields.text('reason'),
      note: fields.text('note'),
      careManager: fields.text('care_manager'),
      provider: fields.text('provider'),
    }),
  );
  return { details, on, time };
}

/** What an episode's row says was done since the referral. */
export const episodeActs = (fields: Fields): Drafted =>
  drafted([
    () => dated(fields, 'accepted_on', 'accepted', () => command('AcceptReferral', {})),
    () =>
      dated(fields, 'consent_on', 'consent', () => command('RecordConsent', { kind: 'treatment', method: 'verbal' })),
    () =>
      dated(fields, 'enrolled_on', 'enrolled', () =>
        command('EnrolPatient', said({ primaryScale: fields.code('primary_scale', WORDS.instrument)?.toUpperCase() })),
      ),
    () =>
      dated(fields, 'treatment_plan_on', 'plan', () =>
        command('SetTreatmentPlan', said({ treatment: fields.text('treatment_plan') })),
      ),
    () =>
      dated(fields, 'hold_started_on', 'hold', () =>
        command(
          'StartHold',
          said({ reason: fields.code('hold_reason') ?? 'other', expectedEnd: fields.movedDate('hold_expected_end') }),
        ),
      ),
    () => dated(fields, 'hold_ended_on', 'hold-ended', () => command('EndHold', {})),
    () => dated(fields, 'relapse_prevention_on', 'relapse-prevention', () => command('StartRelapsePrevention', {})),
    () =>
      dated(fields, 'relapse_plan_on', 'relapse-plan', () => command('CompleteRelapsePlan', { patientHasCopy: true })),
    () => dated(fields, 'relapsed_on', 'relapse', () => command('ConfirmRelapse', { confirmed: true })),
    () => dated(fields, 'ended_on', 'ended', () => ending(fields)),
  ]);

function dated(fields: Fields, column: string, part: string, act: () => Draft['command']): Draft | null {
  return fields.has(column) ? { part, ...when(fields, column, ''), command: act() } : null;
}

/** Who was enrolled is discharged; a referral that never came to it is closed. */
function ending(fields: Fields): Draft['command'] {
  const note = fields.text('end_note');
  return fields.has('enrolled_on')
    ? command(
        'DischargePatient',
        said({ reason: fields.code('end_reason', WORDS.discharge) ?? 'other', summary: note }),
      )
    : command('CloseReferral', said({ reason: fields.code('end_reason', WORDS.closure) ?? 'unreached', note }));
}
