import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const needsOpenssl = spawnSync('openssl', ['version']).status === 0 ? describe : describe.skip;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  for (const name of ['deploy', 'programs']) mkdirSync(join(folder, name));
  copyFileSync('deploy/secrets.sh', join(folder, 'deploy', 'secrets.sh'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the script as root would: what it would give away is written down. */
function made(): string[] {
  const program = (name: string, line: string): void => {
    writeFileSync(join(folder, 'programs', name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(folder, 'programs', name), 0o755);
  };
  program('id', 'echo 0');
  program('chown', `echo "$@" > ${join(folder, 'given')}`);
  const PATH = `${join(folder, 'programs')}:${process.env['PATH']}`;
  execFileSync('sh', [join(folder, 'deploy', 'secrets.sh')], { env: { ...process.env, PATH }, stdio: 'pipe' });
  return readFileSync(join(folder, 'given'), 'utf8').trim().split(' ');
}

needsOpenssl('deploy/secrets.sh', () => {
  const composed = [...readFileSync('docker-compose.yml', 'utf8').matchAll(/\{ file: \.\/(secrets\/\S+) \}/g)];
  const files = composed.map(([, file]) => file!).toSorted();

  it('makes every secret that the compose file names, for the user who reads them and nobody else', () => {
    const [user, ...given] = made();
    expect([user, given.toSorted()]).toEqual(['1000', files]);
    expect(
      readdirSync(join(folder, 'secrets'))
        .map((name) => `secrets/${name}`)
        .toSorted(),
    ).toEqual(files);
    for (const file of files) expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
  });

  it('leaves what is there as it is', () => {
    made();
    writeFileSync(join(folder, 'secrets', 'smtp_url'), 'smtp://somebody');
    const before = files.map((file) => readFileSync(join(folder, file), 'utf8'));
    made();
    expect(files.map((file) => readFileSync(join(folder, file), 'utf8'))).toEqual(before);
  });
});
