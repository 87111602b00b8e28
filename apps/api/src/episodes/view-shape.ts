import { z } from 'zod';

/**
 * The shape of an episode’s representation. `null` where nothing is known; the shape is always whole,
 * so that a client never asks whether a member is there.
 */
const Moment = z.object({ revision: z.int(), on: z.string() });
export const ScoreView = z
  .object({
    revision: z.int(),
    instrument: z.string(),
    on: z.string(),
    completeness: z.string(),
    total: z.number().nullable(),
    prorated: z.number().nullable(),
    enteredBy: z.string(),
    correctedBy: z.int().nullable(),
    unreadable: z.boolean(),
  })
  .meta({ id: 'Score' });
const FollowUpView = z
  .object({
    followUpId: z.string(),
    kind: z.string(),
    title: z.string(),
    why: z.string(),
    dueOn: z.string(),
    zone: z.string(),
    safety: z.boolean(),
    anchorRevision: z.int(),
    openedAt: z.string(),
    closes: z.string(),
    lastStep: z.int(),
    raisedSince: z.string().nullable(),
    lastRaisedAt: z.string().nullable(),
    next: z.object({ step: z.int(), at: z.string(), notify: z.array(z.string()) }),
    owner: z.string().nullable(),
    about: z.int().nullable(),
    acknowledgedBy: z.string().nullable(),
    snoozes: z.int(),
    snoozedUntil: z.string().nullable(),
  })
  .meta({
    id: 'FollowUp',
    description: 'Something the clinic owes the patient: why, by when, what closes it and who hears next.',
  });

export const EpisodeView = z
  .object({
    episodeId: z.uuid(),
    revision: z.int(),
    patientId: z.uuid(),
    ordinal: z.int(),
    site: z.string(),
    zone: z.string(),
    phase: z.enum(['referred', 'acute', 'relapse-prevention', 'ended']),
    phaseSince: Moment,
    urgency: z.string(),
    careManager: z.string().nullable(),
    provider: z.string().nullable(),
    referral: Moment.extend({ referredBy: z.string(), reason: z.string().nullable(), repeats: z.int() }),
    accepted: z.boolean(),
    reached: Moment.nullable(),
    attempts: z.int(),
    enrolledOn: z.string().nullable(),
    ended: Moment.extend({ type: z.string(), reason: z.string().nullable() }).nullable(),
    scores: z.object({
      primaryScale: z.string().nullable(),
      baseline: ScoreView.nullable(),
      last: ScoreView.nullable(),
      count: z.int(),
    }),
    risk: z.object({ level: z.string().nullable(), outcome: z.string(), revision: z.int(), on: z.string() }).nullable(),
    plan: Moment.extend({
      goals: z.array(z.string()),
      treatment: z.string().nullable(),
      note: z.string().nullable(),
      contactEvery: z.int().nullable(),
      reassessEvery: z.int().nullable(),
    }).nullable(),
    consents: z.array(
      z.object({
        kind: z.string(),
        method: z.string(),
        obtainedBy: z.string(),
        givenBy: z.string(),
        on: z.string(),
        until: z.string().nullable(),
        withdrawnOn: z.string().nullable(),
      }),
    ),
    billing: z
      .object({
        countableFrom: z.string().nullable(),
        countableUntil: z.string().nullable(),
        months: z.array(z.object({ month: z.string(), minutes: z.number(), countableMinutes: z.number() })),
      })
      .meta({ description: 'Minutes by local month, and how many were logged while the consent to billing stood.' }),
    declines: z.array(
      Moment.extend({
        scope: z.string(),
        channel: z.string().nullable(),
        instrument: z.string().nullable(),
        askAgainOn: z.string().nullable(),
      }),
    ),
    appointments: z.array(
      z.object({
        appointment: z.int(),
        on: z.string(),
        at: z.string().nullable(),
        withWhom: z.string(),
        outcome: z.string().nullable(),
      }),
    ),
    recommendations: z.array(
      Moment.extend({
        recommendation: z.int(),
        to: z.string(),
        urgency: z.string(),
        text: z.string().nullable(),
        answer: z.string().nullable(),
        gone: z.boolean(),
      }),
    ),
    barriers: z.array(Moment.extend({ barrier: z.int(), kind: z.string(), resolved: z.boolean() })),
    resources: z.array(Moment.extend({ resource: z.int(), kind: z.string(), outcome: z.string().nullable() })),
    tasks: z.array(
      Moment.extend({
        task: z.int(),
        dueOn: z.string(),
        owner: z.string(),
        cause: z.string().nullable(),
        otherEpisode: z.string().nullable(),
        text: z.string().nullable(),
        outcome: z.string().nullable(),
      }),
    ),
    flags: z.array(Moment.extend({ flag: z.string() })),
    hold: Moment.extend({ reason: z.string(), expectedEnd: z.string().nullable() }).nullable(),
    followUps: z.array(FollowUpView),
    voided: z.array(z.int()),
    pin: z.string().nullable(),
  })
  .meta({ id: 'Episode', description: 'One patient episode as its stream has it.' });
export type EpisodeView = z.infer<typeof EpisodeView>;
