import { Inject, Injectable } from '@nestjs/common';
import { allows } from '#access';
import { TimedOut, within } from '#event-store';
import { isWithoutViews, type Queries } from '#read-models';
import type { CaughtUp } from '../http/read-your-writes.js';
import type { Caller } from '../http/request.js';
import { QUERIES, VIEWS } from '../parts.js';

const LONGEST_WAIT_MS = 1_000;

/** Whether somebody was registered twice, perhaps. A hint for whoever may look records up; it is never in the way of a registration. */
@Injectable()
export class SameNumber {
  constructor(
    @Inject(QUERIES) private readonly queries: Pick<Queries, 'patientsByRecordNumber'>,
    @Inject(VIEWS) private readonly views: Pick<CaughtUp, 'waitFor'>,
  ) {}

  /** The other records with the number; null where that is not to be said, or not known before the views hold the registration. */
  async besides(
    { role, organisation }: Caller,
    { patientId, recordNumber, position }: { patientId: string; recordNumber: string | undefined; position: string },
  ): Promise<readonly string[] | null> {
    if (!allows(role, 'findPatients')) return null;
    if (!recordNumber) return [];
    try {
      const bearers = await within(LONGEST_WAIT_MS, this.bearers(organisation, recordNumber, position));
      return bearers?.filter((id) => id !== patientId) ?? null;
    } catch (error) {
      if (error instanceof TimedOut || isWithoutViews(error)) return null;
      throw error;
    }
  }

  private async bearers(organisation: string, recordNumber: string, position: string): Promise<string[] | null> {
    if (!(await this.views.waitFor(position, LONGEST_WAIT_MS))) return null;
    const bearers = await this.queries.patientsByRecordNumber({ organisation, recordNumber });
    return bearers.map(({ patientId }) => patientId);
  }
}
