import { accept, refuse, type Refusal } from '../../decider.js';
import { localDate, localTime } from '../../calendar/index.js';
import { instrument, PRIMARY_SCALES } from '../../instruments/index.js';
import { consentAt } from '../consent.js';
import type { CommandOf } from '../commands.js';
import type { EpisodeEvent } from '../events.js';
import type { Story } from '../story/index.js';
import { askingTask } from './asking.js';
import { refusalOfEnding } from './ending.js';
import { given, staffOf, type Deciding, type Telling } from './telling.js';

/** From the referral to enrolment. */

const CARE_TEAM: ReadonlySet<string> = new Set(['care-manager', 'supervisor']);

/**
 * Whom a referral puts in charge: whoever it names. When the episode is open already, the care team may name somebody else; others only where
 * nobody is; a provider nobody, who could let themselves in.
 */
export function assignedBy(
  { careManager, provider }: CommandOf<'ReferPatient'>,
  story: Story | null,
  role: string,
): EpisodeEvent[] {
  const puts = (named: string | undefined, standing: string | undefined): named is string =>
    named !== undefined &&
    named !== standing &&
    (!story || CARE_TEAM.has(role) || (standing === undefined && role !== 'provider'));
  return [
    ...(puts(careManager, story?.careManager)
      ? [{ type: 'CareManagerAssigned', facts: { careManager }, sealed: null } as const]
      : []),
    ...(puts(provider, story?.provider)
      ? [{ type: 'ProviderAssigned', facts: { provider }, sealed: null } as const]
      : []),
  ];
}

export const acceptReferral: Deciding<'AcceptReferral'> = (command, { story }) => {
  if (story.phase !== 'referred') return refuse('not-in-referral', 'The episode is past its referral.');
  const assigned: EpisodeEvent[] =
    command.careManager && command.careManager !== story.careManager
      ? [{ type: 'CareManagerAssigned', facts: { careManager: command.careManager }, sealed: null }]
      : [];
  if (story.acts.some((act) => act.type === 'ReferralAccepted')) return accept(...assigned);
  return accept({ type: 'ReferralAccepted', facts: {}, sealed: null }, ...assigned);
};

/** That nobody could be reached is true after somebody tried and nobody answered (C3); anything else a supervisor decides. */
function refusalOfUnreached({ story, circumstances }: Telling): { refusal: Refusal } | undefined {
  if (circumstances.actorRole !== 'care-manager') return undefined;
  if (story.reached)
    return refuse(
      'was-reached',
      `The patient was reached on ${story.reached.on}: say why else the referral is closed, or ask the supervisor.`,
    );
  return story.attempts.length === 0
    ? refuse(
        'never-tried',
        'No attempt to reach the patient is recorded: record it, say why else, or ask the supervisor.',
      )
    : undefined;
}

export const closeReferral: Deciding<'CloseReferral'> = (command, telling) => {
  const { story } = telling;
  if (story.phase !== 'referred')
    return refuse(
      'not-in-referral',
      'Only a referral that is not yet enrolled can be closed; an enrolled patient is discharged.',
    );
  const held = refusalOfEnding(telling, 'the referral can be closed');
  if (held) return held;
  const untrue = command.reason === 'unreached' ? refusalOfUnreached(telling) : undefined;
  if (untrue) return untrue;
  return accept(
    { type: 'ReferralClosed', facts: { reason: command.reason }, sealed: given({ note: command.note }) },
    { type: 'ProviderNotified', facts: { about: 'referral-closed', channel: command.channel }, sealed: {} },
  );
};

export const assignCareManager: Deciding<'AssignCareManager'> = (command, { story }) =>
  story.careManager === command.careManager
    ? accept()
    : accept({ type: 'CareManagerAssigned', facts: { careManager: command.careManager }, sealed: null });

export const releaseCareManager: Deciding<'ReleaseCareManager'> = (command, { story }) =>
  story.careManager === command.careManager
    ? accept({
        type: 'CareManagerReleased',
        facts: { careManager: command.careManager, reason: command.reason },
        sealed: null,
      })
    : accept();

export const assignProvider: Deciding<'AssignProvider'> = (command, { story }) =>
  story.provider === command.provider
    ? accept()
    : accept({ type: 'ProviderAssigned', facts: { provider: command.provider }, sealed: null });

export const recordOutreachAttempt: Deciding<'RecordOutreachAttempt'> = (command, { story, circumstances }) =>
  accept({
    type: 'OutreachAttempted',
    facts: {
      purpose: command.purpose,
      channel: command.channel,
      outcome: command.outcome,
      localTime: localTime(circumstances.occurredAt, story.zone),
      ...given({ language: command.language }),
    },
    sealed: given({ note: command.note }),
  });

export const setContactPreferences: Deciding<'SetContactPreferences'> = ({
  language,
  bestTimes,
  voicemailSafe,
  textSafe,
  note,
}) =>
  accept({
    type: 'ContactPreferencesSet',
    facts: {},
    sealed: given({ language, bestTimes, voicemailSafe, textSafe, note }),
  });

export const recordConsent: Deciding<'RecordConsent'> = (command, telling) => {
  const { kind, method, givenBy, until, note } = command;
  return accept(
    {
      type: 'ConsentRecorded',
      facts: { kind, method, obtainedBy: command.obtainedBy ?? staffOf(telling.circumstances), ...given({ givenBy }) },
      sealed: given({ until, note }),
    },
    ...(until === undefined || telling.story.phase === 'ended'
      ? []
      : [
          askingTask(telling, {
            cause: 'consent-ends',
            dueOn: until,
            text: `The consent to ${kind} ends today: ask the patient anew.`,
          }),
        ]),
  );
};

/** Nothing ends by it. Of treatment a person is asked the same day: how safe is the patient, and do they leave? (research §9, 16) */
export const withdrawConsent: Deciding<'WithdrawConsent'> = (command, telling) => {
  const { story, circumstances } = telling;
  if (!consentAt(story, command.kind, circumstances.occurredAt))
    return refuse('no-such-consent', `There is no ${command.kind} consent to withdraw.`);
  return accept(
    { type: 'ConsentWithdrawn', facts: { kind: command.kind }, sealed: given({ note: command.note }) },
    ...(command.kind === 'treatment' && story.phase !== 'ended'
      ? [
          askingTask(telling, {
            cause: 'treatment-consent-withdrawn',
            text: 'The consent to treatment was taken back: assess safety, then decide with the patient on discharge.',
          }),
        ]
      : []),
  );
};

/** Kept with how far it goes; coming back before anybody closes simply goes on (research §9, 15). */
export const recordDecline: Deciding<'RecordDecline'> = (command, telling) => {
  const { scope, channel, askAgainOn, note } = command;
  if ((scope === 'channel') !== (channel !== undefined))
    return refuse('channel-needed', 'A refusal of one way of being reached names it; other refusals do not.', [
      { pointer: '/channel', detail: scope === 'channel' ? 'missing' : 'only with the scope "channel"' },
    ]);
  return accept(
    { type: 'PatientDeclined', facts: { scope, ...given({ channel, askAgainOn }) }, sealed: given({ note }) },
    ...(askAgainOn === undefined || telling.story.phase === 'ended'
      ? []
      : [askingTask(telling, { cause: 'ask-again', dueOn: askAgainOn, text: 'Ask the patient again.' })]),
  );
};

export const enrolPatient: Deciding<'EnrolPatient'> = (command, { story, circumstances, context }) => {
  if (story.phase !== 'referred')
    return refuse(
      'not-in-referral',
      story.phase === 'ended'
        ? 'The episode has ended; a new referral opens a new one.'
        : 'The patient is enrolled already.',
    );
  const primaryScale = command.primaryScale ?? context.atPhase.pathway.primaryScale;
  if (!instrument(primaryScale))
    return refuse('unknown-instrument', `${primaryScale} is not an instrument that is known here.`, [
      { pointer: '/primaryScale', detail: 'unknown instrument' },
    ]);
  if (!PRIMARY_SCALES.includes(primaryScale))
    return refuse(
      'not-a-primary-scale',
      `${primaryScale} cannot decide response and remission; ${PRIMARY_SCALES.join(', ')} can.`,
      [{ pointer: '/primaryScale', detail: 'no primary scale' }],
    );
  const careManager =
    command.careManager ??
    (story.careManager === undefined && circumstances.actorRole === 'care-manager'
      ? staffOf(circumstances)
      : undefined);
  return accept(
    ...(careManager !== undefined && careManager !== story.careManager
      ? [{ type: 'CareManagerAssigned', facts: { careManager }, sealed: null } as const]
      : []),
    {
      type: 'PatientEnrolled',
      facts: { enrolledOn: localDate(circumstances.occurredAt, story.zone) },
      sealed: given({ note: command.note }),
    },
    { type: 'PrimaryScaleFixed', facts: { instrument: primaryScale }, sealed: null },
  );
};
