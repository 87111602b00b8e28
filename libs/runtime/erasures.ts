import type { KeyErasure } from '#access';
import { follow, type Checkpoint, type EventStore, type StoredEvent } from '#event-store';

const PATIENTS = ['patient-'];

const erasureOf = ({ type, streamId, body }: StoredEvent): KeyErasure[] =>
  type === 'PatientDataErased'
    ? [{ subject: streamId.replace('patient-', 'patient:'), kid: String(body.facts['keyId']) }]
    : [];

/** Whose data the log says were erased, and by destroying which key. After a restore of older keys they must be destroyed again. */
export async function erasuresIn(store: Pick<EventStore, 'readAll'>): Promise<readonly KeyErasure[]> {
  const erasures: KeyErasure[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await store.readAll({ prefixes: PATIENTS, ...(after === undefined ? {} : { after }) });
    erasures.push(...page.flatMap(erasureOf));
    after = page.at(-1)?.position;
    if (after === undefined) return erasures;
  }
}

export interface ErasuresParts {
  readonly store: EventStore;
  readonly after: Checkpoint | null;
  readonly told: (erasure: KeyErasure) => void;
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Tells of each erasure that is recorded after a place of the log, whoever records it, until the signal aborts. */
export async function followErasures({ store, after, told, warn, signal }: ErasuresParts): Promise<void> {
  let checkpoint = after;
  await follow({
    store,
    prefixes: PATIENTS,
    signal,
    onError: (error) => warn(`erasures elsewhere are not followed at present: ${(error as Error).name}`),
    load: () => checkpoint,
    apply: async (events, reached) => {
      events.flatMap(erasureOf).forEach(told);
      checkpoint = reached;
    },
    onRewound: async () => {
      checkpoint = null;
    },
  });
}
