import type { KeyErasure } from '#access';
import { follow, type Checkpoint, type EventStore, type StoredEvent } from '#event-store';

const PATIENTS = ['patient-'];

const erasureOf = ({ type, streamId, body }: StoredEvent): KeyErasure[] =>
  type === 'PatientDataErased'
    ? [{ subject: streamId.replace('patient-', 'patient:'), kid: String(body.facts['keyId']) }]
    : [];

interface KeysInLog {
  /** Whose data were erased, and by destroying which key. After a restore of older keys they must be destroyed again. */
  readonly erasures: readonly KeyErasure[];
  /** By name, every key that has sealed something in the record of a patient. */
  readonly sealedWith: ReadonlySet<string>;
}

/** What the log says of the keys of patients. */
export async function keysInLog(store: Pick<EventStore, 'readAll'>): Promise<KeysInLog> {
  const erasures: KeyErasure[] = [];
  const sealedWith = new Set<string>();
  let after: string | undefined;
  for (;;) {
    const page = await store.readAll({ prefixes: PATIENTS, ...(after === undefined ? {} : { after }) });
    erasures.push(...page.flatMap(erasureOf));
    for (const { body } of page) if (body.sealed) sealedWith.add(body.sealed.kid);
    after = page.at(-1)?.position;
    if (after === undefined) return { erasures, sealedWith };
  }
}

/** Whose data the log says were erased, and by destroying which key. */
export const erasuresIn = async (store: Pick<EventStore, 'readAll'>): Promise<readonly KeyErasure[]> =>
  (await keysInLog(store)).erasures;

export interface ErasuresParts {
  readonly store: EventStore;
  readonly after: Checkpoint | null;
  readonly told: (erasure: KeyErasure) => void;
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Erasures are rare and most events are none: the log is not looked at for each of them. */
const REST_MS = 250;

/** Tells of each erasure that is recorded after a place of the log, whoever records it, until the signal aborts. */
export async function followErasures({ store, after, told, warn, signal }: ErasuresParts): Promise<void> {
  let checkpoint = after;
  await follow({
    store,
    prefixes: PATIENTS,
    signal,
    restMs: () => REST_MS,
    onError: (error) => warn(`erasures are not followed at present: ${(error as Error).name}`),
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
