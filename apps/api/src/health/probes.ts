/** What the rest of the house can say about itself. A part that is not in this process answers null. */
export interface HealthProbes {
  /** @throws when the event store cannot be read and written */
  store(): Promise<void>;
  /** How many events the views are behind the log, and how many were set aside; null when neither can be told. */
  readModels(): Promise<{ readonly lag: number; readonly parked: number } | null>;
  temporal(): {
    readonly status: 'up' | 'connecting' | 'down' | 'absent';
    readonly since: string;
    readonly attributesVerified?: boolean;
  } | null;
  watchdog(): { readonly lastSweep: string | null; readonly heals: number } | null;
  /** When the oldest step that is overdue and not raised was due; null when there is none. */
  oldestOverdueUnraised(): string | null;
  /** Messages on their way to people, those that reached nobody, and the channels whose last attempt failed. */
  notices(): {
    readonly waiting: number;
    readonly oldestWaiting: string | null;
    readonly undelivered: number;
    readonly failing: readonly string[];
  } | null;
}
