/** Something the person at the terminal can understand and act on: printed as one message, without a stack. */
export class Stop extends Error {
  /** @override */
  name = 'Stop';
}
