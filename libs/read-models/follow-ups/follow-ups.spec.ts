import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EpisodeEvent } from '#care';
import type { ReadModels } from '../index.js';
import { onBothDatabases, type Home } from '../testing/databases-suite.js';
import { ScriptedClinic, upToDate, viewsOf } from '../testing/scripted-clinic.js';

const organisation = 'org-1';
onBothDatabases((newHome) => {
  let clinic: ScriptedClinic;
  let home: Home;
  let views: ReadModels;
  let episodeId: string;
  let patientId: string;

  beforeEach(async () => {
    home = await newHome();
    clinic = await new ScriptedClinic().opens();
    ({ episodeId, patientId } = await clinic.at('2027-01-04').refers('Ana'));
    views = await viewsOf(clinic, home);
  });
  afterEach(async () => {
    await views.stop();
    await home.remove();
  });

  const opened = (n: number, more: object = {}): EpisodeEvent =>
    ({
      type: 'FollowUpOpened',
      facts: {
        followUpId: `contact:0:${n}`,
        kind: 'contact',
        anchorRevision: 0,
        dueOn: '2027-01-08',
        zone: 'America/New_York',
        safety: false,
        ladder: [{ step: n, at: '2027-01-08T13:00:00.000Z', notify: ['care-manager'] }],
        repeat: { every: 7, unit: 'days', notify: ['supervisor'] },
        ...more,
      },
      sealed: null,
    }) as EpisodeEvent;
  const raised = (n: number, step: number): EpisodeEvent => ({
    type: 'FollowUpRaised',
    facts: { followUpId: `contact:0:${n}`, step, at: '2027-01-08T13:00:00.000Z', notify: ['care-manager'] },
    sealed: null,
  });
  const superseded = (n: number): EpisodeEvent => ({
    type: 'FollowUpSuperseded',
    facts: { followUpId: `contact:0:${n}`, byRevision: 1, reason: 're-derived' },
    sealed: null,
  });
  const record = async (...events: EpisodeEvent[]): Promise<void> => {
    await clinic.record(`episode-${episodeId}`, patientId, events);
    await upToDate(views, clinic);
  };
  const contact = async (open: boolean) =>
    (await views.queries.followUps({ organisation, episodeId, kind: 'contact', open })).rows;

  describe('a follow-up that is derived anew after it was raised', () => {
    const carriesOn = { followUpId: 'contact:0:1', lastStep: 1, lastAt: '2027-01-08T13:00:00.000Z' };
    const carriedOn = opened(2, { carriesOn });

    it.each([
      ['in one append', async () => record(opened(1), raised(1, 1), superseded(1), carriedOn)],
      [
        'in several',
        async () => {
          await record(opened(1), raised(1, 1));
          await record(superseded(1));
          await record(carriedOn);
        },
      ],
    ])('stays on the worklist, %s', async (_how, happens) => {
      clinic.at('2027-01-09');
      await happens();
      expect((await contact(true)).map(({ followUpId, raises }) => [followUpId, raises.length])).toEqual([
        ['contact:0:2', 1],
      ]);
      const { rows } = await views.queries.worklist({ organisation, assignee: 'cm-1' });
      expect(rows.flatMap((row) => row.chips.map(({ followUpId }) => followUpId))).toContain('contact:0:2');
    });

    it('says of itself nothing that was not raised yet', async () => {
      const note = async () => {
        const { rows } = await views.queries.worklist({ organisation, assignee: 'cm-1' });
        return rows.flatMap(({ chips }) => chips).find(({ followUpId }) => followUpId === 'contact:0:2')?.note;
      };
      const ladder = [{ step: 2, at: '2027-01-15T13:00:00.000Z', notify: ['care-manager'], note: 'overdue' }];
      clinic.at('2027-01-09');
      await record(opened(1), raised(1, 1), superseded(1), opened(2, { ladder, carriesOn }));
      expect(await note()).toBeNull();
      await record(raised(2, 2));
      expect(await note()).toBe('overdue');
    });
  });

  describe('who hears next', () => {
    it('is the next step, then the repetition, moved by a snooze and cleared by an end', async () => {
      await record(opened(1));
      expect((await contact(true))[0]?.next).toEqual({
        step: 1,
        at: '2027-01-08T13:00:00.000Z',
        notify: ['care-manager'],
      });
      await record(raised(1, 1));
      expect((await contact(true))[0]?.next).toEqual({
        step: 2,
        at: '2027-01-15T13:00:00.000Z',
        notify: ['supervisor'],
      });
      await record({
        type: 'FollowUpSnoozed',
        facts: { followUpId: 'contact:0:1', until: '2027-01-12T13:00:00.000Z', reason: 'patient-asked' },
        sealed: null,
      });
      expect((await contact(true))[0]).toMatchObject({
        snoozedUntil: '2027-01-12T13:00:00.000Z',
        next: { step: 2, at: '2027-01-12T13:00:00.000Z' },
      });
      await record(superseded(1));
      expect(await contact(true)).toEqual([]);
      expect((await contact(false))[0]).toMatchObject({
        state: 'superseded',
        next: null,
        ended: { byRevision: 1, reason: 're-derived' },
      });
    });
  });
});
