import { accept, refuse, type Decision } from '../../decider.js';
import { daysBetween, localDate } from '../../calendar/index.js';
import { instrument, scoreAnswers, type Instrument, type Score } from '../../instruments/index.js';
import type { BodyOf } from '../commands.js';
import type { EpisodeEvent } from '../events.js';
import { parameter } from '../../pathway/index.js';
import { askingTask } from './asking.js';
import { tellingOfRisk } from './consulting.js';
import { given, staffOf, type Deciding, type Telling } from './telling.js';
import type { RiskLevel } from '../../words.js';

/** Questionnaires and safety. What a patient answered is never thrown away; an answer about suicide is acted on whatever else is wrong with the form. */

type Form = Pick<
  BodyOf<'RecordAssessment'>,
  'instrument' | 'items' | 'total' | 'difficulty' | 'language' | 'mode' | 'enteredBy' | 'note'
>;

const CAUSE = { positive: 'item-positive', unanswered: 'item-unanswered', unknown: 'items-unavailable' } as const;

interface Read {
  readonly facts: Extract<EpisodeEvent, { type: 'AssessmentRecorded' }>['facts'];
  readonly sealed: NonNullable<Extract<EpisodeEvent, { type: 'AssessmentRecorded' }>['sealed']>;
  readonly score: Score;
}

/** Where the sender finds what was set aside: an item by its place in a list, or by the name it was sent under. */
function pointerTo({ items }: Form, scale: Instrument, item: string): string {
  if (item === 'total' || item === 'difficulty') return `/${item}`;
  if (!Array.isArray(items)) return `/items/${item.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const place = scale.items.findIndex(({ id }) => id === item);
  return `/items/${place < 0 ? Number(item) - 1 : place}`;
}

/** The form as facts and sealed answers, or why nothing of it can be used. */
function read(form: Form): Read | { refusal: NonNullable<ReturnType<typeof refuse>['refusal']> } {
  const scale = instrument(form.instrument);
  if (!scale)
    return refuse('unknown-instrument', `${form.instrument} is not an instrument that is known here.`, [
      { pointer: '/instrument', detail: 'unknown instrument' },
    ]);
  const score = scoreAnswers(scale, { items: form.items, total: form.total, difficulty: form.difficulty });
  if (score.completeness === null) {
    const errors = score.setAside.map(({ item, why }) => ({ pointer: pointerTo(form, scale, item), detail: why }));
    return refuse(
      'no-usable-answer',
      'There is neither a valid answer nor a valid total in this questionnaire.',
      errors.length > 0 ? errors : [{ pointer: '/items', detail: 'no answer given' }],
    );
  }
  return {
    facts: {
      instrument: scale.code,
      instrumentVersion: scale.version,
      language: form.language,
      mode: form.mode,
      enteredBy: form.enteredBy,
      completeness: score.completeness,
    },
    sealed: {
      items: score.items,
      total: score.total,
      prorated: score.prorated,
      ...given({ statedTotal: score.statedTotal, difficulty: score.difficulty, note: form.note }),
      ...(score.setAside.length > 0 ? { setAside: score.setAside } : {}),
    },
    score,
  };
}

/** What follows from a form besides the form: its safety concern and the flags for what was odd about it. */
function following(read: Read, revision: number, imported: boolean | undefined): EpisodeEvent[] {
  const { safety, mismatch, setAside } = read.score;
  const events: EpisodeEvent[] = [];
  if (safety in CAUSE)
    events.push({
      type: 'SafetyConcernRaised',
      facts: { cause: CAUSE[safety as keyof typeof CAUSE], from: revision, ...(imported ? { imported } : {}) },
      sealed: {},
    });
  if (mismatch) events.push({ type: 'FlagRaised', facts: { flag: 'total-mismatch', about: revision }, sealed: {} });
  if (setAside.length > 0)
    events.push({ type: 'FlagRaised', facts: { flag: 'answer-set-aside', about: revision }, sealed: {} });
  return events;
}

/** A questionnaire as events, its first at revision `at`. */
export function recorded(form: Form, at: number, imported?: boolean): Decision<EpisodeEvent> {
  const form_ = read(form);
  if ('refusal' in form_) return form_;
  return accept(
    { type: 'AssessmentRecorded', facts: form_.facts, sealed: form_.sealed },
    ...following(form_, at, imported),
  );
}

export const recordAssessment: Deciding<'RecordAssessment'> = (command, { next }) =>
  recorded(command, next, command.imported);

export const correctAssessment: Deciding<'CorrectAssessment'> = (command, { story, next }) => {
  const origin = story.acts.find((act) => act.revision === command.corrects);
  if (origin?.type !== 'AssessmentRecorded')
    return refuse('no-such-assessment', 'There is no questionnaire at that revision, or it was voided.', [
      { pointer: '/corrects', detail: 'not a questionnaire' },
    ]);
  if (origin.facts.instrument !== command.instrument)
    return refuse('other-instrument', `The questionnaire at that revision is a ${origin.facts.instrument}.`, [
      { pointer: '/instrument', detail: 'another instrument' },
    ]);
  const form = read({ ...command, enteredBy: origin.facts.enteredBy });
  if ('refusal' in form) return form;
  return accept(
    {
      type: 'AssessmentCorrected',
      facts: { ...form.facts, corrects: command.corrects, reasonCode: command.reasonCode },
      sealed: form.sealed,
    },
    ...following(form, next, undefined),
  );
};

export const declineAssessment: Deciding<'DeclineAssessment'> = (command) =>
  instrument(command.instrument)
    ? accept({
        type: 'AssessmentDeclined',
        facts: { instrument: command.instrument, reason: command.reason },
        sealed: given({ note: command.note }),
      })
    : refuse('unknown-instrument', `${command.instrument} is not an instrument that is known here.`, [
        { pointer: '/instrument', detail: 'unknown instrument' },
      ]);

export const reviewResult: Deciding<'ReviewResult'> = (command, { story }) => {
  if (!story.scales.some((scale) => scale.revision === command.of))
    return refuse('no-such-assessment', 'There is no result at that revision.', [
      { pointer: '/of', detail: 'not a questionnaire' },
    ]);
  if (story.acts.some((act) => act.type === 'ResultReviewed' && act.facts.of === command.of)) return accept();
  return accept({ type: 'ResultReviewed', facts: { of: command.of }, sealed: given({ note: command.note }) });
};

// ——— safety ———

export const raiseSafetyConcern: Deciding<'RaiseSafetyConcern'> = (command) =>
  accept({ type: 'SafetyConcernRaised', facts: { cause: 'reported' }, sealed: given({ note: command.note }) });

const ORDER = ['none', 'low', 'moderate', 'high'];
export const isLower = (level: RiskLevel, than: RiskLevel): boolean => ORDER.indexOf(level) < ORDER.indexOf(than);
const DISPOSITIONS = new Set(['emergency-department', 'welfare-check']);

/** A review as an event. Lowering a level needs the consultant's approval (C17); a disposition is the supervisor's or the consultant's. */
export function reviewed(
  command: BodyOf<'RecordSafetyReview'>,
  { story, circumstances }: Pick<Telling, 'story' | 'circumstances'>,
): Decision<EpisodeEvent> {
  const before = story.riskLevel ?? 'none';
  const byConsultant = circumstances.actorRole === 'psychiatric-consultant';
  // Entered late, of a time before the present level was found, it lowers nothing (G6).
  const isPast = story.review !== undefined && circumstances.occurredAt < story.review.occurredAt;
  // Nor does a word that the trigger was undone: the level stays that of the last assessment.
  const lowers = command.outcome !== 'trigger-withdrawn' && !isPast && isLower(command.level, before);
  const approvedBy = command.approvedBy ?? (byConsultant ? staffOf(circumstances) : undefined);
  const isOwnWord = approvedBy === staffOf(circumstances) && !byConsultant;
  if (lowers && (approvedBy === undefined || isOwnWord))
    return refuse(
      'approval-needed',
      'Lowering a level of risk needs the approval of the psychiatric consultant: name who approved it.',
      [{ pointer: '/approvedBy', detail: isOwnWord ? 'whoever lowers it cannot approve it' : 'missing' }],
    );
  if (DISPOSITIONS.has(command.outcome) && circumstances.actorRole === 'care-manager')
    return refuse(
      'supervisor-needed',
      'Sending a patient to the emergency department or asking for a welfare check is recorded by the supervisor or the consultant.',
    );
  return accept(
    {
      type: 'SafetyReviewRecorded',
      facts: {
        outcome: command.outcome,
        tool: command.tool,
        ...(lowers || command.approvedBy !== undefined ? given({ approvedBy }) : {}),
      },
      sealed: { level: command.level, ...given({ safetyPlan: command.safetyPlan, note: command.note }) },
    },
    ...tellingOfRisk(command),
  );
}

export const recordSafetyReview: Deciding<'RecordSafetyReview'> = (command, telling) => reviewed(command, telling);

const ASKED_OF_ACUTE_CARE = {
  admission:
    'The patient was admitted to a facility: decide whether the episode goes on hold, and arrange the contact after it.',
  'emergency-visit': 'The patient was in an emergency department: call them, and assess safety.',
} as const;

/** Others than the care manager tell of it through feeds and calls; then the care manager is asked the same day what follows. A discharge has its own row (C16). */
export const reportAcuteCare: Deciding<'ReportAcuteCare'> = (command, telling) => {
  const { story, circumstances, context } = telling;
  const today = localDate(circumstances.now, story.zone);
  if (command.on > today)
    return refuse('occurred-in-future', 'An admission or a discharge is reported once it has taken place.', [
      { pointer: '/on', detail: 'in the future' },
    ]);
  const { kind, on, facility, note } = command;
  const isNews =
    circumstances.actorRole !== 'care-manager' &&
    story.phase !== 'ended' &&
    daysBetween(on, today) <= parameter(context.pinned.pathway, 'post-discharge.second') &&
    !(kind === 'admission' && story.hold);
  return accept(
    { type: 'AcuteCareReported', facts: { kind, on }, sealed: given({ facility, note }) },
    ...(isNews && kind !== 'discharge'
      ? [askingTask(telling, { cause: 'acute-care', text: ASKED_OF_ACUTE_CARE[kind] })]
      : []),
  );
};
