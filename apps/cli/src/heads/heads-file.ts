import { createHash, sign, verify, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { CommandFailed } from '../command.js';
import { nameOf } from './signing-keys.js';

/**
 * Heads as they go out of the house, a JSON object a line: what they are of, the last revision and hash of every stream, and the SHA-256 of all
 * lines before it with, when a key was named, the Ed25519 signature of its hexadecimal digits.
 */
const First = z.strictObject({
  heads: z.literal(1),
  takenAt: z.iso.datetime(),
  events: z.int().min(0),
  streams: z.int().min(0),
});
const Head = z.strictObject({ streamId: z.string(), revision: z.int().min(0), hash: z.string() });
const Last = z.strictObject({ sha256: z.string(), key: z.string().optional(), signature: z.string().optional() });

export type Head = z.infer<typeof Head>;
type Taken = Omit<z.infer<typeof First>, 'heads'>;

/** A file of heads, checked. */
export interface ReadHeads extends Taken {
  readonly heads: Map<string, Head>;
  /** The name of the key whose signature was checked; null when none was asked for. */
  readonly signedBy: string | null;
}

export interface Heads extends Taken {
  readonly heads: Iterable<Head>;
}

export function* linesOf({ heads, takenAt, events, streams }: Heads, key: KeyObject | null): Generator<string, void> {
  const digest = createHash('sha256');
  const line = (value: object): string => `${JSON.stringify(value)}\n`;
  for (const value of values()) {
    digest.update(line(value));
    yield line(value);
  }
  const sha256 = digest.digest('hex');
  const signed = key && { key: nameOf(key), signature: sign(null, Buffer.from(sha256), key).toString('base64') };
  yield line({ sha256, ...signed });

  function* values(): Generator<object, void> {
    yield { heads: 1, takenAt, events, streams };
    yield* heads;
  }
}

/**
 * What a file of heads says.
 * @throws CommandFailed when it is none, was changed, or is not signed with the key asked for
 */
export async function readHeads(file: string, key: KeyObject | null): Promise<ReadHeads> {
  const digest = createHash('sha256');
  const heads = new Map<string, Head>();
  let first: Taken | undefined;
  let before: string | undefined;
  const take = (line: string): void => {
    digest.update(`${line}\n`);
    if (first === undefined) first = parsed(First, line, file);
    else {
      const head = parsed(Head, line, file);
      heads.set(head.streamId, head);
    }
  };
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      if (before !== undefined) take(before);
      before = line;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new CommandFailed(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, 3);
  }
  if (first === undefined) throw noHeads(file);
  const { sha256, signature } = parsed(Last, before ?? '', file);
  if (sha256 !== digest.digest('hex') || heads.size !== first.streams)
    throw new CommandFailed(`${file} is not as it was written: its SHA-256 differs`, 1);
  if (key !== null && !verify(null, Buffer.from(sha256), key, Buffer.from(signature ?? '', 'base64')))
    throw new CommandFailed(`${file} is not signed with the key ${nameOf(key)}`, 1);
  const { takenAt, events, streams } = first;
  return { takenAt, events, streams, heads, signedBy: key && nameOf(key) };
}

function parsed<T>(schema: z.ZodType<T>, line: string, file: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw noHeads(file);
  }
  const result = schema.safeParse(value);
  if (!result.success) throw noHeads(file);
  return result.data;
}

const noHeads = (file: string): CommandFailed =>
  new CommandFailed(`${file} holds no heads of format 1, whole (followthrough export --heads makes such a file)`, 3);
