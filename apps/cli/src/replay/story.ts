import { emptyLedger, foldLedger, nextDue, tell, type Ledger, type RecordedEpisodeEvent, type Unreadable } from '#care';
import { verifyLink, type Codec, type StoredEvent } from '#event-store';
import { tellTimeline, titleOf, type TimelineEntry } from '#read-models';
import { readEvent } from './read-event.js';
import { Rules } from './rules.js';

export interface ReplayEntry extends TimelineEntry {
  /** By which rule a follow-up was opened or ended, in words; null for any other event. */
  readonly rule: string | null;
  /** The act in the same append that opened or ended this follow-up; null when it stands for itself. */
  readonly under: number | null;
}

/** What was owed at the moment of the replay. */
export interface Owed {
  readonly followUpId: string;
  readonly title: string;
  readonly dueOn: string;
  readonly raisedSteps: number;
  readonly next: { readonly step: number; readonly at: string; readonly notify: readonly string[] };
}

/** An episode as it stood at some moment. The form of `followthrough replay --json`. */
export interface Replay {
  readonly episodeId: string;
  readonly patientId: string | null;
  readonly zone: string;
  readonly phase: string;
  /** Events shown, of so many in the stream. */
  readonly shown: number;
  readonly events: number;
  /** Of the whole stream, whatever is shown. */
  readonly chain: 'intact' | 'broken';
  readonly chainProblem: string | null;
  readonly sealed: 'read' | 'unreadable' | 'partly unreadable';
  readonly entries: readonly ReplayEntry[];
  readonly owed: readonly Owed[];
}

/** How much of the story is told: what was recorded by an instant, or up to a revision. */
export interface Cut {
  readonly asRecorded?: string;
  readonly atRevision?: number;
}

/** Tells the story of a stream from its stored events. Pure, whatever codec it reads with. */
export function replayOf(
  stream: readonly StoredEvent[],
  codec: Pick<Codec<Unreadable>, 'read' | 'readFacts'>,
  { asRecorded, atRevision }: Cut,
): Replay {
  const shown = stream.filter(
    ({ recordedAt, revision }) =>
      (asRecorded === undefined || recordedAt <= asRecorded) && (atRevision === undefined || revision <= atRevision),
  );
  const events = shown.map((stored) => readEvent(stored, codec));
  const chainProblem = brokenLink(stream);
  const ledger = ledgerOf(events);
  const story = storyOf(events);
  return {
    episodeId: (stream[0]?.streamId ?? '').slice('episode-'.length),
    patientId: story?.patientId ?? null,
    zone: story?.zone ?? 'UTC',
    phase: story?.phase ?? 'unknown',
    shown: shown.length,
    events: stream.length,
    chain: chainProblem === null ? 'intact' : 'broken',
    chainProblem,
    sealed: sealedIn(shown, events),
    entries: entriesOf(events),
    owed: owedIn(ledger),
  };
}

function brokenLink(stream: readonly StoredEvent[]): string | null {
  for (const [i, event] of stream.entries()) {
    const problem = verifyLink(stream[i - 1] ?? null, event);
    if (problem !== null) return problem;
  }
  return null;
}

function entriesOf(events: readonly RecordedEpisodeEvent[]): ReplayEntry[] {
  const rules = new Rules();
  const at = new Map(events.map((event) => [event.revision, event]));
  return tellTimeline(events).map((entry, i) => {
    const event = events[i]!;
    rules.take(event);
    return { ...entry, rule: rules.ruleOf(event), under: under(event, at) };
  });
}

/** Opening and ending are told with the act that caused them, when both were recorded at once. */
function under(event: RecordedEpisodeEvent, at: ReadonlyMap<number, RecordedEpisodeEvent>): number | null {
  const cause = causeOf(event);
  const act = cause === undefined ? undefined : at.get(cause);
  return act && act.commandId === event.commandId && !act.type.startsWith('FollowUp') ? act.revision : null;
}

function causeOf(event: RecordedEpisodeEvent): number | undefined {
  if (event.type === 'FollowUpOpened') return event.facts.anchorRevision;
  return event.type === 'FollowUpFulfilled' || event.type === 'FollowUpSuperseded' ? event.facts.byRevision : undefined;
}

function ledgerOf(events: readonly RecordedEpisodeEvent[]): Ledger {
  return events.reduce((ledger, event) => {
    try {
      return foldLedger(ledger, event);
    } catch {
      return ledger;
    }
  }, emptyLedger);
}

function storyOf(events: readonly RecordedEpisodeEvent[]) {
  try {
    return tell({ acts: events.filter(({ type }) => !type.startsWith('FollowUp')) });
  } catch {
    return null;
  }
}

function owedIn({ open }: Ledger): Owed[] {
  return [...open.values()]
    .map((entry) => {
      const { step, at, notify } = nextDue(entry);
      return {
        followUpId: entry.followUpId,
        title: titleOf(entry.kind),
        dueOn: entry.dueOn,
        raisedSteps: entry.lastStep,
        next: { step, at, notify },
      };
    })
    .toSorted((a, b) => (a.next.at < b.next.at ? -1 : 1));
}

function sealedIn(shown: readonly StoredEvent[], events: readonly RecordedEpisodeEvent[]): Replay['sealed'] {
  const boxes = shown.filter(({ body }) => body.sealed !== null).length;
  const unreadable = shown.filter(
    ({ body }, i) => body.sealed !== null && typeof events[i]!.sealed === 'symbol',
  ).length;
  if (unreadable === 0) return 'read';
  return unreadable === boxes ? 'unreadable' : 'partly unreadable';
}
