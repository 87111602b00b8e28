import { parseArgs } from 'node:util';
import { luckFor } from '../simulation/chance.js';
import type { Attack, Order, Outcome, Size } from './attack.js';
import { ATTACKS } from './attacks/index.js';
import { failsAsItShould, isGood, table, type Line } from './report.js';

/** `npm run prove -- --short`: attacks the guarantee with real processes. Exit code 1 when it does not hold, or an attack proves nothing. */
const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    tiny: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const size: Size = values.full ? 'full' : values.tiny ? 'tiny' : 'short';
const chosen = values.only.length === 0 ? ATTACKS : ATTACKS.filter(({ name }) => values.only.includes(name));
const unknown = values.only.filter((name) => !ATTACKS.some((attack) => attack.name === name));
if (unknown.length > 0 || !Number.isSafeInteger(seed)) {
  process.stderr.write(
    `no such attack: ${unknown.join(', ')}; there are ${ATTACKS.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}

const BROKEN_OFF = { holds: false, failedAsItShould: false };
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const lines: Line[] = [];
const began = performance.now();
/** Each is a server, a Temporal server, and people who wait most of the time. */
const AT_ONCE = 6;

const mainOf = (attack: Attack) => () => timed(attack, attack.run, ({ holds }) => ({ goal: attack.goal, holds }));
const controlsOf = (attack: Attack) =>
  attack.controls.map(
    ({ broken, by, run }) =>
      () =>
        timed(attack, run, (outcome) => ({ control: broken, failedAsItShould: failsAsItShould(by, outcome) })),
  );
for (const attack of chosen.filter(({ alone }) => alone)) await mainOf(attack)();
const waiting = chosen.flatMap((attack) => [...(attack.alone ? [] : [mainOf(attack)]), ...controlsOf(attack)]).values();
const lane = async (): Promise<void> => {
  for (const run of waiting) await run();
};
await Promise.all(Array.from({ length: AT_ONCE }, lane));
if (!values.json) {
  const names = chosen.map(({ name }) => name);
  say(`\n${table(lines, names)}\n${Math.round((performance.now() - began) / 1000)} s in all, seed ${seed}`);
}
process.exit(lines.every(isGood) ? 0 : 1);

async function timed(
  { name }: Attack,
  run: (order: Order) => Promise<Outcome>,
  verdict: (outcome: Outcome) => Partial<Line>,
): Promise<void> {
  const begun = performance.now();
  const luck = luckFor(seed, 0, name);
  const order: Order = { size, seed, luck, say: (line) => say(`  ${name}: ${line}`) };
  // What broke off proves nothing, neither for an attack nor for a control.
  const ended = await run(order).then(
    (outcome) => ({ ...verdict(outcome), figure: outcome.figure }),
    (error: Error) => ({
      ...verdict({ holds: false, figure: {} }),
      ...BROKEN_OFF,
      figure: { brokeOff: error.message },
    }),
  );
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  const line: Line = { attack: name, ...ended, seed, seconds };
  lines.push(line);
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
