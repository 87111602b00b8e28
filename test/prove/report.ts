import type { Outcome } from './attack.js';

/** One line on stdout: an attack and whether it held, or its control and whether it failed. */
export interface Line {
  readonly attack: string;
  readonly goal?: string;
  readonly holds?: boolean;
  readonly control?: string;
  readonly failedAsItShould?: boolean;
  readonly figure: Outcome['figure'];
  readonly seed: number;
  readonly seconds: number;
}

export const isGood = ({ control, holds, failedAsItShould }: Line): boolean =>
  (control === undefined ? holds : failedAsItShould) === true;

/** Whether a control failed by this count of its figure, and not by something else. */
export const failsAsItShould = (by: string, { holds, figure }: Outcome): boolean => !holds && Number(figure[by]) > 0;

/** For a person: each attack with its controls below it. */
export function table(lines: readonly Line[], attacks: readonly string[]): string {
  const place = ({ attack, control }: Line): number => attacks.indexOf(attack) * 2 + (control === undefined ? 0 : 1);
  const rows = lines
    .toSorted((a, b) => place(a) - place(b))
    .map((line) => [
      line.control === undefined ? line.attack : `  without: ${line.control}`,
      verdictOf(line),
      `${line.seconds} s`,
    ]);
  const widths = [0, 1, 2].map((n) => Math.max(...rows.map((row) => row[n]!.length)));
  return rows.map((row) => row.map((cell, n) => cell.padEnd(widths[n]!)).join('  ')).join('\n');
}

function verdictOf(line: Line): string {
  if (line.control === undefined) return isGood(line) ? 'holds' : 'DOES NOT HOLD';
  return isGood(line) ? 'fails, as it should' : 'DOES NOT FAIL';
}
