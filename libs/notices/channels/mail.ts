import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import type { Channel, Outcome } from './channel.js';

export interface MailOptions {
  /** `smtp://user:password@host:587` or `smtps://…`; options of the transport may follow as a query. */
  readonly url: string;
  readonly from: string;
  readonly timeoutMs?: number;
}

/** Without a word of the server. */
const TIMEOUT_MS = 10_000;
/** A whole conversation takes no more of these, however often the server says something. */
const MOST_TIMEOUTS = 6;
/** One mailbox, and nothing that a mail header or a list of addresses could be made of. */
const MAILBOX = /^[^\s,;:<>()"@]+@[^\s,;:<>()"@]+$/;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Mail over SMTP, encrypted except on this machine. The Message-ID is the message’s own id, so that a second copy shows as one. */
export function mailChannel({ url, from, timeoutMs = TIMEOUT_MS }: MailOptions): Channel {
  const domain = from.slice(from.lastIndexOf('@') + 1).replace(/[>\s].*$/, '');
  const transport = createTransport({
    requireTLS: !LOOPBACK.has(new URL(url).hostname),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    url,
  });
  return {
    name: 'mail',
    async send({ id, email, subject, text }) {
      if (email === null || !MAILBOX.test(email)) return { kind: 'unreachable', code: 'no-address' };
      const sent = transport
        .sendMail({
          from,
          to: { name: '', address: email },
          subject,
          text,
          messageId: `<${id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
        })
        .then((): Outcome => ({ kind: 'sent' }), outcomeOf);
      const over = new AbortController();
      const late: Outcome = { kind: 'failed', code: 'ETIMEDOUT' };
      const limit = sleep(MOST_TIMEOUTS * timeoutMs, late, over).catch(() => late);
      return Promise.race([sent, limit]).finally(() => over.abort());
    },
    close: () => transport.close(),
  };
}

interface MailError {
  readonly code?: string;
  /** What was asked of the server. */
  readonly command?: string;
  readonly responseCode?: number;
}

/** Only a lasting refusal of the recipient (RFC 5321: 5yz) is about the person; everything else is about the server and may pass. */
function outcomeOf({ code = 'error', command, responseCode }: MailError): Outcome {
  const lasting = command === 'RCPT TO' && responseCode !== undefined && responseCode >= 500;
  return { kind: lasting ? 'refused' : 'failed', code: responseCode === undefined ? code : `${code} ${responseCode}` };
}
