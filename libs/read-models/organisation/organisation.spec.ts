import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { organisationDecider, type OrganisationState, type RecordedOrganisationEvent } from '#care';
import type { ReadModels } from '../index.js';
import type { Place } from '../place.js';
import { placeFor } from '../places.js';
import type { Database } from '../projection.js';
import { onBothDatabases, type Home } from '../testing/databases-suite.js';
import { ScriptedClinic, upToDate, viewsOf } from '../testing/scripted-clinic.js';
import { organisationQuery } from './queries.js';

const STREAM = 'organisation-org-1';

onBothDatabases((newHome) => {
  let clinic: ScriptedClinic;
  let views: ReadModels;
  let reader: Database;
  let place: Place;
  let home: Home;

  beforeEach(async () => {
    home = await newHome();
    clinic = await new ScriptedClinic().opens();
    views = await viewsOf(clinic, home);
    place = placeFor(home)();
    ({ reader } = await place.open(1));
  });
  afterEach(async () => {
    await place.close();
    await views.stop();
    await home.remove();
  });

  async function joins(staff: string): Promise<void> {
    await clinic.record(STREAM, 'org-1', [{ type: 'StaffJoined', facts: { staff, role: 'care-manager' }, sealed: {} }]);
    await upToDate(views, clinic);
  }

  /** From the log itself, in one go. */
  async function foldedWhole(): Promise<OrganisationState> {
    return (await clinic.store.readStream(STREAM))
      .map((stored) => clinic.codec.read(stored) as unknown as RecordedOrganisationEvent)
      .reduce((state, event) => organisationDecider.evolve(state, event), organisationDecider.initial);
  }

  describe('the organisation behind the worklist', () => {
    it('is what its stream says, asked at any moment', async () => {
      const ask = organisationQuery(reader);
      expect(await ask('org-1')).toEqual(await foldedWhole());
      for (const staff of ['cm-7', 'cm-8', 'cm-9']) {
        await joins(staff);
        expect(await ask('org-1')).toEqual(await foldedWhole());
      }
      expect((await ask('org-1')).staff.get('cm-9')).toMatchObject({ role: 'care-manager', active: true });
    });

    it('is read once: asking again reads only what was added since', async () => {
      const ask = organisationQuery(reader);
      const before = await ask('org-1');
      await home.ask('delete from organisation_events');
      expect(await ask('org-1')).toBe(before);
      await joins('cm-7');
      expect([...(await ask('org-1')).staff.keys()]).toEqual([...before.staff.keys(), 'cm-7']);
      expect((await organisationQuery(reader)('org-1')).staff.size).toBe(1);
    });

    it('is that of the organisation asked for', async () => {
      const ask = organisationQuery(reader);
      await ask('org-1');
      expect(await ask('org-2')).toBe(organisationDecider.initial);
    });
  });
});
