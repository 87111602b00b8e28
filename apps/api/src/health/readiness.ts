import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { PROBES } from '../parts.js';
import type { HealthProbes } from './probes.js';

export const Readiness = z
  .object({
    ready: z.boolean(),
    store: z.enum(['up', 'away']),
    readModels: z.object({ lag: z.int(), parked: z.int() }).nullable(),
    temporal: z
      .object({
        status: z.enum(['up', 'connecting', 'down', 'absent']),
        since: z.string(),
        attributesVerified: z.boolean().optional(),
      })
      .nullable(),
    watchdog: z.object({ lastSweep: z.string().nullable(), heals: z.int() }).nullable(),
    oldestOverdueUnraised: z.string().nullable(),
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
        'What is missing though the service is ready: `temporal`, `temporal-attributes`, `watchdog`, `read-models`, `notices`.',
    }),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof Readiness>;

const STORE_ANSWERS_WITHIN_MS = 3_000;
/** It looks every two seconds, and after each batch of a burst. */
const WATCHDOG_LOOKS_WITHIN_MS = 60_000;

/** Whether this process can serve. Temporal away is degraded, not unready: the watchdog raises what is due. */
@Injectable()
export class Readinesses implements BeforeApplicationShutdown {
  private shuttingDown = false;
  private readonly began = Date.now();

  constructor(@Inject(PROBES) private readonly probes: HealthProbes) {}

  beforeApplicationShutdown(): void {
    this.shuttingDown = true;
  }

  async now(): Promise<Readiness> {
    const store = (await this.storeAnswers()) ? 'up' : 'away';
    const readModels = await this.probes.readModels().catch(() => null);
    const temporal = this.probes.temporal();
    const watchdog = this.probes.watchdog();
    const notices = this.probes.notices();
    const degraded = [
      ...(temporal === null || temporal.status === 'up' ? [] : ['temporal']),
      ...(temporal?.status === 'up' && temporal.attributesVerified === false ? ['temporal-attributes'] : []),
      ...(watchdog !== null && this.isSilent(watchdog) ? ['watchdog'] : []),
      ...(readModels === null || readModels.parked > 0 ? ['read-models'] : []),
      ...(notices !== null && (notices.undelivered > 0 || notices.failing.length > 0) ? ['notices'] : []),
    ];
    const { shuttingDown } = this;
    return {
      ready: store === 'up' && !shuttingDown,
      store,
      readModels,
      temporal,
      watchdog,
      oldestOverdueUnraised: this.probes.oldestOverdueUnraised(),
      notices: notices && { ...notices, failing: [...notices.failing] },
      shuttingDown,
      degraded,
    };
  }

  /** Then Temporal alone wakes everybody. Judged by the machine's clock, as the looks are. */
  private isSilent({ lastSweep }: { readonly lastSweep: string | null }): boolean {
    return Date.now() - (lastSweep === null ? this.began : Date.parse(lastSweep)) > WATCHDOG_LOOKS_WITHIN_MS;
  }

  private async storeAnswers(): Promise<boolean> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(reject, STORE_ANSWERS_WITHIN_MS, new Error('late'));
    return await Promise.race([this.probes.store(), late])
      .then(
        () => true,
        () => false,
      )
      .finally(() => clearTimeout(timer));
  }
}
