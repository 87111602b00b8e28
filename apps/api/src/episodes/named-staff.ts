import { Inject, Injectable } from '@nestjs/common';
import type { Identity } from '#access';
import { namesStaff, refusalOfStrangers, type EpisodeCommandType } from '#care';
import { refusalProblem } from '../http/outcome.js';
import { ORGANISATIONS, type OrganisationsDoor } from '../parts.js';

/** Whom an act gives a patient or a task has to be on the staff. What a machine hands in is never turned away for whom it names. */
@Injectable()
export class NamedStaff {
  constructor(@Inject(ORGANISATIONS) private readonly organisations: Pick<OrganisationsDoor, 'load'>) {}

  /**
   * What succeeded before gets its first answer, even if somebody it names has left since.
   * @throws Problem 422 that names each field
   */
  async assertThere(
    { role, organisation }: Identity,
    command: { readonly type: EpisodeCommandType },
    isRepeat: () => Promise<boolean>,
  ): Promise<void> {
    if (role === 'integration' || !namesStaff(command.type)) return;
    const { state } = await this.organisations.load(organisation);
    const refusal = refusalOfStrangers(command, state.staff);
    if (refusal && !(await isRepeat())) throw refusalProblem(refusal);
  }
}
