import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openMemoryStore } from '#event-store';
import type { ReadModels } from '../index.js';
import { onBothDatabases, type Home } from '../testing/databases-suite.js';
import { ScriptedClinic, upToDate, viewsOf, visit } from '../testing/scripted-clinic.js';
import { checkReadModels, NotComparable, type ViewsCompared } from './check.js';
import { inspectReadModels } from './inspect.js';
import { TABLE_NAMES } from '../tables.js';

onBothDatabases((newHome) => {
  let home: Home;
  let clinic: ScriptedClinic;
  let views: ReadModels;
  const episodes: string[] = [];

  beforeEach(async () => {
    home = await newHome();
    clinic = await new ScriptedClinic().opens();
    episodes.length = 0;
    for (const name of ['Ana\0Ruiz', 'Bo', 'Cy']) {
      const { episodeId } = await clinic.at('2027-01-04').refers(name);
      await clinic.at('2027-01-05').does(episodeId, { type: 'EnrolPatient' }, visit(14));
      await clinic.at('2027-02-04').raises(episodeId);
      episodes.push(episodeId);
    }
    await clinic.refers('Di');
    views = await viewsOf(clinic, home);
    // Where they stand is told before they are marked as complete.
    while ((await inspectReadModels({ ...home, ...clinic })).generation === null);
  });
  afterEach(async () => {
    await views.stop();
    await home.remove();
  });

  const check = (): Promise<ViewsCompared> => checkReadModels({ ...home, ...clinic });
  const differences = (compared: ViewsCompared): Record<string, readonly (readonly unknown[])[]> =>
    Object.fromEntries(
      compared.tables.filter(({ differences: n }) => n > 0).map(({ table, differing }) => [table, differing]),
    );

  describe('comparing the views with the log', () => {
    it('finds every table the same, by checksum, and leaves nothing behind', async () => {
      const compared = await check();
      expect(compared.position).toBe((await clinic.store.head())?.position);
      expect(differences(compared)).toEqual({});
      for (const { kept, told } of compared.tables) expect(kept).toEqual(told);
      const rows = Object.fromEntries(compared.tables.map(({ table, kept }) => [table, kept.rows]));
      expect(rows).toMatchObject({ patients: 4, episodes: 4, caseload: 4, scores: 3, referrals: 1, briefs: 4 });
      expect(rows['episode_events']).toBeGreaterThan(30);
      expect(readdirSync(dirname(home.file)).filter((name) => name.startsWith('check-'))).toEqual([]);
    });

    it('knows every table of the views', async () => {
      expect(Object.keys(await home.rows()).toSorted()).toEqual([...TABLE_NAMES, 'checkpoint'].toSorted());
    });

    it('names the table and the key of a row that was changed, is missing, or is too many', async () => {
      const [ana, bo, cy] = episodes.toSorted();
      await home.ask(`update scores set total = 3 where episode_id = '${ana}'`);
      await home.ask(`delete from caseload where episode_id = '${bo}'`);
      await home.ask(`update briefs set episode_id = 'somebody' where episode_id = '${cy}'`);
      const compared = await check();
      expect(differences(compared)).toEqual({
        scores: [[ana, expect.any(Number)]],
        caseload: [[bo]],
        briefs: [[cy], ['somebody']],
      });
      const scores = compared.tables.find(({ table }) => table === 'scores');
      expect(scores?.kept.rows).toBe(scores?.told.rows);
      expect(scores?.kept.checksum).not.toBe(scores?.told.checksum);
    });

    it('holds while people write', async () => {
      let done = false;
      const writing = (async () => {
        for (let n = 0; !done && n < 60; n += 1) await clinic.refers(`Patient ${n}`);
      })();
      const compared = await check();
      done = true;
      await writing;
      expect(differences(compared)).toEqual({});
      await upToDate(views, clinic);
      expect(differences(await check())).toEqual({});
    });

    it('says when there is nothing to compare, or the log is another one', async () => {
      await expect(checkReadModels({ ...home, ...clinic, store: openMemoryStore() })).rejects.toThrow(/another log/);
      await home.ask(`update meta set views = 'before@1'`);
      await expect(check()).rejects.toThrow(/another version/);
      await home.ask('update meta set complete = 0');
      await expect(check()).rejects.toBeInstanceOf(NotComparable);
    });
  });

  describe('looking at the views from beside', () => {
    const look = () => inspectReadModels({ ...home, ...clinic });

    it('tells version, position, lag and rows', async () => {
      const { versions, ...report } = await look();
      expect(versions.kept).toBe(versions.wanted);
      expect(report).toMatchObject({
        on: home.database ? 'PostgreSQL' : 'SQLite',
        generation: 1,
        position: (await clinic.store.head())?.position,
        lag: { events: 0, more: false, seconds: 0 },
        parked: [],
        rows: { patients: 4, episodes: 4, referrals: 1 },
      });
      expect(Object.keys(report.rows)).toEqual(TABLE_NAMES);
    });

    it('tells the lag while nobody follows, and what was set aside and why', async () => {
      await views.stop();
      clinic.at('2027-02-05');
      await clinic.refers('Ed');
      clinic.at('2027-02-06');
      await home.ask(
        `insert into parked values ('scores', 'episode-1', '1', 'org-1', 'HoldStarted', 'TypeError', '2027-02-05T15:00:00.000Z')`,
      );
      await home.ask(
        `insert into parked values ('scores', 'episode-1', '2', 'org-1', 'HoldEnded', null, '2027-02-05T15:00:00.000Z')`,
      );
      const report = await look();
      expect(report.lag?.events).toBeGreaterThan(1);
      expect(report.lag?.seconds).toBe(86_400);
      expect(report.parked).toEqual([
        {
          ...{ projection: 'scores', streamId: 'episode-1', organisation: 'org-1', events: 2, position: '1' },
          ...{ type: 'HoldStarted', error: 'TypeError', since: '2027-02-05T15:00:00.000Z' },
        },
      ]);
    });

    it('finds none before there are any', async () => {
      await views.stop();
      const empty = await newHome();
      expect(await inspectReadModels({ ...empty, ...clinic })).toMatchObject({ generation: null, rows: {} });
      await empty.remove();
    });
  });
});
