import { episodeDecider, initialEpisode, tell, type EpisodeState } from '#care';
import type { Batch, Tx } from '../projection.js';
import { fromRow } from '../timeline/stored-act.js';
import type { EpisodeNow } from './episode-now.js';
import type { Recalled } from './recall.js';

/** The episode after this batch; null before its first referral. Told once per batch, from what the timeline and the follow-ups keep. */
export function tellNow(episodeId: string, batch: Batch): Promise<EpisodeNow | null> {
  const known = batch.told.get(episodeId);
  if (known) return known;
  const telling = read(episodeId, batch);
  batch.told.set(episodeId, telling);
  return telling;
}

async function read(episodeId: string, { tx, recall }: Batch): Promise<EpisodeNow | null> {
  const recalled = await carriedOn(episodeId, recall.get(episodeId), tx);
  const story = recalled && tell(recalled.state);
  if (!recalled || !story) return null;
  recall.keep(episodeId, recalled);
  const open = await tx
    .selectFrom('follow_ups')
    .selectAll()
    .where('episode_id', '=', episodeId)
    .where('state', '=', 'open')
    .execute();
  const { revision } = await tx
    .selectFrom('episode_events')
    .where('episode_id', '=', episodeId)
    .select(({ fn }) => fn.max('revision').as('revision'))
    .executeTakeFirstOrThrow();
  const record = await tx
    .selectFrom('patients')
    .select('lead_id')
    .where('patient_id', '=', story.patientId)
    .executeTakeFirst();
  const patientId = record?.lead_id ?? story.patientId;
  const { organisation, state } = recalled;
  return { episodeId, organisation, patientId, story, recorded: state.acts, open, revision };
}

/** With the acts that came since; undefined when there are none at all. */
async function carriedOn(episodeId: string, before: Recalled | undefined, tx: Tx): Promise<Recalled | undefined> {
  const rows = await tx
    .selectFrom('episode_events')
    .selectAll()
    .where('episode_id', '=', episodeId)
    .where('revision', '>', before?.state.revision ?? -1)
    .where('type', 'not like', 'FollowUp%')
    .orderBy('revision')
    .execute();
  const [first] = rows;
  if (!first) return before;
  const acts = rows.map(fromRow);
  const state: EpisodeState = before
    ? acts.reduce(episodeDecider.evolve, before.state)
    : { ...initialEpisode, revision: acts.at(-1)!.revision, acts };
  return { organisation: first.organisation, state };
}
