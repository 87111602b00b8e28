import type { Channel } from './channel.js';

/** Where nothing else is set up: one line for whoever watches the process. */
export const consoleChannel = (say: (line: string) => void): Channel => ({
  name: 'console',
  send: async ({ recipient, text }) => {
    say(`notice to ${recipient}: ${text}`);
    return { kind: 'sent' };
  },
  close: () => undefined,
});
