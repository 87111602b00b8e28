import { createHash } from 'node:crypto';
import type { Row } from './read.js';

/** Keys may be long and hold only visible ASCII (POST /v1/imports). */
const LONGEST = 160;
const ID_COLUMN: Readonly<Record<string, string>> = {
  contacts: 'contact_id',
  'scale-results': 'result_id',
  'consult-reviews': 'review_id',
  appointments: 'appointment_id',
};

function printable(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed());
  return encoded.length <= LONGEST ? encoded : createHash('sha256').update(text).digest('hex');
}

/** The name of a row for ever: its table with its own id, else with what tells it from others. */
export const keyOf = (table: Row['table'], ...names: readonly string[]): string =>
  `${table}/${printable(names.join('|'))}`;

/** The row's own id, if its table has a column for one. */
export const ownId = ({ table, values }: Row): string | undefined => {
  const column = ID_COLUMN[table];
  return column === undefined ? undefined : values[column];
};

const inOrder = ({ values }: Row): string =>
  JSON.stringify(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
export const sameContent = (a: Row, b: Row): boolean => inOrder(a) === inOrder(b);
