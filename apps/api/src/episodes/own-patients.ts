import { Inject, Injectable } from '@nestjs/common';
import { isOwn, seesOnlyOwnPatients } from '#access';
import { tell, type EpisodeState, type Story } from '#care';
import type { Loaded } from '#door';
import { Problem } from '../http/problems.js';
import type { Caller } from '../http/request.js';
import { RestrictedRecords } from '../patients/restricted-records.js';
import { EPISODES, type AsOf, type EpisodesDoor } from '../parts.js';

/** An episode that the caller may see. */
export interface SeenEpisode {
  readonly loaded: Loaded<EpisodeState>;
  readonly story: Story;
}

/** Who may see which episode: those of their organisation; a provider their own; a restricted one with a reason. */
@Injectable()
export class OwnPatients {
  constructor(
    @Inject(EPISODES) private readonly episodes: EpisodesDoor,
    @Inject(RestrictedRecords) private readonly restricted: RestrictedRecords,
  ) {}

  /**
   * Whether they may see it is judged by how things stand now, whatever moment of the past they ask for.
   * @throws Problem 404, the same whether the episode does not exist or is somebody else's
   */
  async see(caller: Caller, episodeId: string, at?: AsOf): Promise<SeenEpisode> {
    const { organisation } = caller;
    const present = seen(await this.episodes.load(episodeId, { organisation }));
    if (!isOwn(caller, whose(present.story))) return notFound();
    await this.assertOpenTo(caller, episodeId, present.story);
    return at ? seen(await this.episodes.load(episodeId, { ...at, organisation })) : present;
  }

  /** For what is to be filed elsewhere: a machine that does so opens no record by it, and never leaves one out. */
  async seeToFile(caller: Caller, episodeId: string): Promise<SeenEpisode> {
    if (caller.role !== 'integration') return this.see(caller, episodeId);
    const present = seen(await this.episodes.load(episodeId, { organisation: caller.organisation }));
    await this.restricted.noteFiling(caller, { patientId: present.story.patientId, episodeId });
    return present;
  }

  /** An act is answered with the episode, so that whoever may not see it may not act upon it; the rest the door asks for itself. */
  async assertMayAct(caller: Caller, episodeId: string): Promise<void> {
    if (seesOnlyOwnPatients(caller.role)) await this.see(caller, episodeId);
    else if (caller.role !== 'integration') {
      const story = tell((await this.episodes.load(episodeId, { organisation: caller.organisation })).state);
      if (story) await this.assertOpenTo(caller, episodeId, story);
    }
  }

  private assertOpenTo(caller: Caller, episodeId: string, story: Story): Promise<void> {
    const { patientId, careManager, provider } = story;
    return this.restricted.assertOpenTo(caller, { patientId, episodeId }, [careManager, provider]);
  }
}

const notFound = (): never => {
  throw new Problem('not-found');
};

function seen(loaded: Loaded<EpisodeState>): SeenEpisode {
  const story = tell(loaded.state);
  return story ? { loaded, story } : notFound();
}

/** By whom access to an episode is judged. */
export const whose = ({ provider, referral }: Story) => ({ provider, referredBy: referral.facts.referredBy });
