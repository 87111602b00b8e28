import type { Attack } from '../attack.js';
import { burst } from './burst.js';
import { clocks } from './clocks.js';
import { deploys } from './deploys.js';
import { disk } from './disk.js';
import { kills } from './kills.js';
import { lostTimers } from './lost-timers.js';
import { logRestored } from './log-restored.js';
import { network } from './network.js';
import { poison } from './poison.js';
import { power } from './power.js';
import { temporalGone } from './temporal-gone.js';
import { temporalRestored } from './temporal-restored.js';
import { watchdogGone } from './watchdog-gone.js';

export const ATTACKS: readonly Attack[] = [
  kills,
  lostTimers,
  temporalGone,
  temporalRestored,
  watchdogGone,
  burst,
  power,
  disk,
  poison,
  network,
  logRestored,
  clocks,
  deploys,
];
