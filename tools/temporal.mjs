#!/usr/bin/env node
// Obtains a Temporal CLI, which carries the development server. As a program: prints its path, or exits with 3.
// The compiled command line loads this file at run time, so it uses Node's own modules only.
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadTemporal } from './temporal-dev/download.mjs';
import { run } from './run/command.mjs';
import { toStderr, withProgress } from './run/progress.mjs';

const moduleFolder = fileURLToPath(new URL('./temporal-dev/', import.meta.url));
const executable = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
const oldestUsable = [1, 5];

/**
 * In this order: on the PATH, in our cache, the official download, a build of the official sources.
 *
 * @param {{ log?: (line: string) => void, allowBuild?: boolean }} [options]
 * @returns {Promise<{ path: string, source: 'path' | 'cache' | 'download' | 'build' } | null>}
 */
export async function obtainTemporal({ log = toStderr, allowBuild = true } = {}) {
  const { PATH = '' } = process.env;
  const onPath = findOnPath(PATH);
  if (onPath && (await isUsable(onPath))) return { path: onPath, source: 'path' };

  const pinned = readPins();
  const home = join(cacheFolder(), `temporal-${pinned.hash}`);
  const path = join(home, executable);
  if (existsSync(path)) return { path, source: 'cache' };

  if (await put(home, (folder) => download(folder, pinned, log), log)) return { path, source: 'download' };
  if (allowBuild && (await put(home, (folder) => build(folder, pinned, log), log))) return { path, source: 'build' };
  return null;
}

/** Where what is obtained once is kept. */
export function cacheFolder(env = process.env) {
  const { FOLLOWTHROUGH_CACHE: ours, XDG_CACHE_HOME: standard } = env;
  return ours || join(standard || join(homedir(), '.cache'), 'followthrough');
}

/**
 * What go.mod and go.sum pin: the version of the CLI, the Go that builds it, and the hash that names both files.
 *
 * @param {string} [folder]
 */
export function readPins(folder = moduleFolder) {
  const goMod = readFileSync(join(folder, 'go.mod'), 'utf8');
  const goSum = readFileSync(join(folder, 'go.sum'), 'utf8');
  const cli = /github\.com\/temporalio\/cli v([\d.]+)/.exec(goMod)?.[1];
  const go = /^go ([\d.]+)$/m.exec(goMod)?.[1];
  if (!cli || !go) throw new Error('tools/temporal-dev/go.mod names no version of the Temporal CLI or of Go');
  const hash = createHash('sha256').update(goMod).update(goSum).digest('hex').slice(0, 16);
  return { cli, go, hash };
}

/**
 * An own build of the CLI calls itself 0.0.0-DEV: then the server it carries tells its age.
 *
 * @param {string} said the answer to `temporal --version`
 */
export function isRecentEnough(said) {
  const [, cli, server] = /version v?(\S+)(?:.*\bServer ([\d.]+))?/.exec(said) ?? [];
  if (cli?.startsWith('0.0.0')) return server !== undefined && atLeast(server, [1, 29]);
  return cli !== undefined && atLeast(cli, oldestUsable);
}

/**
 * @param {string} version
 * @param {number[]} wanted
 */
export function atLeast(version, wanted) {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10));
  for (const [place, least] of wanted.entries()) {
    const part = parts[place] ?? 0;
    if (Number.isNaN(part)) return false;
    if (part !== least) return part > least;
  }
  return true;
}

/** @param {string} searchPath */
function findOnPath(searchPath) {
  const candidates = searchPath.split(delimiter).map((folder) => join(folder, executable));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}

/** @param {string} file */
async function isUsable(file) {
  const { code, output } = await run(file, ['--version'], { timeoutMs: 20_000 });
  return code === 0 && isRecentEnough(output);
}

/**
 * Fills a folder beside the final one and renames it only when the binary in it runs: an interrupted attempt leaves nothing half.
 *
 * @param {string} home
 * @param {(folder: string) => Promise<boolean>} fill
 * @param {(line: string) => void} log
 */
async function put(home, fill, log) {
  mkdirSync(cacheFolder(), { recursive: true });
  removeAbandoned();
  const folder = mkdtempSync(join(cacheFolder(), '.temporal-'));
  try {
    if (!(await fill(folder)) || !(await isUsable(join(folder, executable)))) return false;
    if (!existsSync(home)) renameSync(folder, home);
    return true;
  } catch (error) {
    // Another start may have been quicker; what it put there is as good.
    if (existsSync(join(home, executable))) return true;
    log(`followthrough: the Temporal server could not be put into the cache: ${error}`);
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function removeAbandoned() {
  const anHourAgo = Date.now() - 3_600_000;
  for (const name of readdirSync(cacheFolder()).filter((entry) => entry.startsWith('.temporal-'))) {
    const folder = join(cacheFolder(), name);
    if ((statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0) < anHourAgo)
      rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @param {{ cli: string }} pinned
 * @param {(line: string) => void} log
 */
function download(folder, pinned, log) {
  return withProgress('fetching the Temporal server', () => downloadTemporal(folder, pinned.cli), log);
}

/**
 * @param {string} folder
 * @param {{ cli: string, go: string }} pinned
 * @param {(line: string) => void} log
 */
async function build(folder, pinned, log) {
  // A Go that fetches another Go would surprise whoever pinned theirs.
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly', GOWORK: 'off' };
  const { code, output } = await run('go', ['version'], { cwd: moduleFolder, env });
  const go = /go version go([\d.]+)/.exec(output)?.[1];
  if (code !== 0 || !go || !atLeast(go, pinned.go.split('.').map(Number))) {
    log(`followthrough: no Temporal server on this machine, and no Go ${pinned.go} or newer to build one.`);
    return false;
  }
  const command = 'github.com/temporalio/cli/cmd/temporal';
  const version = `-X github.com/temporalio/cli/internal/temporalcli.Version=${pinned.cli}`;
  const args = ['build', '-trimpath', '-ldflags', `-s -w ${version}`, '-o', join(folder, executable), command];
  const result = await withProgress(
    'building the official Temporal server from source, once (about 4 min)',
    () => run('go', args, { cwd: moduleFolder, env }),
    log,
  );
  if (result.code !== 0) log(`followthrough: the Temporal server could not be built:\n${result.output.slice(-2_000)}`);
  return result.code === 0;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const temporal = await obtainTemporal();
  if (temporal) process.stdout.write(`${temporal.path}\n`);
  process.exit(temporal ? 0 : 3);
}
