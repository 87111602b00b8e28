import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { fixedClock, SEED_ORGANISATION, SEED_SITE } from '#door';
import { UnreadableEvent, type EventStore } from '#event-store';
import { TemporalLink } from '#orchestration';
import { memoryRuntime, NO_TRACING } from '#runtime';
import { Background } from './background.js';

/** A look comes every two seconds. */
const WITHIN_MS = 15_000;
const quiet = { info: () => undefined, warn: () => undefined };

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'background-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it(
  'the watchdog raises what a newer build opened, also while Temporal is still sought',
  async () => {
    const clock = fixedClock('2026-03-02T15:00:00.000Z');
    const runtime = await memoryRuntime({ clock });
    const { store, codec, episodes, patients } = runtime;
    const envelope = <C>(command: C) => ({
      ...{ commandId: crypto.randomUUID(), command, organisation: SEED_ORGANISATION },
      ...({ actor: 'user:cm-1', actorRole: 'care-manager' } as const),
    });
    const patientId = crypto.randomUUID();
    await patients.handle(patientId, envelope({ type: 'RegisterPatient', name: 'Ada' } as const));
    const referral = {
      type: 'ReferPatient',
      patientId,
      site: SEED_SITE,
      referredBy: 'pcp-1',
      urgency: 'routine',
    } as const;
    await episodes.refer(envelope({ ...referral, careManager: 'cm-1' }));

    const readFacts = (event: Parameters<typeof codec.readFacts>[0]): unknown => {
      if (event.type === 'FollowUpOpened') throw new UnreadableEvent('newer-schema', event, 'of the next version');
      return codec.readFacts(event);
    };
    const { promise: raised, resolve } = Promise.withResolvers<string | undefined>();
    const background = new Background({
      ...{ dataDir: folder, store, clock, operator: quiet, issue: async () => 'unchanged' },
      codec: { ...codec, readFacts },
      tracing: NO_TRACING,
      waker: episodes,
      telling: { channels: [], publicUrl: 'https://followthrough.example' },
      onRaised: (_by, [step]) => resolve(step?.kind),
    });
    clock.set('2026-03-04T15:00:00.000Z');
    background.begin();
    try {
      const late = setTimeout(resolve, WITHIN_MS, 'nothing');
      expect(await raised).toBe('first-outreach');
      clearTimeout(late);
    } finally {
      await background.stop();
      await runtime.close();
    }
  },
  2 * WITHIN_MS,
);

it('stops at once, also while its index is behind the log', async () => {
  const clock = fixedClock('2026-03-02T15:00:00.000Z');
  const runtime = await memoryRuntime({ clock });
  const { store, codec, episodes } = runtime;
  const after = (await store.head())!.position;
  // Nobody who follows is shown what was recorded before.
  const late: EventStore = { ...store, subscribe: (asked) => store.subscribe({ ...asked, after }) };
  const background = new Background({
    ...{ dataDir: folder, store: late, codec, clock, operator: quiet, issue: async () => 'unchanged' },
    tracing: NO_TRACING,
    waker: episodes,
    telling: { channels: [], publicUrl: 'https://followthrough.example' },
  });
  background.begin();
  background.start(new TemporalLink({ address: null, workflows: { workflowsPath: '' }, activities: {} }, quiet));
  const begun = performance.now();
  await background.stop();
  expect(performance.now() - begun).toBeLessThan(1_000);
  await runtime.close();
});

it('lets go of every file when one of them cannot be opened', async () => {
  const clock = fixedClock('2026-03-02T15:00:00.000Z');
  const runtime = await memoryRuntime({ clock });
  const { store, codec, episodes } = runtime;
  mkdirSync(join(folder, 'notices.db'));
  const open = () =>
    new Background({
      ...{ dataDir: folder, store, codec, clock, operator: quiet, issue: async () => 'unchanged' },
      tracing: NO_TRACING,
      waker: episodes,
      telling: { channels: [], publicUrl: 'https://followthrough.example' },
    });
  expect(open).toThrow('unable to open database file');
  // Whoever has a file open last removes the write-ahead log beside it.
  expect(readdirSync(folder).toSorted()).toEqual(['due.db', 'notices.db', 'pokes.db', 'reactor.db']);
  await runtime.close();
});
