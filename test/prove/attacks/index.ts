import type { Attack } from '../attack.js';
import { kills } from './kills.js';
import { lostTimers } from './lost-timers.js';

export const ATTACKS: readonly Attack[] = [kills, lostTimers];
