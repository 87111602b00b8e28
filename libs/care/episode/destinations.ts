import { saysTheSame, withClass } from '../pathway/index.js';
import type { EpisodeContext, Pin, Policy } from './context.js';

/** Names a value by its content; hashing is the door's. */
export type Hash = (value: object) => string;

/** One hash over pathway, calendar and rules version together; a source that is the pathway itself is not named. */
export function pinOf({ pathway, clinical, safety, calendar, rulesVersion }: Omit<Pin, 'pin'>, hash: Hash): Pin {
  const parts = {
    pathway,
    ...(clinical === undefined || clinical === pathway ? {} : { clinical }),
    ...(safety === undefined || safety === pathway ? {} : { safety }),
    calendar,
    rulesVersion,
  };
  return { pin: hash(parts), ...parts };
}

/** What an episode has pinned, with classes of numbers, calendar and rules as its site follows them today. What says the same does not move. */
function moved(pinned: Policy, today: Policy, classes: readonly ('safety' | 'clinical')[], hash: Hash): Policy {
  const moving = classes.filter((cls) => !saysTheSame(cls, pinned.pathway, today.pathway));
  const sources = Object.fromEntries(moving.map((cls) => [cls, today.pin.pathway]));
  const { calendar, rulesVersion } = today.pin;
  return {
    pin: pinOf({ ...pinned.pin, ...sources, calendar, rulesVersion }, hash),
    pathway: moving.reduce((pathway, cls) => withClass(pathway, cls, today.pathway), pinned.pathway),
    calendar: today.calendar,
  };
}

/** Where a repin takes an episode: at once, and when it enters another phase. Administrative numbers stay those it began with. */
export function destinations(pinned: Policy, today: Policy, hash: Hash): Pick<EpisodeContext, 'atOnce' | 'atPhase'> {
  if (pinned.pin.pin === today.pin.pin) return { atOnce: pinned, atPhase: pinned };
  return {
    atOnce: moved(pinned, today, ['safety'], hash),
    atPhase: moved(pinned, today, ['safety', 'clinical'], hash),
  };
}
