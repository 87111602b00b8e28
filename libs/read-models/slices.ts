import type { StoredEvent } from '#event-store';
import { CATEGORIES, type Category, type Projection, type ReadEvent } from './projection.js';

/** A stored event and what the codec made of it; `event` is absent when it could not be read. */
export interface Opened {
  readonly stored: StoredEvent;
  readonly event?: ReadEvent;
  readonly error?: Error;
}

/** What one run of events brings of one stream; some of it may be unreadable. */
export interface StreamPart {
  readonly category: Category;
  readonly id: string;
  readonly streamId: string;
  readonly organisation: string;
  readonly opened: readonly Opened[];
}

/** Events that change rows which belong to other streams: they must see everything before them and nothing after. */
const REACHING_FURTHER: ReadonlySet<string> = new Set(['PatientDataErased', 'PatientsMerged', 'PatientsUnmerged']);

/** Cuts a batch so that only within a run may streams be taken one after the other. */
export function runs(batch: readonly Opened[]): Opened[][] {
  const cut: Opened[][] = [];
  let alone = true;
  for (const opened of batch) {
    const further = REACHING_FURTHER.has(opened.stored.type);
    if (further || alone) cut.push([opened]);
    else cut.at(-1)?.push(opened);
    alone = further;
  }
  return cut;
}

/** Gathers the events of each stream, keeping their order. Streams of no category of ours are left out. */
export function byStream(run: readonly Opened[]): StreamPart[] {
  const parts = new Map<string, { part: Omit<StreamPart, 'opened'>; opened: Opened[] }>();
  for (const opened of run) {
    const { streamId, organisation } = opened.stored;
    const known = parts.get(streamId);
    if (known) known.opened.push(opened);
    else {
      const category = CATEGORIES.find((one) => streamId.startsWith(`${one}-`));
      if (category)
        parts.set(streamId, {
          part: { category, id: streamId.slice(category.length + 1), streamId, organisation },
          opened: [opened],
        });
    }
  }
  return [...parts.values()].map(({ part, opened }) => ({ ...part, opened }));
}

/** What one projection takes in before others get a turn: enough that a statement writes many rows, short beside a turn. */
const EVENTS_TOGETHER = 100;

/** Cuts streams into groups that are taken in together. */
export function groups(parts: readonly StreamPart[]): StreamPart[][] {
  const cut: StreamPart[][] = [];
  let events = Infinity;
  for (const part of parts) {
    if (events >= EVENTS_TOGETHER) {
      cut.push([]);
      events = 0;
    }
    cut.at(-1)?.push(part);
    events += part.opened.length;
  }
  return cut;
}

/** The events of a part that a projection reads. */
export const readBy = ({ categories, types }: Projection, part: StreamPart): readonly Opened[] => {
  if (!categories.includes(part.category)) return [];
  return types ? part.opened.filter(({ stored }) => types.has(stored.type)) : part.opened;
};

/** Whether it is an erasure, which is alone in its run. */
export const isErasure = ({ opened }: Pick<StreamPart, 'opened'>): boolean =>
  opened.some(({ stored }) => stored.type === 'PatientDataErased');
