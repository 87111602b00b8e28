import { parse } from 'csv-parse/sync';
import { columnOf, recognise, type TableName } from './tables.js';

/** A file as it was given: its name for reports, and its text. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** One line of a table, by the columns' own names; what is empty is absent. */
export interface Row {
  readonly table: TableName;
  readonly file: string;
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

/** A row that is not imported, or not wholly, and why. `line` 1 is the header. */
export interface Rejection {
  readonly file: string;
  readonly line: number;
  /** Null when the file is no table that is known. */
  readonly table: TableName | null;
  readonly kind: 'rejected' | 'changed';
  readonly reason: string;
}

export interface ReadTables {
  readonly rows: readonly Row[];
  readonly rejections: readonly Rejection[];
  /** Columns that nobody read, for the person at the terminal. */
  readonly notes: readonly string[];
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Reads CSV tables; which table a file is, its headers say. Never throws: what cannot be read is rejected by file and line. */
export function readTables(files: readonly SourceFile[]): ReadTables {
  const read = files.map(readFile);
  return {
    rows: read.flatMap(({ rows }) => rows),
    rejections: read.flatMap(({ rejections }) => rejections),
    notes: read.flatMap(({ notes }) => notes),
  };
}

function readFile({ name, text }: SourceFile): ReadTables {
  const rejected = (line: number, reason: string): ReadTables => ({
    rows: [],
    rejections: [{ file: name, line, table: null, kind: 'rejected', reason }],
    notes: [],
  });
  const parsed = parseCsv(text);
  if ('broken' in parsed) return rejected(parsed.line, parsed.broken);
  const [head, ...body] = parsed;
  if (!head) return rejected(1, 'the file is empty');
  const tables = recognise(head.record);
  if (tables.length === 0) return rejected(1, 'the headers are of no table that is known (docs/import.md lists them)');
  const known = (header: string): boolean => tables.some((table) => columnOf(table, header) !== undefined);
  const unknown = head.record.filter((header) => header.trim() !== '' && !known(header));
  const read = tables.map((table) => rowsOf(table, name, head.record, body));
  return {
    rows: read.flatMap(({ rows }) => rows),
    rejections: read.flatMap(({ rejections }) => rejections),
    notes: unknown.length === 0 ? [] : [`${name}: not read: ${unknown.join(', ')}`],
  };
}

function parseCsv(text: string): readonly Parsed[] | { readonly broken: string; readonly line: number } {
  try {
    return parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as Parsed[];
  } catch (error) {
    const { message, lines } = error as Error & { lines?: number };
    return { broken: `this is no CSV that can be read: ${message}`, line: lines ?? 1 };
  }
}

/** What decoding leaves of bytes that are no UTF-8: a name that was recorded with it would keep it. */
const UNREADABLE_CHARACTER = '\uFFFD';

function whyNoRow(record: readonly string[], headers: readonly string[]): string | null {
  if (record.length !== headers.length) return `${record.length} fields under ${headers.length} headers`;
  const at = record.findIndex((field) => field.includes(UNREADABLE_CHARACTER));
  return at < 0 ? null : `${headers[at]} holds a character that is not UTF-8: save the file as CSV UTF-8`;
}

function rowsOf(
  table: TableName,
  file: string,
  headers: readonly string[],
  body: readonly Parsed[],
): { rows: Row[]; rejections: Rejection[] } {
  const columns = headers.map((header) => columnOf(table, header));
  const rows: Row[] = [];
  const rejections: Rejection[] = [];
  for (const { record, info } of body) {
    // A quoted field may hold line breaks; the parser counts to the record's last line.
    const line = info.lines - record.reduce((sum, field) => sum + field.split('\n').length - 1, 0);
    if (record.every((field) => field === '')) continue;
    const reason = whyNoRow(record, headers);
    if (reason !== null) rejections.push({ file, line, table, kind: 'rejected', reason });
    else rows.push({ table, file, line, values: valuesOf(columns, record) });
  }
  return { rows: onlyWithScores(table, rows), rejections };
}

/** The first of two headers for one column counts, unless it is empty. */
function valuesOf(columns: readonly (string | undefined)[], record: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [i, column] of columns.entries()) {
    const value = record[i] ?? '';
    if (column !== undefined && value !== '' && !(column in values)) values[column] = value;
  }
  return values;
}

/** Where contacts and scores share a file, a contact without a score is no result. */
function onlyWithScores(table: TableName, rows: Row[]): Row[] {
  if (table !== 'scale-results') return rows;
  return rows.filter(({ values }) =>
    Object.keys(values).some((column) => /^(instrument|total|item_|phq9|gad7|result_id)/.test(column)),
  );
}
