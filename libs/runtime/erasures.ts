import type { EventStore } from '#event-store';

/** The key ids that PatientDataErased names. After a restore of older keys they must be destroyed again (§6, Keys). */
export async function erasedKeys(store: Pick<EventStore, 'readAll'>): Promise<readonly string[]> {
  const kids: string[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await store.readAll({ prefixes: ['patient-'], ...(after === undefined ? {} : { after }) });
    for (const { type, body } of page) if (type === 'PatientDataErased') kids.push(String(body.facts['keyId']));
    after = page.at(-1)?.position;
    if (after === undefined) return kids;
  }
}
