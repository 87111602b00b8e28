import {
  DEFAULT_PATHWAY,
  deriveFollowUps,
  emptyLedger,
  foldLedger,
  tell,
  type EpisodeCommand,
  type Unreadable,
} from '#care';
import type { Envelope } from '#door';
import { openMemoryStore, type Codec, type StoredEvent } from '#event-store';
import type { Luck } from './chance.js';
import { CALENDAR, ids, openDoors, ORGANISATION, SITES, type Doors } from './clinic/clinic.js';
import { watchedStore } from './clinic/faulty-store.js';
import { DAY, HOUR, World } from './clinic/world.js';
import { attempt, phq9, STAFF, visit } from './people/forms.js';
import { Shadow } from './shadow.js';

/**
 * Laws that compare two ways to the same place. They are tried on copies of a log, in which nothing fails and time moves only when told.
 */
export interface Copied {
  readonly codec: Codec<Unreadable>;
  readonly log: readonly StoredEvent[];
  readonly episodeId: string;
  /** Epoch milliseconds on the door's clock. */
  readonly now: number;
  /** What was appended to each copy that a law made: the invariants hold there too. */
  readonly copies: Shadowed[];
}

/** A copy's own appends, and a shadow of what it began with. */
export interface Shadowed {
  readonly shadow: Shadow;
  readonly appends: (readonly StoredEvent[])[];
}
export type Law = (copied: Copied, luck: Luck) => Promise<string | null>;

interface Copy {
  readonly doors: Doors;
  readonly world: World;
  readonly tell: (command: EpisodeCommand, occurredAt?: number) => Promise<readonly StoredEvent[] | null>;
  readonly owed: () => Promise<string[]>;
  readonly events: () => Promise<readonly StoredEvent[]>;
}

async function copyOf({ codec, log, episodeId, now, copies }: Copied, luck: Luck): Promise<Copy> {
  const plain = openMemoryStore(log);
  const world = new World(now, luck);
  world.calm = true;
  const copy: Shadowed = { shadow: shadowOf(episodeId, log), appends: [] };
  copies.push(copy);
  const store = watchedStore(plain, world, (events) => {
    if (events[0]?.streamId === `episode-${episodeId}`) copy.appends.push(events);
  });
  const newId = ids('c');
  const doors = openDoors({ world, codec, newId, store, crashed: () => undefined });
  const events = () => store.readStream(`episode-${episodeId}`);
  return {
    doors,
    world,
    events,
    async tell(command, occurredAt) {
      const envelope: Envelope<EpisodeCommand> = {
        ...{ commandId: newId(), command, actor: 'user:cm-1', actorRole: 'supervisor', organisation: ORGANISATION },
        ...(occurredAt === undefined ? {} : { occurredAt: new Date(occurredAt).toISOString() }),
      };
      const outcome = await doors.episodes.handle(episodeId, envelope);
      return outcome.kind === 'appended' ? (outcome.events as readonly StoredEvent[]) : null;
    },
    owed: async () => owedBy(await events()),
  };
}

function shadowOf(episodeId: string, log: readonly StoredEvent[]): Shadow {
  const shadow = new Shadow(episodeId);
  for (const event of log) if (event.streamId === `episode-${episodeId}`) shadow.take(event);
  return shadow;
}

/** What is owed, told by the day: safety (which an undoing does not end) and the dead-man item (anchored at the last act) left out. */
function owedBy(events: readonly StoredEvent[]): string[] {
  const { open } = events.reduce(
    (ledger, { type, revision, recordedAt, body }) =>
      foldLedger(ledger, { type, revision, recordedAt, facts: body.facts }),
    emptyLedger,
  );
  return [...open.values()]
    .filter(({ kind, about }) => kind !== 'safety-review' && !(kind === 'episode-review' && about === undefined))
    .map(({ kind, anchorRevision, about, dueOn }) => `${kind}:${anchorRevision}:${about ?? ''} ${dueOn}`)
    .toSorted();
}

const differ = (what: string, a: readonly string[], b: readonly string[]): string | null =>
  a.join('\n') === b.join('\n')
    ? null
    : `${what}: ${a.filter((one) => !b.includes(one)).join(', ') || 'nothing'} ↔ ${b.filter((one) => !a.includes(one)).join(', ') || 'nothing'}`;

const contact = visit([]);
const score = (luck: Luck, total: number): EpisodeCommand => ({
  type: 'RecordAssessment',
  ...phq9(luck, total, STAFF),
  items: whole(total),
});
const whole = (total: number): number[] =>
  Array.from({ length: 9 }, (_, i) => (i === 8 ? 0 : Math.min(3, Math.max(0, Math.ceil((total - i) / 8)))));

/** What a person does and undoes at once. */
const UNDONE: readonly ((luck: Luck) => EpisodeCommand)[] = [
  () => contact,
  (luck) => score(luck, luck.below(24)),
  () => attempt('left-message'),
  () => attempt('reached'),
  () => ({ type: 'IssueRecommendation', text: 'A synthetic recommendation.', urgency: 'routine', to: 'provider' }),
  () => ({ type: 'EndHold' }),
  () => ({ type: 'StartHold', reason: 'travel' }),
  () => ({ type: 'StartRelapsePrevention' }),
  () => ({ type: 'CompleteRelapsePlan', patientHasCopy: true }),
  () => ({ type: 'DischargePatient', reason: 'graduated', channel: 'record' }),
  () => ({ type: 'CloseReferral', reason: 'elsewhere', channel: 'record' }),
  () => ({ type: 'EnrolPatient' }),
  () => ({ type: 'AcknowledgeTransfer' }),
  () => ({ type: 'BookAppointment', on: '2030-03-05', withWhom: 'care-manager' }),
  () => ({ type: 'ReviewCase', subject: 'episode-length', decision: 'continue', reason: 'synthetic' }),
  () => ({ type: 'RecordSafetyReview', outcome: 'assessed', level: 'low', tool: 'c-ssrs', approvedBy: 'psy-1' }),
];

/**
 * An act that is undone at once leaves what is owed as it was (G4), as far as its row still asks for it (docs/testing.md, what is known).
 * A pathway that came with it stays.
 */
export const undoneLeavesNoTrace: Law = async (copied, luck) => {
  const copy = await copyOf(copied, luck);
  await copy.doors.episodes.settle(copied.episodeId, 'system:workflow');
  const before = await copy.owed();
  const asked = await askedFor(copy, copied.episodeId);
  for (let i = 0; i < 4; i += 1) {
    const command = luck.pick(UNDONE)(luck);
    const done = await copy.tell(command);
    const acts = done?.filter(({ type }) => !type.startsWith('FollowUp') && type !== 'SafetyConcernRaised') ?? [];
    if (acts.some(({ type }) => type === 'EpisodePinned')) return null;
    for (const { revision } of acts.toReversed())
      await copy.tell({ type: 'VoidAct', revision, reasonCode: 'entered-in-error' });
    await copy.doors.episodes.settle(copied.episodeId, 'system:watchdog');
    const wrong = differ(`${command.type} undone at once`, asked(before), asked(await copy.owed()));
    if (wrong) return wrong;
  }
  return null;
};

/** A void that is voided itself undoes nothing: what was done counts as if nobody had touched it. */
export const voidedTwiceCounts: Law = async (copied, luck) => {
  const command = luck.pick(UNDONE)(luck);
  const [once, twice] = [await copyOf(copied, luck), await copyOf(copied, luck)];
  for (const copy of [once, twice]) await copy.doors.episodes.settle(copied.episodeId, 'system:workflow');
  await once.tell(command);
  const done = await twice.tell(command);
  const acts = done?.filter(({ type }) => !type.startsWith('FollowUp') && type !== 'SafetyConcernRaised') ?? [];
  if (acts.length !== 1) return null;
  const undone = await twice.tell({ type: 'VoidAct', revision: acts[0]!.revision, reasonCode: 'entered-in-error' });
  const revision = undone?.find(({ type }) => type === 'ActVoided')?.revision;
  if (revision === undefined) return null;
  const redone = await twice.tell({ type: 'VoidAct', revision, reasonCode: 'entered-in-error' });
  if (!redone) return null;
  const asked = await askedFor(once, copied.episodeId);
  return differ(`${command.type} undone and the undoing undone`, asked(await once.owed()), asked(await twice.owed()));
};

/**
 * What is known (docs/testing.md): leaves out what was raised and its row asks for no longer, the day of what was raised, and the contact
 * that a raised chase took over, where by a plan entered since then the chase begins on another day.
 */
async function askedFor(
  { doors, events, owed }: Copy,
  episodeId: string,
): Promise<(owed: readonly string[]) => string[]> {
  const story = tell((await doors.episodes.load(episodeId)).state)!;
  const afresh = deriveFollowUps({ story, ledger: emptyLedger, pathway: DEFAULT_PATHWAY, calendar: CALENDAR });
  const days = new Map(
    afresh.flatMap((event) =>
      event.type === 'FollowUpOpened' ? [[stemOf(event.facts.followUpId), event.facts.dueOn] as const] : [],
    ),
  );
  const raised = new Set(await raisedIn(events));
  const chases = (await owed()).filter((one) => one.startsWith('no-contact:') && raised.has(stemOf(one)));
  for (const chase of chases)
    if (days.get(stemOf(chase)) !== dayOf(chase)) days.delete(stemOf(chase).replace('no-contact', 'contact'));
  return (list) =>
    list.filter((one) => days.has(stemOf(one))).map((one) => (raised.has(stemOf(one)) ? one.split(' ')[0]! : one));
}

const dayOf = (owed: string): string => owed.split(' ')[1]!;

const raisedIn = async (events: Copy['events']): Promise<string[]> =>
  (await events()).flatMap(({ type, body }) =>
    type === 'FollowUpRaised' ? [stemOf(body.facts['followUpId'] as string)] : [],
  );

/** A score corrected at once owes what the right score would have, as far as its row still asks for it. */
export const correctionCounts: Law = async (copied, luck) => {
  const [wrongOne, rightOne] = [luck.below(24), luck.below(24)];
  const once = await copyOf(copied, luck);
  await once.tell(score(luck, rightOne));
  const twice = await copyOf(copied, luck);
  const recorded = await twice.tell(score(luck, wrongOne));
  const corrects = recorded?.find(({ type }) => type === 'AssessmentRecorded')?.revision;
  if (corrects === undefined) return null;
  await twice.tell({
    ...(score(luck, rightOne) as EpisodeCommand & { type: 'RecordAssessment' }),
    type: 'CorrectAssessment',
    corrects,
    reasonCode: 'entry-error',
  });
  const asked = await askedFor(once, copied.episodeId);
  return differ(`${wrongOne} corrected to ${rightOne}`, asked(await once.owed()), asked(await twice.owed()));
};

/** Which of two facts is entered first makes no difference to what is owed; when they happened does (G6). */
export const orderOfEntryIsNoMatter: Law = async (copied, luck) => {
  const { now } = copied;
  const [early, late] = [now - 5 * DAY - luck.upTo(9 * DAY), now - luck.upTo(4 * DAY)];
  const [first, second] = [score(luck, luck.below(24)), score(luck, luck.below(24))];
  const straight = await copyOf(copied, luck);
  await straight.tell(first, early);
  await straight.tell(second, late);
  const crossed = await copyOf(copied, luck);
  await crossed.tell(second, late);
  await crossed.tell(first, early);
  const days = (owed: readonly string[]) =>
    owed
      .map((one) => one.replace(/:\d+:/, ' '))
      .filter((one) => /^(reassessment|contact|no-contact)/.test(one))
      .toSorted();
  return differ('entered in the other order', days(await straight.owed()), days(await crossed.owed()));
};

/** What one waker would do now is what the other would do. */
export const wakersAgree: Law = async (copied, luck) => {
  const later = { ...copied, now: copied.now + luck.upTo(20 * DAY) };
  const saw: string[] = [];
  for (const waker of ['system:workflow', 'system:watchdog'] as const) {
    const copy = await copyOf(later, luck);
    const from = (await copy.events()).length;
    await copy.doors.episodes.settle(copied.episodeId, waker);
    const added = (await copy.events()).slice(from);
    saw.push(
      added
        .map(
          ({ type, recordedAt, commandId, body }) =>
            `${type} ${recordedAt} ${type === 'FollowUpRaised' ? commandId : ''} ${JSON.stringify(body.facts)}`,
        )
        .join('\n'),
    );
  }
  return saw[0] === saw[1] ? null : `the workflow would record ${saw[0]}, the watchdog ${saw[1]}`;
};

/** A settled episode is at rest: a second look at the same time changes nothing, and what is next lies ahead. */
export const settlingComesToRest: Law = async (copied, luck) => {
  const copy = await copyOf({ ...copied, now: copied.now + luck.upTo(40 * DAY) }, luck);
  const { episodes } = copy.doors;
  await episodes.settle(copied.episodeId, 'system:watchdog');
  const again = await episodes.settle(copied.episodeId, 'system:workflow');
  if (again.raised.length > 0 || again.derived > 0)
    return `a second look raised ${again.raised.length} and derived ${again.derived}`;
  if (copy.doors.refusals.length > 0) return `the derivation was refused: ${copy.doors.refusals.join()}`;
  const now = new Date(copy.world.doorNow).toISOString();
  if (again.next && again.next.at <= now) return `settled, and ${again.next.followUpId} is due since ${again.next.at}`;
  return again.next || again.closed || again.phase === 'ended' ? null : 'an open episode has nothing ahead';
};

/** Whoever reads the log anew, or as of an earlier time, sees what was seen then. */
export const replayTellsTheSame: Law = async (copied, luck) => {
  const copy = await copyOf(copied, luck);
  const events = await copy.events();
  const atRevision = luck.below(events.length);
  const cut = await copyOf(
    {
      ...copied,
      log: copied.log.filter(
        ({ streamId, revision }) => streamId !== `episode-${copied.episodeId}` || revision <= atRevision,
      ),
    },
    luck,
  );
  const past = await copy.doors.episodes.load(copied.episodeId, { atRevision });
  const then = await cut.doors.episodes.load(copied.episodeId);
  return JSON.stringify([past.revision, past.state.acts, [...past.state.ledger.open]]) ===
    JSON.stringify([then.revision, then.state.acts, [...then.state.ledger.open]])
    ? null
    : `the record as of revision ${atRevision} is another one now`;
};

/**
 * What was raised and is open does not get lost by a transfer to another zone and back: its ladder changes twice, nobody acted. What
 * took place at night lies on another day in the other zone, so that another attempt or score may count there.
 */
export const raisedOutlivesTransfers: Law = async (copied, luck) => {
  const copy = await copyOf(copied, luck);
  await copy.doors.episodes.settle(copied.episodeId, 'system:workflow');
  const raised = await raisedIn(copy.events);
  const open = async () => new Set((await copy.owed()).map((one) => stemOf(one)));
  const before = [...(await open())].filter((stem) => raised.includes(stem) && !/^(transfer|contact)/.test(stem));
  for (const site of ['west', 'main', 'west'])
    await copy.tell({ type: 'TransferEpisode', to: luck.pick(['cm-1', 'cm-2']), site });
  const after = await open();
  const endedByDay = endedByAnotherDay(await copy.events());
  const lost = before.filter((stem) => !after.has(stem) && !endedByDay.has(stem));
  return lost.length === 0 ? null : `lost in transfers: ${lost.join(', ')}`;
};

/** What was met or taken over by an act, or rests on one, whose day is another one at the other site. */
function endedByAnotherDay(events: readonly StoredEvent[]): ReadonlySet<string> {
  const isNightly = (revision: number): boolean => {
    const at = Temporal.Instant.from(events[revision]!.occurredAt);
    const [here, there] = Object.values(SITES).map((zone) => at.toZonedDateTimeISO(zone).toPlainDate());
    return !here!.equals(there!);
  };
  const ended = events.flatMap(({ type, body }) => {
    const facts = body.facts as { followUpId: string; byRevision: number; reason?: string };
    return type === 'FollowUpFulfilled' || facts.reason === 'superseded-by-rule' ? [facts] : [];
  });
  return new Set(
    ended.flatMap(({ followUpId, byRevision }) =>
      isNightly(byRevision) || isNightly(Number(followUpId.split(':')[1])) ? [stemOf(followUpId)] : [],
    ),
  );
}

/** `kind:anchor`. */
const stemOf = (id: string): string => id.split(':').slice(0, 2).join(':');

/** An act recorded now, and the same one entered an hour late, owe the same. */
export const lateEntryOwesTheSame: Law = async (copied, luck) => {
  const inTime = await copyOf({ ...copied, now: copied.now - HOUR }, luck);
  await inTime.tell(contact, copied.now - HOUR);
  const late = await copyOf(copied, luck);
  await late.tell(contact, copied.now - HOUR);
  const kinds = (owed: readonly string[]) => owed.filter((one) => /^(contact|no-contact)/.test(one));
  return differ('entered an hour late', kinds(await inTime.owed()), kinds(await late.owed()));
};

export const LAWS: Readonly<Record<string, Law>> = {
  undoneLeavesNoTrace,
  voidedTwiceCounts,
  correctionCounts,
  orderOfEntryIsNoMatter,
  lateEntryOwesTheSame,
  raisedOutlivesTransfers,
  wakersAgree,
  settlingComesToRest,
  replayTellsTheSame,
};
