import { Inject, Injectable } from '@nestjs/common';
import { isRestricted } from '#care';
import type { Clock } from '#door';
import { isWithoutViews, type Queries } from '#read-models';
import { Problem } from '../http/problems.js';
import type { Caller } from '../http/request.js';
import { ACCESS_LOG, CLOCK, PATIENTS, QUERIES, type AccessLine, type AccessLog, type PatientsDoor } from '../parts.js';
import { maskedRows } from './masked-rows.js';

/** What is opened: a patient's record, or that of one of their episodes. */
type Opened = { readonly patientId: string; readonly episodeId?: string };

/**
 * Break-glass: the record of a colleague or of somebody in the public eye opens to its care team, and to other people only with a reason,
 * which is logged (research §9, 35). In lists its row is masked for them. A machine opens none, whatever it says.
 */
@Injectable()
export class RestrictedRecords {
  constructor(
    @Inject(PATIENTS) private readonly patients: PatientsDoor,
    @Inject(QUERIES) private readonly queries: Pick<Queries, 'closedTo' | 'patient'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ACCESS_LOG) private readonly log: AccessLog,
  ) {}

  /**
   * `team`: who is known to be in it without the views.
   * @throws Problem 403 when a reason is needed and none was given, and to a machine
   */
  async assertOpenTo(caller: Caller, opened: Opened, team: readonly (string | undefined)[] = []): Promise<void> {
    if (team.includes(caller.subject) || !(await this.isRestricted(caller, opened))) return;
    if (caller.role === 'integration') throw new Problem('restricted-record');
    if (await this.isInTeam(caller, opened)) return;
    const { accessReason: reason } = caller;
    if (!reason)
      throw new Problem('access-reason-needed', 'Say why you open this record: send Access-Reason with your request.');
    this.note(caller, opened, reason);
  }

  /** What a machine is to file elsewhere it gets of every record; of a restricted one that is logged. */
  async noteFiling(caller: Caller, opened: Opened): Promise<void> {
    if (await this.isRestricted(caller, opened)) this.note(caller, opened, 'filing');
  }

  /** A list as this caller may see it. Asked after the list was read, so that a label is never older than the names. */
  async masked<T>({ organisation, subject }: Caller, list: T): Promise<T> {
    return maskedRows(list, await this.queries.closedTo({ organisation, subject }));
  }

  /** By the record’s own label, or by that of another record of the person. */
  async isRestricted({ organisation, subject }: Caller, { patientId }: Opened): Promise<boolean> {
    if (isRestricted((await this.patients.load(patientId, { organisation })).state)) return true;
    return knownToViews(async () => (await this.queries.closedTo({ organisation, subject })).has(patientId));
  }

  private isInTeam({ organisation, subject }: Caller, { patientId }: Opened): Promise<boolean> {
    return knownToViews(async () => {
      const known = await this.queries.patient({ organisation, patientId });
      return known?.episodes.some(({ careManager, provider }) => [careManager, provider].includes(subject)) ?? false;
    });
  }

  private note(caller: Caller, { patientId, episodeId }: Opened, reason: AccessLine['reason']): void {
    const { operation, actor, role, organisation, traceId } = caller;
    const at = this.clock.now().toISOString();
    const opened = { patientId, episodeId: episodeId ?? null };
    this.log({ access: 'restricted-record', at, operation, ...opened, actor, role, organisation, reason, traceId });
  }
}

/** Who is one person, and who is in the care team, is known to the views alone, and acts do not wait for them: without them nobody is. */
async function knownToViews(look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch (error) {
    if (isWithoutViews(error)) return false;
    throw error;
  }
}
