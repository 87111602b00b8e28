import { addDays, compareDates, isZone, localDate } from '../calendar/index.js';
import { accept, refusalOfTime, refuse, type Circumstances, type Decider, type Decision } from '../decider.js';
import { UNREADABLE } from '../event-type.js';
import type { PatientCommand, PatientCommandOf } from './commands.js';
import type { PatientEvent, RecordedPatientEvent } from './events.js';
import { evolvePatient } from './evolve.js';
import { initialPatient, type PatientState } from './state.js';

/** A patient's record is decided by itself, but for a merge and an erasure: the door says what it knows of other records. */
export interface PatientContext {
  /** Of MergePatients; null when no such record is registered. */
  readonly duplicate: { readonly isItself: boolean; readonly leadsThis: boolean } | null;
  /** Of an erasure: whether an episode of the patient is open, or something is still owed in one that ended. */
  readonly isOwed: boolean;
}

type Answer = Decision<PatientEvent>;

/** An object without the keys whose value is undefined: only what was said is recorded. */
const said = <T extends object>(given: T): T =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;

const invalidZone = (zone: string | undefined) =>
  zone === undefined || isZone(zone)
    ? undefined
    : refuse('invalid-zone', 'The time zone of the patient is not known.', [
        { pointer: '/zone', detail: 'not a time zone such as America/New_York' },
      ]);

function register(state: PatientState, command: PatientCommandOf<'RegisterPatient'>): Answer {
  const { type: _type, test, ...details } = command;
  if (state.details !== null) return refuse('patient-exists', 'The patient is registered already.');
  return (
    invalidZone(details.zone) ??
    accept({ type: 'PatientRegistered', facts: test ? { test } : {}, sealed: said(details) })
  );
}

function correct(state: PatientState, command: PatientCommandOf<'CorrectPatientDetails'>): Answer {
  const { type: _type, reasonCode, ...corrections } = command;
  const given = said(corrections);
  const known = state.details === UNREADABLE ? null : state.details;
  const changed = Object.entries(given).some(([key, value]) => known?.[key as keyof typeof given] !== value);
  if (!changed) return accept();
  return invalidZone(given.zone) ?? accept({ type: 'PatientDetailsCorrected', facts: { reasonCode }, sealed: given });
}

/** Somewhere on earth it is at most one date later than in UTC. */
const isInFuture = (date: string, now: string): boolean => compareDates(date, addDays(localDate(now, 'UTC'), 1)) > 0;

function recordDeath(
  state: PatientState,
  { diedOn, source, note }: PatientCommandOf<'RecordDeath'>,
  { now }: Circumstances,
): Answer {
  if (diedOn !== undefined && isInFuture(diedOn, now)) {
    return refuse('occurred-in-future', 'The date of death lies in the future.', [
      { pointer: '/diedOn', detail: 'in the future' },
    ]);
  }
  const saysNothingNew = diedOn === undefined || diedOn === state.death?.diedOn;
  if (state.death && saysNothingNew) return accept();
  return accept({ type: 'PatientDied', facts: said({ diedOn, source }), sealed: said({ note }) });
}

function retractDeath(state: PatientState, { note }: PatientCommandOf<'RetractDeath'>): Answer {
  if (!state.death) return refuse('no-death-recorded', 'No report of death stands for this patient.');
  return accept({ type: 'PatientDeathRetracted', facts: { retracts: state.death.revision }, sealed: said({ note }) });
}

function merge(
  state: PatientState,
  { duplicate, note }: PatientCommandOf<'MergePatients'>,
  { duplicate: other }: PatientContext,
): Answer {
  if (state.duplicates.has(duplicate)) return accept();
  if (!other)
    return refuse('unknown-duplicate', 'There is no such record in your organisation.', [
      { pointer: '/duplicate', detail: 'unknown' },
    ]);
  if (other.isItself)
    return refuse('same-record', 'A record is not a duplicate of itself.', [
      { pointer: '/duplicate', detail: 'the same record' },
    ]);
  if (other.leadsThis)
    return refuse('merged-the-other-way', 'The other record leads this one already; undo that merge first.');
  return accept({ type: 'PatientsMerged', facts: { duplicate }, sealed: said({ note }) });
}

function label(state: PatientState, { labels, note }: PatientCommandOf<'LabelPatient'>): Answer {
  const wanted = new Set(labels);
  if (wanted.symmetricDifference(state.labels).size === 0) return accept();
  return accept({ type: 'PatientLabelled', facts: { labels: [...wanted].toSorted() }, sealed: said({ note }) });
}

function unmerge(state: PatientState, { duplicate, note }: PatientCommandOf<'UnmergePatients'>): Answer {
  if (!state.duplicates.has(duplicate)) return refuse('not-merged', 'The two records are not merged.');
  return accept({ type: 'PatientsUnmerged', facts: { duplicate }, sealed: said({ note }) });
}

/** What is erased can be treated no more: first the clinic ends what it owes (docs/decisions, "An erasure takes two persons"). */
const refusalOfOpenCare = ({ isOwed }: PatientContext) =>
  isOwed
    ? refuse(
        'care-open',
        'An episode of this patient is open, or something is still owed in one that ended. End it first; then the data can be erased.',
      )
    : undefined;

function requestErasure(
  state: PatientState,
  { reasonCode }: PatientCommandOf<'RequestErasure'>,
  context: PatientContext,
): Answer {
  if (state.erasureRequest) return accept();
  return refusalOfOpenCare(context) ?? accept({ type: 'ErasureRequested', facts: { reasonCode }, sealed: null });
}

const noSuchRequest = () => refuse('no-such-erasure-request', 'No request to erase stands at that revision.');

function withdrawErasureRequest(state: PatientState, { request }: PatientCommandOf<'WithdrawErasureRequest'>): Answer {
  if (state.erasureRequest?.revision !== request) return noSuchRequest();
  return accept({ type: 'ErasureRequestWithdrawn', facts: { request }, sealed: null });
}

function approveErasure(
  state: PatientState,
  { request, keyId }: PatientCommandOf<'ApproveErasure'>,
  { actor }: Circumstances,
  context: PatientContext,
): Answer {
  const { erasureRequest: asked, erased } = state;
  if (erased) return accept();
  if (asked?.revision !== request) return noSuchRequest();
  if (asked.by === actor)
    return refuse('second-person-needed', 'Whoever asked for the erasure cannot approve it; another person has to.');
  const { reasonCode } = asked;
  return (
    refusalOfOpenCare(context) ??
    accept({ type: 'PatientDataErased', facts: { keyId, reasonCode, approvedBy: actor }, sealed: null })
  );
}

function decidePatient(
  state: PatientState,
  command: PatientCommand,
  circumstances: Circumstances,
  context: PatientContext,
): Answer {
  const ahead = refusalOfTime(circumstances);
  if (ahead) return ahead;
  if (command.type === 'RegisterPatient') return register(state, command);
  if (state.details === null) return refuse('unknown-patient', 'No such patient is registered.');
  if (command.type === 'ApproveErasure') return approveErasure(state, command, circumstances, context);
  // Nothing can be sealed for the patient any more (decision 9: only erasure ends what may be recorded).
  if (state.erased) return refuse('patient-erased', 'The data of this patient were erased.');
  switch (command.type) {
    case 'CorrectPatientDetails':
      return correct(state, command);
    case 'LabelPatient':
      return label(state, command);
    case 'RecordDeath':
      return recordDeath(state, command, circumstances);
    case 'RetractDeath':
      return retractDeath(state, command);
    case 'MergePatients':
      return merge(state, command, context);
    case 'UnmergePatients':
      return unmerge(state, command);
    case 'RequestErasure':
      return requestErasure(state, command, context);
    case 'WithdrawErasureRequest':
      return withdrawErasureRequest(state, command);
  }
}

export const patientDecider: Decider<PatientState, PatientCommand, PatientEvent, RecordedPatientEvent, PatientContext> =
  {
    category: 'patient',
    initial: initialPatient,
    decide: decidePatient,
    evolve: evolvePatient,
  };
