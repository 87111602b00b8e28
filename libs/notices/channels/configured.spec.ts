import { describe, expect, it } from '@jest/globals';
import { configuredChannels } from './configured.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const MAIL = {
  FOLLOWTHROUGH_SMTP_URL: 'smtp://user:hidden@mail.example:587',
  FOLLOWTHROUGH_MAIL_FROM: 'followthrough@clinic.example',
};
const HOOK = { FOLLOWTHROUGH_WEBHOOK_URL: 'https://pager.example/hook', FOLLOWTHROUGH_WEBHOOK_SECRET: SECRET };
const names = (env: Record<string, string>) => configuredChannels(env, () => undefined).map(({ name }) => name);

describe('the channels', () => {
  it('are those that the environment sets up, else the console', () => {
    expect(names({})).toEqual(['console']);
    expect(names(MAIL)).toEqual(['mail']);
    expect(names(HOOK)).toEqual(['webhook']);
    expect(names({ ...MAIL, ...HOOK })).toEqual(['mail', 'webhook']);
    expect(names({ ...HOOK, FOLLOWTHROUGH_WEBHOOK_URL: 'http://127.0.0.1:9/hook' })).toEqual(['webhook']);
  });

  it.each([
    ['a sender is missing', { FOLLOWTHROUGH_SMTP_URL: MAIL.FOLLOWTHROUGH_SMTP_URL }, 'FOLLOWTHROUGH_MAIL_FROM'],
    [
      'the server is no SMTP address',
      { ...MAIL, FOLLOWTHROUGH_SMTP_URL: 'hidden.example:587' },
      'FOLLOWTHROUGH_SMTP_URL',
    ],
    [
      'a secret is missing',
      { FOLLOWTHROUGH_WEBHOOK_URL: HOOK.FOLLOWTHROUGH_WEBHOOK_URL },
      'FOLLOWTHROUGH_WEBHOOK_SECRET',
    ],
    [
      'the secret is short',
      { ...HOOK, FOLLOWTHROUGH_WEBHOOK_SECRET: 'whsec_aGlkZGVu' },
      'FOLLOWTHROUGH_WEBHOOK_SECRET',
    ],
    ['the receiver is reached in the clear', { ...HOOK, FOLLOWTHROUGH_WEBHOOK_URL: 'http://pager.example' }, 'https'],
    ['the receiver is no address', { ...HOOK, FOLLOWTHROUGH_WEBHOOK_URL: 'hidden' }, 'https'],
  ])('stop the start when %s, and say which variable, never its value', (_what, env, said) => {
    expect(() => names(env as Record<string, string>)).toThrow(said);
    expect(() => names(env as Record<string, string>)).not.toThrow('hidden');
  });
});
