import { createHmac } from 'node:crypto';
import type { Channel } from './channel.js';

export interface WebhookOptions {
  readonly url: string;
  /** Base64 after an optional `whsec_`, at least 24 bytes. */
  readonly secret: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/**
 * A signed POST for each message, in the form of Standard Webhooks: `webhook-id`, `webhook-timestamp` (seconds) and
 * `webhook-signature: v1,<base64>` of HMAC-SHA256 over `id.timestamp.body`. Only 2xx is an acceptance; redirects are not followed.
 */
export function webhookChannel({ url, secret, timeoutMs = TIMEOUT_MS }: WebhookOptions): Channel {
  const key = webhookKey(secret);
  return {
    name: 'webhook',
    async send({ id, organisation, recipient, kind, text, link }) {
      const body = JSON.stringify({ type: 'notice', id, organisation, recipient, class: kind, text, link });
      // The receiver compares with its own clock, so this is real time, also where the clock of the clinic is scaled.
      const timestamp = String(Math.floor(Date.now() / 1000));
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
      };
      try {
        const signal = AbortSignal.timeout(timeoutMs);
        const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
        await response.body?.cancel();
        return response.ok ? { kind: 'sent' } : { kind: 'failed', code: `HTTP ${response.status || 'redirect'}` };
      } catch (error) {
        return { kind: 'failed', code: codeOf(error as Error) };
      }
    },
    close: () => undefined,
  };
}

export const webhookKey = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

const codeOf = ({ name, cause }: Error): string => (cause as { code?: string } | undefined)?.code ?? name;
