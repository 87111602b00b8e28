import { Inject, Injectable } from '@nestjs/common';
import type { Identity } from '#access';
import type { EpisodeCommand } from '#care';
import { commandIdFor } from '../http/idempotency.js';
import { Answer } from '../http/answer.js';
import { answerTo } from '../http/outcome.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { envelopeFor } from '../http/envelope.js';
import { EPISODES, type EpisodesDoor } from '../parts.js';
import type { Act } from './acts.js';
import { NamedStaff } from './named-staff.js';
import { OwnPatients } from './own-patients.js';
import { shownEpisode } from './shown-episode.js';

/** Performs the acts of the table: request → command → door → answer. */
@Injectable()
export class Acting {
  constructor(
    @Inject(EPISODES) private readonly episodes: EpisodesDoor,
    @Inject(OwnPatients) private readonly own: OwnPatients,
    @Inject(NamedStaff) private readonly named: NamedStaff,
  ) {}

  async perform(act: Act, request: ApiRequest): Promise<Answer> {
    const caller = callerOf(request);
    const { id, ...inPath } = request.params as { id: string } & Record<string, unknown>;
    await this.own.assertMayAct(caller, id);
    const { occurredAt, ...body } = request.body as { occurredAt?: string };
    const fields = Object.fromEntries(Object.entries(inPath).map(([name, value]) => [act.fields[name] ?? name, value]));
    // The body was checked against this command's own schema, the path fields against theirs.
    const command = enteredBy(caller, { type: act.command, ...body, ...fields } as EpisodeCommand);
    const envelope = envelopeFor(request, commandIdFor(caller, request.idempotencyKey), command, occurredAt);
    await this.named.assertThere(caller, command, () => this.episodes.knows(id, envelope.commandId));
    const outcome = await this.episodes.handle(id, envelope);
    return withWarning(answerTo(outcome, shownEpisode(caller, id)), occurredAt, outcome.loaded.lastRecordedAt);
  }
}

const YEAR_MS = 365 * 86_400_000;

/** A year is soon mistyped: the act is kept as it was said, and whoever said it is asked to look again (research §9, 25). */
export function withWarning(answer: Answer, occurredAt: string | undefined, recordedAt: string | null): Answer {
  const isOld =
    occurredAt !== undefined && recordedAt !== null && Date.parse(recordedAt) - Date.parse(occurredAt) > YEAR_MS;
  return isOld
    ? new Answer(answer.status, answer.body, { ...answer.headers, 'act-warning': 'occurred-over-a-year-ago' })
    : answer;
}

/** What a machine sends was not entered by staff, whatever it says: somebody has to look at it (result-review). */
function enteredBy({ role }: Identity, command: EpisodeCommand): EpisodeCommand {
  const claimsStaff = command.type === 'RecordAssessment' && command.enteredBy === 'staff';
  return claimsStaff && role === 'integration' ? { ...command, enteredBy: 'integration' } : command;
}
