import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { openMemoryStore, type EventStore, type FrozenBatch } from '#event-store';
import type { Projection } from './projection.js';
import { placeFor } from './places.js';
import { PROJECTIONS } from './projections.js';
import { Runner } from './runner.js';
import type { TailOptions } from './tail.js';
import { onBothDatabases, type Home } from './testing/databases-suite.js';
import { ScriptedClinic, visit } from './testing/scripted-clinic.js';

onBothDatabases((newHome) => {
  let clinic: ScriptedClinic;
  let home: Home;
  const running = new Set<Runner>();

  beforeEach(async () => {
    home = await newHome();
    clinic = await new ScriptedClinic().opens();
  });
  afterEach(async () => {
    for (const runner of running) await runner.stop();
    running.clear();
    await home.remove();
  });

  const open = async (more: Partial<TailOptions> = {}): Promise<Runner> => {
    const runner = new Runner(placeFor(home), {
      store: clinic.store,
      codec: clinic.codec,
      clock: clinic.clock,
      projections: PROJECTIONS,
      ...more,
    });
    running.add(runner);
    await runner.start();
    return runner;
  };
  const atHead = async (runner: Runner, store: EventStore = clinic.store): Promise<boolean> =>
    runner.waitFor((await store.head())?.position ?? '', 20_000);
  const caughtUp = async (runner: Runner): Promise<void> => {
    while (!(await runner.status()).caughtUp) await sleep(5);
  };
  const patients = (runner: Runner): Promise<(string | null)[]> =>
    runner.read(async ({ reader }) =>
      (await reader.selectFrom('patients').select('name').orderBy('name').execute()).map(({ name }) => name),
    );

  /** A projection that does what the test wants before it does its own work. */
  const disturbed = (name: string, before: (type: string) => void, more: Partial<Projection> = {}): Projection[] =>
    PROJECTIONS.map((projection): Projection =>
      projection.name !== name
        ? projection
        : {
            ...projection,
            ...more,
            async apply(slices, batch) {
              await projection.apply(slices, batch);
              for (const { type } of slices.flatMap(({ events }) => events)) before(type);
            },
          },
    );

  it('rests between its turns while something that is due waits, and catches up all the same', async () => {
    for (let n = 0; n < 40; n += 1) await clinic.refers(`Patient ${n}`);
    let asked = 0;
    let inARow = 0;
    let mostInARow = 0;
    const others = setInterval(() => (inARow = 0), 1);
    const runner = await open({
      isUrgentElsewhere: () => {
        asked += 1;
        mostInARow = Math.max(mostInARow, (inARow += 1));
        return true;
      },
    });
    expect(await atHead(runner)).toBe(true);
    clearInterval(others);
    expect(await patients(runner)).toHaveLength(40);
    expect(asked).toBeGreaterThan(1);
    // Others had their turn between any two of its own.
    expect(mostInARow).toBe(1);
  });

  describe('a crash', () => {
    it('between any two batches, or in the middle of one, counts every event exactly once', async () => {
      const expected = new Set<string>();
      for (const name of ['Ana', 'Bo', 'Cy', 'Di']) {
        const { episodeId } = await clinic.refers(name);
        await clinic.does(episodeId, { type: 'EnrolPatient' }, visit(14));
        expected.add(name);
      }
      const untouched = await open();
      expect(await atHead(untouched)).toBe(true);
      await untouched.stop();
      const wanted = await home.rows();
      await home.remove();
      home = await newHome();

      let calls = 0;
      // Small pages, and every third transaction dies after it wrote its rows.
      const small: EventStore = {
        ...clinic.store,
        subscribe: (options) => clinic.store.subscribe({ ...options, pageSize: 3 }),
      };
      const dying = disturbed('referrals', () => {
        calls += 1;
        if (calls % 3 === 0) throw Object.assign(new Error('disk full'), { errcode: 13 });
      });
      for (let life = 0; life < 5; life += 1) {
        const runner = await open({ store: small, projections: dying });
        await runner.waitFor((await clinic.store.head())?.position ?? '', 60);
        await runner.stop();
      }
      const last = await open({ store: small });
      expect(await atHead(last)).toBe(true);
      await last.stop();
      expect(await home.rows()).toEqual(wanted);
    });
  });

  describe('waiting for a position', () => {
    it('answers true as soon as the write is in the rows, false when it takes too long', async () => {
      const runner = await open();
      expect(await atHead(runner)).toBe(true);
      const future = '9'.repeat(20);
      const started = Date.now();
      expect(await runner.waitFor(future, 50)).toBe(false);
      expect(Date.now() - started).toBeLessThan(2_000);
      await clinic.refers('Ana');
      expect(await atHead(runner)).toBe(true);
      expect(await patients(runner)).toEqual(['Ana']);
    });
  });

  describe('a poisoned event', () => {
    const poison = disturbed('scores', (type) => {
      if (type === 'HoldStarted') throw new TypeError('a bug');
    });
    const held = async (): Promise<string> => {
      const { episodeId } = await clinic.refers('Ana');
      await clinic.does(
        episodeId,
        { type: 'EnrolPatient' },
        visit(14),
        { type: 'StartHold', reason: 'travel' },
        { type: 'EndHold' },
      );
      return episodeId;
    };

    it('sets its stream aside in that view alone; replaying takes it in', async () => {
      const episodeId = await held();
      await clinic.refers('Bo');
      const runner = await open({ projections: poison });
      expect(await atHead(runner)).toBe(true);
      const parked = await runner.read(({ reader }) =>
        reader.selectFrom('parked').selectAll().orderBy('position').execute(),
      );
      expect(new Set(parked.map(({ projection, stream_id }) => `${projection} ${stream_id}`))).toEqual(
        new Set([`scores episode-${episodeId}`]),
      );
      expect(parked[0]).toMatchObject({ type: 'HoldStarted', error: 'TypeError' });
      expect(parked.at(-1)?.error).toBeNull();
      expect((await runner.status()).parked).toBe(parked.length);
      expect(await patients(runner)).toEqual(['Ana', 'Bo']);
      await clinic.does(episodeId, visit(12));
      expect(await atHead(runner)).toBe(true);
      expect((await runner.status()).parked).toBeGreaterThan(parked.length);
      await runner.stop();

      const mended = await open();
      expect(await atHead(mended)).toBe(true);
      expect((await mended.status()).parked).toBe(0);
      const totals = await mended.read(({ reader }) =>
        reader.selectFrom('scores').select('total').orderBy('revision').execute(),
      );
      expect(totals.map(({ total }) => total)).toEqual([14, 12]);
    });

    it('holds up no erasure, which is told again in its turn', async () => {
      const { patientId, episodeId } = await clinic.refers('Ana');
      await clinic.record(`patient-${patientId}`, patientId, [
        { type: 'PatientLabelled', facts: { labels: ['vip'] }, sealed: {} },
      ]);
      await clinic.does(episodeId, { type: 'AddNote', text: 'cries a lot' });
      const { UnreadableEvent } = await import('#event-store');
      const codec: TailOptions['codec'] = {
        read: (stored) => {
          if (stored.type === 'PatientLabelled')
            throw new UnreadableEvent('newer-schema', stored, 'of a later version');
          return clinic.codec.read(stored);
        },
      };
      const runner = await open({ codec });
      expect(await atHead(runner)).toBe(true);
      expect(await home.holds('cries a lot')).toBe(true);
      await clinic.erases(patientId);
      expect(await atHead(runner)).toBe(true);
      expect(await patients(runner)).toEqual([null]);
      await runner.stop();
      expect(await home.holds('cries a lot')).toBe(false);

      const mended = await open();
      expect((await mended.status()).parked).toBe(0);
      const replayed = await home.rows();
      await mended.rebuild();
      expect(await home.rows()).toEqual(replayed);
    });

    it('halts everything where the policy says so, after all that came before it', async () => {
      await clinic.refers('Zoe');
      await held();
      const runner = await open({
        projections: disturbed(
          'timeline',
          (type) => {
            if (type === 'HoldStarted') throw new TypeError('a bug');
          },
          { onPoison: 'halt' },
        ),
      });
      const head = (await clinic.store.head())?.position ?? '';
      while ((await runner.status()).error === null) await sleep(5);
      expect(await runner.waitFor(head, 30)).toBe(false);
      const status = await runner.status();
      expect(status.error).toMatchObject({ name: 'TypeError', projection: 'timeline' });
      expect(status.lag?.events).toBeGreaterThan(0);
      const stopped = await clinic.store.at(status.error?.position ?? '');
      expect(stopped?.type).toBe('HoldStarted');
      expect(await patients(runner)).toEqual(['Ana', 'Zoe']);
      const scores = await runner.read(({ reader }) => reader.selectFrom('scores').select('total').execute());
      expect(scores).toHaveLength(1);
    });

    it('that the codec cannot read leaves the follow-ups of the same patient alone', async () => {
      const { episodeId } = await clinic.refers('Ana');
      await clinic.at('2027-01-05').does(episodeId, { type: 'EnrolPatient' }, visit(14));
      const { UnreadableEvent } = await import('#event-store');
      const codec: TailOptions['codec'] = {
        read: (stored) => {
          if (stored.type === 'ContactRecorded')
            throw new UnreadableEvent('invalid', stored, 'the sealed box does not open with its key');
          return clinic.codec.read(stored);
        },
      };
      await clinic.at('2027-01-25').raises(episodeId);
      const runner = await open({ codec });
      expect(await atHead(runner)).toBe(true);
      const raised = await runner.read(({ reader }) =>
        reader
          .selectFrom('follow_ups')
          .select('kind')
          .where('first_raised_at', 'is not', null)
          .where('state', '=', 'open')
          .execute(),
      );
      expect(raised.map(({ kind }) => kind)).toContain('contact');
      const parked = await runner.read(({ reader }) =>
        reader.selectFrom('parked').select('projection').distinct().execute(),
      );
      expect(parked.map(({ projection }) => projection)).not.toContain('follow-ups');
      await runner.stop();
      const mended = await open();
      expect((await mended.status()).parked).toBe(0);
      const replayed = await home.rows();
      await mended.rebuild();
      expect(await home.rows()).toEqual(replayed);
    });
  });

  describe('a log that was restored', () => {
    it('is noticed, and the views are built again from it beside the old ones', async () => {
      await clinic.refers('Ana');
      await clinic.refers('Bo');
      const runner = await open();
      expect(await atHead(runner)).toBe(true);
      await runner.stop();

      const other = openMemoryStore();
      const kept = (await clinic.log()).filter(({ streamId }) => streamId.startsWith('organisation'));
      await other.append({
        streamId: kept[0]!.streamId,
        expected: 'no-stream',
        events: kept.map(({ position: _position, ...event }) => event) as unknown as FrozenBatch['events'],
      });
      const restored = Object.assign(new ScriptedClinic(), { store: other, keys: clinic.keys, codec: clinic.codec });
      await restored.refers('Cy');
      const again = await open({ store: other });
      expect(await atHead(again, other)).toBe(true);
      expect(await patients(again)).toEqual(['Cy']);
      expect(await again.status()).toMatchObject({ caughtUp: true, lag: { events: 0 } });
    });
  });

  describe('views of another version', () => {
    it('go on answering while the new ones are built, then make way', async () => {
      await clinic.refers('Ana');
      const before = await open();
      await caughtUp(before);
      await before.stop();

      let release = (): void => undefined;
      const gate = new Promise<void>((resolve) => (release = resolve));
      const next = PROJECTIONS.map((projection): Projection =>
        projection.name === 'patients'
          ? {
              ...projection,
              version: projection.version + 1,
              apply: async (slices, batch) => {
                await gate;
                await projection.apply(slices, batch);
              },
            }
          : projection,
      );
      const runner = await open({ projections: next });
      expect((await runner.status()).state).toBe('rebuilding');
      expect(await patients(runner)).toEqual(['Ana']);
      expect(await runner.waitFor((await clinic.store.head())?.position ?? '', 30)).toBe(false);
      release();
      expect(await atHead(runner)).toBe(true);
      expect(await patients(runner)).toEqual(['Ana']);
      await runner.stop();
      expect(await home.generations()).toEqual([2]);
    });
  });

  describe('a rebuild while people write', () => {
    it('loses nothing and shows nobody an older state', async () => {
      await clinic.refers('Ana');
      const runner = await open();
      expect(await atHead(runner)).toBe(true);
      const rebuilt = runner.rebuild();
      for (const name of ['Bo', 'Cy', 'Di']) {
        await clinic.refers(name);
        expect(await atHead(runner)).toBe(true);
        expect(await patients(runner)).toContain(name);
      }
      await rebuilt;
      expect(await atHead(runner)).toBe(true);
      expect(await patients(runner)).toEqual(['Ana', 'Bo', 'Cy', 'Di']);
    });
  });
});
