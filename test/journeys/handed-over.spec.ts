import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Journey, standingAt, until } from './journey.js';

/** What one person hands to another reaches them: consultant to care manager, care manager to consultant, provider to consultant, clinic to provider. */
describe('what one person hands to another', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await Journey.begin({ clock: standingAt('2027-03-02 10:00'), temporal: false }); // a Tuesday
  }, 120_000);
  afterAll(() => journey.end(), 60_000);

  type Role = Parameters<Journey['read']>[0];
  const worklist = async (role: Role): Promise<string[]> =>
    (await journey.read(role, '/v1/worklist?assignee=me')).items.flatMap(
      ({ headline, chips }: { headline: { followUpId: string }; chips: { followUpId: string }[] }) =>
        [headline, ...chips].map(({ followUpId }) => followUpId),
    );
  const recommend = (episode: string, over: object) =>
    journey.act(episode, 'recommendations', { text: 'Test advice', ...over }, 'psychiatric-consultant');

  it('advice to the care manager is theirs at once, and done or not done by them', async () => {
    const { episode } = await journey.enrol();
    await recommend(episode, { to: 'care-manager', urgency: 'urgent' });
    await journey.caughtUp();
    const owed = await journey.open(episode, 'recommendation-action');
    expect(owed.dueOn).toBe('2027-03-03');
    expect(await worklist('care-manager')).toContain(owed.followUpId);
    const { lines } = await journey.read('care-manager', '/v1/day/morning');
    expect(JSON.stringify(lines)).toContain('it was written for the care manager today, 2 Mar');
    await journey.act(episode, 'recommendations/1/answer', { answer: 'not-done', reason: 'The patient moved away.' });
    await recommend(episode, { to: 'care-manager' });
    await journey.act(episode, 'plan', { treatment: 'As advised.', recommendation: 2 });
    expect(await journey.owed(episode)).not.toHaveProperty('recommendation-action');
  });

  it('an urgent request and declined advice are the consultant’s at once', async () => {
    const { episode } = await journey.enrol();
    await journey.act(episode, 'consult-requests', { urgency: 'urgent', question: 'Test question' });
    await journey.caughtUp();
    const asked = await journey.open(episode, 'consult-request');
    expect(await worklist('psychiatric-consultant')).toContain(asked.followUpId);
    await recommend(episode, {});
    expect(await journey.owed(episode)).not.toHaveProperty('consult-request');
    await journey.act(
      episode,
      'recommendations/1/answer',
      { answer: 'declined', reason: 'Not tolerated.' },
      'provider',
    );
    await journey.caughtUp();
    const declined = await journey.open(episode, 'consult-request');
    expect(await worklist('psychiatric-consultant')).toContain(declined.followUpId);
  });

  it('the provider is told of a discharge, a closed referral and a high risk', async () => {
    const [left, atRisk] = [(await journey.enrol()).episode, (await journey.enrol()).episode];
    const closed = await journey.refer();
    await journey.act(left, 'discharge', { reason: 'graduated' });
    await journey.act(closed, 'closure', { reason: 'patient-declined' });
    await journey.act(atRisk, 'safety-reviews', { level: 'high', tool: 'c-ssrs' });
    const told = async (): Promise<string[]> =>
      (await journey.read('provider', '/v1/notices')).items.map(({ episodeId }: { episodeId: string }) => episodeId);
    await until(async () => (await told()).length >= 3, 'three words to the provider', 15_000);
    expect(await told()).toEqual(expect.arrayContaining([left, closed, atRisk]));
  });
});
