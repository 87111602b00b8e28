import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { plusHours } from '../calendar/index.js';
import type { EpisodeCommand } from '../episode/commands.js';
import { episodeDecider } from '../episode/decide.js';
import { tell } from '../episode/story/index.js';
import { DEFAULT_POLICY, phq9, referral, spread, Tale, tried, visit } from '../testing/tale.js';
import { deriveFollowUps } from './derive.js';
import { FOLLOW_UP_KINDS } from './kinds.js';
import { nextDue } from './ledger.js';

/** Random lives: acts of people, back-dated ones, voids of anything, and time passing; refused acts change nothing. */
const upTo24 = fc.oneof(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 0, max: 4 }));
const small = fc.integer({ min: 1, max: 3 });
const command: fc.Arbitrary<EpisodeCommand> = fc.oneof(
  {
    weight: 4,
    arbitrary: upTo24.map((total) =>
      visit({
        assessments: [
          { instrument: 'PHQ-9', items: spread(total), language: 'en', mode: 'interview', enteredBy: 'staff' },
        ],
      }),
    ),
  },
  { weight: 3, arbitrary: fc.constant(visit()) },
  { weight: 3, arbitrary: upTo24.map((total) => phq9(total)) },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 0, max: 3 })
      .map((nine) => phq9([1, 1, 1, 1, 1, 1, 1, 1, nine], { mode: 'portal', enteredBy: 'patient' })),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      phq9([1, null, 2, null, null, null, null, null, null], { mode: 'portal', enteredBy: 'patient' }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      tried('left-message'),
      tried('no-answer'),
      tried('reached'),
      tried('wrong-number'),
      tried('sent', 'letter'),
    ),
  },
  { weight: 4, arbitrary: fc.constant<EpisodeCommand>({ type: 'EnrolPatient' }) },
  fc.constantFrom('none', 'low', 'moderate', 'high').map((level): EpisodeCommand => ({
    type: 'RecordSafetyReview',
    outcome: 'assessed',
    level: level as 'low',
    tool: 'c-ssrs',
    approvedBy: 'psy-1',
  })),
  fc.constant<EpisodeCommand>({ type: 'IssueRecommendation', text: 'x', urgency: 'routine', to: 'provider' }),
  small.map((n): EpisodeCommand => ({ type: 'AnswerRecommendation', recommendation: n, answer: 'accepted' })),
  fc.constantFrom<EpisodeCommand>(
    { type: 'IssueRecommendation', text: 'x', urgency: 'urgent', to: 'care-manager' },
    { type: 'RequestConsult', urgency: 'urgent' },
    { type: 'AnswerRecommendation', recommendation: 1, answer: 'declined', reason: 'x' },
  ),
  small.map((n): EpisodeCommand => ({
    type: 'SetTreatmentPlan',
    treatmentChanged: true,
    recommendation: n,
    contactEvery: 21,
  })),
  fc
    .record({
      kind: fc.constantFrom('admission', 'emergency-visit', 'discharge'),
      day: fc.integer({ min: 1, max: 28 }),
    })
    .map(({ kind, day }): EpisodeCommand => ({
      type: 'ReportAcuteCare',
      kind,
      on: `2027-01-${String(day).padStart(2, '0')}`,
    })),
  fc
    .record({
      subject: fc.constantFrom('caseload-review', 'plan', 'deterioration', 'episode-length'),
      decision: fc.constantFrom('continue', 'change'),
    })
    .map((said): EpisodeCommand => ({ type: 'ReviewCase', ...said, reason: 'x' })),
  fc.boolean().map((treatmentChanged): EpisodeCommand => ({ type: 'SetTreatmentPlan', treatmentChanged })),
  fc
    .record({ revision: fc.integer({ min: 2, max: 40 }), total: upTo24 })
    .map(({ revision, total }): EpisodeCommand => ({
      type: 'CorrectAssessment',
      instrument: 'PHQ-9',
      items: spread(total),
      language: 'en',
      mode: 'interview',
      enteredBy: 'staff',
      corrects: revision,
      reasonCode: 'entry-error',
    })),
  fc.constantFrom<EpisodeCommand>(
    { type: 'StartHold', reason: 'travel' },
    { type: 'StartHold', reason: 'inpatient' },
    { type: 'ReviewHold' },
    { type: 'EndHold' },
    { type: 'AssignCareManager', careManager: 'cm-2' },
    { type: 'ReleaseCareManager', careManager: 'cm-1', reason: 'staff-left' },
    { type: 'TransferEpisode', to: 'cm-1' },
    { type: 'AcknowledgeTransfer' },
    { type: 'ConnectResource', kind: 'housing' },
    { type: 'CloseResourceConnection', resource: 1, outcome: 'connected' },
    { type: 'DeclineAssessment', instrument: 'PHQ-9', reason: 'declined' },
    { type: 'NoteDeath', patientRevision: 1 },
    { type: 'RetractDeathNote', patientRevision: 1 },
    { type: 'AddNote', text: 'x' },
    referral({ urgency: 'urgent' }),
  ),
  {
    weight: 4,
    arbitrary: fc.constantFrom<EpisodeCommand>(
      { type: 'StartRelapsePrevention' },
      { type: 'CompleteRelapsePlan', patientHasCopy: true },
      { type: 'ConfirmRelapse', confirmed: true },
      { type: 'ConfirmRelapse', confirmed: false },
      { type: 'ReviewCase', subject: 'step-down', decision: 'continue', reason: 'x' },
      { type: 'RecordTaskOutcome', task: 1, outcome: 'done' },
    ),
  },
  { weight: 3, arbitrary: fc.constantFrom(phq9(2), phq9(4)) },
  fc.constantFrom<EpisodeCommand>(
    { type: 'DischargePatient', reason: 'graduated', channel: 'record' },
    { type: 'CloseReferral', reason: 'unreached', channel: 'record' },
  ),
  fc
    .integer({ min: 0, max: 20 })
    .map((n): EpisodeCommand => ({ type: 'BookAppointment', on: `2027-0${1 + (n % 9)}-15`, withWhom: 'care-manager' })),
  fc.constantFrom('kept', 'missed').map((outcome): EpisodeCommand => ({
    type: 'RecordAppointmentOutcome',
    appointment: 1,
    outcome: outcome as 'kept',
  })),
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 2, max: 80 })
      .map((revision): EpisodeCommand => ({ type: 'VoidAct', revision, reasonCode: 'entered-in-error' })),
  },
);
/** Acts that mean little alone, said in one breath: so that a few lives reach every row. */
const together: fc.Arbitrary<EpisodeCommand[]> = fc.constantFrom<EpisodeCommand[]>(
  [{ type: 'EnrolPatient' }, phq9(16)],
  [{ type: 'StartRelapsePrevention' }, phq9(12)],
  [
    { type: 'StartHold', reason: 'inpatient' },
    { type: 'ReportAcuteCare', kind: 'discharge', on: '2027-01-10' },
  ],
  [
    { type: 'AssignCareManager', careManager: 'cm-2' },
    { type: 'TransferEpisode', to: 'cm-1' },
  ],
  [
    { type: 'BookAppointment', on: '2027-01-15', withWhom: 'care-manager' },
    { type: 'RecordAppointmentOutcome', appointment: 1, outcome: 'missed' },
  ],
  [
    { type: 'ConnectResource', kind: 'housing' },
    { type: 'PlanTask', dueOn: '2027-02-10', text: 'x' },
  ],
  [
    { type: 'IssueRecommendation', text: 'x', urgency: 'urgent', to: 'provider' },
    { type: 'AnswerRecommendation', recommendation: 1, answer: 'accepted' },
  ],
);
const moment = fc.record({
  hours: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 25 * 24 })),
  backdated: fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 * 24 }) },
  ),
  commands: fc.oneof({ weight: 5, arbitrary: command.map((one) => [one]) }, { weight: 2, arbitrary: together }),
});
const life = fc.array(moment, { minLength: 1, maxLength: 20 });

function live(moments: readonly { hours: number; backdated: number; commands: EpisodeCommand[] }[]): Tale {
  const tale = new Tale().at('2027-01-04 09:00').act(referral());
  for (const { hours, backdated, commands } of moments) {
    tale.until(plusHours(tale.now, hours));
    for (const act of commands) tale.attempt(act, { role: 'supervisor', occurredAt: plusHours(tale.now, -backdated) });
    expectGuarantee(tale);
  }
  return tale.until(plusHours(tale.now, 24 * 60));
}

/** An open episode always has an open follow-up whose next step lies ahead or is due now; and nothing is left to derive. */
function expectGuarantee(tale: Tale): void {
  if (tale.story.phase !== 'ended') expect(tale.open().length).toBeGreaterThan(0);
  for (const entry of tale.open()) expect(Number.isNaN(Date.parse(nextDue(entry).at))).toBe(false);
  // Of acts in another array nothing is remembered: what a derivation left out is found here.
  expect(
    deriveFollowUps({
      story: { ...tale.story, acts: [...tale.story.acts] },
      ledger: tale.state.ledger,
      pathway: DEFAULT_POLICY.pathway,
      calendar: DEFAULT_POLICY.calendar,
    }),
  ).toEqual([]);
}

const runs = { numRuns: 80, seed: 20261123 };

function expectEachStepOnce({ events }: Tale): void {
  const opened = new Set<string>();
  const ended = new Set<string>();
  const steps = new Set<string>();
  for (const event of events) {
    if (!event.type.startsWith('FollowUp')) continue;
    const { followUpId } = event.facts as { followUpId: string };
    if (event.type === 'FollowUpOpened') {
      expect(opened.has(followUpId)).toBe(false);
      opened.add(followUpId);
    } else {
      expect(opened.has(followUpId)).toBe(true);
      expect(ended.has(followUpId)).toBe(false);
    }
    if (event.type === 'FollowUpRaised') {
      expect(steps.has(`${followUpId}#${event.facts.step}`)).toBe(false);
      steps.add(`${followUpId}#${event.facts.step}`);
      expect(event.facts.at <= event.recordedAt).toBe(true);
    }
    if (event.type === 'FollowUpFulfilled' || event.type === 'FollowUpSuperseded') ended.add(followUpId);
  }
}

/** Decision 4: by its row, by G3, by an undone anchor, or in a changed form that carries it on. */
function expectRaisedNeverVanishes({ events }: Tale): void {
  const raised = new Set(events.flatMap((e) => (e.type === 'FollowUpRaised' ? [e.facts.followUpId] : [])));
  for (const event of events) {
    if (
      event.type !== 'FollowUpSuperseded' ||
      (event.facts.reason !== 're-derived' && event.facts.reason !== 'pathway-changed') ||
      !raised.has(event.facts.followUpId)
    )
      continue;
    const carried = events.some(
      (e) => e.type === 'FollowUpOpened' && e.facts.carriesOn?.followUpId === event.facts.followUpId,
    );
    expect(carried || event.facts.followUpId.startsWith('episode-review:')).toBe(true);
  }
}

function expectSafetyNeedsAPerson({ events }: Tale): void {
  for (const event of events) {
    if (event.type !== 'FollowUpSuperseded' || !event.facts.followUpId.startsWith('safety-review:')) continue;
    const cause = events.find((e) => e.revision === event.facts.byRevision)!;
    expect(['PatientDeathNoted', 'SafetyReviewRecorded']).toContain(cause.type);
  }
}

/** Events of a life in any order, a fifth of them lost. */
function expectTotalFold({ events }: Tale, random: () => number): void {
  const shuffled = events
    .map((event) => ({ event, key: random() }))
    .filter(({ key }) => key % 5 !== 0)
    .toSorted((a, b) => a.key - b.key);
  expect(() =>
    tell(shuffled.reduce((folded, { event }) => episodeDecider.evolve(folded, event), episodeDecider.initial)),
  ).not.toThrow();
}

/** Kinds that were opened in any of the lives: what the property says nothing of. */
const opened = new Set<string>();

describe('whatever happens in an episode', () => {
  it('it is owed something while open, each step is raised once and not early, nothing raised vanishes, safety waits for a person, and folding never throws', () => {
    fc.assert(
      fc.property(life, fc.infiniteStream(fc.nat()), (moments, stream) => {
        const tale = live(moments);
        for (const e of tale.events) if (e.type === 'FollowUpOpened') opened.add(e.facts.kind);
        expectEachStepOnce(tale);
        expectRaisedNeverVanishes(tale);
        expectSafetyNeedsAPerson(tale);
        expectTotalFold(tale, () => stream.next().value as number);
      }),
      runs,
    );
    expect(FOLLOW_UP_KINDS.filter((kind) => !opened.has(kind))).toEqual([]);
  });
});
