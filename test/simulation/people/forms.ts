import type { CommandOf, EpisodeCommand } from '#care';
import type { Luck } from '../chance.js';

type Form = CommandOf<'RecordVisit'>['assessments'][number];

/** How a patient does: the total a questionnaire would show, wandering up and down. */
export class Course {
  private total: number;

  constructor(
    private readonly luck: Luck,
    private readonly drift: number,
  ) {
    this.total = 8 + luck.below(14);
  }

  next(): number {
    this.total = Math.min(24, Math.max(0, this.total + this.drift + this.luck.below(7) - 3));
    return Math.round(this.total);
  }
}

/** Nine answers with this total, item 9 at zero. */
function spread(total: number): (number | null)[] {
  const items = Array<number>(9).fill(0);
  for (let i = 0, left = total; left > 0; i = (i + 1) % 8, left -= 1) items[i]! += 1;
  return items;
}

/** A PHQ-9 as forms come in: mostly whole, sometimes with gaps, nonsense, a bare total, or an answer to item 9 that nobody may overlook. */
export function phq9(luck: Luck, total: number, by: Pick<Form, 'mode' | 'enteredBy'>): Form {
  const items: unknown[] = spread(total);
  const form: Form = { instrument: 'PHQ-9', language: 'en', ...by };
  return luck.weighted<() => Form>([
    [84, () => ({ ...form, items })],
    [4, () => ({ ...form, items: items.with(8, 1 + luck.below(3)) })],
    [2, () => ({ ...form, items: items.with(8, null) })],
    [4, () => ({ ...form, items: items.with(luck.below(8), null) })],
    [2, () => ({ ...form, items: items.with(luck.below(8), 'often') })],
    [2, () => ({ ...form, total })],
    [2, () => ({ ...form, items, total: total + 1 })],
  ])();
}

export const STAFF = { mode: 'interview', enteredBy: 'staff' } as const;
export const PORTAL = { mode: 'portal', enteredBy: 'patient' } as const;

export const visit = (assessments: readonly Form[], more: Partial<CommandOf<'RecordVisit'>> = {}): EpisodeCommand => ({
  type: 'RecordVisit',
  contact: { kind: 'treatment', withWhom: 'patient', modality: 'phone', twoWay: true },
  assessments: [...assessments],
  barriers: [],
  ...more,
});

export const attempt = (outcome: CommandOf<'RecordOutreachAttempt'>['outcome']): EpisodeCommand => ({
  type: 'RecordOutreachAttempt',
  purpose: 'referral',
  channel: outcome === 'sent' ? 'letter' : 'phone',
  outcome,
});

export const safetyReview = (
  level: CommandOf<'RecordSafetyReview'>['level'],
  outcome: CommandOf<'RecordSafetyReview'>['outcome'] = 'assessed',
): EpisodeCommand => ({
  type: 'RecordSafetyReview',
  outcome,
  level,
  tool: 'c-ssrs',
  approvedBy: 'psy-1',
});
