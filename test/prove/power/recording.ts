import { readFileSync } from 'node:fs';
import type { Luck } from '../../simulation/chance.js';

/** What a disk was asked to do, in its order. */
export type Operation =
  | { readonly what: 'write'; readonly file: string; readonly offset: number; readonly data: Buffer }
  | { readonly what: 'truncate'; readonly file: string; readonly size: number }
  | { readonly what: 'sync'; readonly file: string };

const HEADER = 16;

/** Reads what recorder.c wrote down. */
export function readRecording(path: string): Operation[] {
  const bytes = readFileSync(path);
  const names: string[] = [];
  const operations: Operation[] = [];
  for (let at = 0; at < bytes.length;) {
    const what = String.fromCharCode(bytes[at]!);
    const number = bytes[at + 1]!;
    const length = bytes.readUInt32LE(at + 4);
    const offset = Number(bytes.readBigUInt64LE(at + 8));
    const data = bytes.subarray(at + HEADER, at + HEADER + length);
    at += HEADER + length;
    if (what === 'N') names[number] = data.toString('utf8');
    const file = names[number] ?? '';
    if (what === 'W') operations.push({ what: 'write', file, offset, data });
    if (what === 'T') operations.push({ what: 'truncate', file, size: offset });
    if (what === 'S') operations.push({ what: 'sync', file });
  }
  return operations;
}

/** A file in memory that grows. */
class Contents {
  private bytes = Buffer.alloc(1 << 16);
  private size = 0;

  copy(): Contents {
    const copy = new Contents();
    copy.bytes = Buffer.from(this.bytes);
    copy.size = this.size;
    return copy;
  }

  do(operation: Exclude<Operation, { what: 'sync' }>): void {
    if (operation.what === 'write') return this.write(operation.offset, operation.data);
    this.grow(operation.size);
    this.bytes.fill(0, operation.size);
    this.size = operation.size;
  }

  write(offset: number, data: Buffer): void {
    this.grow(offset + data.length);
    data.copy(this.bytes, offset);
    this.size = Math.max(this.size, offset + data.length);
  }

  get value(): Buffer {
    return this.bytes.subarray(0, this.size);
  }

  private grow(size: number): void {
    if (size <= this.bytes.length) return;
    const larger = Buffer.alloc(Math.max(size, this.bytes.length * 2));
    this.bytes.copy(larger);
    this.bytes = larger;
  }
}

const SECTOR = 512;

/**
 * The disk as it goes through a recording. What was synced is on it for ever. What was not, a power cut may keep, drop, or tear at
 * sectors, in any order; that files exist and how they are named is durable at once, as on a journalling file system.
 */
export class Disk {
  private readonly durable = new Map<string, Contents>();
  private readonly pending = new Map<string, Exclude<Operation, { what: 'sync' }>[]>();
  torn = 0;

  take(operation: Operation): void {
    const { file } = operation;
    if (!this.durable.has(file)) this.durable.set(file, new Contents());
    const waiting = this.pending.get(file) ?? [];
    if (operation.what !== 'sync') return void this.pending.set(file, [...waiting, operation]);
    for (const one of waiting) this.durable.get(file)!.do(one);
    this.pending.delete(file);
  }

  /** What is on it after a power cut now. */
  cut(luck: Luck): Map<string, Buffer> {
    const left = new Map<string, Buffer>();
    for (const [file, contents] of this.durable) {
      const image = contents.copy();
      for (const one of this.pending.get(file) ?? []) {
        const fate = luck.next();
        if (fate < 0.4) image.do(one);
        else if (fate < 0.6 && one.what === 'write') this.tear(image, one, luck);
      }
      left.set(file, image.value);
    }
    return left;
  }

  private tear(image: Contents, { offset, data }: Extract<Operation, { what: 'write' }>, luck: Luck): void {
    this.torn += 1;
    for (let at = 0; at < data.length; at += SECTOR)
      if (luck.next() < 0.5) image.write(offset + at, data.subarray(at, at + SECTOR));
  }
}
