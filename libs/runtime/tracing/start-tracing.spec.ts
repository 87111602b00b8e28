import { describe, expect, it } from '@jest/globals';
import { SettingError } from '../setting.js';
import { startTracing } from './start-tracing.js';
import { NO_TRACING } from './tracing.js';

const start = (env: NodeJS.ProcessEnv) => startTracing({ env, warn: () => undefined });
const ENDPOINT = 'http://127.0.0.1:9';

describe('traces', () => {
  it.each([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_SDK_DISABLED: 'true' },
  ])('are not made with %j: every part stays as it is', async (env) => {
    expect(await start(env)).toBe(NO_TRACING);
  });

  it.each([{ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/otlp` }])(
    'are made with %j',
    async (env) => {
      const tracing = await start(env);
      expect(tracing.beginRequest?.('GET', '/v1/day', 'none').traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      await tracing.stop();
    },
  );

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT is not'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'secret' }, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is not'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'not gRPC'],
  ])('are refused with %j', async (env, why) => {
    const refusal = await start(env).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SettingError);
    expect((refusal as Error).message).toContain(why);
    expect((refusal as Error).message).not.toContain('secret');
  });

  it.each([
    ['kept', '01'],
    ['left out', '00'],
  ])('are %s when the caller says so', async (_is, flags) => {
    const tracing = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT });
    const sent = `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-${flags}`;
    const { traceparent } = tracing.beginRequest!('GET', '/v1/day', sent);
    expect(traceparent.slice(0, 35)).toBe(sent.slice(0, 35));
    expect(traceparent.slice(-3)).toBe(`-${flags}`);
    await tracing.stop();
  });
});
