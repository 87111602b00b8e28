import { setTimeout as sleep } from 'node:timers/promises';
import type { Luck } from '../../simulation/chance.js';
import type { Wire, WireState } from '../field/wire.js';
import type { ClinicGround } from './clinic-ground.js';

/** What a part or a wire may suffer. Each is dealt before any is dealt again; those that stand here twice come twice as often. */
const KILLS = ['api', 'api', 'worker', 'worker', 'log', 'postgres', 'temporal'] as const;
const CUTS = ['apiLog', 'workerLog', 'workerTemporal'] as const;
const STATES: readonly WireState[] = ['cut', 'silent', 'forgotten', 'slow'];

export interface TroublesOptions {
  readonly luck: Luck;
  /** At least so many kills, and for at least so long. */
  readonly kills: number;
  readonly forMs: number;
  /** Mean pause between two, and how long a wire is in trouble at most. */
  readonly everyMs: number;
  readonly wireMs: number;
  readonly say: (line: string) => void;
}

/** Kills parts and cuts wires at random moments; each comes back by itself while the next is hit already. Answers how often what happened. */
export async function troubles(
  ground: ClinicGround,
  { luck, kills, forMs, everyMs, wireMs, say }: TroublesOptions,
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  const healing = new Map<string, Promise<void>>();
  const ends = Date.now() + forMs;
  const dealer = deal([...KILLS, ...CUTS], luck);
  for (let killed = 0; killed < kills || Date.now() < ends;) {
    await sleep(luck.wait(everyMs));
    const what = dealer.next().value;
    // What is not well yet is not hit again before it is.
    await healing.get(what);
    if (isWire(what)) {
      const state = luck.pick(STATES);
      healing.set(what, trouble(ground.wires[what], state, wireMs / 4 + luck.below((wireMs * 3) / 4)));
      count(`${what} ${state}`);
    } else {
      healing.set(what, ground.part(what).kill(luck.wait(500)));
      count(what);
      killed += 1;
      if (killed % 10 === 0) say(`${killed} kills, ${ground.client.acknowledged.length} acts acknowledged`);
    }
  }
  await Promise.all(healing.values());
  for (const wire of Object.values(ground.wires)) wire.turn('well');
  await Promise.all(ground.parts.map((part) => part.up()));
  return counts;

  function count(what: string): void {
    counts[what] = (counts[what] ?? 0) + 1;
  }
}

type Hit = (typeof KILLS)[number] | (typeof CUTS)[number];

const isWire = (what: Hit): what is (typeof CUTS)[number] => (CUTS as readonly string[]).includes(what);

/** A wire that forgot its connections is left so: whoever waits on one of them has to find out, and connect anew. */
async function trouble(wire: Wire, state: WireState, forMs: number): Promise<void> {
  wire.turn(state);
  if (state === 'forgotten') return;
  await sleep(forMs);
  wire.turn('well');
}

/** Cards from a deck that is shuffled anew whenever it is empty. */
function* deal<T>(deck: readonly T[], luck: Luck): Generator<T, never> {
  for (;;) for (const left = [...deck]; left.length > 0;) yield left.splice(luck.below(left.length), 1)[0]!;
}
