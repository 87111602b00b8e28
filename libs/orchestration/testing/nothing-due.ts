import type { Settled } from '../ports.js';

/** What a look answers that found nothing to do. */
export const NOTHING_DUE: Settled = {
  revision: 0,
  exists: true,
  phase: 'acute',
  closed: false,
  raised: [],
  derived: 0,
  derivation: 'done',
};
