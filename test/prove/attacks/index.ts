import type { Attack } from '../attack.js';
import { kills } from './kills.js';

export const ATTACKS: readonly Attack[] = [kills];
