import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import {
  EPISODE_COMMANDS,
  localDate,
  type Policy,
  type RecordedEpisodeEvent,
  type RecordedEpisodeEventOf,
  type Unreadable,
} from '#care';
import { episodeStream, type Clock } from '#door';
import type { Codec } from '#event-store';
import { explainFollowUp, openingOf } from '#read-models';
import { Answer } from '../http/answer.js';
import { asOf, AsOfQuery } from '../http/as-of.js';
import { Endpoint } from '../http/endpoint.js';
import { refusalProblem } from '../http/outcome.js';
import { Problem } from '../http/problems.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { CLOCK, CODEC, LOG, POLICIES, type Log, type PoliciesDoor } from '../parts.js';
import { EpisodeId } from './acts.js';
import { FollowUpExplained } from './explained-shape.js';
import { OwnPatients } from './own-patients.js';

/** One follow-up: by which rule and numbers it exists, who was told when, and how it ended. */
@Controller()
export class FollowUpController {
  constructor(
    @Inject(OwnPatients) private readonly own: OwnPatients,
    @Inject(LOG) private readonly log: Pick<Log, 'readStream'>,
    @Inject(CODEC) private readonly codec: Pick<Codec<Unreadable>, 'read'>,
    @Inject(POLICIES) private readonly policies: Pick<PoliciesDoor, 'policyByPin'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Endpoint('GET', '/v1/episodes/{id}/follow-ups/{followUpId}', {
    operation: 'readFollowUp',
    summary: 'Read why a follow-up exists: its rule, the fact and the numbers behind it, its steps, and how it ended',
    description:
      'Answered from the stream itself, also for a follow-up that has ended. Each number comes from the pathway that the episode had pinned when the follow-up was opened.',
    tag: 'episodes',
    params: { id: EpisodeId, followUpId: EPISODE_COMMANDS.AcknowledgeFollowUp.shape.followUpId },
    query: AsOfQuery,
    answers: { 200: { description: 'The follow-up, explained.', schema: FollowUpExplained } },
    problems: ['no-such-follow-up', 'newer-rules'],
  })
  async readFollowUp(@Req() request: ApiRequest): Promise<Answer> {
    const { id, followUpId } = request.params as { id: string; followUpId: string };
    const caller = callerOf(request);
    const moment = asOf(request.query as z.infer<typeof AsOfQuery>);
    const { loaded, story } = await this.own.see(caller, id, moment);
    const stored = await this.log.readStream(episodeStream(id), { limit: loaded.revision + 1 });
    const events = stored.map((event) => this.codec.read(event) as unknown as RecordedEpisodeEvent);
    const opening = openingOf(followUpId, events);
    if (!opening) throw new Problem('no-such-follow-up');
    const policy = await this.policyAt(opening.revision, events, caller.organisation);
    const today = localDate(moment?.asRecorded ?? this.clock.now().toISOString(), story.zone);
    return new Answer(200, explainFollowUp(followUpId, events, { policy, today }));
  }

  /** The policy that the episode had pinned when that event was recorded. */
  private async policyAt(
    revision: number,
    events: readonly RecordedEpisodeEvent[],
    organisation: string,
  ): Promise<Policy> {
    // The referral itself pins, so that there always is one.
    const pinned = events.findLast(
      (event): event is RecordedEpisodeEventOf<'EpisodePinned'> =>
        event.type === 'EpisodePinned' && event.revision < revision,
    )!;
    const answer = await this.policies.policyByPin(organisation, pinned.facts);
    if ('refusal' in answer) throw refusalProblem(answer.refusal);
    return answer.policy;
  }
}
