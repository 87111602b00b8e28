/** What the rest of the house can say about itself. A part that is not in this process answers null. */
export interface HealthProbes {
  /** @throws when the event store cannot be read and written */
  store(): Promise<void>;
  /** How many events the views are behind the log, the age of the oldest of these, and how many were set aside; null when none can be told. */
  readModels(): Promise<{ readonly lag: number; readonly lagSeconds: number; readonly parked: number } | null>;
  temporal(): {
    readonly status: 'up' | 'connecting' | 'down' | 'absent';
    readonly since: string;
    readonly attributesVerified?: boolean;
  } | null;
  /** When a workflow last looked, in real time. */
  workflows(): { readonly lastLook: string | null } | null;
  /** When the watchdog last looked, in real time, and how many raises it made although Temporal was up. */
  watchdog(): { readonly lastSweep: string | null; readonly heals: number; readonly healsLastDay: number } | null;
  /** Since when the oldest step that is due waits to be raised, and for how many seconds of the door's clock; null when there is none. */
  oldestOverdueUnraised(): { readonly since: string; readonly seconds: number } | null;
  /** By how many seconds the clock is behind what the log has recorded (0: it is not), and ahead of Temporal's; null when that is not known. */
  clock(): { readonly behindLogSeconds: number; readonly aheadOfTemporalSeconds: number | null } | null;
  /** How many keys of patients cannot be used. */
  keys(): { readonly damaged: number } | null;
  /** Messages on their way to people, those that reached nobody, and the channels whose last attempt failed. */
  notices(): {
    readonly waiting: number;
    readonly oldestWaiting: string | null;
    readonly undelivered: number;
    readonly failing: readonly string[];
  } | null;
}

/** For a process in which nothing runs in the background: the worker says these at its own address. */
export const NO_BACKGROUND = {
  temporal: () => null,
  workflows: () => null,
  watchdog: () => null,
  oldestOverdueUnraised: () => null,
  clock: () => null,
  notices: () => null,
} satisfies Partial<HealthProbes>;
