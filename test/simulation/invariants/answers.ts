import type { Envelope, Outcome } from '#door';
import type { EpisodeCommand, EpisodeState } from '#care';
import type { Shadow } from '../shadow.js';

/** What a command was told, and what it was told before under the same id. */
export interface Answer {
  readonly envelope: Envelope<EpisodeCommand>;
  readonly outcome: Outcome<EpisodeState>;
  /** Whether this is the request that first came under the id. */
  readonly isFirstRequest: boolean;
  readonly before: readonly Outcome<EpisodeState>[];
}
export type OfAnswer = (answer: Answer, log: Shadow) => string | null;

const isRecorded = ({ kind }: Outcome<EpisodeState>): boolean => kind === 'appended' || kind === 'repeated';
const firstRevision = (outcome: Outcome<EpisodeState>): number | null =>
  outcome.kind === 'appended' || outcome.kind === 'repeated' ? outcome.firstRevision : null;

/** What was acknowledged is in the log, where the answer says. */
export const acknowledgedIsInTheLog: OfAnswer = ({ envelope: { commandId }, outcome }, log) => {
  const first = firstRevision(outcome);
  if (first === null) return null;
  const place = log.commands.get(commandId);
  if (!place) return `command ${commandId} was acknowledged and is not in the log`;
  return place.first === first ? null : `command ${commandId} was told revision ${first}, and stands at ${place.first}`;
};

/** What was not acknowledged left nothing behind. */
export const unacknowledgedChangesNothing: OfAnswer = ({ envelope: { commandId }, outcome, isFirstRequest }, log) =>
  isRecorded(outcome) || outcome.kind === 'id-reused' || !isFirstRequest || !log.commands.has(commandId)
    ? null
    : `command ${commandId} was answered ${outcome.kind}, and is in the log`;

/** The same id with the same request gets the first answer again. */
export const sameIdSameAnswer: OfAnswer = ({ envelope: { commandId }, outcome, isFirstRequest, before }) => {
  const known = before.map(firstRevision).find((revision) => revision !== null);
  if (known === undefined || !isFirstRequest) return null;
  return outcome.kind === 'repeated' && outcome.firstRevision === known
    ? null
    : `command ${commandId} was at ${known}, and is now answered ${outcome.kind} at ${firstRevision(outcome) ?? 'none'}`;
};

/** The same id with another request is told so, and changes nothing. */
export const idIsNotUsedTwice: OfAnswer = ({ envelope: { commandId }, outcome, isFirstRequest }) =>
  isFirstRequest || outcome.kind === 'id-reused'
    ? null
    : `another request under the id of ${commandId} was answered ${outcome.kind}`;

/** The state that an answer shows is that of its revision. */
export const answerShowsItsRevision: OfAnswer = ({ envelope: { commandId }, outcome: { loaded, kind } }, log) => {
  if (kind !== 'appended' && kind !== 'repeated') return null;
  const last = log.commands.get(commandId)?.last ?? -1;
  // A repeated answer is that of the first time; a first one may have been read again after a conflict.
  if (kind === 'repeated' ? loaded.revision !== last : loaded.revision < last)
    return `the answer shows revision ${loaded.revision}, its events end at ${last}`;
  if (loaded.revision > log.revision) return `the answer shows revision ${loaded.revision} of ${log.revision}`;
  return loaded.lastHash === log.events[loaded.revision]?.hash ? null : 'the answer shows another past than the log';
};

/** What a person had not seen is told before it is decided over. */
export const staleIsTold: OfAnswer = ({ envelope: { basedOn, commandId }, outcome }, log) => {
  const first = outcome.kind === 'appended' ? outcome.firstRevision : null;
  if (basedOn === undefined || first === null) return null;
  const unseen = log.events.slice(basedOn + 1, first).find(({ actor }) => !actor.startsWith('system:'));
  return unseen ? `command ${commandId} was based on ${basedOn} and decided over revision ${unseen.revision}` : null;
};

/** An answer to item 9 other than zero, or none to it in an answered form, is a safety concern in the same append. */
export const itemNineIsActedOn: OfAnswer = ({ envelope: { command }, outcome }) => {
  if (outcome.kind !== 'appended') return null;
  const forms =
    command.type === 'RecordAssessment' || command.type === 'CorrectAssessment'
      ? [command]
      : command.type === 'RecordVisit'
        ? command.assessments
        : [];
  const asks = forms.filter(
    ({ instrument, items }) => instrument === 'PHQ-9' && Array.isArray(items) && items[8] !== 0,
  );
  const concerns = outcome.events.filter(({ type }) => type === 'SafetyConcernRaised').length;
  return concerns >= asks.length
    ? null
    : `${asks.length} forms ask for a safety review, ${concerns} concerns were raised`;
};
