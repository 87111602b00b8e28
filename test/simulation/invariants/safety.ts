import type { StoredEvent } from '#event-store';
import type { Shadow } from '../shadow.js';
import { isEnd } from './endings.js';
import type { OfAppend } from './log.js';

/** No answer that alarms is forgotten. */

/** A concern has its review in the same append: open, or answered in it. */
export const concernHasItsReview: OfAppend = (append, after) => {
  const concern = append.find(({ type, body }) => type === 'SafetyConcernRaised' && body.facts['imported'] !== true);
  if (!concern || after.standing('PatientDeathNoted').length > 0) return null;
  const isOpen = [...after.open.values()].some(({ kind }) => kind === 'safety-review');
  const isAnswered = append.some(
    (event) => isEnd(event) && (event.body.facts['followUpId'] as string).startsWith('safety-review:'),
  );
  return isOpen || isAnswered ? null : 'a safety concern without a review';
};

const ASSESSMENTS = new Set(['assessed', 'emergency-department', 'welfare-check']);
const ON_SAFETY = new Set(['SafetyConcernRaised', 'SafetyReviewRecorded', 'ActVoided']);

/** An answer that alarms, and that stands, waits for a person who could know of it, whatever happened to others beside it. */
export const concernWaitsForAnAssessment: OfAppend = (append, after) => {
  const isTouched = append.some(({ type }) => ON_SAFETY.has(type));
  if (!isTouched || after.standing('PatientDeathNoted').length > 0) return null;
  if ([...after.open.values()].some(({ kind }) => kind === 'safety-review')) return null;
  const reviews = after
    .standing('SafetyReviewRecorded')
    .filter(({ body }) => ASSESSMENTS.has(body.facts['outcome'] as string));
  const left = after
    .standing('SafetyConcernRaised')
    .find(
      (concern) =>
        ['item-positive', 'reported'].includes(concern.body.facts['cause'] as string) &&
        formStands(concern, after) &&
        !reviews.some((r) => r.revision > concern.revision && r.occurredAt >= concern.occurredAt),
    );
  return left ? `nobody waits for the concern of revision ${left.revision}` : null;
};

/** The form behind a concern was neither undone nor corrected since. */
function formStands({ body }: StoredEvent, after: Shadow): boolean {
  const from = body.facts['from'] as number | undefined;
  if (from === undefined) return true;
  const form = (after.events[from]?.body.facts['corrects'] as number | undefined) ?? from;
  const voided = after.voided();
  const isCorrected = after
    .standing('AssessmentCorrected')
    .some(({ revision, body: { facts: corrected } }) => corrected['corrects'] === form && revision > from);
  return !voided.has(from) && !voided.has(form) && !isCorrected;
}
