import { createOidcVerifier, InsecureProvider, openTryIssuer, type Verifier } from '#access';
import { configuredChannels, NoticeChannelError, type Channel } from '#notices';
import type { OperatorLog } from '#orchestration';
import { setting, SettingError, startTracing, type Tracing } from '#runtime';
import { CommandFailed } from '../command.js';

/** Names the log; without it, it is a file of the data folder. */
export const LOG = 'FOLLOWTHROUGH_LOG';
/** Names the database of the read models; without it they are files of the data folder. */
export const READ_MODELS = 'FOLLOWTHROUGH_READ_MODELS';

/** @throws CommandFailed when the setting is named twice or its file cannot be read */
export function settingOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  try {
    return setting(env, name);
  } catch (error) {
    throw asWrongCall(error);
  }
}

/** Who is called: people, and whoever raises the alarm when a clinic's own server falls silent. */
const CALLED = ['FOLLOWTHROUGH_SMTP_URL', 'FOLLOWTHROUGH_WEBHOOK_URL', 'FOLLOWTHROUGH_DEADMANS_SWITCH_URL'];

/**
 * The demo lives a day in two seconds: in somebody's log it would raise every step long before its time, and on their Temporal server
 * end the workflows of their episodes, of which its own log knows none. Its patients need nobody, and it must not stand in for a server
 * that is down. @throws CommandFailed
 */
export function assertOwnFiles(env: NodeJS.ProcessEnv): void {
  const shared = [LOG, READ_MODELS, ...CALLED].filter((name) => settingOf(env, name) !== undefined);
  if (env['TEMPORAL_ADDRESS'] && env['TEMPORAL_ADDRESS'] !== 'none') shared.push('TEMPORAL_ADDRESS');
  const [first] = shared;
  if (first !== undefined)
    throw new CommandFailed(
      `${first} is set: the demo keeps everything in its own folder, and calls nobody; start it without`,
      2,
    );
}

/** Traces to the receiver that the environment names, or none. @throws CommandFailed */
export async function namedTracing(env: NodeJS.ProcessEnv, warn: (line: string) => void): Promise<Tracing> {
  try {
    return await startTracing({ env, warn });
  } catch (error) {
    throw asWrongCall(error);
  }
}

const asWrongCall = (error: unknown): unknown =>
  error instanceof SettingError ? new CommandFailed(error.message, 2) : error;

/** The address that the API listens on. */
export const hostOf = (env: NodeJS.ProcessEnv): string => env['FOLLOWTHROUGH_HOST'] || '127.0.0.1';

/** The identity provider that is configured, or the built-in issuer, which refuses to run in production. */
export function verifierFor(env: NodeJS.ProcessEnv, dataDir: string, { warn }: OperatorLog): Verifier {
  const issuer = env['OIDC_ISSUER'];
  if (issuer) return oidcVerifier(issuer, env['OIDC_AUDIENCE'] || 'followthrough');
  const verifier = openTryIssuer({ dataDir, env });
  if (!/^(localhost|127(\.\d+){3}|::1)$/.test(hostOf(env)))
    warn(
      `FOLLOWTHROUGH_HOST=${hostOf(env)}: others reach this server, over plain HTTP, with tokens of the built-in issuer. Never with data of patients: set OIDC_ISSUER, and put TLS before it.`,
    );
  return verifier;
}

function oidcVerifier(issuer: string, audience: string): Verifier {
  try {
    return createOidcVerifier({ issuer, audience });
  } catch (error) {
    if (error instanceof InsecureProvider) throw new CommandFailed(`OIDC_ISSUER: ${error.message}`, 2);
    throw error;
  }
}

const SECRETS = ['FOLLOWTHROUGH_SMTP_URL', 'FOLLOWTHROUGH_WEBHOOK_URL', 'FOLLOWTHROUGH_WEBHOOK_SECRET'];
const secretsOf = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(SECRETS.map((name) => [name, settingOf(env, name)]));

/** How people are reached. A channel that cannot work is told by the variable that names it. */
export function channelsFor(env: NodeJS.ProcessEnv, { info }: OperatorLog): Channel[] {
  try {
    return configuredChannels({ ...env, ...secretsOf(env) }, info);
  } catch (error) {
    if (error instanceof NoticeChannelError) throw new CommandFailed(error.message, 2);
    throw error;
  }
}

/** Who is told that all is well; absent when nobody is. */
export function deadMansSwitchOf(env: NodeJS.ProcessEnv): string | undefined {
  const url = env['FOLLOWTHROUGH_DEADMANS_SWITCH_URL'];
  if (url && !isWeb(url))
    throw new CommandFailed('FOLLOWTHROUGH_DEADMANS_SWITCH_URL is not an http or https address.', 2);
  return url || undefined;
}

/** Where people open Followthrough: what links in notices begin with. @throws CommandFailed when it is no address */
export function publicUrl(env: NodeJS.ProcessEnv, port: number): string {
  const url = env['FOLLOWTHROUGH_PUBLIC_URL'] || `http://127.0.0.1:${port}`;
  if (!isWeb(url)) throw new CommandFailed('FOLLOWTHROUGH_PUBLIC_URL is not an http or https address.', 2);
  return url.replace(/\/+$/, '');
}

const isWeb = (url: string): boolean => /^https?:$/.test(URL.parse(url)?.protocol ?? '');
