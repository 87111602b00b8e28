import { Inject, Injectable } from '@nestjs/common';
import { seesOnlyOwnPatients, type Identity } from '#access';
import type { PatientState } from '#care';
import type { Loaded } from '#door';
import type { Queries } from '#read-models';
import { Problem } from '../http/problems.js';
import { PATIENTS, QUERIES, type PatientsDoor } from '../parts.js';
import type { PatientWithEpisodes } from './patient-view.js';

/** Who may see which patient: those of their organisation; a provider those whose episodes are theirs. */
@Injectable()
export class OwnPeople {
  constructor(
    @Inject(PATIENTS) private readonly patients: PatientsDoor,
    @Inject(QUERIES) private readonly queries: Pick<Queries, 'patient'>,
  ) {}

  /** @throws Problem 404, the same whether the patient does not exist or is somebody else's */
  async see(caller: Identity, patientId: string): Promise<Loaded<PatientState>> {
    const loaded = await this.patients.load(patientId, { organisation: caller.organisation });
    if (loaded.revision < 0) throw new Problem('not-found');
    if (seesOnlyOwnPatients(caller.role) && (await this.episodesOf(caller, patientId)).length === 0)
      throw new Problem('not-found');
    return loaded;
  }

  async assertMayAct(caller: Identity, patientId: string): Promise<void> {
    if (seesOnlyOwnPatients(caller.role)) await this.see(caller, patientId);
  }

  /** The patient's episodes that the caller may see. */
  async episodesOf(caller: Identity, patientId: string): Promise<PatientWithEpisodes['episodes']> {
    const known = await this.queries.patient({ organisation: caller.organisation, patientId });
    const episodes = known?.episodes ?? [];
    return episodes
      .filter(({ provider }) => !seesOnlyOwnPatients(caller.role) || provider === caller.subject)
      .map((episode) => ({ ...episode }));
  }
}
