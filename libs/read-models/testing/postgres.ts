import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';

const run = promisify(execFile);

/** A real PostgreSQL for the time of a spec, in a temporary folder and on a socket there. */
export interface TestServer {
  /** A new, empty database whose own order of text is that of a language; its address. */
  database(): Promise<string>;
  /** The address of the same database for a new owner who needs a password; the address has none. */
  guarded(database: string, user: string, password: string): Promise<string>;
  /** As when the machine loses power to the process: no shutdown, no last flush. */
  kill(): Promise<void>;
  /** After `kill`, on the same files. */
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

/** Debian keeps the programs of the server outside of PATH. */
function programs(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
    '/usr/local/pgsql/bin',
  ];
  const holds = (folder: string): boolean =>
    folder !== '' && ['initdb', 'postgres'].every((name) => existsSync(join(folder, name)));
  return folders.find(holds) ?? null;
}

const bin = programs();

/** False where no PostgreSQL is installed: what needs one is skipped by name. */
export const hasPostgres = bin !== null;

const USER = 'followthrough';
const NOBODY = 65_534;
/** PostgreSQL refuses to run as root. */
const isRoot = process.getuid?.() === 0;
const ids = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** Servers that run, by their folders: none outlives this process, whatever ends it. */
const running = new Map<string, ChildProcess>();
process.once('exit', () => {
  for (const [folder, server] of running) {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

/** On a socket in its folder; with a port also on 127.0.0.1. */
export async function startPostgres(port?: number): Promise<TestServer> {
  if (bin === null) throw new Error('no PostgreSQL on this machine');
  const folder = mkdtempSync(join(tmpdir(), 'followthrough-pg-'));
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  const data = join(folder, 'data');
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', USER, '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C', '--no-instructions'],
    { ...ids, cwd: dirname(folder) },
  );
  let server = await started(bin, data, folder, port);
  let made = 0;
  const admin = addressOf(folder, 'postgres', port);
  return {
    async database() {
      made += 1;
      const name = `views_${made}`;
      await ask(admin, `create database ${name} template template0 encoding 'UTF8' ${LANGUAGE}`);
      return addressOf(folder, name, port);
    },
    async guarded(database, user, password) {
      const url = new URL(database);
      await ask(admin, `create role ${user} login password '${password}'`);
      await ask(admin, `alter database ${url.pathname.slice(1)} owner to ${user}`);
      const rules = readFileSync(join(data, 'pg_hba.conf'), 'utf8');
      writeFileSync(join(data, 'pg_hba.conf'), `local all ${user} scram-sha-256\n${rules}`);
      await ask(admin, 'select pg_reload_conf()');
      url.username = user;
      return url.href;
    },
    kill: () => ended(server, 'SIGKILL'),
    startAgain: async () => {
      server = await started(bin, data, folder, port);
    },
    async stop() {
      await ended(server, 'SIGQUIT');
      running.delete(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Not byte order: what relies on that must ask for it. */
const LANGUAGE = "locale_provider icu icu_locale 'en'";

const listening = (port?: number): string[] =>
  port === undefined ? ['-c', 'listen_addresses='] : ['-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`];

/** The socket's name bears the port. */
const addressOf = (folder: string, database: string, port = 5432): string =>
  `postgres://${USER}@localhost:${port}/${database}?host=${encodeURIComponent(folder)}`;

/** Tried for a while: what is left of a server that was killed keeps the next one out for a moment. */
async function started(programsIn: string, data: string, folder: string, port?: number): Promise<ChildProcess> {
  let said = '';
  const spawned = (): ChildProcess => {
    const child = spawn(
      join(programsIn, 'postgres'),
      ['-D', data, '-k', folder, ...listening(port), '-c', 'fsync=off', '-c', 'max_connections=50'],
      { ...ids, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    running.set(folder, child);
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
    return child;
  };
  let child = spawned();
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) child = spawned();
    try {
      await ask(addressOf(folder, 'postgres', port), 'select 1');
      return child;
    } catch {
      await sleep(50);
    }
  }
  await ended(child, 'SIGKILL');
  throw new Error(`PostgreSQL did not start: ${said}`);
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

/** One statement in a session of its own. */
export async function ask(address: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    return (await client.query(text)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}
