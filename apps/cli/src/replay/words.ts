import { localDate, localTime, type Notify } from '#care';
import { namedTogether } from '#read-models';
import type { Cut, Owed, Replay, ReplayEntry } from './story.js';

/** The story for a reader; `without` says why sealed parts stay closed. */
export function replayWords(replay: Replay, cut: Cut, without: string | null): string {
  return [
    ...heading(replay, cut, without),
    '',
    ...replay.entries.flatMap((entry) => entryWords(entry, replay)),
    '',
    ...standing(replay),
  ].join('\n');
}

function heading(
  { episodeId, patientId, zone, shown, events, chain, chainProblem, sealed }: Replay,
  { asRecorded }: Cut,
  without: string | null,
): string[] {
  const cut = shown === events ? `all ${events} events` : `${shown} of ${events} events`;
  return [
    `Episode ${episodeId}${patientId === null ? '' : ` of patient ${patientId}`}`,
    `${cut}${asRecorded === undefined ? '' : `, as recorded by ${asRecorded}`}; times are local in ${zone}`,
    `Hash chain of the whole stream: ${chain}${chainProblem === null ? '' : `: ${chainProblem}`}`,
    ...(sealed === 'read'
      ? []
      : [`Sealed parts: ${sealed}${without === null ? ' (the key was erased or is lost)' : ` (${without})`}`]),
  ];
}

function entryWords(entry: ReplayEntry, replay: Replay): string[] {
  if (entry.under !== null) return [];
  const with_ = replay.entries.filter(({ under }) => under === entry.revision);
  return [
    `${String(entry.revision).padStart(5)}  ${moment(entry.occurredAt, replay.zone)}${recordedLater(entry, replay.zone)}  ${byWhom(entry)}  ${entry.sentence}`,
    ...detailWords(entry).map(indented),
    ...(entry.rule === null ? [] : [indented(`rule: ${entry.rule}`)]),
    ...undone(entry).map(indented),
    ...with_.map((one) => indented(consequence(one))),
  ];
}

const consequence = ({ type, facts, sentence, rule }: ReplayEntry): string => {
  const { followUpId } = facts as { followUpId: string };
  const mark = type === 'FollowUpOpened' ? '+' : '–';
  return `${mark} ${sentence} [${followUpId}]${rule === null ? '' : `: ${rule}`}`;
};

/** A machine's role says nothing. */
const byWhom = ({ actor, actorRole }: ReplayEntry): string =>
  actor.startsWith('system:') ? actor : `${actor} (${actorRole})`;

/** When it was entered later than it happened, both times are told. */
function recordedLater({ occurredAt, recordedAt }: ReplayEntry, zone: string): string {
  const late = Date.parse(recordedAt) - Date.parse(occurredAt) >= 60_000;
  return late ? ` (recorded ${moment(recordedAt, zone)})` : '';
}

function detailWords({ details, unreadable }: ReplayEntry): string[] {
  if (unreadable) return ['(sealed, not readable)'];
  if (details === null || typeof details !== 'object') return [];
  const said = Object.entries(details).filter(([, value]) => value !== null && value !== undefined);
  return said.length === 0
    ? []
    : [
        said
          .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
          .join(' · '),
      ];
}

const undone = ({ voidedBy, correctedBy }: ReplayEntry): string[] => [
  ...(voidedBy === null ? [] : [`undone by revision ${voidedBy}`]),
  ...(correctedBy === null ? [] : [`corrected by revision ${correctedBy}`]),
];

function standing({ phase, owed, zone }: Replay): string[] {
  if (owed.length === 0) return [`The episode is ${phase}; nothing is owed.`];
  return [`The episode is ${phase}. Owed:`, ...owed.map((one) => indented(owedWords(one, zone)))];
}

function owedWords({ followUpId, title, dueOn, raisedSteps, next }: Owed, zone: string): string {
  const raised = raisedSteps === 0 ? 'not raised yet' : `raised up to step ${raisedSteps}`;
  return `${title} [${followUpId}], due ${dueOn}, ${raised}; next: step ${next.step} on ${moment(next.at, zone)} to ${namedTogether(next.notify as readonly Notify[])}`;
}

const moment = (instant: string, zone: string): string => `${localDate(instant, zone)} ${localTime(instant, zone)}`;
const indented = (line: string): string => `       ${line}`;
