import { Inject, Injectable } from '@nestjs/common';
import { isRestricted } from '#care';
import { Problem } from '../http/problems.js';
import type { Caller } from '../http/request.js';
import { ACCESS_LOG, PATIENTS, type AccessLog, type PatientsDoor } from '../parts.js';

/**
 * Break-glass: the record of a colleague or of somebody in the public eye opens to its care team, and to others only with a reason, which is logged
 * (research §9, 35). A machine that hands in a result is never turned away.
 */
@Injectable()
export class RestrictedRecords {
  constructor(
    @Inject(PATIENTS) private readonly patients: PatientsDoor,
    @Inject(ACCESS_LOG) private readonly log: AccessLog,
  ) {}

  /** @throws Problem 403 when a reason is needed and none was given */
  async assertOpenTo(caller: Caller, patientId: string, team: readonly (string | null | undefined)[]): Promise<void> {
    if (caller.role === 'integration' || team.includes(caller.subject)) return;
    const { state } = await this.patients.load(patientId, { organisation: caller.organisation });
    if (!isRestricted(state)) return;
    const { accessReason: reason, actor, role, organisation } = caller;
    if (!reason)
      throw new Problem('access-reason-needed', 'Say why you open this record: send Access-Reason with your request.');
    this.log({ access: 'restricted-record', patientId, actor, role, organisation, reason });
  }
}
