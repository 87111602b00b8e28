import type { Act } from './story/index.js';

/** A place on a waiting list is news of the connection, not its end (research §3.11: the loop is closed by what becomes of it). */
export const isWaiting = ({ facts }: Act<'ResourceConnectionClosed'>): boolean => facts.outcome === 'waiting-list';
