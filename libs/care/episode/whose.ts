import type { Story } from './story/index.js';

/** Who had the episode before the latest change of its care manager or site, by a transfer or by an assignment. */
export function formerOwner({ acts }: Story): string | null {
  let owner: string | null = null;
  let former: string | null = null;
  for (const act of acts) {
    if (act.type === 'EpisodeTransferred') {
      former = act.facts.from ?? owner;
      owner = act.facts.to;
    } else if (act.type === 'CareManagerAssigned' && act.facts.careManager !== owner) {
      former = owner;
      owner = act.facts.careManager;
    }
  }
  return former;
}
