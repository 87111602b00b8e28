import { refuse, type Refusal } from '../../decider.js';
import { safetyCheckOwed } from '../consent.js';
import type { Telling } from './telling.js';

/** What keeps an episode from ending, by closing or by discharge: an open safety review, one that is owed, or a risk that is not the care manager’s to judge alone. */
export function refusalOfEnding(
  { story, state, circumstances }: Telling,
  done: 'the referral can be closed' | 'the patient can be discharged',
): { refusal: Refusal } | undefined {
  if ([...state.ledger.open.values()].some((entry) => entry.kind === 'safety-review'))
    return refuse('safety-review-open', `A safety review is open. It has to be answered before ${done}.`);
  if (safetyCheckOwed(story))
    return refuse(
      'safety-check-needed',
      'The patient took back the consent to treatment. A safety review since then is needed before they leave the programme.',
    );
  // Research §3.7; no such episode closes by itself.
  return circumstances.actorRole === 'care-manager' && (story.riskLevel === 'moderate' || story.riskLevel === 'high')
    ? refuse(
        'at-risk',
        'The last safety review says moderate or high risk. The supervisor or the psychiatric consultant ends such an episode.',
      )
    : undefined;
}
