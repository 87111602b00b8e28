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

/** Tells of each erasure that is recorded after a place of the log, whoever records it, until the signal aborts. */
export async function followErasures(
  store: EventStore,
  after: Checkpoint | null,
  told: (erasure: KeyErasure) => void,
  signal: AbortSignal,
): Promise<void> {
  let checkpoint = after;
  await follow({
    store,
    prefixes: PATIENTS,
    signal,
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
