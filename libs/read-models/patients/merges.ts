import type { Tx } from '../projection.js';
import type { Row } from '../writing.js';

type Merge = Row<'merges'>;

export async function merge(tx: Tx, said: Merge): Promise<void> {
  const { lead, position } = said;
  await tx
    .insertInto('merges')
    .values(said)
    .onConflict((oc) => oc.columns(['duplicate', 'lead']).doUpdateSet({ position }))
    .execute();
  await leadAgain(tx, lead);
}

/** What any other merge says stands. */
export async function unmerge(tx: Tx, { duplicate, lead }: Omit<Merge, 'position'>): Promise<void> {
  await tx.deleteFrom('merges').where('duplicate', '=', duplicate).where('lead', '=', lead).execute();
  for (const record of [duplicate, lead]) await leadAgain(tx, record);
}

/** All records of one person, at whatever distance they were merged, are shown under one: where the latest word leads to. */
async function leadAgain(tx: Tx, record: string): Promise<void> {
  const merges = await mergesAround(tx, record);
  const leadOf = (id: string): string | null => merges.findLast(({ duplicate }) => duplicate === id)?.lead ?? null;
  const climbed = new Set<string>();
  let top = record;
  for (let next = merges.at(-1)?.lead ?? null; next !== null && !climbed.has(next); next = leadOf(next)) {
    top = next;
    climbed.add(next);
  }
  for (const id of new Set([record, ...merges.flatMap(({ duplicate, lead }) => [duplicate, lead])]))
    await tx
      .updateTable('patients')
      .set({ lead_id: top, merged_into: leadOf(id) })
      .where('patient_id', '=', id)
      .execute();
}

/** In the order in which they were said. */
async function mergesAround(tx: Tx, record: string): Promise<readonly Merge[]> {
  const around = new Map<string, Merge>();
  const records = new Set([record]);
  // A set is walked to what was added on the way.
  for (const id of records) {
    const found = await tx
      .selectFrom('merges')
      .selectAll()
      .where((eb) => eb.or([eb('duplicate', '=', id), eb('lead', '=', id)]))
      .execute();
    for (const one of found) {
      around.set(one.position, one);
      records.add(one.duplicate).add(one.lead);
    }
  }
  return [...around.values()].toSorted((a, b) => (a.position < b.position ? -1 : 1));
}
