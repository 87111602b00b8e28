import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import { Answer } from '../http/answer.js';
import { Endpoint } from '../http/endpoint.js';
import { limit, searchOf } from '../http/paging.js';
import { Problem } from '../http/problems.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { LOG, PUBLIC_URL, type Log } from '../parts.js';
import { CloudEvent } from './cloud-event.js';
import { eventFilter, EventTypes } from './event-filter.js';
import { eventPage } from './event-page.js';
import { eventStream } from './event-stream.js';
import { FeedPosition, resumeFeedAt } from './feed-position.js';
import { OpenStreams } from './open-streams.js';

const types = EventTypes.optional().meta({
  description: 'Comma-separated: `AssessmentRecorded,FollowUpRaised`, or whole CloudEvents types. Absent: all.',
});
const PageQuery = z.strictObject({
  after: FeedPosition.optional().meta({
    description: 'The `next` of the page before, or the `position` of an event; absent: from the first event.',
  }),
  limit: limit(100),
  types,
});
const StreamQuery = z.strictObject({
  after: FeedPosition.optional().meta({
    description: 'Where to begin; Last-Event-ID goes before it. Absent: what happens from now on.',
  }),
  types,
});

/** What happened, for integrators: in pages or live, as CloudEvents, ids and facts only. */
@Controller()
export class EventsController {
  constructor(
    @Inject(LOG) private readonly log: Log,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
    @Inject(OpenStreams) private readonly streams: OpenStreams,
  ) {}

  @Endpoint('GET', '/v1/events', {
    operation: 'readEvents',
    summary: 'Read what happened, in the order of the log',
    description:
      '`next` is where to ask again, also when nothing matched. A page can be short or empty with more behind it: ask again at once until `caughtUp` is true, which says that there is no more for now.',
    tag: 'events',
    query: PageQuery,
    answers: {
      200: {
        description: 'CloudEvents 1.0, oldest first.',
        schema: z.object({ items: z.array(CloudEvent), next: z.string().nullable(), caughtUp: z.boolean() }),
        headers: ['Link'],
      },
    },
    problems: ['feed-rewound'],
  })
  async readEvents(@Req() request: ApiRequest): Promise<Answer> {
    const query = request.query as z.infer<typeof PageQuery>;
    const filter = eventFilter(callerOf(request).organisation, query.types);
    const after = await resumeFeedAt(this.log, query.after);
    const page = await eventPage(this.log, { after, limit: query.limit, filter, publicUrl: this.publicUrl });
    return new Answer(
      200,
      page,
      page.next === null ? {} : { link: `</v1/events?${searchOf({ ...query, after: page.next })}>; rel="next"` },
    );
  }

  @Endpoint('GET', '/v1/events/stream', {
    operation: 'streamEvents',
    summary: 'Follow what happens, live',
    description:
      'Server-sent events. `id` is the position: a client that comes back sends it as `Last-Event-ID` and misses nothing; 410 says that the log no longer holds that event. A comment every 15 seconds says that the line is alive. When the token ends or its bearer leaves, the stream ends within a minute.',
    tag: 'events',
    query: StreamQuery,
    answers: { 200: { description: 'An endless stream of CloudEvents.', mediaType: 'text/event-stream' } },
    problems: ['malformed-header', 'feed-rewound', 'too-many-streams'],
  })
  async streamEvents(@Req() request: ApiRequest): Promise<Answer> {
    const query = request.query as z.infer<typeof StreamQuery>;
    const caller = callerOf(request);
    const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
    // HEAD is answered with what GET would begin with; an endless body nobody reads would stay open.
    if (request.method === 'HEAD') return new Answer(200, '', headers);
    // Asked now, while there can still be a problem; in the stream it could only break off, again and again.
    const after = await resumeFeedAt(this.log, lastEventId(request) ?? query.after);
    const giveBack = this.streams.take(`${caller.organisation}:${caller.actor}`);
    const stream = eventStream(this.log, {
      after,
      filter: eventFilter(caller.organisation, query.types),
      publicUrl: this.publicUrl,
      mayGoOn: request.stillLetIn,
      signal: this.streams.signal,
    });
    stream.once('close', giveBack);
    return new Answer(200, stream, headers);
  }
}

function lastEventId(request: ApiRequest): string | undefined {
  const header = request.headers['last-event-id'];
  if (header === undefined || header === '') return undefined;
  if (!FeedPosition.safeParse(header).success)
    throw new Problem('malformed-header', 'Last-Event-ID must be the id of an event of this stream.');
  return String(header);
}
