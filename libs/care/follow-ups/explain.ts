import type { RecordedEpisodeEvent, RecordedEpisodeEventOf } from '../episode/events.js';
import { tell } from '../episode/story/index.js';
import type { SiteCalendar } from '../organisation/events.js';
import type { Pathway } from '../pathway/index.js';
import { ROWS } from './index.js';
import { emptyLedger } from './ledger.js';
import { recording, type Numbers } from './numbers.js';
import type { Occasion, World } from './row.js';
import { deadMan } from './tasks.js';

type Opened = RecordedEpisodeEventOf<'FollowUpOpened'>;

/**
 * The numbers behind a follow-up, all of them: its row is asked again about the story as it was when the follow-up was opened, with the
 * pathway of that time noting what is read. What the event itself says is less, since some numbers tell a level of risk.
 */
export function numbersBehind(
  { revision, facts }: Opened,
  events: readonly RecordedEpisodeEvent[],
  { pathway, calendar }: { readonly pathway: Pathway; readonly calendar: SiteCalendar },
): Numbers {
  const acts = events.filter((event) => event.revision < revision && !event.type.startsWith('FollowUp'));
  const story = tell({ acts });
  const row = ROWS.find(({ kind }) => kind === facts.kind);
  if (!story || !row) return facts.numbers ?? {};
  const world: World = { story, ledger: emptyLedger, calendar, ...recording(pathway) };
  const isMeant = (occasion: Occasion): boolean =>
    occasion.anchorRevision === facts.anchorRevision && occasion.about === facts.about;
  const { kind, anchorRevision, dueOn, about } = facts;
  const isDeadMan = kind === 'episode-review' && about === undefined;
  const occasion = isDeadMan ? deadMan(world, { kind, anchorRevision, dueOn }) : row.occasions(world).find(isMeant);
  if (!occasion) return facts.numbers ?? {};
  world.taken!();
  row.fulfilled(occasion, world);
  row.superseded?.(occasion, world);
  return { ...occasion.numbers, ...world.taken!() };
}
