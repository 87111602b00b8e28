import { z } from 'zod';
import { HUDDLE_CLASSES, LACKS, MORNING_CLASSES, OUTREACH_CLASSES, URGENT_CLASSES } from '#read-models';
import { Masked } from '../http/list.js';

/** The lists of a day as clients see them. */
const Reason = z
  .object({
    class: z.string(),
    episodeId: z.uuid(),
    followUpId: z.string().nullable().meta({ description: 'Null when the record itself says it.' }),
    revision: z.int().nullable().meta({ description: 'Of the contact or note it is about.' }),
    title: z.string(),
    why: z.string(),
    since: z.string(),
    age: z.string().meta({ description: '`since` in words.' }),
    dueOn: z.string().nullable(),
    due: z.string().nullable().meta({ description: '`dueOn` in words.' }),
    daysOverdue: z.int(),
    closes: z.string(),
    owner: z.string().nullable().meta({ description: 'Who is to act, leave and cover counted in.' }),
    inHandWith: z.string().nullable(),
  })
  .loose()
  .meta({ id: 'DayReason' });

const Line = z.object({
  patientId: z.string().nullable(),
  patientName: z.string().nullable(),
  careManager: z.string().nullable(),
  owner: z.string().nullable(),
  class: z.string(),
  headline: Reason,
  reasons: z.array(Reason),
  masked: Masked.optional(),
});

const DayLine = Line.loose().meta({ id: 'DayLine' });

const Muted = z
  .object({
    episodeId: z.string(),
    followUpId: z.string(),
    title: z.string(),
    because: z.string(),
    masked: Masked.optional(),
  })
  .loose()
  .meta({ id: 'DayMuted' });

const list = (classes: readonly string[], line: z.ZodType) => ({
  total: z.int().meta({ description: 'How many lines; the sum of `counts`.' }),
  counts: z
    .object(Object.fromEntries(classes.map((one) => [one, z.int()])))
    .meta({ description: 'Lines by the class of their headline, the most pressing class first.' }),
  lines: z.array(line),
  mutedCount: z.int(),
  muted: z.array(Muted).meta({ description: 'What is kept from the list for now, and why.' }),
});

const Dated = {
  asOf: z.string(),
  date: z.string().nullable().meta({ description: 'The date that was asked for; null: now.' }),
};

export const Morning = z.object({ ...Dated, ...list(MORNING_CLASSES, DayLine) }).meta({ id: 'Morning' });

export const Outreach = z
  .object({
    ...Dated,
    ...list(
      OUTREACH_CLASSES,
      Line.extend({
        phone: z.string().nullable(),
        language: z.string().nullable(),
        attempts: z.array(z.object({ on: z.string(), weekday: z.string(), at: z.string(), band: z.string() }).loose()),
        refusals: z.array(z.object({ what: z.string(), on: z.string() })).meta({
          description:
            'Ways of being reached that the patient declined, and `messaging` when that consent was withdrawn.',
        }),
        nextLetter: z.object({ on: z.string(), why: z.string() }).nullable(),
        bestTime: z.object({ band: z.string(), why: z.string() }).nullable().meta({ description: 'Null when masked.' }),
        how: z.string(),
      })
        .loose()
        .meta({ id: 'OutreachLine' }),
    ),
  })
  .meta({ id: 'Outreach' });

export const Huddle = z
  .object({
    ...Dated,
    ...list(
      HUDDLE_CLASSES,
      Line.extend({
        course: z.object({}).loose().nullable(),
        daysInTreatment: z.int().nullable(),
        daysOnTreatment: z.int().nullable(),
        lastReviewedOn: z.string().nullable(),
        daysSinceReview: z.int().nullable(),
      })
        .loose()
        .meta({ id: 'HuddleLine' }),
    ),
  })
  .meta({ id: 'Huddle' });

export const Documentation = z.object({ ...Dated, ...list(LACKS, DayLine) }).meta({ id: 'Documentation' });

export const Evening = z
  .object({
    ...Dated,
    urgent: z.object(list(URGENT_CLASSES, DayLine)),
    owners: z
      .array(z.object({ owner: z.string().nullable(), count: z.int() }))
      .meta({ description: 'Urgent lines by who is to act.' }),
    inHand: z.array(DayLine).meta({ description: 'Safety that somebody took in hand today, by name.' }),
    tomorrow: z.object(list(MORNING_CLASSES, DayLine)),
  })
  .meta({ id: 'Evening' });
