import { z } from 'zod';

const Fact = z.object({
  revision: z.int(),
  type: z.string(),
  sentence: z.string(),
  occurredAt: z.string(),
  recordedAt: z.string(),
  actor: z.string(),
  voidedBy: z.int().nullable(),
});
const Step = z.object({
  step: z.int(),
  at: z.string(),
  notify: z.array(z.string()),
  note: z.string().nullable(),
  raised: z
    .object({ revision: z.int(), recordedAt: z.string(), by: z.string(), asStep: z.int(), lateMs: z.number() })
    .nullable(),
});
const NumberBehind = z.object({
  key: z.string(),
  value: z.number(),
  unit: z.string(),
  source: z.string(),
  firmness: z.string().nullable(),
  mark: z.string(),
  meaning: z.string(),
});
const Snooze = z.object({
  revision: z.int(),
  recordedAt: z.string(),
  by: z.string(),
  until: z.string(),
  reason: z.string(),
});

/** Always whole, like the episode's own representation. */
export const FollowUpExplained = z
  .object({
    followUpId: z.string(),
    kind: z.string(),
    title: z.string(),
    why: z.string(),
    source: z.string(),
    dueOn: z.string(),
    zone: z.string(),
    safety: z.boolean(),
    owner: z.string().nullable(),
    about: z.int().nullable(),
    opened: z.object({ revision: z.int(), recordedAt: z.string(), carriesOn: z.string().nullable() }),
    anchor: Fact.nullable(),
    numbers: z.array(NumberBehind),
    ends: z.object({ fulfilledBy: z.string(), supersededBy: z.string().nullable() }),
    steps: z.array(Step),
    next: z.object({ step: z.int(), at: z.string(), notify: z.array(z.string()) }).nullable(),
    snoozes: z.array(Snooze),
    acknowledgedBy: z.string().nullable(),
    state: z.enum(['open', 'fulfilled', 'superseded']),
    ended: z
      .object({
        revision: z.int(),
        recordedAt: z.string(),
        by: Fact.nullable(),
        inTime: z.boolean().nullable(),
        reason: z.string().nullable(),
        carriedOnBy: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({
    id: 'FollowUpExplained',
    description: 'Why the clinic owes or owed this: rule, fact, numbers, steps, and how it ended.',
  });
