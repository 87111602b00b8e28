/** One event as the values of its row, in the order of `COLUMNS` (rows.ts). */
export type Row = readonly (string | number | null)[];

/** What the writer thread is started with. It may import nothing of ours, so its SQL comes along. */
export interface WriterSetup {
  readonly file: string;
  /** Run on the connection in this order. */
  readonly pragmas: readonly string[];
  /** What these pragmas must answer afterwards. */
  readonly required: Readonly<Record<string, string | number>>;
  readonly minimumVersion: string;
  readonly applicationId: number;
  readonly schemaVersion: number;
  readonly schema: string;
  readonly insert: string;
  /** How long the writer waits for another process's transaction. */
  readonly busyMillis: number;
  /** Most appends in one transaction. */
  readonly groupSize: number;
  /** How long writer and asker stay awake for each other's next word, about as long as a fast disk takes; 0 where there is one processor. */
  readonly awakeMillis: number;
}

export interface AppendRequest {
  readonly kind: 'append';
  readonly id: number;
  readonly streamId: string;
  /** The stream's last revision; -1 when it must not exist. */
  readonly expected: number;
  /** Hash that the batch follows, hex. */
  readonly prevHash: string;
  /** Event ids in order, and the last event's hash: how a repeated batch is known. */
  readonly ids: readonly string[];
  readonly lastHash: string;
  readonly rows: readonly Row[];
}

export type Request = AppendRequest | { readonly kind: 'probe'; readonly id: number } | { readonly kind: 'close' };

export type Answer = { readonly id: number } & (
  | { readonly kind: 'appended'; readonly revision: number; readonly place: number }
  | { readonly kind: 'conflict'; readonly actual: number }
  | { readonly kind: 'failed'; readonly code: 'invalid' | 'unavailable' | 'outcome-unknown'; readonly message: string }
  | { readonly kind: 'well' }
);

export type FromWriter =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly code: 'unsupported' | 'unavailable'; readonly message: string }
  | { readonly kind: 'answers'; readonly answers: readonly Answer[] };
