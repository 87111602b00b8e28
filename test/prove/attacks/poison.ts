import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { canonical, hashOf } from '#event-store';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { Ground } from '../field/ground.js';
import { withMoreTime } from '../field/more-time.js';
import { STOPS_AT_POISON } from '../pieces.js';

const EPISODES = { tiny: 6, short: 30, full: 300 } as const;
const REMIND_S = { tiny: 15, short: 15, full: 120 } as const;
const WITHIN_MS = 60_000;

/** A few episodes get an event of a schema that nobody knows yet, in a whole chain, as a newer build would have written it. */
export const poison: Attack = {
  name: 'poison',
  goal: 'people are told and refused in that episode alone; its follow-ups and all others go on',
  run: (order) => attack(order, []),
  controls: [
    {
      broken: 'a follow-up event that cannot be read stops its episode’s wakers',
      by: 'missed',
      run: (order) => attack(order, STOPS_AT_POISON),
    },
  ],
};

/** The reminders may come due before the poison is there. */
const attack = (order: Order, planted: readonly PlantedBug[]): Promise<Outcome> =>
  withMoreTime((remindS) => attempt(order, planted, remindS), REMIND_S[order.size]);

/** Null when it was too slow. */
async function attempt({ size }: Order, planted: readonly PlantedBug[], remindS: number): Promise<Outcome | null> {
  const ground = await Ground.begin({ planted, remindS });
  const { server, client, dataDir } = ground;
  try {
    await ground.connected();
    const episodes = await ground.concerns(EPISODES[size]);
    await ground.quiet();
    await server.kill();
    const poisoned = episodes.slice(0, EPISODES[size] / 6 + 1);
    for (const episodeId of poisoned) poisonEpisode(dataDir, episodeId);
    if (ground.untilDue() < 0) return null;
    await server.start(planted);
    const refused = await Promise.all(poisoned.map((id) => answerTo(ground, id)));
    for (const episodeId of episodes.slice(poisoned.length))
      await client.act(episodeId, 'notes', 'NoteAdded', { text: 'a note' });
    await ground.due();
    await ground.quiet(WITHIN_MS);
    const outcome = ground.judged(
      { episodes: episodes.length, poisoned: poisoned.length, refused: [...new Set(refused)] },
      WITHIN_MS,
    );
    return { ...outcome, holds: outcome.holds && refused.every((as) => as === '503 /problems/record-unreadable') };
  } finally {
    await ground.end();
  }
}

async function answerTo({ client }: Ground, episodeId: string): Promise<string> {
  const answer = await client.ask(`/v1/episodes/${episodeId}/notes`, {
    role: 'care-manager',
    body: { text: 'a note' },
  });
  return answer === null ? 'no answer' : `${answer.status} ${answer.body.type ?? ''}`;
}

/** While the server is down: one more event in its stream, well chained, of a version from the future, about its open follow-up. */
function poisonEpisode(dataDir: string, episodeId: string): void {
  using db = new DatabaseSync(join(dataDir, 'events.db'));
  db.exec('PRAGMA recursive_triggers = ON');
  const last = db
    .prepare('SELECT *, lower(hex(hash)) AS hash_text FROM events WHERE stream_id = ? ORDER BY revision DESC LIMIT 1')
    .get(`episode-${episodeId}`) as any;
  const opened = db
    .prepare(
      "SELECT body ->> '$.facts.followUpId' AS id FROM events WHERE stream_id = ? AND type = 'FollowUpOpened' AND body ->> '$.facts.kind' = 'safety-review'",
    )
    .get(last.stream_id) as { id: string };
  const body = { facts: { followUpId: opened.id, to: 'sup-1', inWordsOfTheFuture: true }, sealed: null };
  const event = {
    ...{ id: randomUUID(), type: 'FollowUpHandedOver', schemaVersion: 99, streamId: last.stream_id },
    ...{ revision: last.revision + 1, occurredAt: last.recorded_at, recordedAt: last.recorded_at },
    ...{ actor: 'user:cm-1', actorRole: 'care-manager', organisation: last.organisation, site: last.site },
    ...{ commandId: randomUUID(), fingerprint: '', pin: last.pin, body, prevHash: last.hash_text },
  };
  db.prepare(
    `INSERT INTO events (id, stream_id, revision, type, schema_version, occurred_at, recorded_at, actor, actor_role, organisation, site,
       command_id, fingerprint, pin, body, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, unhex(?), unhex(?))`,
  ).run(
    ...[event.id, event.streamId, event.revision, event.type, event.schemaVersion, event.occurredAt, event.recordedAt],
    ...[event.actor, event.actorRole, event.organisation, event.site, event.commandId, event.fingerprint, event.pin],
    ...[canonical(body), event.prevHash, hashOf(event)],
  );
}
