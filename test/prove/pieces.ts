import type { PlantedBug } from '../simulation/bugs/planted.js';

/** A place in the code where the process kills itself while it passes. */
export interface KillPoint {
  readonly name: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: (kill: string) => string;
  /** At one of so many passes. */
  readonly passes: number;
  /** Files of the data folder that are gone at this start. */
  readonly lost?: RegExp;
  /** Temporal is away, so that the watchdog raises everything. */
  readonly withoutTemporal?: true;
}

const before = (from: string) => ({ from, to: (kill: string) => `${kill} ${from}` });
const after = (from: string) => ({ from, to: (kill: string) => `${from} ${kill}` });
const append = 'return await store.append(batch);';

export const KILL_POINTS: readonly KillPoint[] = [
  { name: 'decided, not appended', file: 'libs/door/append.ts', ...before(append), passes: 20 },
  {
    name: 'appended, not answered',
    file: 'libs/door/append.ts',
    from: append,
    to: (kill) => `const done = await store.append(batch); ${kill} return done;`,
    passes: 20,
  },
  {
    name: 'in the transaction of an append',
    file: 'libs/event-store/sqlite/writer.ts',
    ...before('committing = true;'),
    passes: 20,
  },
  {
    name: 'committed, and nobody knows',
    file: 'libs/event-store/sqlite/writer.ts',
    ...after('commit.run();'),
    passes: 20,
  },
  {
    name: 'a key is stored, nothing is sealed with it',
    file: 'libs/access/keys/key-store.ts',
    ...before('if (changes === 1) return { kid, key };'),
    passes: 8,
  },
  {
    name: 'poked, checkpoint not saved',
    file: 'libs/orchestration/pokes.ts',
    ...before('this.parts.book.moveOn(session.namespaceId, checkpoint, failed'),
    passes: 10,
  },
  {
    name: 'in the transaction of the due index',
    file: 'libs/orchestration/due-index.ts',
    ...before('for (const [episodeId, ledger] of ledgers) this.write(episodeId, ledger);'),
    passes: 10,
  },
  {
    name: 'in the transaction of the views',
    file: 'libs/read-models/projector.ts',
    ...before('if (checkpoint.position > done) await this.save(checkpoint, tx);'),
    passes: 10,
  },
  {
    name: 'in the midst of building the views anew',
    file: 'libs/read-models/projector.ts',
    ...after('if (checkpoint.position > done) await this.save(checkpoint, tx);'),
    passes: 2,
    lost: /^read\.\d+\.db/,
  },
  {
    name: 'raised, nothing derived',
    file: 'libs/door/settle.ts',
    ...before('const { derivation, events, found } = await deriveOnce(parts, streamId, look.followUps, by);'),
    passes: 10,
  },
  {
    name: 'settled, Temporal not told',
    file: 'libs/orchestration/settle.ts',
    ...before('parts.heartbeats.workflow = new Date();'),
    passes: 10,
  },
  {
    name: 'raised by the watchdog, not remembered',
    file: 'libs/orchestration/watchdog.ts',
    ...before('counters.watchdogSettles += 1;'),
    passes: 5,
    withoutTemporal: true,
  },
  {
    name: 'told, not written down',
    file: 'libs/notices/dispatcher.ts',
    ...after('const outcome = await this.outcomeOf(delivery);'),
    passes: 5,
  },
  {
    name: 'connected to Temporal a moment ago',
    file: 'libs/orchestration/temporal-link.ts',
    ...before("this.turn('up');"),
    passes: 1,
  },
];

/** The writer's thread loads its own code: it needs the same hook. */
const HOOK_IN_WRITER: PlantedBug = {
  name: 'the writer’s thread is loaded from source as well',
  file: 'libs/event-store/sqlite/writer-thread.ts',
  from: 'execArgv: []',
  to: `execArgv: ['--conditions=source', '--import', new URL('../../../test/simulation/from-source.mjs', import.meta.url).href]`,
};

/** What is replaced so that the process dies at the n-th pass of the point. */
export function killedAt({ name, file, from, to }: KillPoint, n: number): PlantedBug[] {
  const kill = `globalThis.passes = (globalThis.passes ?? 0) + 1; if (globalThis.passes === ${n}) process.kill(process.pid, 'SIGKILL');`;
  const point = { name, file, from, to: to(kill) };
  return file.endsWith('/writer.ts') ? [point, HOOK_IN_WRITER] : [point];
}

export const IDEMPOTENCY_OFF: PlantedBug = {
  name: 'a command that is sent again is done again',
  file: 'libs/door/answer-before.ts',
  from: 'if (trace) {',
  to: 'if (trace && sent.has(trace.firstEventId)) {',
};

export const WATCHDOG_OFF: PlantedBug = {
  name: 'the watchdog never looks',
  file: 'libs/orchestration/watchdog.ts',
  from: 'await this.look(signal);',
  to: '',
};

export const NEVER_POLLS: PlantedBug = {
  name: 'the worker asks another queue than the workflows use',
  file: 'libs/orchestration/temporal-link.ts',
  from: 'taskQueue: TASK_QUEUE,',
  to: "taskQueue: 'of-nobody',",
};

export const NOBODY_POKES: PlantedBug = {
  name: 'nobody tells an empty Temporal of the open episodes',
  file: 'libs/orchestration/pokes.ts',
  from: 'const episodes = open.openByUrgency();',
  to: 'const episodes = open.openByUrgency().slice(0, 0);',
};

export const RAISES_FORGOTTEN: PlantedBug = {
  name: 'a raise is not remembered',
  file: 'libs/door/follow-up-ledger.ts',
  from: '(TYPES.has(event.type) ?',
  to: "(TYPES.has(event.type) && event.type !== 'FollowUpRaised' ?",
};

export const EARLY: PlantedBug = {
  name: 'steps count as due ten seconds before their time',
  file: 'libs/door/raise-due.ts',
  from: 'const due = dueNow(folded.value, now);',
  to: 'const due = dueNow(folded.value, new Date(Date.parse(now) + 10_000).toISOString());',
};

export const SILENT_IN_THE_PAST: PlantedBug = {
  name: 'what is owed at once waits for the time of its record',
  file: 'libs/care/follow-ups/ledger.ts',
  from: ' && next.at !== entry.openedAt',
  to: '',
};

export const LYING_STORE: PlantedBug = {
  name: 'an append that failed is answered as if it had not',
  file: 'libs/door/append.ts',
  from: "if (isStoreError(cause, 'outcome-unknown')) unknown += 1;",
  to: `if (isStoreError(cause, 'outcome-unknown') || isStoreError(cause, 'unavailable'))
    return { revision: (batch.expected === 'no-stream' ? -1 : batch.expected) + batch.events.length, position: '' };`,
};

export const NEWER_UNREAD: PlantedBug = {
  name: 'a follow-up of a newer schema is not read',
  file: 'libs/door/follow-up-ledger.ts',
  from: 'return event.body.facts;',
  to: "throw new Error('a newer schema');",
};

/** The same one floor below, where the disk says no. */
export const FAILED_COMMIT_IS_DONE: readonly PlantedBug[] = [
  {
    name: 'a commit that the disk refused is answered as if it were there',
    file: 'libs/event-store/sqlite/writer.ts',
    from: 'commit.run();',
    to: 'try { commit.run(); } catch { abandon(); }',
  },
  HOOK_IN_WRITER,
];

/** A fault of the kind that only time shows: so much is not given back with each append. */
export const DESCRIPTORS_LEFT: PlantedBug = {
  name: 'each append leaves a descriptor open',
  file: 'libs/door/append.ts',
  from: append,
  to: `process.getBuiltinModule('node:fs').openSync('/dev/null'); ${append}`,
};

export const MEMORY_LEFT: PlantedBug = {
  name: 'each append leaves 64 kB in memory',
  file: 'libs/door/append.ts',
  from: append,
  to: `(globalThis.kept ??= []).push(Buffer.alloc(1 << 16, 1)); ${append}`,
};

export const STOPS_AT_POISON: readonly PlantedBug[] = [
  NEWER_UNREAD,
  {
    name: 'what cannot be read is not passed over',
    file: 'libs/door/follow-up-ledger.ts',
    from: '  } catch {\n    return ledger;',
    to: '  } catch (error) {\n    throw error;',
  },
];

export const REWIND_UNNOTICED: PlantedBug = {
  name: 'nobody notices that the log is another one',
  file: 'libs/orchestration/follow-log.ts',
  from: 'if (event?.hash === checkpoint.hash) return;',
  to: 'return;',
};

export const LEFT_BEHIND: PlantedBug = {
  name: 'whoever follows the log goes on at its end after a break, not where it was',
  file: 'libs/event-store/kurrent/subscribe.ts',
  from: 'if (anchored) await stillThere(parts, place);',
  to: 'if (anchored) place.position = (await parts.head())?.position;',
};

/** SQLite's own default for WAL: a commit is not on disk when it is answered. */
export const NOT_DURABLE: readonly PlantedBug[] = [
  {
    name: 'synchronous=NORMAL',
    file: 'libs/event-store/sqlite/schema.ts',
    from: "'synchronous = FULL'",
    to: "'synchronous = NORMAL'",
  },
  {
    name: 'nobody looks whether it is FULL',
    file: 'libs/event-store/sqlite/schema.ts',
    from: 'synchronous: 2,',
    to: '',
  },
];

/** A command more at the beginning of a workflow, as temporal.io tells to add one: who began without it goes on without it. */
export const NEXT_WORKFLOW: PlantedBug = {
  name: 'the next workflow code',
  file: 'workflows/episode.ts',
  from: '  let hint = args.hint ?? -1;',
  to: "  if (wf.patched('a-moment-first')) await wf.sleep(1);\n  let hint = args.hint ?? -1;",
};

export const UNPATCHED_WORKFLOW: PlantedBug = {
  ...NEXT_WORKFLOW,
  name: 'the next workflow code gives other commands for the histories there are',
  to: '  await wf.sleep(1);\n  let hint = args.hint ?? -1;',
};

export const runsBundle = (file: string): PlantedBug => ({
  name: 'another bundle of workflows',
  file: 'apps/cli/src/house/house.ts',
  from: 'bundlePath: fileURLToPath(',
  to: `bundlePath: ${JSON.stringify(file)} || fileURLToPath(`,
});

/** Both boxes of a fact of care, and a fact that the wakers live by: each in its next version, read from those before. */
export const NEXT_SCHEMAS: readonly PlantedBug[] = [
  {
    name: 'a note says by which way it came',
    file: 'libs/care/episode/events.ts',
    from: `meaning: 'A note was written.',
  facts: z.strictObject({ about: Revision.optional() }),`,
    to: `meaning: 'A note was written.',
  version: 2,
  upcasts: { 1: ({ facts, sealed }: any) => ({ facts: { ...facts, way: 'unknown' }, sealed }) },
  facts: z.strictObject({ about: Revision.optional(), way: z.string().default('typed') }),`,
  },
  {
    name: 'a follow-up says which build opened it',
    file: 'libs/care/episode/events.ts',
    from: `meaning: 'The clinic owes the patient something by a date.',
  // 2: the kind consult-request.
  version: 2,
  upcasts: { 1: (body) => body },
  facts: z.strictObject({`,
    to: `meaning: 'The clinic owes the patient something by a date.',
  version: 3,
  upcasts: { 1: (body) => body, 2: ({ facts, sealed }: any) => ({ facts: { ...facts, build: 'unknown' }, sealed }) },
  facts: z.strictObject({
    build: z.string().default('next'),`,
  },
];

/** Everything that is ever replaced, for the spec that finds the text rotten. */
export const PIECES: readonly PlantedBug[] = [
  ...KILL_POINTS.map((point) => killedAt(point, 1)[0]!),
  IDEMPOTENCY_OFF,
  WATCHDOG_OFF,
  NEVER_POLLS,
  NOBODY_POKES,
  RAISES_FORGOTTEN,
  EARLY,
  SILENT_IN_THE_PAST,
  LYING_STORE,
  ...FAILED_COMMIT_IS_DONE,
  DESCRIPTORS_LEFT,
  MEMORY_LEFT,
  REWIND_UNNOTICED,
  LEFT_BEHIND,
  ...STOPS_AT_POISON,
  ...NOT_DURABLE,
  NEXT_WORKFLOW,
  UNPATCHED_WORKFLOW,
  runsBundle(''),
  ...NEXT_SCHEMAS,
];
