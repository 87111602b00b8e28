import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandFailed } from '../command.js';

export const MANIFEST_FILE = 'manifest.json';
const FORMAT = 1;

const Manifest = z.strictObject({
  format: z.literal(FORMAT),
  /** When the backup was begun. */
  takenAt: z.iso.datetime(),
  software: z.string(),
  log: z.strictObject({
    head: z.strictObject({ position: z.string(), hash: z.string() }).nullable(),
    events: z.int().min(0),
    streams: z.int().min(0),
    chain: z.enum(['intact', 'broken']),
  }),
  /** `missing`: keys that the log names and the key store never held. */
  keys: z.strictObject({ keys: z.int().min(0), destroyed: z.int().min(0), missing: z.int().min(0) }),
  /** Paths below the backup, with forward slashes. */
  files: z.array(
    z.strictObject({
      // Restoring writes to where it says: `..` would lead out of the data folder.
      path: z.string().regex(/^(log|keys)(\/(?!\.\.?(\/|$))[^/\\]+){1,2}$/),
      bytes: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
  /** The name of the master key that wraps the keys; null when the store does not say. The key itself is never in a backup. */
  masterKey: z.strictObject({ id: z.string().nullable(), note: z.string() }),
});

/** What a backup holds. Opaque ids, counts and digests only. */
export type Manifest = z.infer<typeof Manifest>;
export type ArchivedFile = Manifest['files'][number];

/** Said in every manifest, so that nobody finds out on the day of the fire. */
const WITHOUT_MASTER_KEY = 'not in this backup: without it what is sealed cannot be read; keep it somewhere else';

export const manifestOf = (masterKeyId: string | null, given: Omit<Manifest, 'format' | 'masterKey'>): Manifest => ({
  format: FORMAT,
  ...given,
  masterKey: { id: masterKeyId, note: WITHOUT_MASTER_KEY },
});

/** @throws CommandFailed when there is none, or this version cannot read it */
export function readManifest(backup: string): Manifest {
  const file = join(backup, MANIFEST_FILE);
  const parsed = Manifest.safeParse(jsonIn(file, backup));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.');
  throw new CommandFailed(`${file} is no manifest of format ${FORMAT} (at ${where === '' ? 'its top' : where})`, 3);
}

function jsonIn(file: string, backup: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new CommandFailed(
      isMissing
        ? `${backup} is no backup: it has no ${MANIFEST_FILE}`
        : `${file} cannot be read: ${(error as Error).message}`,
      3,
    );
  }
}
