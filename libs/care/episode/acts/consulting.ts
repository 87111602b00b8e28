import { accept, refuse, type Refusal } from '../../decider.js';
import { localDate } from '../../calendar/index.js';
import type { BodyOf } from '../commands.js';
import type { EpisodeEvent } from '../events.js';
import { standingFlags } from '../flags.js';
import { means, type Reference } from '../reference.js';
import type { Recommendation, Story } from '../story/index.js';
import { taskEvent } from './asking.js';
import { given, staffOf, type Deciding, type Telling } from './telling.js';

/** Plan, consult, review, notes, time, flags and tasks. */

const count = (telling: Telling, type: EpisodeEvent['type']): number =>
  telling.state.acts.filter((act) => act.type === type).length;

const meant = (reference: Reference, { recommendations }: Story): Recommendation | undefined =>
  recommendations.find(({ recommendation, issued }) => means(reference, recommendation, issued));

export const setTreatmentPlan: Deciding<'SetTreatmentPlan'> = (command, { story }) => {
  const facts = given({ contactEvery: command.contactEvery, reassessEvery: command.reassessEvery });
  const sealed = given({ goals: command.goals, treatment: command.treatment, note: command.note });
  const acted = command.recommendation === undefined ? undefined : meant(command.recommendation, story);
  if (command.recommendation !== undefined && !acted)
    return refuse('no-such-recommendation', 'There is no such recommendation in this episode.', [
      { pointer: '/recommendation', detail: 'unknown' },
    ]);
  if (!story.plan && !acted) return accept({ type: 'TreatmentPlanSet', facts, sealed });
  return accept({
    type: 'TreatmentPlanRevised',
    facts: {
      ...facts,
      treatmentChanged: command.treatmentChanged,
      ...given({ recommendation: acted?.recommendation }),
    },
    sealed,
  });
};

/** What is asked for after the end nobody would hear of, as nothing of it is owed (G3); what is entered late of the time before it is a fact. */
const refusalAfterEnd = ({ story, circumstances }: Telling): { refusal: Refusal } | undefined =>
  story.ended && circumstances.occurredAt >= story.ended.occurredAt
    ? refuse('episode-ended', 'The episode has ended: nobody would hear of it. A new referral opens the next one.')
    : undefined;

export const requestConsult: Deciding<'RequestConsult'> = (command, telling) =>
  refusalAfterEnd(telling) ??
  accept({
    type: 'ConsultRequested',
    facts: { urgency: command.urgency },
    sealed: given({ question: command.question }),
  });

export const issueRecommendation: Deciding<'IssueRecommendation'> = (command, telling) => {
  const { story } = telling;
  const ended = refusalAfterEnd(telling);
  if (ended) return ended;
  if (command.replaces !== undefined && !story.recommendations.some((r) => r.recommendation === command.replaces))
    return refuse('no-such-recommendation', `There is no recommendation ${command.replaces} to replace.`, [
      { pointer: '/replaces', detail: 'unknown' },
    ]);
  return accept({
    type: 'ConsultRecommendationIssued',
    facts: {
      recommendation: count(telling, 'ConsultRecommendationIssued') + 1,
      urgency: command.urgency,
      to: command.to,
      ...given({ replaces: command.replaces }),
    },
    sealed: { text: command.text },
  });
};

export const withdrawRecommendation: Deciding<'WithdrawRecommendation'> = (command, { story }) => {
  const known = story.recommendations.find((r) => r.recommendation === command.recommendation);
  if (!known)
    return refuse('no-such-recommendation', `There is no recommendation ${command.recommendation} in this episode.`);
  return known.gone
    ? accept()
    : accept({
        type: 'RecommendationWithdrawn',
        facts: { recommendation: command.recommendation },
        sealed: given({ note: command.note }),
      });
};

/** The first opening by each person counts; a second one changes nothing. */
export const markRecommendationSeen: Deciding<'MarkRecommendationSeen'> = (
  { recommendation },
  { story, circumstances },
) => {
  if (!story.recommendations.some((one) => one.recommendation === recommendation))
    return refuse('no-such-recommendation', `There is no recommendation ${recommendation} in this episode.`);
  const by = staffOf(circumstances);
  return story.acts.some(
    ({ type, facts }) => type === 'RecommendationSeen' && facts.recommendation === recommendation && facts.by === by,
  )
    ? accept()
    : accept({ type: 'RecommendationSeen', facts: { recommendation, by }, sealed: null });
};

export const answerRecommendation: Deciding<'AnswerRecommendation'> = (command, { story }) => {
  const known = meant(command.recommendation, story);
  if (!known) return refuse('no-such-recommendation', 'There is no such recommendation in this episode.');
  if (known.gone) return refuse('recommendation-gone', 'This recommendation was withdrawn or replaced.');
  const needsReason = command.answer === 'declined' || command.answer === 'not-done';
  if (needsReason && command.reason === undefined)
    return refuse('reason-needed', 'Declining or not doing what was recommended needs a reason.', [
      { pointer: '/reason', detail: 'missing' },
    ]);
  return accept({
    type: 'RecommendationAnswered',
    facts: {
      recommendation: known.recommendation,
      answer: command.answer,
      ...given({ onBehalfOf: command.onBehalfOf }),
    },
    sealed: given({ reason: command.reason }),
  });
};

export const reviewCase: Deciding<'ReviewCase'> = (command) => {
  if (command.decision === 'continue' && command.reason === undefined)
    return refuse('reason-needed', 'Deciding to continue as before needs a reason.', [
      { pointer: '/reason', detail: 'missing' },
    ]);
  return accept({
    type: 'CaseReviewed',
    facts: { subject: command.subject, decision: command.decision },
    sealed: given({ reason: command.reason }),
  });
};

/** Fatigue rule 3: of a moderate or a high risk the provider hears, unless it was brought along by an import (rule 9). */
export const tellingOfRisk = ({ level, outcome, imported }: BodyOf<'RecordSafetyReview'>): EpisodeEvent[] =>
  (level === 'moderate' || level === 'high') && outcome !== 'trigger-withdrawn'
    ? [{ type: 'ProviderNotified', facts: { about: 'safety', channel: imported ? 'record' : 'notice' }, sealed: {} }]
    : [];

export const notifyProvider: Deciding<'NotifyProvider'> = (command) =>
  accept({
    type: 'ProviderNotified',
    facts: { about: command.about, channel: command.channel },
    sealed: given({ note: command.note }),
  });
export const addNote: Deciding<'AddNote'> = (command) =>
  accept({ type: 'NoteAdded', facts: given({ about: command.about }), sealed: { text: command.text } });

export const signNote: Deciding<'SignNote'> = (command, { story }) => {
  if (!story.paperwork.some((act) => act.type === 'NoteAdded' && act.revision === command.note))
    return refuse('no-such-note', 'There is no note at that revision.');
  return story.paperwork.some((act) => act.type === 'NoteSigned' && act.facts.note === command.note)
    ? accept()
    : accept({ type: 'NoteSigned', facts: { note: command.note }, sealed: null });
};

/** Sent once to each destination; a note that may still change is not sent. */
export const markNoteSent: Deciding<'MarkNoteSent'> = ({ note, destination, reference }, { story }) => {
  if (!story.paperwork.some((act) => act.type === 'NoteAdded' && act.revision === note))
    return refuse('no-such-note', 'There is no note at that revision.');
  if (!story.paperwork.some((act) => act.type === 'NoteSigned' && act.facts.note === note))
    return refuse('note-not-signed', 'This note is not signed yet.');
  return story.paperwork.some(
    (act) => act.type === 'NoteSent' && act.facts.note === note && act.facts.destination === destination,
  )
    ? accept()
    : accept({ type: 'NoteSent', facts: { note, destination }, sealed: given({ reference }) });
};

export const logTime: Deciding<'LogTime'> = (command, { story, circumstances }) =>
  accept({
    type: 'TimeLogged',
    facts: {
      seconds: Math.round(command.minutes * 60),
      activity: command.activity,
      on: localDate(circumstances.occurredAt, story.zone),
    },
    sealed: null,
  });

export const raiseFlag: Deciding<'RaiseFlag'> = (command) =>
  accept({ type: 'FlagRaised', facts: { flag: command.flag }, sealed: given({ note: command.note }) });

export const clearFlag: Deciding<'ClearFlag'> = (command, { story }) =>
  standingFlags(story).some(({ facts }) => facts.flag === command.flag)
    ? accept({ type: 'FlagCleared', facts: { flag: command.flag }, sealed: given({ note: command.note }) })
    : accept();

export const planTask: Deciding<'PlanTask'> = (command, telling) =>
  refusalAfterEnd(telling) ??
  accept(
    taskEvent(telling, { dueOn: command.dueOn, owner: command.owner ?? staffOf(telling.circumstances) }, command.text),
  );

export const recordTaskOutcome: Deciding<'RecordTaskOutcome'> = (command, { story }) => {
  if (!story.acts.some((act) => act.type === 'TaskPlanned' && act.facts.task === command.task))
    return refuse('no-such-task', `There is no task ${command.task} in this episode.`);
  const settled = story.acts.some(
    (act) => (act.type === 'TaskDone' || act.type === 'TaskCancelled') && act.facts.task === command.task,
  );
  if (settled) return refuse('task-settled', 'This task is done or cancelled already.');
  return accept({
    type: command.outcome === 'done' ? 'TaskDone' : 'TaskCancelled',
    facts: { task: command.task },
    sealed: given({ note: command.note }),
  });
};
