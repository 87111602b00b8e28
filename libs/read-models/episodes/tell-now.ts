import { initialEpisode, tell } from '#care';
import type { Batch, Tx } from '../projection.js';
import { fromRow } from '../timeline/stored-act.js';
import type { EpisodeNow } from './episode-now.js';

/** The episode after this batch; null before its first referral. Told once per batch, from what the timeline and the follow-ups keep. */
export function tellNow(episodeId: string, { told, tx }: Batch): Promise<EpisodeNow | null> {
  const known = told.get(episodeId);
  if (known) return known;
  const telling = read(episodeId, tx);
  told.set(episodeId, telling);
  return telling;
}

async function read(episodeId: string, tx: Tx): Promise<EpisodeNow | null> {
  const events = tx.selectFrom('episode_events').where('episode_id', '=', episodeId);
  const acts = await events.selectAll().where('type', 'not like', 'FollowUp%').orderBy('revision').execute();
  const recorded = acts.map(fromRow);
  const story = tell({ ...initialEpisode, acts: recorded });
  const [first] = acts;
  if (!first || !story) return null;
  const open = await tx
    .selectFrom('follow_ups')
    .selectAll()
    .where('episode_id', '=', episodeId)
    .where('state', '=', 'open')
    .execute();
  const { revision } = await events.select(({ fn }) => fn.max('revision').as('revision')).executeTakeFirstOrThrow();
  const record = await tx
    .selectFrom('patients')
    .select('lead_id')
    .where('patient_id', '=', story.patientId)
    .executeTakeFirst();
  const patientId = record?.lead_id ?? story.patientId;
  return { episodeId, organisation: first.organisation, patientId, story, recorded, open, revision };
}
