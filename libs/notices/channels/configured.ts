import type { Channel } from './channel.js';
import { consoleChannel } from './console.js';
import { mailChannel } from './mail.js';
import { webhookChannel, webhookKey } from './webhook.js';

/** The environment names a channel that cannot work. */
export class NoticeChannelError extends Error {
  override readonly name = 'NoticeChannelError';
}

/** RFC 2104: a key shorter than the hash weakens it; Standard Webhooks asks for 24 bytes at least. */
const SHORTEST_KEY = 24;

/**
 * The channels that the environment sets up; the console when it sets up none.
 * @throws NoticeChannelError naming the variable, never its value
 */
export function configuredChannels(env: NodeJS.ProcessEnv, say: (line: string) => void): Channel[] {
  const channels = [...mail(env), ...webhook(env)];
  return channels.length > 0 ? channels : [consoleChannel(say)];
}

function mail(env: NodeJS.ProcessEnv): Channel[] {
  const url = env['FOLLOWTHROUGH_SMTP_URL'];
  if (!url) return [];
  if (!['smtp:', 'smtps:'].includes(protocolOf(url)))
    throw new NoticeChannelError('FOLLOWTHROUGH_SMTP_URL is not an address such as smtp://user:password@host:587.');
  const from = env['FOLLOWTHROUGH_MAIL_FROM'];
  if (!from?.includes('@'))
    throw new NoticeChannelError('FOLLOWTHROUGH_SMTP_URL needs FOLLOWTHROUGH_MAIL_FROM, the address of the sender.');
  return [mailChannel({ url, from })];
}

function webhook(env: NodeJS.ProcessEnv): Channel[] {
  const url = env['FOLLOWTHROUGH_WEBHOOK_URL'];
  if (!url) return [];
  const protocol = protocolOf(url);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(url)))
    throw new NoticeChannelError('FOLLOWTHROUGH_WEBHOOK_URL must be https; http only on this machine.');
  const secret = env['FOLLOWTHROUGH_WEBHOOK_SECRET'] ?? '';
  if (webhookKey(secret).length < SHORTEST_KEY)
    throw new NoticeChannelError(
      `FOLLOWTHROUGH_WEBHOOK_URL needs FOLLOWTHROUGH_WEBHOOK_SECRET: at least ${SHORTEST_KEY} bytes in base64, after whsec_ or bare.`,
    );
  return [webhookChannel({ url, secret })];
}

const protocolOf = (url: string): string => URL.parse(url)?.protocol ?? '';
const isLoopback = (url: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
