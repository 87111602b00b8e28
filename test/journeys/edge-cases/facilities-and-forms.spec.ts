import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Journey, standingAt } from '../journey.js';

/** Research §9: back in hospital before the seventh day, and a questionnaire on which more is better. */
const WELL_BEING = {
  code: 'WELL-2',
  version: '1',
  title: 'Two questions about well-being (invented for a test)',
  language: 'en',
  licence: { text: 'Invented.', url: 'https://example.org/well', wording: true },
  wordingHash: 'b'.repeat(64),
  stem: 'In the last week:',
  lookBackDays: 7,
  items: [
    { id: '1', text: 'Did you feel rested?' },
    { id: '2', text: 'Did you enjoy anything?' },
  ],
  answers: [
    { score: 0, text: 'Never' },
    { score: 5, text: 'Every day' },
  ],
  scoring: 'sum',
  direction: 'higher-is-better',
  bands: [
    { from: 0, to: 4, name: 'poor' },
    { from: 5, to: 10, name: 'good' },
  ],
  sources: ['invented'],
};

describe('edge cases of facilities and forms', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await Journey.begin({ clock: standingAt('2027-03-01 09:00'), temporal: false });
  }, 60_000);
  afterAll(() => journey.end(), 60_000);

  const contacts = async (episode: string): Promise<string[]> =>
    (await journey.read('care-manager', `/v1/episodes/${episode}`)).followUps
      .filter(({ kind }: { kind: string }) => kind === 'post-discharge-contact')
      .map(({ dueOn }: { dueOn: string }) => dueOn)
      .toSorted();
  const report = (episode: string, kind: 'admission' | 'discharge', on: string) =>
    journey.act(episode, 'acute-care', { kind, on, facility: 'Test Hospital' }, 'integration');

  it('28 a readmission before day 7 ends the contacts after the first discharge; the next discharge starts them anew', async () => {
    const { episode } = await journey.enrol({ name: 'Test Patient Readmitted' });
    await journey.at('2027-03-03 15:00');
    await report(episode, 'discharge', '2027-03-03');
    expect(await contacts(episode)).toEqual(['2027-03-10', '2027-04-02']);
    await journey.at('2027-03-05 10:00');
    await report(episode, 'admission', '2027-03-05');
    expect(await contacts(episode)).toEqual([]);
    await journey.at('2027-03-09 15:00');
    await report(episode, 'discharge', '2027-03-09');
    expect(await contacts(episode)).toEqual(['2027-03-16', '2027-04-08']);
    // A talk on the day of discharge is no contact after it; one within the week is, and each discharge has its own.
    await journey.act(episode, 'contacts', { kind: 'treatment', modality: 'phone' });
    expect(await contacts(episode)).toHaveLength(2);
    await journey.at('2027-03-12 10:00');
    await journey.act(episode, 'contacts', { kind: 'treatment', modality: 'phone' });
    expect(await contacts(episode)).toEqual(['2027-04-08']);
    const ended = (await journey.events(episode)).filter(
      ({ type, body }) =>
        type.startsWith('FollowUp') && String(body.facts['followUpId']).startsWith('post-discharge-contact'),
    );
    expect(ended.map(({ type }) => type).filter((type) => type !== 'FollowUpRaised')).toEqual([
      ...['FollowUpOpened', 'FollowUpOpened', 'FollowUpSuperseded', 'FollowUpSuperseded'],
      ...['FollowUpOpened', 'FollowUpOpened', 'FollowUpFulfilled'],
    ]);
  }, 120_000);

  it('32 the direction of a questionnaire is data: more points are better where its file says so', async () => {
    await journey.restart(() => {
      mkdirSync(join(journey.folder, 'data', 'instruments'), { recursive: true });
      writeFileSync(join(journey.folder, 'data', 'instruments', 'well-2.json'), JSON.stringify(WELL_BEING));
    });
    const { episode } = await journey.enrol({ name: 'Test Patient Well' });
    for (const items of [
      [0, 0],
      [5, 5],
    ])
      await journey.act(episode, 'assessments', { instrument: 'WELL-2', items });
    await journey.act(episode, 'assessments', { instrument: 'PHQ-9', items: [3, 3, 3, 3, 3, 1, 0, 0, 0] });
    await journey.caughtUp();
    const { items } = await journey.read('care-manager', `/v1/episodes/${episode}/scores`);
    expect(items.map(({ instrument, total, band }: any) => [instrument, total, band])).toEqual([
      ['WELL-2', 0, 'poor'],
      ['WELL-2', 10, 'good'],
      ['PHQ-9', 16, 'moderately-severe'],
    ]);
    // It is no primary scale, so that ten points of it are neither a baseline nor a relapse.
    const { scores } = await journey.read('care-manager', `/v1/episodes/${episode}`);
    expect(scores).toMatchObject({ baseline: { instrument: 'PHQ-9', total: 16 } });
    expect(await journey.read('care-manager', '/v1/instruments/WELL-2')).toMatchObject({
      direction: 'higher-is-better',
    });
  }, 120_000);
});
