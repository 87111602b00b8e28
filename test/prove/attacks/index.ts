import type { Attack } from '../attack.js';
import { burst } from './burst.js';
import { clinic } from './clinic.js';
import { clocks } from './clocks.js';
import { deploys } from './deploys.js';
import { disk } from './disk.js';
import { drip } from './drip.js';
import { kills } from './kills.js';
import { lostTimers } from './lost-timers.js';
import { logRestored } from './log-restored.js';
import { network } from './network.js';
import { poison } from './poison.js';
import { power } from './power.js';
import { temporalGone } from './temporal-gone.js';
import { temporalRestored } from './temporal-restored.js';
import { watchdogGone } from './watchdog-gone.js';

/** With their controls the longest first, so that none of them is left over at the end; the table keeps this order. */
export const ATTACKS: readonly Attack[] = [
  drip,
  burst,
  kills,
  clocks,
  temporalRestored,
  clinic,
  lostTimers,
  network,
  deploys,
  logRestored,
  watchdogGone,
  poison,
  temporalGone,
  disk,
  power,
];
