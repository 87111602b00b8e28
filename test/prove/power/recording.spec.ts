import { describe, expect, it } from '@jest/globals';
import { luckFor } from '../../simulation/chance.js';
import { Disk, type Operation } from './recording.js';

const write = (offset: number, text: string): Operation => ({
  what: 'write',
  file: 'log',
  offset,
  data: Buffer.from(text),
});
const sync: Operation = { what: 'sync', file: 'log' };
const cuts = (disk: Disk, times = 200): string[] =>
  Array.from({ length: times }, (_, n) =>
    disk
      .cut(luckFor(1, n, 'cut'))
      .get('log')!
      .toString('latin1'),
  );
const diskAfter = (...operations: Operation[]): Disk => {
  const disk = new Disk();
  for (const operation of operations) disk.take(operation);
  return disk;
};

describe('a disk after a power cut', () => {
  it('holds all that was synced', () => {
    const disk = diskAfter(write(0, 'first'), write(5, ' second'), sync);
    expect(new Set(cuts(disk))).toEqual(new Set(['first second']));
  });

  it('holds any of what was not, in any order', () => {
    const disk = diskAfter(write(0, 'a'), sync, write(1, 'b'), write(2, 'c'));
    expect(new Set(cuts(disk))).toEqual(new Set(['a', 'ab', 'a\0c', 'abc']));
  });

  it('may have kept the old length or the new one', () => {
    const disk = diskAfter(write(0, 'long'), sync, { what: 'truncate', file: 'log', size: 1 });
    expect(new Set(cuts(disk))).toEqual(new Set(['long', 'l']));
  });

  it('tears a write at sectors', () => {
    const disk = diskAfter(write(0, 'x'.repeat(1024)));
    const torn = cuts(disk).filter((text) => text !== '' && text !== 'x'.repeat(1024));
    expect(new Set(torn)).toEqual(new Set(['x'.repeat(512), '\0'.repeat(512) + 'x'.repeat(512)]));
    expect(disk.torn).toBeGreaterThan(0);
  });

  it('is not synced by the sync of another file', () => {
    const disk = diskAfter(write(0, 'a'), { what: 'sync', file: 'other' });
    expect(new Set(cuts(disk))).toEqual(new Set(['', 'a']));
  });
});
