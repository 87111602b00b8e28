import { Inject, Injectable } from '@nestjs/common';
import { isOwn, seesOnlyOwnPatients } from '#access';
import type { PatientState } from '#care';
import type { Loaded } from '#door';
import type { Queries } from '#read-models';
import { Problem } from '../http/problems.js';
import type { Caller } from '../http/request.js';
import { RestrictedRecords } from './restricted-records.js';
import { PATIENTS, QUERIES, type AsOf, type PatientsDoor } from '../parts.js';

/** A patient's record that the caller may see, with those of the person's episodes that they may see. */
export interface SeenPerson {
  readonly loaded: Loaded<PatientState>;
  readonly episodes: NonNullable<Awaited<ReturnType<Queries['patient']>>>['episodes'];
  readonly mergedInto: string | null;
}

/** Who may see which patient: those of their organisation; a provider those whose episodes are theirs; a restricted one with a reason. */
@Injectable()
export class OwnPeople {
  constructor(
    @Inject(PATIENTS) private readonly patients: PatientsDoor,
    @Inject(QUERIES) private readonly queries: Pick<Queries, 'patient'>,
    @Inject(RestrictedRecords) private readonly restricted: RestrictedRecords,
  ) {}

  /** @throws Problem 404, the same whether the patient does not exist or is somebody else's */
  async see(caller: Caller, patientId: string, at?: AsOf): Promise<SeenPerson> {
    const { organisation } = caller;
    const loaded = await this.patients.load(patientId, { ...at, organisation });
    if (loaded.revision < 0) throw new Problem('not-found');
    const known = await this.queries.patient({ organisation, patientId });
    const all = known?.episodes ?? [];
    const episodes = all.filter((episode) => isOwn(caller, episode));
    if (seesOnlyOwnPatients(caller.role) && episodes.length === 0) throw new Problem('not-found');
    await this.restricted.assertOpenTo(caller, { patientId });
    return { loaded, episodes, mergedInto: known?.mergedInto ?? null };
  }

  /** An act is answered with the record, so that whoever may not see it may not act upon it. Machines only hand in. */
  async assertMayAct(caller: Caller, patientId: string): Promise<void> {
    if (seesOnlyOwnPatients(caller.role)) await this.see(caller, patientId);
    else await this.assertMayRefer(caller, patientId);
  }

  /** As the record stands now. */
  isRestricted(caller: Caller, patientId: string): Promise<boolean> {
    return this.restricted.isRestricted(caller, { patientId });
  }

  /** A referral may be of anybody, and is answered with the episode: a restricted record asks for a reason here as well. A machine gets a receipt. */
  async assertMayRefer(caller: Caller, patientId: string): Promise<void> {
    if (caller.role === 'integration') return;
    await this.restricted.assertOpenTo(caller, { patientId });
  }
}
