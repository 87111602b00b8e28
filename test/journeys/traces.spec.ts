import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OtlpReceiver, type ReceivedSpan } from '../standins/otlp-receiver.js';
import { hasTemporal, Journey, standingAt, until } from './journey.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';

describe('an act that somebody traces', () => {
  let receiver: OtlpReceiver;
  let journey: Journey;
  beforeAll(async () => {
    receiver = await OtlpReceiver.listen();
    journey = await Journey.begin({
      clock: standingAt('2027-03-01 09:30'),
      temporal: hasTemporal,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20x' },
    });
    if (hasTemporal) await until(() => journey.house.temporal.link.isUp(), 'Temporal is up', 60_000);
  }, 120_000);
  afterAll(async () => {
    await journey.end();
    await receiver.close();
  }, 60_000);

  const named = (name: string, of: (span: ReceivedSpan) => boolean = () => true): ReceivedSpan | undefined =>
    receiver.spans.find((span) => span.name === name && of(span));
  const linkedTo =
    (to: ReceivedSpan) =>
    ({ links }: ReceivedSpan): boolean =>
      links.some(({ traceId, spanId }) => traceId === to.traceId && spanId === to.spanId);

  it('is one trace from the caller to the log, and what follows from it is linked', async () => {
    const episode = await journey.refer();
    const note = await journey.request(
      'care-manager',
      'POST',
      `/v1/episodes/${episode}/notes`,
      { text: 'A note.' },
      { traceparent: `00-${TRACE}-${CALLER}-01` },
    );
    expect(note.status).toBe(201);

    const route = 'POST /v1/episodes/{id}/notes';
    await until(() => named(route) !== undefined, 'the request is received');
    const request = named(route)!;
    const [decide, append] = [named('decide AddNote')!, named('append', ({ traceId }) => traceId === TRACE)!];
    expect([request, decide, append].map(({ traceId, parentSpanId }) => [traceId, parentSpanId])).toEqual([
      [TRACE, CALLER],
      [TRACE, request.spanId],
      [TRACE, decide.spanId],
    ]);
    expect(note.headers.get('traceparent')).toBe(`00-${TRACE}-${request.spanId}-01`);
    expect((await journey.events(episode)).at(-1)!.traceparent).toBe(`00-${TRACE}-${decide.spanId}-01`);

    await until(() => named('project', linkedTo(decide)) !== undefined, 'the views are linked');
    expect(named('project', linkedTo(decide))).not.toHaveProperty('parentSpanId', expect.stringMatching(/./));
    if (!hasTemporal) return;
    await until(() => named('SignalWithStartWorkflow:episodeWorkflow', linkedTo(decide)) !== undefined, 'the poke is');
    await until(() => named('RunActivity:settle', linkedTo(decide)) !== undefined, 'the activity is');
  }, 120_000);

  it('what a waker raises is recorded in its span', async () => {
    const episode = await journey.refer();
    await journey.at('2027-03-02 10:00');
    const raised = (await journey.events(episode)).find(({ type }) => type === 'FollowUpRaised')!;
    const [, traceId, spanId] = raised.traceparent!.split('-');
    await until(() => named('settle', (span) => span.spanId === spanId) !== undefined, 'the look is received');
    expect(named('append', (span) => span.parentSpanId === spanId)).toMatchObject({ traceId });
  }, 60_000);

  it('a refusal says its code, and is no error', async () => {
    const episode = await journey.refer();
    const answer = await journey.request('care-manager', 'POST', `/v1/episodes/${episode}/discharge`, {
      reason: 'other',
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    await until(() => named('POST /v1/episodes/{id}/discharge') !== undefined, 'the request is received');
    expect(named('POST /v1/episodes/{id}/discharge')!.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/episodes/{id}/discharge',
      'http.response.status_code': answer.status,
    });
  }, 60_000);

  it('says nothing but what is on the list, and no id of anybody', () => {
    const keys = new Set(receiver.spans.flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...keys].filter((key) => !/^(http|error|db|followthrough)\./.test(key))).toEqual([]);
    const wire = receiver.bodies.join('\n');
    expect(wire).toContain('"stringValue":"followthrough"');
    expect(wire.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g)).toBe(null);
    expect(receiver.headers[0]).toMatchObject({ authorization: 'Basic x' });
  });

  it('a receiver that is away stops nothing, and is told once', async () => {
    await receiver.close();
    await journey.refer();
    await until(() => journey.lines.some((line) => line.startsWith('traces find no receiver')), 'it is told');
    await journey.refer();
    expect(journey.lines.filter((line) => line.startsWith('traces find no receiver'))).toHaveLength(1);
  }, 60_000);
});
