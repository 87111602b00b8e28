import type { z } from 'zod';
import {
  expectedEndOf,
  localDate,
  nextDue,
  readable,
  standingFlags,
  type CareAct,
  type EpisodeState,
  type LedgerEntry,
  type Scale,
  type Story,
} from '#care';
import { titleOf, whatCloses, whyItExists } from '#read-models';
import { billingView, consentViews, declineViews } from './consent-view.js';
import type { EpisodeView, ScoreView } from './view-shape.js';

/** The representation of an episode: a pure function of its stream's state. */
export function episodeView(episodeId: string, state: EpisodeState, story: Story): EpisodeView {
  const acts = actsBy(story);
  return {
    episodeId,
    revision: state.revision,
    patientId: story.patientId,
    ordinal: story.ordinal,
    site: story.site,
    zone: story.zone,
    phase: story.phase,
    phaseSince: moment(story.phaseAct),
    urgency: story.urgency,
    careManager: story.careManager ?? null,
    provider: story.provider ?? null,
    referral: {
      ...moment(story.referral),
      referredBy: story.referral.facts.referredBy,
      reason: readable(story.referral.sealed)?.reason ?? null,
      repeats: acts('ReferralRepeated').length,
    },
    accepted: acts('ReferralAccepted').length > 0,
    reached: story.reached ? moment(story.reached) : null,
    attempts: story.attempts.length,
    enrolledOn: story.enrolled?.facts.enrolledOn ?? null,
    ended: endedView(story),
    scores: {
      primaryScale: story.primaryScale ?? null,
      baseline: story.baseline ? scoreView(story.baseline) : null,
      last: story.last ? scoreView(story.last) : null,
      count: story.scales.length,
    },
    risk: story.review
      ? { ...moment(story.review), level: story.riskLevel ?? null, outcome: story.review.facts.outcome }
      : null,
    plan: planView(story.plan),
    consents: consentViews(story),
    billing: billingView(story),
    declines: declineViews(story),
    appointments: story.appointments.map((one) => ({
      appointment: one.appointment,
      on: one.on,
      at: one.at ?? null,
      withWhom: one.booked.facts.withWhom,
      outcome: one.outcome?.type.replace('Appointment', '').toLowerCase() ?? null,
    })),
    recommendations: story.recommendations.map(({ recommendation, issued, answer, gone }) => ({
      ...moment(issued),
      recommendation,
      to: issued.facts.to,
      urgency: issued.facts.urgency,
      text: readable(issued.sealed)?.text ?? null,
      answer: answer?.facts.answer ?? null,
      gone: gone !== undefined,
    })),
    barriers: barrierViews(acts),
    resources: resourceViews(acts),
    tasks: taskViews(acts),
    flags: flagViews(story),
    hold: holdView(story),
    followUps: followUpViews(state, story),
    voided: [...story.voided.keys()].toSorted((a, b) => a - b),
    pin: story.pinned?.facts.pin ?? null,
  };
}

/** The open follow-ups, safety first, then what is due earliest. */
export function followUpViews(state: EpisodeState, story: Story): EpisodeView['followUps'] {
  // A void takes the anchor out of the story, not out of the stream.
  const recorded = new Map(state.acts.map((act) => [act.revision, act]));
  return [...state.ledger.open.values()]
    .map((entry) => followUpView(entry, recorded.get(entry.anchorRevision), story))
    .toSorted((a, b) => Number(b.safety) - Number(a.safety) || a.dueOn.localeCompare(b.dueOn));
}

function followUpView(
  entry: LedgerEntry,
  anchor: EpisodeState['acts'][number] | undefined,
  { zone, primaryScale }: Story,
): EpisodeView['followUps'][number] {
  const { kind, dueOn, about = null, numbers = null } = entry;
  const { step, at, notify } = nextDue(entry);
  return {
    followUpId: entry.followUpId,
    kind,
    title: titleOf(kind),
    // No today in it: the same stream must always look the same.
    why: whyItExists({
      ...{ kind, dueOn, about, numbers },
      anchorOn: anchor ? localDate(anchor.occurredAt, zone) : null,
      anchorType: anchor?.type ?? null,
      scale: primaryScale ?? null,
    }),
    dueOn,
    zone: entry.zone,
    safety: entry.safety,
    anchorRevision: entry.anchorRevision,
    openedAt: entry.openedAt,
    closes: whatCloses(kind, numbers),
    lastStep: entry.lastStep,
    raisedSince: entry.raisedFirst?.recordedAt ?? null,
    lastRaisedAt: entry.raisedLast?.recordedAt ?? null,
    next: { step, at, notify: [...notify] },
    owner: entry.owner ?? null,
    about,
    acknowledgedBy: entry.acknowledgedBy ?? null,
    snoozes: entry.snoozes,
    snoozedUntil: entry.snoozedUntil ?? null,
  };
}

type ActsOf = <T extends CareAct['type']>(type: T) => Extract<CareAct, { type: T }>[];

const actsBy =
  (story: Story): ActsOf =>
  (type) =>
    story.acts.filter((act): act is Extract<CareAct, { type: typeof type }> => act.type === type);
const moment = ({ revision, on }: { revision: number; on: string }) => ({ revision, on });

const scoreView = (scale: Scale): z.infer<typeof ScoreView> => ({
  revision: scale.revision,
  instrument: scale.instrument,
  on: scale.on,
  completeness: scale.completeness,
  total: scale.total,
  prorated: scale.prorated,
  enteredBy: scale.enteredBy,
  correctedBy: scale.correctedBy ?? null,
  unreadable: scale.unreadable,
});

function endedView({ ended }: Story): EpisodeView['ended'] {
  if (!ended) return null;
  return { ...moment(ended), type: ended.type, reason: ended.type === 'PatientDeathNoted' ? null : ended.facts.reason };
}

function planView(plan: Story['plan']): EpisodeView['plan'] {
  if (!plan) return null;
  const sealed = readable(plan.sealed);
  return {
    ...moment(plan),
    goals: [...(sealed?.goals ?? [])],
    treatment: sealed?.treatment ?? null,
    note: sealed?.note ?? null,
    contactEvery: plan.facts.contactEvery ?? null,
    reassessEvery: plan.facts.reassessEvery ?? null,
  };
}

function barrierViews(acts: ActsOf): EpisodeView['barriers'] {
  const resolved = new Set(acts('BarrierResolved').map(({ facts }) => facts.barrier));
  return acts('BarrierIdentified').map((one) => ({
    ...moment(one),
    barrier: one.facts.barrier,
    kind: one.facts.kind,
    resolved: resolved.has(one.facts.barrier),
  }));
}

function resourceViews(acts: ActsOf): EpisodeView['resources'] {
  const outcomes = new Map(acts('ResourceConnectionClosed').map(({ facts }) => [facts.resource, facts.outcome]));
  return acts('ResourceConnected').map((one) => ({
    ...moment(one),
    resource: one.facts.resource,
    kind: one.facts.kind,
    outcome: outcomes.get(one.facts.resource) ?? null,
  }));
}

function taskViews(acts: ActsOf): EpisodeView['tasks'] {
  const outcomes = new Map<number, string>();
  for (const { facts } of acts('TaskDone')) outcomes.set(facts.task, 'done');
  for (const { facts } of acts('TaskCancelled')) outcomes.set(facts.task, 'cancelled');
  return acts('TaskPlanned').map((one) => ({
    ...moment(one),
    task: one.facts.task,
    dueOn: one.facts.dueOn,
    owner: one.facts.owner,
    cause: one.facts.cause ?? null,
    otherEpisode: one.facts.otherEpisode ?? null,
    text: readable(one.sealed)?.text ?? null,
    outcome: outcomes.get(one.facts.task) ?? null,
  }));
}

const flagViews = (story: Story): EpisodeView['flags'] =>
  standingFlags(story).map((one) => ({ ...moment(one), flag: one.facts.flag }));

function holdView({ hold }: Story): EpisodeView['hold'] {
  if (!hold) return null;
  const { reason } = hold.started.facts;
  return {
    ...moment(hold.started),
    reason,
    expectedEnd: expectedEndOf(hold) ?? null,
  };
}
