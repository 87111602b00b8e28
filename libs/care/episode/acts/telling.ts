import type { Circumstances, Decision } from '../../decider.js';
import type { CommandOf, EpisodeCommandType } from '../commands.js';
import type { EpisodeContext } from '../context.js';
import type { EpisodeEvent } from '../events.js';
import type { EpisodeState } from '../state.js';
import type { Story } from '../story/index.js';

/** All that a decision about an existing episode may look at. `next` is the revision its first event will have. */
export interface Telling {
  readonly state: EpisodeState;
  readonly story: Story;
  readonly next: number;
  readonly circumstances: Circumstances;
  readonly context: EpisodeContext;
}

export type Deciding<T extends EpisodeCommandType> = (
  command: CommandOf<T>,
  telling: Telling,
) => Decision<EpisodeEvent>;

/** Leaves out what is not given, so that optional facts are absent and never undefined. */
export function given<T extends Record<string, unknown>>(
  fields: T,
): { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
} {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof given<T>
  >;
}

/** The member of staff behind an actor such as `user:cm-1`. */
export const staffOf = (circumstances: Circumstances): string =>
  circumstances.actor.slice(circumstances.actor.indexOf(':') + 1);
