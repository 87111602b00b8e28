import { z } from 'zod';

/** A date without a time, in the site's zone: YYYY-MM-DD. */
export const LocalDate = z.iso
  .date()
  .meta({ id: 'LocalDate', description: 'A local date in the zone of the site, YYYY-MM-DD.' });
export type LocalDate = z.infer<typeof LocalDate>;

/** Nothing of an episode lies before it: a year is mistyped, and what it would owe would have repeated for centuries. */
export const EARLIEST = '1900-01-01';
/** A local date as somebody states it in an act. */
export const ActDate = z.iso
  .date()
  .refine((date) => date >= EARLIEST, `a date since ${EARLIEST}`)
  .meta({ id: 'ActDate', description: `A local date in the zone of the site, YYYY-MM-DD, since ${EARLIEST}.` });

/** A point in time: ISO 8601 with offset or Z. Stored in UTC with milliseconds. */
export const Instant = z.iso
  .datetime({ offset: true })
  .meta({ id: 'Instant', description: 'A point in time, ISO 8601 with offset.' });

/** A local time of day, HH:MM. */
export const LocalTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a local time, HH:MM');

export const Uuid = z.uuid();
/** An opaque id of a member of staff; never a name. */
export const StaffId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9._-]+$/, 'letters, digits, dot, dash, underscore');
export const SiteId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9._-]+$/, 'letters, digits, dot, dash, underscore');
export const Revision = z.int().min(0);
export const Text = z.string().trim().min(1).max(10_000);
export const Note = Text.optional();
export const Language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a BCP 47 language tag');

export const ROLES = [
  'care-manager',
  'supervisor',
  'psychiatric-consultant',
  'provider',
  'administrator',
  'auditor',
  'integration',
] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/**
 * Whom a step of a ladder tells (follow-up-rules G2 and Terms). `on-call` and `second-owner` are settings of the site; `consult-queue`
 * is the queue of the psychiatric consultant; `digest` is the supervisor's daily digest; `task-owner` and `former-owner` are named by the follow-up.
 */
export const NOTIFY = [
  'care-manager',
  'supervisor',
  'psychiatric-consultant',
  'provider',
  'on-call',
  'second-owner',
  'consult-queue',
  'digest',
  'task-owner',
  'former-owner',
] as const;
export const Notify = z.enum(NOTIFY);
export type Notify = z.infer<typeof Notify>;

export const Urgency = z.enum(['routine', 'urgent', 'safety']);
export type Urgency = z.infer<typeof Urgency>;

export const InstrumentCode = z.string().regex(/^[A-Z0-9][A-Z0-9-]{1,15}$/, 'an instrument code such as PHQ-9');
export const RiskLevel = z.enum(['none', 'low', 'moderate', 'high']);
export type RiskLevel = z.infer<typeof RiskLevel>;
