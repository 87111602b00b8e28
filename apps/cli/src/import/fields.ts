import { codeOf } from './codes.js';
import { moved, NOON, parseDate, parseTime, timeWithin, type Calendar } from './dates.js';
import type { Row } from './read.js';

/** Why a row, or a part of it, cannot become an act. */
export class BadField extends Error {
  override readonly name = 'BadField';
}

/** Reads the fields of one row as what they mean. @throws BadField */
export class Fields {
  constructor(
    readonly row: Row,
    readonly calendar: Calendar,
  ) {}

  has(column: string): boolean {
    return this.row.values[column] !== undefined;
  }

  text(column: string): string | undefined {
    return this.row.values[column];
  }

  required(column: string): string {
    const text = this.text(column);
    if (text === undefined) throw new BadField(`${column} is empty`);
    return text;
  }

  /** The date as the file has it, before `--as-of` moves it: part of the row's identity. */
  date(column: string): string | undefined {
    const text = this.text(column);
    if (text === undefined) return undefined;
    const date = parseDate(text);
    if (date === null) throw new BadField(`${column}: "${short(text)}" is no date (YYYY-MM-DD or M/D/YYYY)`);
    return date;
  }

  requiredDate(column: string): string {
    this.required(column);
    return this.date(column)!;
  }

  /** A date that goes into an act. */
  movedDate(column: string): string | undefined {
    const date = this.date(column);
    return date === undefined ? undefined : moved(date, this.calendar);
  }

  /** The time of the row's own column, else the one within the date's text; undefined when it says none. */
  time(column: string, dateColumn: string): string | undefined {
    const text = this.text(column) ?? timeWithin(this.text(dateColumn) ?? '');
    if (text === undefined) return undefined;
    const time = parseTime(text);
    if (time === null) throw new BadField(`${column}: "${short(text)}" is no time (14:30 or 2:30 PM)`);
    return time;
  }

  timeOrNoon(column: string, dateColumn: string): string {
    return this.time(column, dateColumn) ?? NOON;
  }

  code(column: string, words?: Readonly<Record<string, string>>): string | undefined {
    const text = this.text(column);
    return text === undefined ? undefined : codeOf(text, words);
  }

  number(column: string): number | undefined {
    const text = this.text(column);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (!Number.isFinite(number)) throw new BadField(`${column}: "${short(text)}" is no number`);
    return number;
  }

  flag(column: string): boolean | undefined {
    const word = this.code(column);
    if (word === undefined) return undefined;
    if (['yes', 'y', 'true', '1', 'x'].includes(word)) return true;
    if (['no', 'n', 'false', '0'].includes(word)) return false;
    throw new BadField(`${column}: "${short(word)}" is neither yes nor no`);
  }
}

/** A report quotes no more of a field than it takes to find it. */
const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** The fields that are given: what a file does not say is absent, never undefined. */
export const said = <T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ReturnType<typeof said<T>>;
