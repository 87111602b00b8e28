import type { z } from 'zod';
import { EPISODE_COMMANDS, type EpisodeCommand, type EpisodeCommandType } from '#care';
import { BadField, type Fields } from './fields.js';

/** What one row, or a part of it, says was done. */
export interface Draft {
  /** Names the act within its row: the outcome of an appointment is another act than its booking. */
  readonly part: string;
  /** The date and time of the file, before `--as-of`. */
  readonly on: string;
  readonly time: string;
  /** No time was given: the act lies where it belongs within its day. */
  readonly untimed: boolean;
  readonly command: EpisodeCommand;
  /** The part of its row that made the appointment or the recommendation that this is about. */
  readonly about?: 'booking' | 'recommendation';
}

/** What another part of the same row made; its own name is put before it once the row has one. */
export const made = (part: NonNullable<Draft['about']>): { readonly madeBy: string } => ({ madeBy: `#${part}` });

/** What became of a row: its acts, and which of its parts were bad. */
export interface Drafted {
  readonly drafts: readonly Draft[];
  readonly problems: readonly string[];
}

/** The command, as its own schema accepts it. @throws BadField naming each field that it does not accept */
export function command<T extends EpisodeCommandType>(
  type: T,
  body: Readonly<Record<string, unknown>>,
): EpisodeCommand {
  return { type, ...(checked(EPISODE_COMMANDS[type], body) as object) } as EpisodeCommand;
}

/** @throws BadField */
export function checked<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new BadField(
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'row'}: ${message}`).join('; '),
  );
}

/** Tries each part of a row by itself, so that a bad one keeps no other out. */
export function drafted(parts: readonly (() => Draft | null)[]): Drafted {
  const drafts: Draft[] = [];
  const problems: string[] = [];
  for (const part of parts) {
    try {
      const draft = part();
      if (draft) drafts.push(draft);
    } catch (error) {
      if (!(error instanceof BadField)) throw error;
      if (!problems.includes(error.message)) problems.push(error.message);
    }
  }
  return { drafts, problems };
}

/** Date and time of a draft, by the columns that hold them. */
export function when(fields: Fields, dateColumn: string, timeColumn = 'time'): Pick<Draft, 'on' | 'time' | 'untimed'> {
  const on = fields.requiredDate(dateColumn);
  const untimed = fields.time(timeColumn, dateColumn) === undefined;
  return { on, time: fields.timeOrNoon(timeColumn, dateColumn), untimed };
}
