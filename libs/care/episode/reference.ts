import { z } from 'zod';

/** A thing of the episode: by its number, or by the command that made it, for an import, which knows no numbers. */
export const Reference = z.union([z.int().min(1), z.strictObject({ madeBy: z.string().min(1).max(255) })]);
export type Reference = z.infer<typeof Reference>;

/** Whether a reference means the thing of this number that this act made. */
export const means = (reference: Reference, number: number, made: { readonly commandId: string }): boolean =>
  typeof reference === 'number' ? reference === number : reference.madeBy === made.commandId;

/** The fields of a command with every maker named anew: a file names the row, the domain the command that came of it. */
export const withMakers = <T extends object>(fields: T, nameOf: (madeBy: string) => string): T =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isByMaker(value) ? { madeBy: nameOf(value.madeBy) } : value]),
  ) as T;

const isByMaker = (value: unknown): value is { readonly madeBy: string } =>
  typeof value === 'object' && value !== null && 'madeBy' in value;
