import { expect, it } from '@jest/globals';
import { isSilent } from './addressing.js';
import { portal, ToldClinic } from './testing/clinic-suite.js';

const NOW = '2027-03-15T12:00:00.000Z';

it('of what an episode owed when it ended only safety is told, whatever its ledger still holds open', async () => {
  const told = await ToldClinic.open('2027-03-01 09:00');
  const episode = await told.refer();
  await told.act(episode, portal(1), 'portal', 'integration');
  await told.takeIn();
  const entries = [...(await told.episodes.load(episode)).state.ledger.open.values()];
  const silent = (): string[] => {
    const story = told.clinic.story(episode);
    return entries.filter((entry) => isSilent({ entry, story }, NOW)).map(({ kind }) => kind);
  };
  expect(silent()).toEqual([]);
  await told.act(episode, { type: 'RecordSafetyReview', outcome: 'assessed', level: 'none', tool: 'c-ssrs' });
  await told.act(episode, { type: 'DischargePatient', reason: 'withdrew', channel: 'record' });
  await told.takeIn();
  expect(entries.length).toBeGreaterThan(3);
  expect(silent().toSorted()).toEqual(
    entries
      .filter(({ safety }) => !safety)
      .map(({ kind }) => kind)
      .toSorted(),
  );
});
