import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { fixedClock, scaledClock, systemClock, type ScaledClock } from './clock.js';

const START = '2026-03-02T13:00:00.000Z';
const folder = mkdtempSync(join(tmpdir(), 'clock-'));
const stateFile = join(folder, 'clock');
const clocks: ScaledClock[] = [];
const open = (startInstant = START) => {
  const clock = scaledClock({ realMsPerDay: 1_000, startInstant, stateFile });
  clocks.push(clock);
  return clock;
};
const HOUR = 3_600_000;

afterEach(() => {
  clocks.splice(0).forEach((clock) => clock.close());
  rmSync(stateFile, { force: true });
});

describe('clocks', () => {
  it('the system’s says how long it takes', () => {
    expect(systemClock.realMillisUntil(new Date(Date.now() + 1_000))).toBeGreaterThan(900);
    expect(systemClock.realMillisUntil(new Date(0))).toBe(0);
  });

  it('a fixed one moves when it is set', () => {
    const clock = fixedClock(START);
    const later = new Date(Date.parse(START) + HOUR);
    expect(clock.realMillisUntil(later)).toBe(Infinity);
    clock.advance(HOUR);
    expect([clock.now(), clock.realMillisUntil(later)]).toEqual([later, 0]);
  });

  it('a scaled one lets days pass in seconds', async () => {
    const clock = open();
    const tomorrow = new Date(Date.parse(START) + 24 * HOUR);
    expect(clock.realMillisUntil(tomorrow)).toBeGreaterThan(900);
    expect(clock.realMillisUntil(tomorrow)).toBeLessThanOrEqual(1_000);
    await sleep(50);
    expect(clock.now().getTime() - Date.parse(START)).toBeGreaterThan(HOUR);
  });

  it('a scaled one stands still while the process is down', async () => {
    const before = open();
    await sleep(20);
    before.close();
    const kept = before.now().getTime();
    await sleep(100);
    const after = open().now().getTime();
    expect(after - kept).toBeLessThan(2 * HOUR);
    expect(after).toBeGreaterThan(Date.parse(START));
  });

  it('a scaled one never goes back', () => {
    writeFileSync(stateFile, '2027-01-01T00:00:00.000Z\n');
    const clock = open();
    expect(clock.now().toISOString() >= '2027-01-01').toBe(true);
    clock.catchUpWith(START);
    expect(clock.now().toISOString() >= '2027-01-01').toBe(true);
    clock.catchUpWith('2028-01-01T00:00:00.000Z');
    expect(clock.now().toISOString() >= '2028-01-01').toBe(true);
    clock.close();
    expect(readFileSync(stateFile, 'utf8') >= '2028-01-01').toBe(true);
  });

  it('a scaled one starts anew from a file that cannot be read', () => {
    writeFileSync(stateFile, 'x');
    expect(open().now().toISOString() >= START).toBe(true);
  });

  it('a scaled one goes on where it cannot keep its time', () => {
    const nowhere = join(folder, 'gone', 'clock');
    const clock = scaledClock({ realMsPerDay: 1_000, startInstant: START, stateFile: nowhere });
    expect(() => clock.close()).not.toThrow();
    expect(clock.now().toISOString() >= START).toBe(true);
  });
});
