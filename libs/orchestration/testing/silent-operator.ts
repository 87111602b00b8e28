import type { OperatorLog } from '../ports.js';

/** Keeps what an operator would have read. */
export class SilentOperator implements OperatorLog {
  readonly lines: string[] = [];
  info(message: string): void {
    this.lines.push(message);
  }
  warn(message: string): void {
    this.lines.push(message);
  }
}
