import {
  emptyLedger,
  foldLedger,
  lateness,
  localDate,
  nextDue,
  numbersBehind,
  PLAN_NUMBERS,
  voidsOf,
  type EndedFollowUp,
  type FollowUpKind,
  type LedgerEntry,
  type Notify,
  type Parameter,
  type Policy,
  type RecordedEpisodeEvent,
  type RecordedEpisodeEventOf,
} from '#care';
import { sentenceOf } from '../words/acts.js';
import { titleOf, whatCloses, whatSupersedes, whyItExists } from '../words/follow-ups.js';
import { RULES } from '../words/rules.js';

/** A number by which it was derived, with what stands behind it; a plan's own spacing is nobody's convention. */
export interface NumberBehind extends Pick<Parameter, 'value' | 'unit' | 'source' | 'mark' | 'meaning'> {
  readonly key: string;
  readonly firmness: Parameter['firmness'] | null;
}

/** An event of the episode as something else names it. */
export interface FactMentioned {
  readonly revision: number;
  readonly type: string;
  readonly sentence: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: string;
  /** Revision of the act that undid it. */
  readonly voidedBy: number | null;
}

export interface StepExplained {
  readonly step: number;
  readonly at: string;
  readonly notify: readonly Notify[];
  readonly note: string | null;
  /** When and by whom it was raised, itself or by a later step that stands for it; null while it is still to come. */
  readonly raised: {
    readonly revision: number;
    readonly recordedAt: string;
    readonly by: string;
    readonly asStep: number;
    readonly lateMs: number;
  } | null;
}

/** All there is to say of one follow-up, open or ended: by which rule and numbers, since when, who was told, how it ended. */
export interface FollowUpExplained {
  readonly followUpId: string;
  readonly kind: FollowUpKind;
  readonly title: string;
  readonly why: string;
  /** The row of the table of follow-ups, and the clocks and sections of the research behind it. */
  readonly source: string;
  readonly dueOn: string;
  readonly zone: string;
  readonly safety: boolean;
  readonly owner: string | null;
  readonly about: number | null;
  readonly opened: { readonly revision: number; readonly recordedAt: string; readonly carriesOn: string | null };
  readonly anchor: FactMentioned | null;
  readonly numbers: readonly NumberBehind[];
  readonly ends: { readonly fulfilledBy: string; readonly supersededBy: string | null };
  readonly steps: readonly StepExplained[];
  readonly next: { readonly step: number; readonly at: string; readonly notify: readonly Notify[] } | null;
  readonly snoozes: readonly {
    readonly revision: number;
    readonly recordedAt: string;
    readonly by: string;
    readonly until: string;
    readonly reason: string;
  }[];
  readonly acknowledgedBy: string | null;
  readonly state: 'open' | 'fulfilled' | 'superseded';
  readonly ended: {
    readonly revision: number;
    readonly recordedAt: string;
    readonly by: FactMentioned | null;
    /** Whether it was done by its day; null when it was superseded. */
    readonly inTime: boolean | null;
    /** Null when it was fulfilled. */
    readonly reason: string | null;
    readonly carriedOnBy: string | null;
  } | null;
}

type Events = readonly RecordedEpisodeEvent[];
type Opened = RecordedEpisodeEventOf<'FollowUpOpened'>;

/**
 * Explains a follow-up from the events of its episode, all of them or as many as were recorded by some moment; null when none of them opened
 * it. Pure. `policy` is the one that the episode had pinned when it was opened.
 */
export function explainFollowUp(
  followUpId: string,
  events: Events,
  { policy, today }: { readonly policy: Policy; readonly today: string },
): FollowUpExplained | null {
  const opened = openingOf(followUpId, events);
  if (!opened) return null;
  const ledger = events.reduce(foldLedger, emptyLedger);
  const ended = ledger.ended.get(followUpId);
  const entry = ended?.entry ?? ledger.open.get(followUpId)!;
  const numbers = numbersBehind(opened, events, policy);
  const { kind, anchorRevision, dueOn, zone, about = null } = opened.facts;
  const anchor = events.find(({ revision }) => revision === anchorRevision);
  const scale = events.findLast((event) => event.type === 'PrimaryScaleFixed')?.facts.instrument ?? null;
  return {
    followUpId,
    kind,
    title: titleOf(kind),
    why: whyItExists(
      {
        ...{ kind, dueOn, about, numbers, scale },
        anchorOn: anchor ? localDate(anchor.occurredAt, zone) : null,
        anchorType: anchor?.type ?? null,
        ended: ended !== undefined,
      },
      today,
    ),
    source: RULES[kind].source,
    dueOn,
    zone,
    safety: entry.safety,
    owner: entry.owner ?? null,
    about,
    opened: {
      revision: opened.revision,
      recordedAt: opened.recordedAt,
      carriesOn: opened.facts.carriesOn?.followUpId ?? null,
    },
    anchor: mentioned(anchorRevision, events),
    numbers: Object.entries(numbers).map(([key, value]) => numberBehind(key, value, policy)),
    ends: { fulfilledBy: whatCloses(kind, numbers), supersededBy: whatSupersedes(kind, numbers) },
    steps: stepsOf(entry, events),
    next: ended ? null : nextDue(entry),
    snoozes: snoozesOf(followUpId, events),
    acknowledgedBy: entry.acknowledgedBy ?? null,
    state: ended?.how ?? 'open',
    ended: ended ? endOf(ended, events) : null,
  };
}

/** The policy is that of the last pin before it. */
export const openingOf = (followUpId: string, events: Events): Opened | undefined =>
  events.find((event): event is Opened => event.type === 'FollowUpOpened' && event.facts.followUpId === followUpId);

function numberBehind(key: string, value: number, { pathway }: Policy): NumberBehind {
  const parameter = pathway.parameters[key];
  if (!parameter)
    return {
      ...{ key, value, unit: 'calendar-days', source: 'the treatment plan', mark: '', firmness: null },
      meaning:
        key === PLAN_NUMBERS.contactEvery
          ? 'Between treatment contacts, as the treatment plan asks'
          : 'Between scales, as the treatment plan asks',
    };
  const { unit, source, firmness, mark, meaning } = parameter;
  return { key, value, unit, source, firmness, mark, meaning };
}

function mentioned(revision: number, events: Events): FactMentioned | null {
  const event = events.find((one) => one.revision === revision);
  if (!event) return null;
  const { type, occurredAt, recordedAt, actor } = event;
  return {
    ...{ revision, type, occurredAt, recordedAt, actor },
    sentence: sentenceOf(event),
    voidedBy: voidsOf(events).get(revision) ?? null,
  };
}

/** The ladder as it stands, and every repeat of its last step that was raised. */
function stepsOf(entry: LedgerEntry, events: Events): StepExplained[] {
  const raises = events.filter(
    (event): event is RecordedEpisodeEventOf<'FollowUpRaised'> =>
      event.type === 'FollowUpRaised' && event.facts.followUpId === entry.followUpId,
  );
  const raisedAs = (step: number) =>
    raises.find(({ facts }) => facts.step === step || facts.standsFor?.includes(step) === true);
  const repeats = raises
    .filter(({ facts }) => !entry.steps.some(({ step }) => step === facts.step))
    .map(({ facts }) => ({ step: facts.step, at: facts.at, notify: facts.notify, note: 'again' }));
  return [...entry.steps, ...repeats].map(({ step, at, notify, note }) => {
    const raise = raisedAs(step);
    return {
      ...{ step, at, notify, note: note ?? null },
      raised: raise
        ? {
            revision: raise.revision,
            recordedAt: raise.recordedAt,
            by: raise.actor,
            asStep: raise.facts.step,
            lateMs: lateness(entry, { at }, raise.recordedAt),
          }
        : null,
    };
  });
}

const snoozesOf = (followUpId: string, events: Events): FollowUpExplained['snoozes'] =>
  events.flatMap((event) =>
    event.type === 'FollowUpSnoozed' && event.facts.followUpId === followUpId
      ? [
          {
            revision: event.revision,
            recordedAt: event.recordedAt,
            by: event.actor,
            until: event.facts.until,
            reason: event.facts.reason,
          },
        ]
      : [],
  );

function endOf({ entry, how, byRevision, reason, revision, recordedAt }: EndedFollowUp, events: Events) {
  const by = mentioned(byRevision, events);
  const successor = events.find(
    (event) => event.type === 'FollowUpOpened' && event.facts.carriesOn?.followUpId === entry.followUpId,
  );
  return {
    ...{ revision, recordedAt, by },
    inTime: how === 'fulfilled' && by ? localDate(by.occurredAt, entry.zone) <= entry.dueOn : null,
    reason: reason ?? null,
    carriedOnBy: successor?.type === 'FollowUpOpened' ? successor.facts.followUpId : null,
  };
}
