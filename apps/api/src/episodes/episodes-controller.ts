import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import { UNREADABLE, type RecordedEpisodeEvent, type Story, type Unreadable } from '#care';
import { episodeStream } from '#door';
import type { Codec } from '#event-store';
import { tellScores, tellTimeline, type Queries, type TimelineEntry } from '#read-models';
import { Answer } from '../http/answer.js';
import { asOf, AsOfQuery } from '../http/as-of.js';
import { Endpoint } from '../http/endpoint.js';
import { alreadyHas, etagOf } from '../http/etag.js';
import { pageAnswer, Page, Paging, resumeAt } from '../http/paging.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { CODEC, LOG, PATIENTS, QUERIES, type Log, type PatientsDoor } from '../parts.js';
import { EpisodeId } from './acts.js';
import { OwnPatients } from './own-patients.js';
import { episodeView } from './view.js';
import { EpisodeView } from './view-shape.js';

const TimelineQuery = AsOfQuery.extend(Paging);
const FollowUpsQuery = z.strictObject({
  ...Paging,
  state: z.enum(['open', 'ended']).optional().meta({ description: 'Absent: both.' }),
});
const params = { id: EpisodeId };

const Entry = z
  .object({
    revision: z.int(),
    type: z.string(),
    sentence: z.string(),
    occurredAt: z.string(),
    recordedAt: z.string(),
    actor: z.string(),
    actorRole: z.string(),
    facts: z.unknown(),
    details: z.unknown(),
    unreadable: z.boolean(),
    opened: z.array(z.object({ followUpId: z.string(), title: z.string(), revision: z.int() })),
    closed: z.array(
      z.object({
        followUpId: z.string(),
        title: z.string(),
        revision: z.int(),
        how: z.enum(['fulfilled', 'superseded']),
        reason: z.string().nullable(),
      }),
    ),
    voidedBy: z.int().nullable(),
    correctedBy: z.int().nullable(),
  })
  .meta({ id: 'TimelineEntry' });
const FollowUpHistory = z
  .object({
    followUpId: z.string(),
    kind: z.string(),
    title: z.string(),
    why: z.string(),
    closes: z.string(),
    dueOn: z.string(),
    state: z.enum(['open', 'fulfilled', 'superseded']),
    satisfiedLate: z.boolean().meta({ description: 'Done, but it became known only after the due day.' }),
  })
  .loose()
  .meta({ id: 'FollowUpHistory' });
const ScoreList = z.object({
  items: z.array(
    z
      .object({
        revision: z.int(),
        instrument: z.string(),
        on: z.string(),
        total: z.number().nullable(),
        band: z.string().nullable(),
        triage: z.enum(['low', 'moderate', 'high']).nullable(),
        warnings: z.array(z.string()),
      })
      .loose(),
  ),
});

/** One episode: as it is, as it was, what happened, what is owed. */
@Controller()
export class EpisodesController {
  constructor(
    @Inject(OwnPatients) private readonly own: OwnPatients,
    @Inject(LOG) private readonly log: Pick<Log, 'readStream'>,
    @Inject(CODEC) private readonly codec: Pick<Codec<Unreadable>, 'read'>,
    @Inject(PATIENTS) private readonly patients: Pick<PatientsDoor, 'load'>,
    @Inject(QUERIES) private readonly queries: Pick<Queries, 'followUps' | 'scores'>,
  ) {}

  @Endpoint('GET', '/v1/episodes/{id}', {
    operation: 'readEpisode',
    summary: 'Read an episode, as it is or as it was',
    description:
      'Answered from the stream itself, so that it is never behind. `asRecorded` and `atRevision` answer an auditor’s "what was known then?".',
    tag: 'episodes',
    params,
    query: AsOfQuery,
    answers: {
      200: { description: 'The episode.', schema: EpisodeView, headers: ['ETag', 'Consistency-Token'] },
      304: { description: 'As you have it.' },
    },
  })
  async readEpisode(@Req() request: ApiRequest): Promise<Answer> {
    const { id } = request.params as { id: string };
    const { loaded, story } = await this.own.see(
      callerOf(request),
      id,
      asOf(request.query as z.infer<typeof AsOfQuery>),
    );
    const etag = etagOf(
      loaded.revision,
      loaded.state.acts.some(({ sealed }) => sealed === UNREADABLE),
    );
    const headers = { etag, ...(loaded.position === null ? {} : { 'consistency-token': loaded.position }) };
    return alreadyHas(request, etag)
      ? new Answer(304, undefined, headers)
      : new Answer(200, episodeView(id, loaded.state, story), headers);
  }

  @Endpoint('GET', '/v1/episodes/{id}/timeline', {
    operation: 'readTimeline',
    summary: 'Read what happened, when it was recorded, by whom, and which follow-ups it opened and closed',
    tag: 'episodes',
    params,
    query: TimelineQuery,
    answers: {
      200: { description: 'Events in the order of their recording.', schema: Page(Entry), headers: ['Link'] },
    },
  })
  async readTimeline(@Req() request: ApiRequest): Promise<Answer> {
    const { id } = request.params as { id: string };
    const query = request.query as z.infer<typeof TimelineQuery>;
    const { loaded } = await this.own.see(callerOf(request), id, asOf(query));
    const path = `/v1/episodes/${id}/timeline`;
    const after = Number(resumeAt(path, query) ?? -1);
    const later = (await this.told(id, loaded.revision)).filter(({ revision }) => revision > after);
    const rows = later.slice(0, query.limit);
    return pageAnswer(path, query, {
      rows,
      next: later.length > rows.length ? String(rows.at(-1)?.revision) : null,
    });
  }

  @Endpoint('GET', '/v1/episodes/{id}/follow-ups', {
    operation: 'readFollowUps',
    summary: 'Read what the clinic owes or owed this patient, with every raise',
    tag: 'episodes',
    params,
    query: FollowUpsQuery,
    fromViews: true,
    answers: {
      200: {
        description: 'Follow-ups by due date.',
        schema: Page(FollowUpHistory),
        headers: ['Consistency-Token', 'Preference-Applied', 'Link'],
      },
    },
  })
  async readFollowUps(@Req() request: ApiRequest): Promise<Answer> {
    const { id } = request.params as { id: string };
    const query = request.query as z.infer<typeof FollowUpsQuery>;
    const caller = callerOf(request);
    await this.own.see(caller, id);
    const path = `/v1/episodes/${id}/follow-ups`;
    const cursor = resumeAt(path, query);
    const page = await this.queries.followUps({
      organisation: caller.organisation,
      episodeId: id,
      limit: query.limit,
      ...(query.state === undefined ? {} : { open: query.state === 'open' }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    return pageAnswer(path, query, page);
  }

  @Endpoint('GET', '/v1/episodes/{id}/scores', {
    operation: 'readScores',
    summary: 'Read every result of the episode in clinical order, as they are or as they were',
    tag: 'episodes',
    params,
    query: AsOfQuery,
    fromViews: true,
    answers: {
      200: {
        description: 'Results with band, change and corrections.',
        schema: ScoreList,
        headers: ['Consistency-Token', 'Preference-Applied'],
      },
    },
  })
  async readScores(@Req() request: ApiRequest): Promise<Answer> {
    const { id } = request.params as { id: string };
    const caller = callerOf(request);
    const { organisation } = caller;
    const at = asOf(request.query as z.infer<typeof AsOfQuery>);
    const { loaded, story } = await this.own.see(caller, id, at);
    const items = at
      ? tellScores({ episodeId: id, organisation, story, recorded: loaded.state.acts }, await this.birthDate(story))
      : await this.queries.scores({ organisation, episodeId: id });
    return new Answer(200, { items: items ?? [] });
  }

  /** As it is known today, whatever moment is asked for. */
  private async birthDate({ patientId }: Story): Promise<string | null> {
    const { details } = (await this.patients.load(patientId)).state;
    return details === null || details === UNREADABLE ? null : (details.birthDate ?? null);
  }

  /** All events up to a revision, opened: what an event opened or what undid it may stand far behind it. */
  private async told(id: string, revision: number): Promise<TimelineEntry[]> {
    const events = await this.log.readStream(episodeStream(id), { limit: revision + 1 });
    return tellTimeline(events.map((event) => this.codec.read(event) as unknown as RecordedEpisodeEvent));
  }
}
