import { atLocal, compareInstants } from '../calendar/index.js';
import type { ConsentKind } from './events.js';
import { readable, type Act, type Story } from './story/index.js';

type Kind = (typeof ConsentKind)['options'][number];

/** One consent and how long it stood: from the instant it was given until it was withdrawn, renewed or ran out; null: it stands. */
export interface ConsentSpan {
  readonly given: Act<'ConsentRecorded'>;
  readonly from: string;
  readonly until: string | null;
  readonly withdrawn?: Act<'ConsentWithdrawn'>;
}

/** Every consent of a kind in clinical order. Withdrawing looks forward only: what it covered before stays covered (research §9, 16). */
export function consentSpans(story: Story, kind: Kind): readonly ConsentSpan[] {
  const spans: ConsentSpan[] = [];
  for (const act of story.acts) {
    if ((act.type !== 'ConsentRecorded' && act.type !== 'ConsentWithdrawn') || act.facts.kind !== kind) continue;
    const current = spans.at(-1);
    if (current && !isOver(current, act.occurredAt)) spans[spans.length - 1] = { ...current, ...endedBy(act) };
    if (act.type === 'ConsentRecorded') spans.push({ given: act, from: act.occurredAt, until: runsOut(act, story) });
  }
  return spans;
}

/** The consent of that kind that stood at an instant. */
export const consentAt = (story: Story, kind: Kind, at: string): ConsentSpan | undefined =>
  consentSpans(story, kind).findLast((span) => compareInstants(span.from, at) <= 0 && !isOver(span, at));

/** Minutes count towards a claim from the consent to billing until it is withdrawn, by the time of the work (billing.countFrom). */
export const isCountable = (time: Act<'TimeLogged'>, story: Story): boolean =>
  consentAt(story, 'billing', time.occurredAt) !== undefined;

/**
 * Whoever takes back the consent to treatment is not let go unseen: leaving waits for a safety review of that day or later (research §9, 16).
 */
export function safetyCheckOwed(story: Story): boolean {
  const last = consentSpans(story, 'treatment').at(-1);
  if (!last?.withdrawn) return false;
  const since = last.withdrawn.on;
  return !story.acts.some(
    (act) => act.type === 'SafetyReviewRecorded' && act.facts.outcome !== 'trigger-withdrawn' && act.on >= since,
  );
}

const isOver = ({ until }: ConsentSpan, at: string): boolean => until !== null && compareInstants(until, at) <= 0;

const endedBy = (act: Act<'ConsentRecorded'> | Act<'ConsentWithdrawn'>): Pick<ConsentSpan, 'until' | 'withdrawn'> => ({
  until: act.occurredAt,
  ...(act.type === 'ConsentWithdrawn' ? { withdrawn: act } : {}),
});

/** A guardian's consent ends when the day begins on which the patient decides alone (research §7.5). */
function runsOut({ sealed }: Act<'ConsentRecorded'>, { zone }: Story): string | null {
  const until = readable(sealed)?.until;
  return until === undefined ? null : atLocal(until, '00:00', zone);
}
