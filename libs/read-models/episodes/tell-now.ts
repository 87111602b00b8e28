import { episodeDecider, initialEpisode, tell, type EpisodeState, type RecordedEpisodeEvent } from '#care';
import { openFollowUps } from '../follow-ups/open.js';
import { idList } from '../id-list.js';
import type { Batch, Slice, Tx } from '../projection.js';
import { actOf, fromRow } from '../timeline/stored-act.js';
import type { EpisodeNow } from './episode-now.js';
import type { Recalled } from './recall.js';
import { nothingStands } from './standing.js';

/**
 * The episodes as they stand after these events, without those that have no referral yet. Each is told once, from what the timeline and the
 * follow-ups keep.
 */
export async function tellNow(episodeIds: readonly string[], batch: Batch): Promise<readonly EpisodeNow[]> {
  const untold = episodeIds.filter((id) => !batch.told.has(id));
  if (untold.length > 0) await tellAll(untold, batch);
  return episodeIds.flatMap((id) => batch.told.get(id) ?? []);
}

async function tellAll(episodeIds: readonly string[], batch: Batch): Promise<void> {
  const recalled = await recallAll(episodeIds, batch);
  const stories = episodeIds.flatMap((episodeId) => {
    const known = recalled.get(episodeId);
    const story = known && tell(known.state);
    batch.told.set(episodeId, null);
    return known && story ? [{ episodeId, known, story }] : [];
  });
  const open = await openFollowUps(episodeIds, batch);
  const leads = await leadsOf([...new Set(stories.map(({ story }) => story.patientId))], batch.tx);
  for (const { episodeId, known, story } of stories) {
    const { organisation, state, revision } = known;
    // What this transaction writes may yet be taken back: what stands for certain must not know of it.
    const standing = new Map(known.standing);
    batch.recall.keep(episodeId, { ...known, standing });
    batch.told.set(episodeId, {
      ...{ episodeId, organisation, story, recorded: state.acts, revision, standing },
      patientId: leads.get(story.patientId) ?? story.patientId,
      open: open.get(episodeId) ?? [],
    });
  }
}

/** With the acts that came since: carried on in memory where nothing lies between, else read. */
async function recallAll(episodeIds: readonly string[], batch: Batch): Promise<Map<string, Recalled>> {
  const known = new Map<string, Recalled>();
  const unknown: string[] = [];
  for (const episodeId of episodeIds) {
    const carried = carriedOn(batch.recall.get(episodeId), batch.taken.get(episodeId));
    if (carried) known.set(episodeId, carried);
    else unknown.push(episodeId);
  }
  if (unknown.length > 0) for (const [id, recalled] of await readAll(unknown, batch.tx)) known.set(id, recalled);
  return known;
}

function carriedOn(before: Recalled | undefined, since: Slice['events'] | undefined): Recalled | undefined {
  if (!since) return before;
  const [first] = since;
  if (first.revision !== (before ? before.revision + 1 : 0)) return undefined;
  const acts = since.filter(isAct).map(actOf);
  return {
    organisation: first.organisation,
    state: before ? acts.reduce(episodeDecider.evolve, before.state) : stateOf(acts),
    revision: since.at(-1)!.revision,
    standing: before?.standing ?? nothingStands(),
  };
}

/** What is owed has a view of its own. */
const isAct = ({ type }: { readonly type: string }): boolean => !type.startsWith('FollowUp');

const stateOf = (acts: readonly RecordedEpisodeEvent[]): EpisodeState => ({
  ...initialEpisode,
  revision: acts.at(-1)?.revision ?? -1,
  acts,
});

/** From what the timeline keeps; episodes of which it keeps nothing are left out. */
async function readAll(episodeIds: readonly string[], tx: Tx): Promise<Map<string, Recalled>> {
  const rows = await tx
    .selectFrom('episode_events')
    .selectAll()
    .where('episode_id', 'in', idList(episodeIds))
    .orderBy('episode_id')
    .orderBy('revision')
    .execute();
  const recalled = new Map<string, Recalled>();
  for (const [episodeId, kept] of Map.groupBy(rows, (row) => row.episode_id)) {
    const { organisation, revision } = kept.at(-1)!;
    const state = stateOf(kept.filter(isAct).map(fromRow));
    recalled.set(episodeId, { organisation, state, revision, standing: new Map() });
  }
  return recalled;
}

/** The record that leads for each of these. */
async function leadsOf(patientIds: readonly string[], tx: Tx): Promise<Map<string, string>> {
  if (patientIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('patients')
    .select(['patient_id', 'lead_id'])
    .where('patient_id', 'in', idList(patientIds))
    .execute();
  return new Map(rows.map((row) => [row.patient_id, row.lead_id]));
}
