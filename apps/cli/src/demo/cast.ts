import type { EpisodeCommand, FollowUpKind } from '#care';

/** The people of the demo: what each patient’s story begins with, and how the clinic reacts when a follow-up is raised; some late, some never. */

/** So many days after the raise (or after the demo began), by whom. */
export interface Act {
  readonly afterDays: number;
  readonly by: 'cm-1' | 'sup-1' | 'psy-1' | 'pcp-1' | 'portal';
  readonly command: EpisodeCommand;
}

export interface Character {
  /** Names the patient in the narration and, with the seed, makes the ids. */
  readonly name: string;
  /** What the demo means to show with this patient. */
  readonly shows: string;
  /** Acts before the demo began, `daysAgo` days before; the first is the referral. */
  readonly past: readonly { readonly daysAgo: number; readonly command: EpisodeCommand | 'referral' }[];
  /** Acts of their own accord, days after the demo began. */
  readonly plans: readonly Act[];
  /** What follows the n-th raise of a kind: nothing, when nobody acts. `n` counts raises of that kind in the episode from 1. */
  readonly reacts: (kind: FollowUpKind, n: number) => readonly Act[];
}

const treatment = { kind: 'treatment', withWhom: 'patient', modality: 'phone', twoWay: true } as const;
const contact: EpisodeCommand = { type: 'RecordContact', ...treatment };
const phq9 = (total: number) =>
  ({ instrument: 'PHQ-9', items: answersOf(total), language: 'en', mode: 'interview', enteredBy: 'staff' }) as const;
const visit = (total: number): EpisodeCommand => ({
  type: 'RecordVisit',
  contact: treatment,
  assessments: [{ ...phq9(total) }],
  barriers: [],
});
const scale = (total: number): EpisodeCommand => ({ type: 'RecordAssessment', ...phq9(total) });
const enrol: EpisodeCommand = { type: 'EnrolPatient', careManager: 'cm-1' };
const attempt = (
  outcome: 'left-message' | 'no-answer' | 'sent',
  channel: 'phone' | 'letter' = 'phone',
): EpisodeCommand => ({ type: 'RecordOutreachAttempt', purpose: 'referral', channel, outcome });

/** Nine answers with this total and item 9 at zero. */
function answersOf(total: number): number[] {
  const items = Array<number>(9).fill(0);
  for (let left = total, i = 0; left > 0; left -= 1, i = (i + 1) % 8) items[i] = items[i]! + 1;
  return items;
}

const cm = (afterDays: number, command: EpisodeCommand): Act => ({ afterDays, by: 'cm-1', command });
const nobody = (): readonly Act[] => [];

const ATTEMPTS: readonly EpisodeCommand[] = [attempt('no-answer'), attempt('left-message'), attempt('sent', 'letter')];

const unreached: Character = {
  name: 'Demo Patient A',
  shows:
    'a first outreach falls due late, is retried, and the referral is closed unreached with notice to the provider',
  past: [{ daysAgo: 0.2, command: 'referral' }],
  plans: [],
  reacts(kind, n) {
    // The first raise goes unheard; the second, to the supervisor, is acted on.
    if (kind === 'first-outreach' && n === 2) return [cm(0.1, attempt('left-message'))];
    if (kind === 'outreach-retry') return [cm(0.2, ATTEMPTS[n - 1] ?? attempt('no-answer'))];
    if (kind === 'close-unreached-referral')
      return [cm(1, { type: 'CloseReferral', reason: 'unreached', channel: 'message' })];
    return [];
  },
};

const unmeasured: Character = {
  name: 'Demo Patient B',
  shows: 'contacts are kept, but reassessments fall due and are missed',
  past: [
    { daysAgo: 20, command: 'referral' },
    { daysAgo: 13, command: enrol },
    { daysAgo: 13, command: visit(13) },
  ],
  plans: [],
  reacts: (kind) => (kind === 'contact' ? [cm(0.3, contact)] : []),
};

const notResponding: Character = {
  name: 'Demo Patient C',
  shows:
    'no response at day 56 puts the patient on the consult queue, due by day 84; the recommendation is answered late and acted on',
  past: [
    { daysAgo: 60, command: 'referral' },
    { daysAgo: 51, command: enrol },
    { daysAgo: 51, command: visit(18) },
    { daysAgo: 37, command: visit(17) },
    { daysAgo: 23, command: visit(16) },
    { daysAgo: 9, command: visit(16) },
  ],
  plans: [],
  reacts(kind, n) {
    if (kind === 'contact') return [cm(0.3, contact)];
    if (kind === 'reassessment') return [cm(0.5, scale(15))];
    if (kind === 'non-response-consult' && n === 2)
      return [
        {
          afterDays: 3,
          by: 'psy-1',
          command: {
            type: 'IssueRecommendation',
            text: 'Raise the dose; add behavioural activation.',
            urgency: 'routine',
            to: 'provider',
          },
        },
      ];
    if (kind === 'recommendation-answer' && n === 2)
      return [
        {
          afterDays: 1.2,
          by: 'pcp-1',
          command: { type: 'AnswerRecommendation', recommendation: 1, answer: 'accepted' },
        },
      ];
    if (kind === 'recommendation-action')
      return [
        cm(1, { type: 'SetTreatmentPlan', treatmentChanged: true, recommendation: 1, treatment: 'As recommended.' }),
      ];
    return [];
  },
};

const inDanger: Character = {
  name: 'Demo Patient D',
  shows: 'an answer to item 9 opens a same-day safety review whose ladder climbs until somebody answers',
  past: [
    { daysAgo: 30, command: 'referral' },
    { daysAgo: 16, command: enrol },
    { daysAgo: 16, command: visit(15) },
    { daysAgo: 3, command: visit(14) },
  ],
  plans: [
    {
      afterDays: 8.2,
      by: 'portal',
      command: {
        type: 'RecordAssessment',
        instrument: 'PHQ-9',
        items: [2, 2, 1, 2, 1, 2, 1, 0, 2],
        language: 'en',
        mode: 'portal',
        enteredBy: 'patient',
      },
    },
  ],
  reacts(kind, n) {
    if (kind === 'safety-review' && n === 4)
      return [
        {
          afterDays: 0.3,
          by: 'sup-1',
          command: {
            type: 'RecordSafetyReview',
            outcome: 'assessed',
            level: 'moderate',
            tool: 'c-ssrs',
            safetyPlan: 'made',
          },
        },
      ];
    if (kind === 'risk-reassessment')
      return [
        {
          afterDays: 0.2,
          by: 'psy-1',
          command: { type: 'RecordSafetyReview', outcome: 'assessed', level: 'none', tool: 'c-ssrs' },
        },
      ];
    if (kind === 'contact') return [cm(0.3, contact)];
    if (kind === 'reassessment') return [cm(0.6, scale(12))];
    return [];
  },
};

const remitting: Character = {
  name: 'Demo Patient E',
  shows: 'remission leads to a step-down proposal, relapse prevention, its plan, and discharge',
  past: [
    { daysAgo: 75, command: 'referral' },
    { daysAgo: 66, command: enrol },
    { daysAgo: 66, command: visit(16) },
    { daysAgo: 45, command: visit(9) },
    { daysAgo: 13, command: visit(4) },
  ],
  plans: [cm(3, visit(3))],
  reacts(kind, n) {
    if (kind === 'step-down-review')
      return [
        cm(
          2,
          n === 1
            ? { type: 'StartRelapsePrevention' }
            : { type: 'DischargePatient', reason: 'graduated', channel: 'message' },
        ),
      ];
    if (kind === 'relapse-plan') return [cm(0.5, { type: 'CompleteRelapsePlan', patientHasCopy: true })];
    if (kind === 'reassessment') return n % 2 === 1 ? [cm(0.2, visit(3))] : [];
    if (kind === 'no-contact') return [cm(0.5, contact)];
    return [];
  },
};

const graduating: Character = {
  name: 'Demo Patient F',
  shows: 'the third stable scale in relapse prevention proposes discharge, and a person discharges',
  past: [
    { daysAgo: 160, command: 'referral' },
    { daysAgo: 150, command: enrol },
    { daysAgo: 150, command: visit(14) },
    { daysAgo: 100, command: visit(4) },
    { daysAgo: 80, command: visit(3) },
    { daysAgo: 79, command: { type: 'StartRelapsePrevention' } },
    { daysAgo: 70, command: { type: 'CompleteRelapsePlan', patientHasCopy: true } },
    { daysAgo: 50, command: visit(3) },
    { daysAgo: 22, command: visit(2) },
  ],
  plans: [cm(7, visit(2))],
  reacts: (kind) =>
    kind === 'step-down-review' ? [cm(1.5, { type: 'DischargePatient', reason: 'graduated', channel: 'message' })] : [],
};

const forgotten: Character = {
  name: 'Demo Patient G',
  shows: 'nobody acts: the last step repeats until somebody does',
  past: [
    { daysAgo: 25, command: 'referral' },
    { daysAgo: 12, command: enrol },
    { daysAgo: 12, command: visit(12) },
  ],
  plans: [],
  reacts: nobody,
};

export const CAST: readonly Character[] = [
  unreached,
  unmeasured,
  notResponding,
  inDanger,
  remitting,
  graduating,
  forgotten,
];

/** The patients of the example caseload: their care manager answers two raises in three of what is routine, a day or two late. */
export const reactsInCaseload = (kind: FollowUpKind, chance: number): readonly Act[] => {
  const late = 0.3 + (chance % 20) / 10;
  // Safety is never left alone: the supervisor answers what nobody else did.
  if (kind === 'safety-review')
    return [
      {
        afterDays: late,
        by: 'sup-1',
        command: { type: 'RecordSafetyReview', outcome: 'assessed', level: 'low', tool: 'c-ssrs', approvedBy: 'psy-1' },
      },
    ];
  if (chance % 3 === 0) return [];
  if (kind === 'contact' || kind === 'no-contact') return [cm(late, contact)];
  if (kind === 'reassessment') return [cm(late, scale(5 + (chance % 12)))];
  if (kind === 'first-outreach' || kind === 'outreach-retry')
    return [cm(late, attempt(chance % 2 === 0 ? 'left-message' : 'no-answer'))];
  return [];
};
