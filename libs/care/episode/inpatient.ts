import type { Story } from './story/index.js';

/**
 * Whether the patient is in a facility as far as is known: the latest word of an admission, a discharge, or a hold for a stay.
 * Only during a hold, which is reviewed every week: a forgotten discharge must not keep anything quiet for long (follow-up-rules G3).
 */
export function isInpatient({ acts, hold }: Story): boolean {
  if (!hold) return false;
  const said = acts.flatMap((act) =>
    act.type === 'AcuteCareReported' && act.facts.kind !== 'emergency-visit'
      ? [{ on: act.facts.on, revision: act.revision, isIn: act.facts.kind === 'admission' }]
      : [],
  );
  const { on, revision, facts } = hold.started;
  if (facts.reason === 'inpatient') said.push({ on, revision, isIn: true });
  return said.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : a.revision - b.revision)).at(-1)?.isIn ?? false;
}
