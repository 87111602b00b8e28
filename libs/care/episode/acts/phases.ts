import { accept, refuse, type Refusal } from '../../decider.js';
import { addDays } from '../../calendar/index.js';
import { parameter } from '../../pathway/index.js';
import { onceUndone } from '../pinning.js';
import { isAfter, type Story } from '../story/index.js';
import { formerOwner } from '../whose.js';
import { refusalOfEnding } from './ending.js';
import { isLower } from './measuring.js';
import { given, staffOf, type Deciding, type Telling } from './telling.js';

/** Holds, stepping down, relapse, transfer, discharge, and undoing. */

const NOT_IN_TREATMENT = refuse(
  'not-in-treatment',
  'The patient is not in treatment: not enrolled yet, or the episode has ended.',
);
const inTreatment = (story: Story): boolean => story.phase === 'acute' || story.phase === 'relapse-prevention';

/** A change of phase cannot lie before the phase it ends. */
function outOfOrder({ story, circumstances }: Telling): { refusal: Refusal } | undefined {
  return circumstances.occurredAt < story.phaseAct.occurredAt
    ? refuse('out-of-order', `This would lie before the present phase began (${story.phaseAct.on}).`, [
        { pointer: '/occurredAt', detail: 'before the present phase' },
      ])
    : undefined;
}

export const startHold: Deciding<'StartHold'> = (command, { story }) => {
  if (story.phase === 'ended') return refuse('episode-ended', 'The episode has ended.');
  if (story.hold) return refuse('on-hold', 'The episode is on hold already; review the hold to change its end.');
  return accept({
    type: 'HoldStarted',
    facts: { reason: command.reason, ...given({ expectedEnd: command.expectedEnd }) },
    sealed: given({ note: command.note }),
  });
};
export const reviewHold: Deciding<'ReviewHold'> = (command, { story }) =>
  story.hold
    ? accept({
        type: 'HoldReviewed',
        facts: given({ expectedEnd: command.expectedEnd }),
        sealed: given({ note: command.note }),
      })
    : refuse('not-on-hold', 'The episode is not on hold.');
export const endHold: Deciding<'EndHold'> = (command, { story, circumstances }) => {
  if (!story.hold) return refuse('not-on-hold', 'The episode is not on hold.');
  // Of several that overlap, the one that was entered last is the one that ends.
  const begun = [story.hold.started, ...story.hold.reviews]
    .filter((act) => act.type === 'HoldStarted')
    .reduce((latest, start) => (start.revision > latest.revision ? start : latest));
  return circumstances.occurredAt < begun.occurredAt
    ? refuse('out-of-order', 'A hold cannot end before it began.', [
        { pointer: '/occurredAt', detail: 'before the hold began' },
      ])
    : accept({ type: 'HoldEnded', facts: {}, sealed: given({ note: command.note }) });
};

export const transferEpisode: Deciding<'TransferEpisode'> = (command, { story, circumstances, context }) => {
  if (story.phase === 'ended') return refuse('episode-ended', 'The episode has ended.');
  if (command.to === story.careManager && command.site === undefined)
    return refuse('same-owner', 'The episode is with this care manager already.');
  const moved = story.acts.findLast((act) => act.type === 'EpisodeTransferred' && act.facts.site !== undefined);
  if (command.site !== undefined && moved && circumstances.occurredAt < moved.occurredAt)
    return refuse('out-of-order', `This would lie before the episode moved to the site it is at (${moved.on}).`, [
      { pointer: '/occurredAt', detail: 'before a later move' },
    ]);
  // For such a transfer the context is that of the site that takes the episode on (door: siteAfter).
  const zone = command.site === undefined ? undefined : context.current.calendar.zone;
  return accept({
    type: 'EpisodeTransferred',
    facts: { to: command.to, ...given({ from: story.careManager, site: command.site, zone }) },
    sealed: given({ note: command.note }),
  });
};
export const acknowledgeTransfer: Deciding<'AcknowledgeTransfer'> = (_command, { state, story, circumstances }) => {
  if (![...state.ledger.open.values()].some((entry) => entry.kind === 'transfer-acknowledgement'))
    return refuse('no-transfer', 'There is no transfer to acknowledge.');
  const by = staffOf(circumstances);
  return by === formerOwner(story) && by !== story.careManager
    ? refuse(
        'not-the-new-owner',
        'Whoever handed the episode over cannot acknowledge it: the new care manager, their cover or a supervisor does.',
      )
    : accept({ type: 'TransferAcknowledged', facts: {}, sealed: {} });
};

export const startRelapsePrevention: Deciding<'StartRelapsePrevention'> = (command, telling) => {
  const { story } = telling;
  if (story.phase !== 'acute')
    return story.phase === 'relapse-prevention'
      ? refuse('in-relapse-prevention', 'The patient is in relapse prevention already.')
      : NOT_IN_TREATMENT;
  return (
    outOfOrder(telling) ??
    accept({ type: 'RelapsePreventionStarted', facts: {}, sealed: given({ note: command.note }) })
  );
};
export const completeRelapsePlan: Deciding<'CompleteRelapsePlan'> = (command, { story }) =>
  inTreatment(story)
    ? accept({
        type: 'RelapsePlanCompleted',
        facts: { patientHasCopy: command.patientHasCopy },
        sealed: given({ plan: command.plan }),
      })
    : NOT_IN_TREATMENT;

export const confirmRelapse: Deciding<'ConfirmRelapse'> = (command, telling) => {
  const { story, state, context } = telling;
  if (story.phase !== 'relapse-prevention')
    return refuse('not-in-relapse-prevention', 'The patient is not in relapse prevention.');
  if (command.confirmed)
    return outOfOrder(telling) ?? accept({ type: 'RelapseDetected', facts: {}, sealed: given({ note: command.note }) });
  const alarm = [...state.ledger.open.values()].find((entry) => entry.kind === 'relapse-confirm');
  if (!alarm) return refuse('no-relapse-alarm', 'There is no possible relapse to rule out.');
  const first = story.scales.find((scale) => scale.revision === alarm.anchorRevision);
  const apart = parameter(context.pinned.pathway, 'relapse.second-scale');
  const again = first && story.primary.some((scale) => isAfter(scale, first) && scale.on >= addDays(first.on, apart));
  if (!again)
    return refuse(
      'second-scale-needed',
      `Ruling a relapse out needs another scale at least ${apart} days after the one that raised the alarm.`,
    );
  return accept({ type: 'RelapseRuledOut', facts: {}, sealed: given({ note: command.note }) });
};

export const dischargePatient: Deciding<'DischargePatient'> = (command, telling) => {
  const { story } = telling;
  if (story.phase === 'referred')
    return refuse('not-in-treatment', 'A referral that was never enrolled is closed, not discharged.');
  if (story.phase === 'ended') return refuse('episode-ended', 'The episode has ended already.');
  return (
    refusalOfEnding(telling, 'the patient can be discharged') ??
    outOfOrder(telling) ??
    accept(
      { type: 'EpisodeDischarged', facts: { reason: command.reason }, sealed: given({ summary: command.summary }) },
      { type: 'ProviderNotified', facts: { about: 'discharge', channel: command.channel }, sealed: {} },
    )
  );
};

/** What cannot be undone by a void: the referral itself, undoing of pins, and facts from the patient's own stream. */
const FIRM = new Set(['PatientReferred', 'EpisodePinned', 'PatientDeathNoted', 'PatientDeathNoteRetracted']);

/** Undoing ends no episode and lowers no risk past what ending and lowering ask for (G3, C17): an undone void brings its act back. */
function refusalOfUndoing(telling: Telling, revision: number): { refusal: Refusal } | undefined {
  const { state, story, circumstances } = telling;
  const after = onceUndone(state, revision);
  if (after?.ended && !story.ended)
    return refusalOfEnding(
      telling,
      after.ended.type === 'ReferralClosed' ? 'the referral can be closed' : 'the patient can be discharged',
    );
  const { riskLevel } = story;
  const isLowered =
    (riskLevel === 'moderate' || riskLevel === 'high') && isLower(after?.riskLevel ?? 'none', riskLevel);
  return isLowered && circumstances.actorRole === 'care-manager'
    ? refuse('supervisor-needed', 'Undoing this would lower the level of risk. The supervisor undoes it.')
    : undefined;
}

export const voidAct: Deciding<'VoidAct'> = (command, telling) => {
  const { state, story } = telling;
  const act = state.acts.find((a) => a.revision === command.revision);
  if (!act)
    return refuse('no-such-act', 'There is no act at that revision that could be undone.', [
      { pointer: '/revision', detail: 'not an act' },
    ]);
  if (FIRM.has(act.type))
    return refuse('cannot-be-voided', `${act.type} cannot be undone this way.`, [
      { pointer: '/revision', detail: act.type },
    ]);
  if (story.voided.has(command.revision)) return accept();
  const held = refusalOfUndoing(telling, command.revision);
  if (held) return held;
  return accept({
    type: 'ActVoided',
    facts: { revision: command.revision, reasonCode: command.reasonCode },
    sealed: given({ note: command.note }),
  });
};

/** Whether that death is noted here and the note stands. */
const isNoted = ({ acts }: Story, patientRevision: number): boolean =>
  acts
    .filter((act) => act.type === 'PatientDeathNoted' || act.type === 'PatientDeathNoteRetracted')
    .filter((act) => act.facts.patientRevision === patientRevision)
    .toSorted((a, b) => a.revision - b.revision)
    .at(-1)?.type === 'PatientDeathNoted';

export const noteDeath: Deciding<'NoteDeath'> = ({ patientRevision }, { story }) =>
  isNoted(story, patientRevision) || story.ended?.type === 'PatientDeathNoted'
    ? accept()
    : accept({ type: 'PatientDeathNoted', facts: { patientRevision }, sealed: null });

export const retractDeathNote: Deciding<'RetractDeathNote'> = ({ patientRevision }, { story }) =>
  isNoted(story, patientRevision)
    ? accept({ type: 'PatientDeathNoteRetracted', facts: { patientRevision }, sealed: null })
    : accept();
