import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { apiPort, CommandFailed, dataDir, localServer } from '../command.js';
import { assertOwnFiles, channelsFor, publicUrl, verifierFor } from './settings.js';

let folder: string;
let warned: string[];
const operator = { info: () => undefined, warn: (line: string) => void warned.push(line) };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
  warned = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const written = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

describe('the ways to people', () => {
  it('take what is secret from files as well; an empty file sets nothing up', () => {
    const env = {
      FOLLOWTHROUGH_SMTP_URL_FILE: written('smtp_url', 'smtp://user:password@127.0.0.1:587\n'),
      FOLLOWTHROUGH_MAIL_FROM: 'clinic@example.org',
      FOLLOWTHROUGH_WEBHOOK_URL: 'https://told.example',
      FOLLOWTHROUGH_WEBHOOK_SECRET_FILE: written('webhook_secret', Buffer.alloc(24, 1).toString('base64')),
    };
    expect(channelsFor(env, operator).map(({ name }) => name)).toEqual(['mail', 'webhook']);
    const none = { FOLLOWTHROUGH_SMTP_URL_FILE: written('smtp_url', ''), FOLLOWTHROUGH_WEBHOOK_URL: '' };
    expect(channelsFor(none, operator).map(({ name }) => name)).toEqual(['console']);
    expect(() => channelsFor({ FOLLOWTHROUGH_SMTP_URL_FILE: join(folder, 'none') }, operator)).toThrow(CommandFailed);
  });
});

describe('the built-in issuer', () => {
  const opened = (env: NodeJS.ProcessEnv) => verifierFor(env, folder, operator);

  it.each(['0.0.0.0', '::', '10.0.0.7'])('is warned of where others reach it: %s', (host) => {
    opened({ FOLLOWTHROUGH_HOST: host });
    expect(warned).toEqual([expect.stringContaining(`FOLLOWTHROUGH_HOST=${host}`)]);
  });

  it('is not where nobody else does, or where there is an identity provider', () => {
    for (const host of [undefined, '127.0.0.1', 'localhost', '::1']) opened({ FOLLOWTHROUGH_HOST: host });
    opened({ FOLLOWTHROUGH_HOST: '0.0.0.0', OIDC_ISSUER: 'https://id.example' });
    expect(warned).toEqual([]);
  });
});

describe('an address that is none', () => {
  it('of the identity provider, or over a plain connection, is a wrong call', () => {
    for (const issuer of ['nonsense', 'http://id.example', 'ftp://id.example'])
      expect(() => verifierFor({ OIDC_ISSUER: issuer }, folder, operator)).toThrow(
        new CommandFailed(`OIDC_ISSUER: An identity provider needs https: ${issuer}`, 2),
      );
  });

  it('where people open Followthrough is a wrong call: every link in a notice would lead nowhere', () => {
    for (const url of ['nonsense', 'care.example', 'care.example:8443'])
      expect(() => publicUrl({ FOLLOWTHROUGH_PUBLIC_URL: url }, 3000)).toThrow(CommandFailed);
    expect(publicUrl({ FOLLOWTHROUGH_PUBLIC_URL: 'https://care.example/' }, 3000)).toBe('https://care.example');
  });
});

describe('a port', () => {
  it('that is none is a wrong call', () => {
    const { env } = process;
    for (const PORT of ['abc', '70000', '-1', '80.5']) {
      process.env = { ...env, PORT };
      expect(apiPort).toThrow(new CommandFailed(`PORT is ${PORT}, which is no port`, 2));
    }
    process.env = env;
  });
});

describe('the demo', () => {
  it('is kept out of a log and of lists that are somebody’s', () => {
    for (const env of [
      { FOLLOWTHROUGH_LOG: 'kurrentdb://clinic:2113?tls=true' },
      { FOLLOWTHROUGH_LOG_FILE: written('log', 'kurrentdb://clinic:2113?tls=true\n') },
      { FOLLOWTHROUGH_READ_MODELS: 'postgres://clinic:5432/views' },
      { TEMPORAL_ADDRESS: 'clinic:7233' },
      { FOLLOWTHROUGH_SMTP_URL_FILE: written('smtp_url', 'smtp://clinic:587\n') },
      { FOLLOWTHROUGH_WEBHOOK_URL: 'https://pager.clinic.example/hook' },
      { FOLLOWTHROUGH_DEADMANS_SWITCH_URL: 'https://switch.clinic.example/1' },
    ])
      expect(() => assertOwnFiles(env)).toThrow(/is set: the demo keeps everything in its own folder/);
    assertOwnFiles({ FOLLOWTHROUGH_LOG: '', FOLLOWTHROUGH_READ_MODELS: '', TEMPORAL_ADDRESS: 'none' });
  });
});

describe('what is set to nothing', () => {
  it('is not set', () => {
    const { env } = process;
    process.env = { ...env, FOLLOWTHROUGH_DATA: '', PORT: '' };
    expect([dataDir(), localServer()]).toEqual(['data', 'http://127.0.0.1:3000']);
    process.env = env;
    expect(publicUrl({ FOLLOWTHROUGH_PUBLIC_URL: '' }, 3000)).toBe('http://127.0.0.1:3000');
  });
});
