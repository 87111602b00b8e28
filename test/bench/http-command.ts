import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bareInserts } from './bare-log.js';
import type { Clinic } from './clinic.js';
import { median } from './measure.js';
import { serve } from './served.js';

const PER_SECOND = 50;
const SECONDS = 8;

/** One line of its own shape: milliseconds, not a rate. */
export interface CommandLatency {
  readonly measure: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The median of a bare durable insert in the same run, as a part of the median of the command. */
  readonly shareOfBareInsert: number;
  readonly peer: string;
}

/** Notes over HTTP, so many a second, whatever the answers take. */
export async function commandsOverHttp(clinic: Clinic): Promise<CommandLatency> {
  const { folder, episodes } = clinic;
  const { url, authorization, close } = await serve(clinic, 'http-read.db');
  const write = async (n: number): Promise<number> => {
    const began = performance.now();
    const response = await fetch(`${url}/v1/episodes/${episodes[n % episodes.length]}/notes`, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify({ text: 'A synthetic note.' }),
    });
    await response.arrayBuffer();
    if (response.status !== 201) throw new Error(`a note was answered with ${response.status}`);
    return performance.now() - began;
  };
  for (let n = 0; n < PER_SECOND; n += 1) await write(n);
  const answers: Promise<number>[] = [];
  const began = performance.now();
  for (let n = 0; n < PER_SECOND * SECONDS; n += 1) {
    await sleep(Math.max(0, began + (n * 1000) / PER_SECOND - performance.now()));
    answers.push(write(n));
  }
  const took = (await Promise.all(answers)).toSorted((a, b) => a - b);
  const bare = await bareMedian(join(folder, 'bare-http.db'));
  await close();
  const p50 = median(took);
  return {
    measure: `command (a note) over HTTP at ${PER_SECOND} a second`,
    p50Ms: rounded(p50),
    p99Ms: rounded(took[Math.floor(took.length * 0.99)]!),
    shareOfBareInsert: rounded(bare / p50),
    peer: 'bare node:sqlite, WAL and FULL, one row',
  };
}

async function bareMedian(file: string): Promise<number> {
  const bare = bareInserts(file);
  const took: number[] = [];
  for (let n = 0; n < 300; n += 1) {
    const began = performance.now();
    await bare.insert();
    took.push(performance.now() - began);
  }
  bare.close();
  return median(took);
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
