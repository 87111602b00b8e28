import type { KeyErasure } from '#access';
import type { EventStore } from '#event-store';

/** Whose data the log says were erased, and by destroying which key. After a restore of older keys they must be destroyed again. */
export async function erasuresIn(store: Pick<EventStore, 'readAll'>): Promise<readonly KeyErasure[]> {
  const erasures: KeyErasure[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await store.readAll({ prefixes: ['patient-'], ...(after === undefined ? {} : { after }) });
    for (const { type, streamId, body } of page)
      if (type === 'PatientDataErased')
        erasures.push({ subject: streamId.replace('patient-', 'patient:'), kid: String(body.facts['keyId']) });
    after = page.at(-1)?.position;
    if (after === undefined) return erasures;
  }
}
