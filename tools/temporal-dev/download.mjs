import { rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { run } from '../run/command.mjs';

const connectMs = 3_000;
const silenceMs = 15_000;

/**
 * The download that Temporal's own SDKs use. Many networks do not reach it: any failure is a plain `false`.
 *
 * @param {string} folder where the binary is to be
 * @param {string} version of the CLI
 */
export async function downloadTemporal(folder, version) {
  try {
    const query = `arch=${goNames[process.arch] ?? process.arch}&platform=${goNames[process.platform] ?? process.platform}`;
    const about = await fetchBytes(`https://temporal.download/cli/v${version}?${query}&format=tar.gz`);
    const { archiveUrl, fileToExtract } = JSON.parse(about.toString('utf8'));
    const archive = join(folder, 'archive.tar.gz');
    writeFileSync(archive, await fetchBytes(archiveUrl));
    const { code } = await run('tar', ['-xzf', archive, '-C', folder, fileToExtract]);
    rmSync(archive);
    return code === 0;
  } catch {
    return false;
  }
}

/** @type {Record<string, string>} */
const goNames = { x64: 'amd64', win32: 'windows' };

/**
 * @param {string} url
 * @param {number} [redirects]
 * @returns {Promise<Buffer>}
 */
function fetchBytes(url, redirects = 5) {
  return new Promise((resolve, reject) => {
    const request = get(url, { timeout: silenceMs }, (response) => {
      const { statusCode = 0, headers } = response;
      if (statusCode >= 300 && statusCode < 400 && headers.location && redirects > 0) {
        response.resume();
        resolve(fetchBytes(new URL(headers.location, url).href, redirects - 1));
        return;
      }
      if (statusCode !== 200) {
        response.destroy();
        reject(new Error(`${url} answered ${statusCode}`));
        return;
      }
      /** @type {Buffer[]} */
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
      response.on('error', reject);
    });
    const tooSlow = setTimeout(() => request.destroy(new Error('no connection')), connectMs);
    const connected = () => clearTimeout(tooSlow);
    request.on('socket', (socket) => socket.on('secureConnect', connected));
    request.on('response', connected);
    request.on('timeout', () => request.destroy(new Error('silence')));
    request.on('error', (error) => {
      clearTimeout(tooSlow);
      reject(error);
    });
  });
}
