import { randomUUID } from 'node:crypto';
import type { EpisodeCommand } from '#care';
import { SEED_ORGANISATION, SEED_SITE, type Envelope } from '#door';
import type { OpenRuntime } from '#runtime';

const AT_A_TIME = 64;

export const by = <C>(command: C, actor: 'cm-1' | 'admin-1' = 'cm-1'): Envelope<C> => ({
  commandId: randomUUID(),
  command,
  actor: `user:${actor}`,
  actorRole: actor === 'cm-1' ? 'care-manager' : 'administrator',
  organisation: SEED_ORGANISATION,
});

export const referralOf = (patientId: string) =>
  ({ type: 'ReferPatient', patientId, site: SEED_SITE, referredBy: 'pcp-1', urgency: 'routine' }) as const;

/** Through the door, while no server runs: so many referred patients, the n-th with these acts; answers their episodes, as they came. */
export async function importMany(
  runtime: OpenRuntime,
  count: number,
  actsOf: (n: number) => readonly EpisodeCommand[],
): Promise<string[]> {
  const episodes: string[] = [];
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < count) {
      const n = begun;
      begun += 1;
      const patientId = randomUUID();
      await runtime.patients.handle(patientId, by({ type: 'RegisterPatient', name: 'Test Patient' }));
      const referral = { ...referralOf(patientId), careManager: 'cm-1' };
      const acts = actsOf(n).map((act) => by(act));
      episodes[n] = (await runtime.episodes.import(by(referral), acts)).episodeId;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  return episodes;
}
