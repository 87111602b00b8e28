import type { Act, CareAct } from './acts.js';

export type Phase = 'referred' | 'acute' | 'relapse-prevention' | 'ended';

export interface PhaseOf {
  readonly phase: Phase;
  /** The act that began the present phase. */
  readonly phaseAct: Act;
  readonly ended?: Act<'EpisodeDischarged'> | Act<'ReferralClosed'> | Act<'PatientDeathNoted'>;
}

/** What the acts, in clinical order, make of an episode. */
export function phaseOf(acts: readonly CareAct[], referral: Act<'PatientReferred'>): PhaseOf {
  let phase: Phase = 'referred';
  let phaseAct: Act = referral;
  const retractions = acts.filter((act) => act.type === 'PatientDeathNoteRetracted');
  for (const act of acts) {
    const next = phaseAfter(act, phase, retractions);
    // Nothing takes a death back but its retraction: neither what was entered for a day after it, nor a discharge.
    if (next && phaseAct.type !== 'PatientDeathNoted' && !(phase === 'ended' && next !== 'ended')) {
      phase = next;
      phaseAct = act;
    }
  }
  return phase === 'ended'
    ? { phase, phaseAct, ended: phaseAct as NonNullable<PhaseOf['ended']> }
    : { phase, phaseAct };
}

/** A death may be noted again after its retraction, when two records turn out to be one person after all. */
const isRetracted = (
  note: Act<'PatientDeathNoted'>,
  retractions: readonly Act<'PatientDeathNoteRetracted'>[],
): boolean =>
  retractions.some(
    ({ revision, facts }) => facts.patientRevision === note.facts.patientRevision && revision > note.revision,
  );

function phaseAfter(
  act: Act,
  phase: Phase,
  retractions: readonly Act<'PatientDeathNoteRetracted'>[],
): Phase | undefined {
  switch (act.type) {
    case 'PatientEnrolled':
      return 'acute';
    case 'RelapsePreventionStarted':
      // Without an enrolment (it was undone) there is nothing to step down from.
      return phase === 'acute' ? 'relapse-prevention' : undefined;
    case 'RelapseDetected':
      return phase === 'relapse-prevention' ? 'acute' : undefined;
    case 'ReferralClosed':
    case 'EpisodeDischarged':
      return 'ended';
    // A report of death that was retracted never ended anything.
    case 'PatientDeathNoted':
      return isRetracted(act, retractions) ? undefined : 'ended';
    default:
      return undefined;
  }
}
