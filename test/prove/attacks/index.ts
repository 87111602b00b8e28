import type { Attack } from '../attack.js';
import { kills } from './kills.js';
import { lostTimers } from './lost-timers.js';
import { temporalGone } from './temporal-gone.js';
import { temporalRestored } from './temporal-restored.js';
import { watchdogGone } from './watchdog-gone.js';

export const ATTACKS: readonly Attack[] = [kills, lostTimers, temporalGone, temporalRestored, watchdogGone];
