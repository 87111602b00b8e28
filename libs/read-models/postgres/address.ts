import { UnusableDatabase } from '../failures.js';

const SCHEMES = new Set(['postgres:', 'postgresql:']);

/** The address as it was given. @throws UnusableDatabase, without quoting it: there may be a password in it */
export function databaseAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !SCHEMES.has(url.protocol))
    throw new UnusableDatabase('its address is not of the form postgres://user@host:5432/database');
  if (url.pathname.length < 2)
    throw new UnusableDatabase('its address names no database: postgres://host:5432/database');
  return text;
}
