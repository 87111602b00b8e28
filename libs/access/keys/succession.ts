import { existsSync, linkSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectory } from '../private-file.js';

/** Where a new master key waits until every key is wrapped under it. */
export const nextKeyFile = (file: string): string => `${file}.next`;

/**
 * The new master key takes the place of the old one, which stays beside it: older backups of the keys need it. Cut short anywhere, both
 * keys are there, and it can be done again.
 * @returns where the old key lies now
 */
export function putInPlace(file: string, now: Date): string {
  const kept = `${file}.until-${now.toISOString().replaceAll(/[:.]/g, '-')}`;
  if (!existsSync(kept)) linkSync(file, kept);
  syncDirectory(dirname(file));
  renameSync(nextKeyFile(file), file);
  syncDirectory(dirname(file));
  return kept;
}
