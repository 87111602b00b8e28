import { holderOf, localDate, whoIs, type Notify, type OrganisationState } from '#care';
import { classRank, type WorklistClass } from '../words/classes.js';
import { chipsOf, type Chip } from './chips.js';
import type { WorklistItem } from './item.js';
import { mute } from './muting.js';

/** One row for each person, patient and day: the most pressing reason is its headline, the others are chips beside it. */
export interface WorklistRow {
  /** Null when nobody at all is there to be told. */
  readonly assignee: string | null;
  /** Today at the patient's site. */
  readonly day: string;
  /** Null while events of the episode are set aside. */
  readonly patientId: string | null;
  readonly patientName: string | null;
  readonly unreadable: boolean;
  readonly site: string | null;
  readonly careManager: string | null;
  readonly class: WorklistClass;
  readonly headline: Chip;
  readonly chips: readonly Chip[];
  /** Nothing on it is for this person before the daily digest. */
  readonly digestOnly: boolean;
  /** What is kept from this row for now, and why. */
  readonly muted: readonly { readonly followUpId: string; readonly because: string }[];
}

interface Heap {
  readonly assignee: string | null;
  readonly first: WorklistItem;
  readonly items: Map<string, { item: WorklistItem; digest: boolean }>;
  readonly muted: Map<string, string>;
}

/**
 * From raised follow-ups to rows, the most pressing first. Roles become persons as of now: leave, cover and departures count at once.
 * @param only whose rows; absent: everybody's
 */
export function worklistRows(
  items: readonly WorklistItem[],
  organisation: OrganisationState,
  now: string,
  only?: string,
): WorklistRow[] {
  const heaps = new Map<string, Heap>();
  const who = whoNow(organisation, now);
  const assigneesOf = (item: WorklistItem) =>
    [...everybodyTold(item, who)].filter(([assignee]) => only === undefined || assignee === only);
  for (const ofEpisode of Map.groupBy(items, (item) => item.episodeId).values()) {
    const { shown, muted } = mute(ofEpisode, now);
    for (const item of shown) {
      for (const [assignee, digest] of assigneesOf(item))
        heapFor(heaps, assignee, item).items.set(`${item.episodeId} ${item.followUpId}`, { item, digest });
    }
    for (const { item, because } of muted) {
      for (const [assignee] of assigneesOf(item)) heapFor(heaps, assignee, item).muted.set(item.followUpId, because);
    }
  }
  return [...heaps.values()].flatMap((heap) => toRow(heap, now)).toSorted(mostPressingFirst);
}

const patientOf = (item: WorklistItem): string => item.episode?.patientId ?? item.episodeId;

function heapFor(heaps: Map<string, Heap>, assignee: string | null, item: WorklistItem): Heap {
  const key = `${assignee} ${patientOf(item)}`;
  const known = heaps.get(key);
  if (known) return known;
  const heap: Heap = { assignee, first: item, items: new Map(), muted: new Map() };
  heaps.set(key, heap);
  return heap;
}

type Who = (role: Notify, item: WorklistItem) => readonly string[];

/** Everybody told so far, and whether only the digest tells them. */
function everybodyTold(item: WorklistItem, who: Who): Map<string | null, boolean> {
  const assignees = new Map<string | null, boolean>();
  // Whoever was given it by name has it, also where the care manager was never told.
  const roles: readonly Notify[] = item.owner === null ? item.notified : [...item.notified, 'task-owner'];
  for (const role of roles) {
    const digest = role === 'digest';
    const staff = who(holderOf(role, item.owner), item);
    for (const one of staff.length > 0 ? staff : [null]) assignees.set(one, digest && assignees.get(one) !== false);
  }
  return assignees;
}

/** Who holds a role at this moment; looked up once for all items that name the same persons. */
function whoNow(organisation: OrganisationState, at: string): Who {
  const known = new Map<string, readonly string[]>();
  return (role, { owner, episode }) => {
    const named = {
      site: episode?.site ?? '',
      careManager: episode?.careManager ?? undefined,
      provider: episode?.provider ?? undefined,
      owner: owner ?? undefined,
      formerOwner: episode?.formerOwner ?? undefined,
    };
    const key = JSON.stringify([role, Object.values(named)]);
    const found = known.get(key) ?? whoIs(organisation, role, { ...named, at });
    known.set(key, found);
    return found;
  };
}

function toRow(heap: Heap, now: string): WorklistRow[] {
  const chips = chipsOf([...heap.items.values()], now);
  const [headline] = chips;
  if (!headline) return [];
  const { episode, zone } = heap.first;
  return [
    {
      assignee: heap.assignee,
      day: localDate(now, zone),
      patientId: episode?.patientId ?? null,
      patientName: episode?.patientName ?? null,
      unreadable: episode === null || episode.unreadable,
      site: episode?.site ?? null,
      careManager: episode?.careManager ?? null,
      class: headline.class,
      headline,
      chips,
      digestOnly: chips.every(({ digest }) => digest),
      muted: [...heap.muted].map(([followUpId, because]) => ({ followUpId, because })),
    },
  ];
}

/** The key by which rows are sorted and pages are cut. */
export const sortKey = (row: WorklistRow): readonly [string, string, string] => [
  `${classRank(row.class)}${row.headline.dueOn}`,
  row.patientId ?? row.headline.episodeId,
  row.assignee ?? '',
];

/** Part by part. */
export function compareSortKeys(one: readonly string[], other: readonly string[]): number {
  const i = one.findIndex((part, at) => part !== other[at]);
  return i === -1 ? 0 : one[i]! < other[i]! ? -1 : 1;
}

const mostPressingFirst = (a: WorklistRow, b: WorklistRow): number => compareSortKeys(sortKey(a), sortKey(b));
