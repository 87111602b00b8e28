import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { oneAtATime } from './one-at-a-time.mjs';
import { withProgress } from './progress.mjs';
import { Stop } from './stop.mjs';

/** Makes node_modules what package-lock.json says, if it is not. */
export async function install(/** @type {string} */ root) {
  if (isInstalled(root)) return;
  await oneAtATime(join(root, '.cache', 'run.lock'), async () => {
    if (isInstalled(root)) return;
    if (!agreesWithLock(root)) await withProgress('installing packages (npm ci)', () => npmCi(root));
    await fetchNode26(root);
    linkCommand(root);
    writeFileSync(stampFile(root), lockDigest(root));
  });
}

/** @param {string} root */
const stampFile = (root) => join(root, 'node_modules', '.followthrough-stamp');

/** @param {string} root */
const lockDigest = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

/** @param {string} root */
export function isInstalled(root) {
  return existsSync(stampFile(root)) && readFileSync(stampFile(root), 'utf8') === lockDigest(root);
}

/**
 * Somebody may have run npm themselves: its own record of what it installed then says the same as the lock.
 * Optional packages may be absent, they are for other platforms.
 *
 * @param {string} root
 */
export function agreesWithLock(root) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const same = (/** @type {string} */ path) =>
    wanted[path]?.version === installed[path]?.version && wanted[path]?.integrity === installed[path]?.integrity;
  return (
    Object.keys(installed).every(same) &&
    Object.keys(wanted).every((path) => path === '' || same(path) || (wanted[path].optional && !installed[path]))
  );
}

/** @param {string} root */
async function npmCi(root) {
  const args = ['ci', '--no-audit', '--no-fund', '--include=dev'];
  // Windows finds npm.cmd only through a shell.
  const { code, output } = await run('npm', args, { cwd: root, shell: process.platform === 'win32' });
  if (code !== 0) throw new Stop(`npm ci failed:\n${output}`);
}

/** The package `node` fetches its binary in an install script, which a cautious npm setting may have left out. */
async function fetchNode26(/** @type {string} */ root) {
  const folder = join(root, 'node_modules', 'node');
  const bin = join(folder, 'bin');
  if (!existsSync(bin)) {
    await withProgress('fetching Node 26', () =>
      run(process.execPath, ['installArchSpecificPackage'], { cwd: folder }),
    );
  }
  // One that does not run here (another C library, say) must not be tried at every start.
  const { code } = await run(join(bin, process.platform === 'win32' ? 'node.exe' : 'node'), ['--version']);
  if (code !== 0) rmSync(bin, { recursive: true, force: true });
}

/** npm links the commands of dependencies only, and `npx followthrough` is to work in the checkout too. */
function linkCommand(/** @type {string} */ root) {
  const link = join(root, 'node_modules', '.bin', 'followthrough');
  if (process.platform !== 'win32' && !existsSync(link)) symlinkSync('../../tools/run.mjs', link);
}
