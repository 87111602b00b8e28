import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyChain } from '../contract.js';
import type { EventStore } from '../port.js';
import { lastOf, sampleBatch } from '../samples.js';
import { copyLog, positionAt } from './copy.js';
import { openSqliteStore } from './open.js';

let folder: string;
let from: string;
let to: string;
let store: EventStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'copy-'));
  [from, to] = [join(folder, 'from.db'), join(folder, 'to.db')];
  store = await openSqliteStore({ file: from });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const at = (recordedAt: string) => ({ recordedAt });
const head = async (): Promise<string> => (await store.head())!.position;

async function copied() {
  const copy = await openSqliteStore({ file: to });
  try {
    return await copy.readAll();
  } finally {
    await copy.close();
  }
}

describe('a copy of a log', () => {
  it('holds the same events at the same positions, and takes more', async () => {
    const first = sampleBatch('episode-1', null, [{ n: 1 }, { n: 2 }]);
    await store.append(first);
    await store.append(sampleBatch('patient-1', null));
    await copyLog({ from, to, through: await head() });
    expect(await copied()).toEqual(await store.readAll());
    const copy = await openSqliteStore({ file: to });
    await copy.append(sampleBatch('episode-1', lastOf(first)));
    expect(verifyChain(await copy.readStream('episode-1'))).toEqual([]);
    await copy.close();
  });

  it('is the log as it stood at a position, whatever is appended meanwhile', async () => {
    let last = sampleBatch(
      'episode-1',
      null,
      Array.from({ length: 2_500 }, (_, n) => ({ n })),
    );
    await store.append(last);
    const before = await store.readAll({ limit: 5_000 });
    const told: number[] = [];
    const copying = copyLog({ from, to, through: await head(), progress: (done) => told.push(done) });
    for (let n = 0; n < 20; n += 1) await store.append((last = sampleBatch('episode-1', lastOf(last))));
    await copying;
    const copy = await openSqliteStore({ file: to, readOnly: true });
    expect(await copy.readAll({ limit: 5_000 })).toEqual(before);
    await copy.close();
    expect(told).toEqual([1_000, 2_000, 2_500]);
  });

  it('keeps refusing to change or remove an event', async () => {
    await store.append(sampleBatch('episode-1', null));
    await copyLog({ from, to, through: await head() });
    await expect(copyLog({ from, to, through: await head() })).rejects.toMatchObject({ code: 'unsupported' });
    expect(await copied()).toHaveLength(1);
  });

  it('is refused of a file that is no log, and of one that is not there', async () => {
    writeFileSync(join(folder, 'notes.txt'), 'notes');
    const through = '1'.padStart(20, '0');
    await expect(copyLog({ from: join(folder, 'notes.txt'), to, through })).rejects.toMatchObject({
      code: 'unavailable',
    });
    await expect(copyLog({ from: join(folder, 'none.db'), to, through })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});

describe('the position at an instant', () => {
  it('is the last before the first event recorded later, even when an earlier one follows that', async () => {
    await store.append(sampleBatch('a', null, [{}, {}], at('2026-03-02T15:00:00.000Z')));
    const cut = await head();
    await store.append(sampleBatch('b', null, [{}], at('2026-03-02T15:00:00.001Z')));
    await store.append(sampleBatch('c', null, [{}], at('2026-03-02T15:00:00.000Z')));
    expect(positionAt(from, '2026-03-02T15:00:00.000Z')).toBe(cut);
    expect(positionAt(from, '2026-03-02T15:00:00.001Z')).toBe(await head());
    expect(positionAt(from, '2026-03-02T14:59:59.999Z')).toBeNull();
  });
});
