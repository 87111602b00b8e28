import { setting, SettingError } from '../setting.js';
import { VERSION } from '../version.js';
import { Spans } from './spans.js';
import { NO_TRACING, tracingWith, type Tracing } from './tracing.js';

/** The first takes `/v1/traces` after it; the second, which goes before it, is taken as it is. */
const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const TRACES_ENDPOINT = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
const PROTOCOLS = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'];
/** `Authorization=Basic%20…`: better in the file that `OTEL_EXPORTER_OTLP_HEADERS_FILE` names. */
const HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS';
const SERVICE = 'OTEL_SERVICE_NAME';

export interface TracingOptions {
  readonly env: NodeJS.ProcessEnv;
  /** One line for the operator. */
  readonly warn: (message: string) => void;
}

/** Traces, when the environment names who receives them; the SDK is loaded only then. @throws SettingError */
export async function startTracing({ env, warn }: TracingOptions): Promise<Tracing> {
  const url = receiverIn(env);
  if (url === null || env['OTEL_SDK_DISABLED'] === 'true') return NO_TRACING;
  const { openSdk } = await import('./sdk.js');
  const { tracer, stop } = openSdk({
    url,
    headers: headersIn(setting(env, HEADERS) ?? ''),
    service: env[SERVICE] || 'followthrough',
    version: VERSION,
    warn,
  });
  return tracingWith(new Spans(tracer), stop);
}

/** The address that spans are posted to; null when nobody receives any. Tells the variable that is wrong, never what it holds. */
function receiverIn(env: NodeJS.ProcessEnv): string | null {
  const name = env[TRACES_ENDPOINT] ? TRACES_ENDPOINT : ENDPOINT;
  const said = env[name];
  if (!said) return null;
  const url = URL.parse(name === ENDPOINT ? `${said.replace(/\/+$/, '')}/v1/traces` : said);
  if (!url || !/^https?:$/.test(url.protocol)) throw new SettingError(`${name} is not an http or https address.`);
  const wrong = PROTOCOLS.find((protocol) => env[protocol] === 'grpc');
  if (wrong) throw new SettingError(`${wrong}: traces are sent over HTTP, not gRPC; name the receiver's HTTP port.`);
  return url.href;
}

/** As the W3C baggage format writes them: `name=value,name=value`, percent-encoded. */
function headersIn(list: string): Record<string, string> {
  const pairs = list.split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name.trim(), decodeURIComponent(value.join('=').trim())];
    }),
  );
}
