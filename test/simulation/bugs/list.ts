import type { PlantedBug } from './planted.js';

const derive = 'libs/care/follow-ups/derive.ts';
const ledger = 'libs/care/follow-ups/ledger.ts';
const row = 'libs/care/follow-ups/row.ts';
const safety = 'libs/care/follow-ups/safety.ts';
const story = (part: string): string => `libs/care/episode/story/${part}.ts`;
const watchdog = 'libs/orchestration/watchdog.ts';
const dueIndex = 'libs/orchestration/due-index.ts';
const workflow = 'workflows/episode.ts';

/** What follows from the facts. */
const DERIVATION: readonly PlantedBug[] = [
  {
    name: 'what was fulfilled stays open',
    file: derive,
    from: "if (met !== undefined) return { how: 'FollowUpFulfilled', byRevision: met, reason: 'superseded-by-rule' };",
    to: '',
  },
  {
    name: 'a hold does not supersede',
    file: derive,
    from: "if (hold && !goesThrough(hold, row, owed)) return { byRevision: hold.started.revision, reason: 'hold' };",
    to: '',
  },
  {
    name: 'a hold silences everything',
    file: derive,
    from: 'if (hold && !goesThrough(hold, row, owed))',
    to: 'if (hold)',
  },
  {
    name: 'a death leaves safety open',
    file: derive,
    from: "const stillOwed = row.kind === 'safety-review' && ended.type !== 'PatientDeathNoted';",
    to: "const stillOwed = row.kind === 'safety-review';",
  },
  {
    name: 'discharge and closing leave follow-ups open',
    file: derive,
    from: "if (ended && (ended.type === 'PatientDeathNoted' || !row.afterEnd || owed.anchorRevision < ended.revision)) {",
    to: "if (ended && ended.type === 'PatientDeathNoted') {",
  },
  {
    name: 'an overdue item moves away with the next note',
    file: derive,
    from: 'if (!wasRaised(entry) || occasion.dueOn <= entry.dueOn) return reDerived(world);',
    to: 'return reDerived(world);',
  },
  {
    name: 'a raised item is derived away',
    file: derive,
    from: 'if (!wasRaised(entry)) return reDerived(world);',
    to: 'return reDerived(world);',
  },
  {
    name: 'steps told before are told again under a new id',
    file: derive,
    from: 'carried && carried.lastStep > 0',
    to: 'carried && carried.lastStep > 9999',
  },
  {
    name: 'G4: what was reopened takes its old number',
    file: ledger,
    from: ' || ended.has(`${stem}:${times + 1}`)',
    to: '',
  },
  {
    name: 'an episode is looked at for its own sake though something is owed in it',
    file: derive,
    from: '  if (something) return desired;',
    to: '',
  },
  {
    name: 'a concern met in its own visit leaves no review',
    file: derive,
    from: 'for (const occasion of silentlyMet(noting(world))) {',
    to: 'for (const occasion of silentlyMet(noting(world)).slice(0, 0)) {',
  },
  {
    name: 'nothing is concluded from an act',
    file: 'libs/door/decide-acts.ts',
    from: 'decider.conclude?.(',
    to: '((..._all: unknown[]) => [])(',
  },
  {
    name: 'G4: reopening is lost',
    file: derive,
    from: 'row.fulfilled(occasion, world) === undefined &&',
    to: 'row.fulfilled(occasion, world) === undefined && timesOpened(world.ledger, `${occasion.kind}:${occasion.anchorRevision}`) < 1 &&',
  },
];

/** The ledger, and the days and hours of steps. */
const STEPS: readonly PlantedBug[] = [
  {
    name: 'steps are raised an hour early',
    file: ledger,
    from: 'compareInstants(next.at, now) > 0',
    to: 'compareInstants(next.at, plusHours(now, 1)) > 0',
  },
  {
    name: 'collapsed steps are forgotten',
    file: ledger,
    from: 'standsFor: standsFor.map((step) => step.step),',
    to: 'standsFor: [],',
  },
  { name: 'providers get late notices', file: ledger, from: ".filter((role) => role !== 'provider');", to: ';' },
  {
    name: 'a week is 168 hours, whatever the clocks do',
    file: ledger,
    from: 'plusLocalDays(at, every * times, zone);',
    to: 'plusHours(at, 24 * every * times);',
  },
  {
    name: 'one kind is never raised',
    file: ledger,
    from: 'export function nextDue(entry: LedgerEntry): DueStep {',
    to: "export function nextDue(entry: LedgerEntry): DueStep {\n  if (entry.kind === 'contact') return { step: entry.lastStep + 1, at: '9999-01-01T00:00:00.000Z', notify: [] };",
  },
  {
    name: 'a repetition is skipped',
    file: ledger,
    from: 'Math.max(entry.lastStep, lastRung(entry).step) + 1',
    to: 'Math.max(entry.lastStep, lastRung(entry).step) + 2',
  },
  {
    name: 'acknowledged steps are told again',
    file: ledger,
    from: ' && !(r.unlessAcknowledged && entry.acknowledgedBy !== undefined),',
    to: ',',
  },
  {
    name: 'a snooze puts nothing off',
    file: ledger,
    from: 'at: until,\n    notify',
    to: 'at: unraised(entry)[0]?.at ?? until,\n    notify',
  },
  {
    name: 'a follow-up that carries on forgets what was raised',
    file: ledger,
    from: 'lastStep: facts.carriesOn?.lastStep ?? 0,',
    to: 'lastStep: 0,',
  },
  {
    name: 'a raise is not remembered',
    file: ledger,
    from: 'return { ...entry, lastStep: facts.step, raisedFirst',
    to: 'return { ...entry, raisedFirst',
  },
  {
    name: 'mornings are those of winter',
    file: 'libs/care/calendar/instants.ts',
    from: 'resolve(Temporal.PlainDateTime.from(`${date}T${time}`), zone));',
    to: "resolve(Temporal.PlainDateTime.from(`${date}T${time}`), '-05:00'));",
  },
  {
    name: 'holidays are business days',
    file: 'libs/care/calendar/business-days.ts',
    from: 'hoursOn(calendar, date) !== undefined && !closedOn(calendar).has(date);',
    to: 'hoursOn(calendar, date) !== undefined;',
  },
  { name: 'due dates do not roll', file: row, from: 'rollForward(world.calendar, date);', to: 'date;' },
  {
    name: 'a ladder step is skipped',
    file: row,
    from: '({ step: i + 1, ...r })',
    to: '({ step: i === 0 ? 1 : i + 2, ...r })',
  },
  { name: 'routine repeats by the hour', file: row, from: "unit: 'days', notify", to: "unit: 'hours', notify" },
  {
    name: 'a site’s closing time is that of another zone',
    file: row,
    from: 'rung(closeOfBusiness(world.calendar, date)',
    to: "rung(closeOfBusiness({ ...world.calendar, zone: 'Europe/Paris' }, date)",
  },
];

/** Safety. */
const SAFETY: readonly PlantedBug[] = [
  {
    name: 'safety rolls to a business day',
    file: safety,
    from: 'const dueOn = recordedOn(story, concern);',
    to: 'const dueOn = back(world, recordedOn(story, concern));',
  },
  {
    name: 'safety counts from when it happened',
    file: safety,
    from: 'const opened = concern.recordedAt;',
    to: 'const opened = concern.occurredAt;',
  },
  {
    name: 'safety is told again once in four days',
    file: safety,
    from: "repeat: { every, unit: 'hours'",
    to: "repeat: { every, unit: 'days'",
  },
  { name: 'voiding a form silences its concern', file: safety, from: '  outlivesAnchor: true,', to: '' },
  {
    name: 'a hold mutes safety',
    file: safety,
    from: "kind: 'safety-review',\n  throughHold: true,",
    to: "kind: 'safety-review',",
  },
  {
    name: 'safety may be snoozed',
    file: 'libs/care/episode/acts/follow-ups.ts',
    from: 'if (SAFETY_KINDS.has(entry.kind) || urgentReferral)',
    to: 'if (urgentReferral)',
  },
  {
    name: 'item 9 is overlooked where it is not answered',
    file: 'libs/care/instruments/safety.ts',
    from: "return leftOut ? 'unanswered' : 'negative';",
    to: "return 'negative';",
  },
  {
    name: 'a positive item 9 raises no concern',
    file: 'libs/care/episode/acts/measuring.ts',
    from: 'if (safety in CAUSE)',
    to: "if (safety === 'unanswered')",
  },
  {
    name: 'a patient is discharged over an open safety review',
    file: 'libs/care/episode/acts/ending.ts',
    from: "if ([...state.ledger.open.values()].some((entry) => entry.kind === 'safety-review'))",
    to: 'if (state.revision < 0)',
  },
];

/** What the story makes of the acts. */
const STORY: readonly PlantedBug[] = [
  {
    name: 'corrections are ignored',
    file: story('scales'),
    from: 'const act = correction ?? origin;',
    to: 'const act = origin;',
  },
  {
    name: 'facts fold in the order of entry',
    file: story('acts'),
    from: '(a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : a.revision - b.revision);',
    to: '(a.revision - b.revision);',
  },
  {
    name: 'a retracted death ends the episode',
    file: story('phase'),
    from: "return isRetracted(act, retractions) ? undefined : 'ended';",
    to: "return 'ended';",
  },
  {
    name: 'a hold never ends',
    file: story('holds'),
    from: "act.type === 'HoldEnded' ? { ...current, ended: act } :",
    to: '',
  },
  {
    name: 'a void of a void undoes nothing',
    file: story('story'),
    from: "if (act.type === 'ActVoided' && !voided.has(act.revision))",
    to: "if (act.type === 'ActVoided')",
  },
  {
    name: 'a transfer acknowledged stays open',
    file: 'libs/care/follow-ups/tasks.ts',
    from: "act.type === 'TransferAcknowledged' && act.revision > owed.anchorRevision",
    to: "act.type === 'TransferAcknowledged' && act.revision < owed.anchorRevision",
  },
];

/** The door and the store. */
const DOOR: readonly PlantedBug[] = [
  {
    name: 'idempotency is removed',
    file: 'libs/door/answer-before.ts',
    from: '  if (trace) {',
    to: '  if (trace && trace.firstRevision < 0) {',
  },
  {
    name: 'the same id serves any request',
    file: 'libs/door/answer-before.ts',
    from: "return matches(envelope, fingerprint) ? { kind: 'repeated', firstRevision, lastRevision } : { kind: 'changed' };",
    to: "return { kind: 'repeated', firstRevision, lastRevision };",
  },
  {
    name: 'If-Match is ignored',
    file: 'libs/door/answer-before.ts',
    from: "return since.length > 0 || basedOn > (folded.last?.revision ?? -1) ? { kind: 'stale', since } : null;",
    to: 'return null;',
  },
  {
    name: 'an unknown outcome is taken for done',
    file: 'libs/door/append.ts',
    from: "if (isStoreError(cause, 'outcome-unknown')) unknown += 1;",
    to: "if (isStoreError(cause, 'outcome-unknown')) return { revision: batch.events.at(-1)!.revision, position: '' };",
  },
  {
    name: 'a lost answer is decided again',
    file: 'libs/door/append.ts',
    from: "if (isStoreError(cause, 'outcome-unknown')) unknown += 1;",
    to: "if (isStoreError(cause, 'outcome-unknown')) return await store.append({ ...batch, events: batch.events.map((event) => ({ ...event, id: `9${event.id.slice(1)}` })) as never });",
  },
  {
    name: 'the expected revision is ignored',
    file: 'libs/event-store/memory.ts',
    from: 'if (actual !== expected) {',
    to: 'if (actual === null) {',
  },
  { name: 'the chain forgets its last link', file: 'libs/event-store/freeze.ts', from: '    prevHash = hash;', to: '' },
  {
    name: 'a repeated answer shows the revision before it',
    file: 'libs/door/handle.ts',
    from: 'await loadAt(lastRevision)',
    to: 'await loadAt(lastRevision - 1)',
  },
  {
    name: 'the record as of a revision holds the next one too',
    file: 'libs/door/stream-door.ts',
    from: 'revision > atRevision ||',
    to: 'revision > atRevision + 1 ||',
  },
  {
    name: 'conclusions are recorded under another command',
    file: 'libs/door/decide-acts.ts',
    from: 'stated.push({ event, act, occurredAt, commandId });',
    to: "stated.push({ event, act, occurredAt, commandId: stated.length === 1 ? 'another' : commandId });",
  },
];

/** Both wakers. */
const WAKERS: readonly PlantedBug[] = [
  {
    name: 'a waker uses its own clock',
    file: 'libs/door/raise-due.ts',
    from: 'const now = this.parts.clock.now().toISOString();',
    to: 'const now = new Date(this.parts.clock.now().getTime() + 3_600_000).toISOString();',
  },
  {
    name: 'only one of the steps due is raised',
    file: 'libs/door/follow-up-ledger.ts',
    from: 'Number(a.entry.safety) || Date.parse(a.at) - Date.parse(b.at));',
    to: 'Number(a.entry.safety) || Date.parse(a.at) - Date.parse(b.at)).slice(0, 1);',
  },
  {
    name: 'each waker names its raises by itself',
    file: 'libs/door/raise-due.ts',
    from: 'v5(`${streamId}/${followUpId}/${step}`, STEP_NAMESPACE)',
    to: 'v5(`${by}/${streamId}/${followUpId}/${step}`, STEP_NAMESPACE)',
  },
  {
    name: 'Derive derives nothing',
    file: 'libs/door/episode-definition.ts',
    from: "concludesAlways: (command) => command.type === 'Derive',",
    to: 'concludesAlways: () => false,',
  },
  {
    name: 'the watchdog ignores what is overdue',
    file: watchdog,
    from: 'const now = clock.now();',
    to: 'const now = new Date(clock.now().getTime() - 15 * 86_400_000);',
  },
  {
    name: 'the plan says to sleep twice as long',
    file: 'libs/orchestration/settle.ts',
    from: 'Math.ceil(clock.realMillisUntil(new Date(at)))',
    to: '2 * Math.ceil(clock.realMillisUntil(new Date(at)))',
  },
  {
    name: 'the workflow sleeps a week whatever the plan',
    file: workflow,
    from: 'return Math.min(WEEK, Math.max(plan.next?.waitMs ?? WEEK, backOff));',
    to: 'return WEEK;',
  },
  {
    name: 'a workflow ends where a new run should begin',
    file: workflow,
    from: 'if (plan.closed) return;',
    to: 'return;',
  },
  {
    name: 'the due index finds only what is a week overdue',
    file: dueIndex,
    from: 'AND since <= ?',
    to: 'AND since <= ? - 7 * 86400000',
  },
];

export const PLANTED_BUGS: readonly PlantedBug[] = [...DERIVATION, ...STEPS, ...SAFETY, ...STORY, ...DOOR, ...WAKERS];
