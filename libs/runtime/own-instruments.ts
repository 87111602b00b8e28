import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addInstrument } from '#care';

/** Where a clinic puts questionnaires of its own, one JSON file each. */
export const INSTRUMENTS_FOLDER = 'instruments';

/**
 * Takes in the questionnaires of the data folder. One that cannot be used is named and left out: a bad file must not keep the clinic
 * from being reminded of everything else.
 */
export function takeInOwnInstruments(dataDir: string, warn: (message: string) => void): void {
  const folder = join(dataDir, INSTRUMENTS_FOLDER);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  for (const name of names.toSorted()) {
    try {
      addInstrument(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    } catch (error) {
      warn(`${INSTRUMENTS_FOLDER}/${name} is left out: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
