import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface Service {
  readonly image: string;
  readonly restart?: string;
  readonly mem_limit?: string;
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly { readonly host_ip?: string; readonly published: string }[];
  readonly networks: Readonly<Record<string, unknown>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly { readonly source: string }[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly volumes?: readonly { readonly type: string; readonly source: string }[];
}

interface Project {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const OWN = ['worker', 'api'];
/** A build of the checker takes a minute or two the first time, more on a busy machine. */
const BUILT_WITHIN_MS = 900_000;
const folder = 'tools/compose-check';
const goEnv = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly', GOWORK: 'off' };
/** Go, and its modules from cache or proxy. */
const canBuild = spawnSync('go', ['mod', 'download'], { cwd: folder, env: goEnv, timeout: 120_000 }).status === 0;
const needsGo = canBuild ? describe : describe.skip;

/** The compose file as the library of `docker compose` resolves it. @throws when that library refuses it */
function resolved(env: Readonly<Record<string, string>>): Project {
  mkdirSync('.cache', { recursive: true });
  const checker = resolve('.cache/compose-check');
  execFileSync('go', ['build', '-trimpath', '-o', checker, '.'], {
    cwd: folder,
    env: goEnv,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const { PATH, HOME } = process.env;
  const output = execFileSync(checker, ['docker-compose.yml'], { env: { PATH, HOME, ...env }, stdio: 'pipe' });
  return JSON.parse(output.toString('utf8')) as Project;
}

const SET = { FOLLOWTHROUGH_PUBLIC_URL: 'https://care.example', OIDC_ISSUER: 'https://id.example' };

needsGo('docker-compose.yml (checked with a program that Go builds)', () => {
  let project: Project;
  const services = (): [string, Service][] => Object.entries(project.services);

  it(
    'is accepted by the library of docker compose, and asks for what it needs',
    () => {
      expect(() => resolved({ OIDC_ISSUER: SET.OIDC_ISSUER })).toThrow(/FOLLOWTHROUGH_PUBLIC_URL/);
      expect(() => resolved({ FOLLOWTHROUGH_PUBLIC_URL: SET.FOLLOWTHROUGH_PUBLIC_URL })).toThrow(/OIDC_ISSUER/);
      project = resolved(SET);
      expect(Object.keys(project.services).toSorted()).toEqual([
        'api', 'collector', 'kurrentdb', 'postgres', 'prometheus', 'temporal', 'temporal-namespace', 'temporal-schema', 'temporal-ui', 'worker',
      ]); // prettier-ignore
    },
    BUILT_WITHIN_MS,
  );

  it('limits the memory and the log of each, and starts again what ends', () => {
    for (const [name, { mem_limit, logging, restart }] of services())
      expect([name, Number(mem_limit) > 0, Object.keys(logging?.options ?? {}), restart]).toEqual([
        name,
        true,
        ['max-file', 'max-size'],
        expect.stringMatching(/^(unless-stopped|on-failure:5)$/),
      ]);
  });

  it('publishes to this machine only, and nothing of the stores', () => {
    const published = services().flatMap(([name, { ports = [] }]) =>
      ports.map(({ host_ip }) => [name, host_ip] as const),
    );
    for (const [name, host] of published) expect([name, host]).toEqual([name, '127.0.0.1']);
    expect(published.map(([name]) => name).toSorted()).toEqual(['api', 'prometheus', 'temporal-ui', 'worker']);
    expect(project.networks['inside']?.internal).toBe(true);
    for (const name of ['kurrentdb', 'postgres', 'temporal'])
      expect(Object.keys(project.services[name]!.networks)).toEqual(['inside']);
  });

  it('starts each after what it needs is well', () => {
    const conditions = (name: string): Record<string, string> =>
      Object.fromEntries(
        Object.entries(project.services[name]!.depends_on ?? {}).map(([on, { condition }]) => [on, condition]),
      );
    expect(conditions('worker')).toEqual({
      kurrentdb: 'service_healthy',
      postgres: 'service_healthy',
      'temporal-namespace': 'service_completed_successfully',
    });
    expect(conditions('api')).toEqual({ worker: 'service_healthy' });
    for (const name of ['kurrentdb', 'postgres', 'temporal']) expect(project.services[name]?.healthcheck).toBeDefined();
  });

  it('gives secrets as files, and our processes no more rights than they need', () => {
    for (const [, { environment = {} }] of services())
      expect(Object.keys(environment).filter((key) => /PASSWORD|PWD|TOKEN|MASTER_KEY$/.test(key))).toEqual(
        Object.keys(environment).filter((key) => key.endsWith('_FILE') && /PASSWORD/.test(key)),
      );
    for (const name of OWN) {
      const { read_only, cap_drop, secrets = [] } = project.services[name]!;
      expect([read_only, cap_drop, secrets.map(({ source }) => source).toSorted()]).toEqual([
        true,
        ['ALL'],
        ['master_key', 'otlp_headers', 'read_models_url', ...(name === 'worker' ? ['smtp_url', 'webhook_secret'] : [])],
      ]);
      for (const [key, value] of Object.entries(project.services[name]!.environment ?? {}))
        if (key.endsWith('_FILE'))
          expect([key, secrets.map(({ source }) => `/run/secrets/${source}`)]).toEqual([
            key,
            expect.arrayContaining([value]),
          ]);
    }
    expect(readFileSync('Dockerfile', 'utf8')).toMatch(/\nUSER node\n/);
  });

  it('keeps what must outlive a container in named volumes', () => {
    const named = services().flatMap(([name, { volumes = [] }]) =>
      volumes.filter(({ type }) => type === 'volume').map(({ source }) => `${name}:${source}`),
    );
    expect(named.toSorted()).toEqual([
      'api:keys',
      'kurrentdb:log',
      'postgres:postgres',
      'prometheus:metrics',
      'worker:backups',
      'worker:keys',
    ]);
    expect(Object.keys(project.volumes).toSorted()).toEqual(['backups', 'keys', 'log', 'metrics', 'postgres']);
  });
});
