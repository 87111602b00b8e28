import type { RecordedEpisodeEvent } from '../events.js';
import { byClinicalOrder, isPaperwork, type Act, type PaperworkType } from './acts.js';
import { dated, retell, type Story } from './story.js';

/** What a story is told of: everything recorded but follow-ups, in the order of recording. */
interface Recording {
  readonly acts: readonly RecordedEpisodeEvent[];
}

// Follow-up events leave the acts as they are, and most folds are asked for their story more than once.
const told = new WeakMap<Recording['acts'], Story | null>();
/** The last story that was told of fewer of the acts. */
const toldBefore = new WeakMap<Recording['acts'], { readonly story: Story; readonly acts: number }>();

/** The acts with one more; what was told of them need not be told again. */
export function withAct(acts: Recording['acts'], act: RecordedEpisodeEvent): Recording['acts'] {
  const more = [...acts, act];
  const story = told.get(acts);
  const before = story ? { story, acts: acts.length } : toldBefore.get(acts);
  if (before) toldBefore.set(more, before);
  return more;
}

/** The story so far, or null before the first referral. Pure and total. */
export function tell(state: Recording): Story | null {
  const known = told.get(state.acts);
  if (known !== undefined) return known;
  const story = toldOn(state.acts) ?? retell(state.acts);
  told.set(state.acts, story);
  toldBefore.delete(state.acts);
  return story;
}

/** The story told before with the paperwork that came since; null when something else came too. */
function toldOn(acts: Recording['acts']): Story | null {
  const before = toldBefore.get(acts);
  if (!before) return null;
  const { story } = before;
  const since: Act<PaperworkType>[] = [];
  for (let i = before.acts; i < acts.length; i += 1) {
    const act = acts[i]!;
    if (!isPaperwork(act)) return null;
    since.push(dated(act, story.zone) as Act<PaperworkType>);
  }
  return {
    ...story,
    paperwork: since.reduce(inItsPlace, story.paperwork),
    lastRevision: since.at(-1)?.revision ?? story.lastRevision,
  };
}

const inItsPlace = (acts: readonly Act<PaperworkType>[], act: Act<PaperworkType>): readonly Act<PaperworkType>[] => {
  const last = acts.at(-1);
  return last && byClinicalOrder(last, act) > 0 ? [...acts, act].toSorted(byClinicalOrder) : [...acts, act];
};
