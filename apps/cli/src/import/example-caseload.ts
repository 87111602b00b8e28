import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from './read.js';

/** The checkout is four folders up, or five when this runs from dist. */
const PLACES = ['../../../..', '../../../../..'].map((up) => join(import.meta.dirname, up, 'examples', 'caseload'));

/** The tables of examples/caseload. */
export function exampleCaseload(): SourceFile[] {
  const folder = PLACES.find((place) => existsSync(join(place, 'patients.csv')));
  if (folder === undefined) throw new Error('examples/caseload is not part of this installation');
  const names = readdirSync(folder).filter((name) => name.endsWith('.csv'));
  return names.sort().map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}
