import { localDate, type FollowUpKind, type Notify } from '#care';
import { classOf, classRank, kindRank, type WorklistClass } from '../words/classes.js';
import { daysFrom } from '../words/dates.js';
import { titleOf, whatCloses, whyItExists } from '../words/follow-ups.js';
import type { WorklistItem } from './item.js';

/** One reason on a worklist row: why, since when, by when, what closes it, who hears next. */
export interface Chip {
  readonly episodeId: string;
  readonly followUpId: string;
  readonly kind: FollowUpKind;
  readonly class: WorklistClass;
  readonly title: string;
  readonly why: string;
  /** What the step raised last says of itself: `overdue`, or what outreach attempts lack so far. */
  readonly note: string | null;
  readonly since: string;
  readonly dueOn: string;
  readonly daysOverdue: number;
  readonly closes: string;
  readonly next: { readonly at: string; readonly notify: readonly Notify[] };
  readonly safety: boolean;
  readonly acknowledgedBy: string | null;
  /** Only the daily digest names it to this person. */
  readonly digest: boolean;
  /** Others that one look settles together with it. */
  readonly together: readonly {
    readonly episodeId: string;
    readonly followUpId: string;
    readonly kind: FollowUpKind;
    readonly title: string;
    readonly dueOn: string;
  }[];
}

/** One question to one person: does the treatment work? (fatigue rule 4). */
const ONE_LOOK: ReadonlySet<FollowUpKind> = new Set(['early-response-check', 'non-response-consult', 'plan-review']);

const pressing = (a: Chip, b: Chip): number =>
  classRank(a.class) - classRank(b.class) ||
  (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : kindRank(a.kind) - kindRank(b.kind));

/** The chips of one row, the most pressing first. */
export function chipsOf(
  items: readonly { readonly item: WorklistItem; readonly digest: boolean }[],
  now: string,
): Chip[] {
  const chips = items.map(({ item, digest }) => toChip(item, digest, now)).toSorted(pressing);
  return joined(joined(chips, isSafetyReview), isOneLook);
}

/** One person may have two records, and an unanswered item 9 in both: they are looked after once (research §9, 20). */
const isSafetyReview = ({ kind }: Chip): boolean => kind === 'safety-review';
const isOneLook = ({ kind }: Chip): boolean => ONE_LOOK.has(kind);

function joined(chips: Chip[], belongs: (chip: Chip) => boolean): Chip[] {
  const [first, ...others] = chips.filter(belongs);
  if (!first || others.length === 0) return chips;
  const together = others.map(({ episodeId, followUpId, kind, title, dueOn }) => ({
    episodeId,
    followUpId,
    kind,
    title,
    dueOn,
  }));
  const one = { ...first, digest: first.digest && others.every(({ digest }) => digest), together };
  return chips.filter((chip) => !others.includes(chip)).map((chip) => (chip === first ? one : chip));
}

function toChip(item: WorklistItem, digest: boolean, now: string): Chip {
  const { kind, dueOn, reason } = item;
  const today = localDate(now, item.zone);
  return {
    episodeId: item.episodeId,
    followUpId: item.followUpId,
    kind,
    class: classOf(kind),
    title: titleOf(kind),
    why: whyItExists(reason, today),
    note: item.note,
    since: item.since,
    dueOn,
    daysOverdue: Math.max(0, daysFrom(dueOn, today)),
    closes: whatCloses(kind, reason.numbers),
    next: item.next,
    safety: item.safety,
    acknowledgedBy: item.acknowledgedBy,
    digest,
    together: [],
  };
}
