import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { isOwn, type Identity } from '#access';
import { Note, PATIENT_COMMANDS, SiteId, StaffId, tell, Urgency, Uuid, type EpisodeState } from '#care';
import { withWarning } from '../episodes/acting.js';
import { OccurredAt } from '../episodes/acts.js';
import { NamedStaff } from '../episodes/named-staff.js';
import { whose } from '../episodes/own-patients.js';
import { shownEpisode } from '../episodes/shown-episode.js';
import { Answer } from '../http/answer.js';
import { envelopeFor } from '../http/envelope.js';
import { commandIdFor, idFor } from '../http/idempotency.js';
import { answerTo, refusalProblem } from '../http/outcome.js';
import { Problem } from '../http/problems.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { OwnPeople } from '../patients/own-people.js';
import {
  EPISODES,
  ORGANISATIONS,
  PATIENTS,
  type EpisodesDoor,
  type OrganisationsDoor,
  type PatientsDoor,
} from '../parts.js';

export const ReferralBody = z
  .strictObject({
    patientId: Uuid.optional().meta({ description: 'A patient who is registered; or else `patient`.' }),
    patient: PATIENT_COMMANDS.RegisterPatient.optional().meta({
      description: 'A new patient, registered together with the referral.',
    }),
    site: SiteId.optional().meta({ description: 'Absent: the organisation’s only site.' }),
    referredBy: StaffId.optional().meta({ description: 'Absent: the caller.' }),
    urgency: Urgency.default('routine'),
    reason: Note,
    note: Note,
    careManager: StaffId.optional(),
    provider: StaffId.optional(),
    ...OccurredAt,
  })
  .refine(({ patientId, patient }) => (patientId === undefined) !== (patient === undefined), {
    path: ['patientId'],
    message: 'give either patientId or patient',
  })
  .meta({ id: 'ReferPatient' });
type ReferralBody = z.infer<typeof ReferralBody>;

/** A referral: registers the patient when new, then opens an episode or tells the open one. */
@Injectable()
export class Referring {
  constructor(
    @Inject(EPISODES) private readonly episodes: EpisodesDoor,
    @Inject(PATIENTS) private readonly patients: PatientsDoor,
    @Inject(ORGANISATIONS) private readonly organisations: OrganisationsDoor,
    @Inject(OwnPeople) private readonly people: OwnPeople,
    @Inject(NamedStaff) private readonly named: NamedStaff,
  ) {}

  async refer(request: ApiRequest): Promise<Answer> {
    const caller = callerOf(request);
    const { patientId, patient, site, referredBy, occurredAt, ...said } = request.body as ReferralBody;
    if (patientId !== undefined) await this.people.assertMayRefer(caller, patientId);
    // The id comes of the key, so that a retry finds the patient it registered.
    const who = patientId ?? idFor(caller, request.idempotencyKey, 'patient');
    const referral = {
      type: 'ReferPatient' as const,
      ...said,
      patientId: who,
      site: await this.siteOf(caller, site),
      referredBy: referredBy ?? caller.subject,
    };
    const envelope = envelopeFor(request, commandIdFor(caller, request.idempotencyKey), referral, occurredAt);
    // Before anybody is registered: a referral to somebody unknown must leave nothing behind.
    await this.named.assertThere(caller, referral, () => this.episodes.knowsReferral(envelope));
    if (patient) {
      const refusal = await this.episodes.refusalOf(envelope);
      if (refusal) throw refusalProblem(refusal);
      await this.register(request, who, patient);
    }
    const { episodeId, outcome } = await this.episodes.refer(envelope);
    const answer = withWarning(
      answerTo(outcome, shownEpisode(caller, episodeId)),
      occurredAt,
      outcome.loaded.lastRecordedAt,
    );
    const repeats = 'firstRevision' in outcome && outcome.firstRevision > 0;
    if (!repeats) return answer;
    const warning = isNamedInVain(caller, said, outcome.loaded.state) ? { 'act-warning': 'not-assigned' } : {};
    return new Answer(200, answer.body, { ...answer.headers, ...warning });
  }

  private async siteOf({ organisation }: Identity, asked: string | undefined): Promise<string> {
    const { state, revision } = await this.organisations.load(organisation);
    if (revision < 0)
      throw refusalProblem({ code: 'unknown-organisation', detail: 'The organisation has not been opened.' });
    const [only, ...others] = state.sites.keys();
    if (asked !== undefined && !state.sites.has(asked))
      throw refusalProblem({
        code: 'unknown-site',
        detail: `The organisation has no site ${asked}.`,
        errors: [{ pointer: '/site', detail: 'unknown site' }],
      });
    const site = asked ?? (others.length === 0 ? only : undefined);
    if (site === undefined)
      throw new Problem('malformed-body', 'The organisation has more than one site.', {
        errors: [{ pointer: '/site', detail: 'is required' }],
      });
    return site;
  }

  private async register(
    request: ApiRequest,
    patientId: string,
    details: NonNullable<ReferralBody['patient']>,
  ): Promise<void> {
    const caller = callerOf(request);
    const outcome = await this.patients.handle(
      patientId,
      envelopeFor(request, commandIdFor(caller, request.idempotencyKey, 'register'), {
        type: 'RegisterPatient',
        ...details,
      }),
    );
    if (outcome.kind === 'refused') throw refusalProblem(outcome.refusal);
    if (outcome.kind === 'id-reused') throw new Problem('idempotency-key-reused');
  }
}

/** Whether somebody was named who is not in charge now. Whoever may not see who is learns nothing by naming them. */
function isNamedInVain(
  caller: Identity,
  { careManager, provider }: Pick<ReferralBody, 'careManager' | 'provider'>,
  state: EpisodeState,
): boolean {
  const story = tell(state);
  const standing = story && isOwn(caller, whose(story)) ? story : undefined;
  return [
    [careManager, standing?.careManager],
    [provider, standing?.provider],
  ].some(([named, inCharge]) => named !== undefined && named !== inCharge);
}
