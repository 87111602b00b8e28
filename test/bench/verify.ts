import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeBigLog } from './big-log.js';

/** `npm run bench:verify -- --events 1000000`: how long the judge needs for a large log, and how much memory. One JSON line; nothing asserts a time. */
const { values } = parseArgs({ options: { events: { type: 'string', default: '1000000' } } });
const CLI = fileURLToPath(new URL('../../apps/cli/src/main.js', import.meta.url));
/** Before the first of the sampled months: what the lives still owe at their end is not silence that anybody asked about. */
const AT = '2027-03-01T00:00:00.000Z';

interface Run {
  readonly seconds: number;
  readonly peakMegabytes: number;
  readonly verdict: { readonly events: number; readonly chain: string };
}

/** Runs the command as a person would; /proc tells the most memory that it held. */
function verify(folder: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, ['--import', PEAK, CLI, 'verify', '--json', '--data', folder, '--at', AT], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    child.stderr.on('data', (text: Buffer) => (err += text.toString()));
    child.on('error', reject);
    child.on('close', () => {
      const peak = /peak (\d+)/.exec(err)?.[1];
      if (!out || !peak) return reject(new Error(`verify said nothing: ${err}`));
      resolve({
        seconds: (performance.now() - began) / 1000,
        peakMegabytes: Math.round(Number(peak) / 1024),
        verdict: JSON.parse(out) as Run['verdict'],
      });
    });
  });
}

/** At its end the child says the most memory it held, in kilobytes. */
const PEAK = `data:text/javascript,${encodeURIComponent("process.on('exit', () => process.stderr.write(`\\npeak ${process.resourceUsage().maxRSS}\\n`))")}`;

const folder = mkdtempSync(join(tmpdir(), 'followthrough-verify-'));
try {
  const log = await writeBigLog(join(folder, 'events.db'), Number(values.events));
  const { seconds, peakMegabytes, verdict } = await verify(folder);
  const { events, chain } = verdict;
  const line = {
    measure: 'verify',
    events,
    streams: log.streams,
    chain,
    seconds: Math.round(seconds * 10) / 10,
    eventsPerSecond: Math.round(events / seconds),
    peakMegabytes,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
