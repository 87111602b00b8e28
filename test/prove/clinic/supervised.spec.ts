import { describe, expect, it } from '@jest/globals';
import { Program } from '../../clinic/program.js';
import { until } from '../field/ground.js';
import { Supervised } from './supervised.js';

const programOf = (code: string): Program =>
  new Program({
    ...{ name: 'a part', command: process.execPath, args: ['-e', code] },
    isReady: (line) => line === 'ready',
  });
const STAYS = "console.log('ready'); setInterval(() => 0, 1000)";
const starts = ({ lines }: Program): number => lines.filter((line) => line === 'ready').length;

describe('a part that somebody keeps running', () => {
  it('comes back after each kill, also after one while it starts', async () => {
    const program = programOf(`setTimeout(() => { ${STAYS} }, 200)`);
    await program.start();
    const part = new Supervised('part', program);
    await part.kill(0);
    await part.kill(0);
    await part.up();
    expect(starts(program)).toBe(2);
    expect(part.counts).toEqual({ kills: 2, whileStarting: 1, failedStarts: 0, crashes: 0 });
    await part.end();
    await program.stop();
  });

  it('is told from one that ends by itself, which comes back as well', async () => {
    const program = programOf("console.log('ready'); setTimeout(() => process.exit(1), 50)");
    await program.start();
    const part = new Supervised('part', program);
    await until(() => part.counts.crashes > 1, 'it has ended twice');
    expect(part.counts.kills).toBe(0);
    await part.end();
    await program.stop();
    expect(starts(program)).toBeGreaterThan(1);
  });

  it('is tried again until it comes up, and then stays', async () => {
    const program = programOf(STAYS);
    await program.start();
    let refusals = 2;
    const part = new Supervised('part', {
      start: () => (refusals-- > 0 ? Promise.reject(new Error('not yet')) : program.start()),
      kill: () => program.kill(),
      gone: () => program.gone(),
    });
    await part.kill(0);
    await part.up();
    expect(starts(program)).toBe(2);
    expect(part.counts).toEqual({ kills: 1, whileStarting: 0, failedStarts: 2, crashes: 0 });
    await part.end();
    await program.stop();
  });
});
