import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { within } from '#event-store';
import { PROBES } from '../parts.js';
import type { HealthProbes } from './probes.js';

export const Readiness = z
  .object({
    ready: z.boolean(),
    store: z.enum(['up', 'away']),
    readModels: z.object({ lag: z.int(), lagSeconds: z.number(), parked: z.int() }).nullable(),
    temporal: z
      .object({
        status: z.enum(['up', 'connecting', 'down', 'absent']),
        since: z.string(),
        attributesVerified: z.boolean().optional(),
      })
      .nullable(),
    workflows: z.object({ lastLook: z.string().nullable() }).nullable(),
    watchdog: z.object({ lastSweep: z.string().nullable(), heals: z.int(), healsLastDay: z.int() }).nullable(),
    oldestOverdueUnraised: z
      .string()
      .nullable()
      .meta({ description: 'Since when the oldest step that is due waits to be raised.' }),
    overdueSeconds: z.number().meta({ description: 'For how long; 0 when none waits.' }),
    clock: z
      .object({
        behindLogSeconds: z.number().meta({ description: 'The log has recorded a time that is so far ahead; else 0.' }),
        aheadOfTemporalSeconds: z
          .number()
          .nullable()
          .meta({ description: 'Negative: behind. As of the last looks of workflows; null before there were any.' }),
      })
      .nullable(),
    keys: z
      .object({
        damaged: z
          .int()
          .meta({ description: 'Keys of patients that cannot be used: nothing can be sealed with them.' }),
      })
      .nullable(),
    notices: z
      .object({
        waiting: z.int(),
        oldestWaiting: z.string().nullable(),
        undelivered: z.int(),
        failing: z.array(z.string()),
      })
      .nullable(),
    shuttingDown: z.boolean(),
    degraded: z.array(z.string()).meta({
      description:
        'What is missing though the service is ready: `temporal`, `temporal-attributes`, `watchdog`, `overdue`, `read-models`, `clock`, `keys`, `notices`.',
    }),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof Readiness>;

/** Of log and views, which may be silent for a minute. Whoever asks waits less long, and takes no answer for a dead process. */
const ANSWERS_WITHIN_MS = 3_000;
/** The watchdog looks every few seconds; this long without a look it is silent. */
const SILENT_AFTER_MS = 60_000;
/** Two machines with their time from the network are less apart. */
const APART_AFTER_SECONDS = 30;
/** What both wakers together may need (ARCHITECTURE.md: minutes after a failure). */
const OVERDUE_AFTER_SECONDS = 300;

/** Whether this process can serve. Temporal away is degraded, not unready: the watchdog raises what is due. */
@Injectable()
export class Readinesses implements BeforeApplicationShutdown {
  private shuttingDown = false;
  private readonly startedAt = Date.now();

  constructor(@Inject(PROBES) private readonly probes: HealthProbes) {}

  beforeApplicationShutdown(): void {
    this.shuttingDown = true;
  }

  async now(): Promise<Readiness> {
    const [store, readModels] = await Promise.all([
      within(ANSWERS_WITHIN_MS, this.probes.store()).then(
        () => 'up' as const,
        () => 'away' as const,
      ),
      within(ANSWERS_WITHIN_MS, this.probes.readModels()).catch(() => null),
    ]);
    const mute: string[] = [];
    const told = <T>(part: string, probe: () => T | null): T | null => {
      try {
        return probe();
      } catch {
        mute.push(part);
        return null;
      }
    };
    const temporal = this.probes.temporal();
    const workflows = this.probes.workflows();
    const watchdog = told('watchdog', () => this.probes.watchdog());
    const overdue = told('overdue', () => this.probes.oldestOverdueUnraised());
    const clock = this.probes.clock();
    const keys = this.probes.keys();
    const notices = told('notices', () => this.probes.notices());
    const degraded = [
      ...(temporal === null || temporal.status === 'up' ? [] : ['temporal']),
      ...(temporal?.status === 'up' && temporal.attributesVerified === false ? ['temporal-attributes'] : []),
      ...(watchdog !== null && this.isSilent(watchdog.lastSweep) ? ['watchdog'] : []),
      ...(overdue !== null && overdue.seconds > OVERDUE_AFTER_SECONDS ? ['overdue'] : []),
      ...(readModels === null || readModels.parked > 0 ? ['read-models'] : []),
      ...(clock !== null && isApart(clock) ? ['clock'] : []),
      ...(keys !== null && keys.damaged > 0 ? ['keys'] : []),
      ...(notices !== null && (notices.undelivered > 0 || notices.failing.length > 0) ? ['notices'] : []),
      ...mute,
    ];
    const { shuttingDown } = this;
    return {
      ready: store === 'up' && !shuttingDown,
      store,
      readModels,
      temporal,
      workflows,
      watchdog,
      oldestOverdueUnraised: overdue?.since ?? null,
      overdueSeconds: overdue?.seconds ?? 0,
      clock,
      keys,
      notices: notices && { ...notices, failing: [...notices.failing] },
      shuttingDown,
      degraded,
    };
  }

  private isSilent(lastSweep: string | null): boolean {
    const last = lastSweep === null ? this.startedAt : Date.parse(lastSweep);
    // A look in the future was made before the clock was set back.
    return Math.abs(Date.now() - last) > SILENT_AFTER_MS;
  }
}

const isApart = ({ behindLogSeconds, aheadOfTemporalSeconds }: NonNullable<Readiness['clock']>): boolean =>
  behindLogSeconds > APART_AFTER_SECONDS || Math.abs(aheadOfTemporalSeconds ?? 0) > APART_AFTER_SECONDS;
