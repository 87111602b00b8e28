import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hasTemporal, Journey, newYork, standingAt } from './journey.js';

/** Scenarios 2–5 of follow-up-rules, lived through the HTTP API of a house in New York. */
const items = (nine: number): number[] => [1, 2, 1, 2, 1, 2, 1, 2, nine];
const treatment = { kind: 'treatment', modality: 'phone' };

describe('the scenarios that a toy fails', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await Journey.begin({ clock: standingAt('2026-11-02 08:00'), temporal: hasTemporal });
  }, 120_000);
  afterAll(() => journey.end(), 60_000);

  it('scenario 5: after voicemails and texts only, no-contact warns, acts on Monday and proposes discharge; a call or a high risk prevents the proposal', async () => {
    const enrol = async (): Promise<string> => {
      const episode = await journey.refer();
      await journey.act(episode, 'enrolment', {});
      return episode;
    };
    const [quiet, called, atRisk] = [await enrol(), await enrol(), await enrol()];
    await journey.at('2026-12-01 10:00');
    for (const episode of [quiet, called, atRisk]) await journey.act(episode, 'contacts', treatment);
    await journey.act(atRisk, 'safety-reviews', { level: 'high', tool: 'c-ssrs' });
    await journey.at('2026-12-15 10:00');
    for (const episode of [quiet, called, atRisk])
      await journey.act(episode, 'outreach-attempts', {
        purpose: 'no-contact',
        channel: 'phone',
        outcome: 'left-message',
      });
    expect((await journey.owed(quiet))['no-contact']).toBe('2026-12-31');
    await journey.at('2027-02-01 08:01');
    expect(await journey.raises(quiet, 'no-contact')).toContainEqual(
      expect.objectContaining({
        at: newYork('2027-02-01 08:00'),
        notify: expect.arrayContaining(['provider', 'supervisor']),
      }),
    );
    await journey.at('2027-02-26 10:00');
    await journey.act(called, 'contacts', treatment);
    await journey.at('2027-03-01 08:01');
    const proposed = async (episode: string): Promise<boolean> =>
      (await journey.raises(episode, 'no-contact')).some(({ at }) => at === newYork('2027-03-01 08:00'));
    expect([await proposed(quiet), await proposed(called)]).toEqual([true, false]);
    const { state } = await journey.house.runtime.episodes.load(atRisk);
    expect(
      [...state.ledger.open.values()]
        .find(({ kind }) => kind === 'no-contact')
        ?.ladder.some(({ note }) => note?.includes('discharge')),
    ).toBe(false);
  }, 120_000);

  it('scenario 4: a contact and a PHQ-9 on Friday 29 January in relapse prevention are due on Friday 26 February', async () => {
    const episode = await journey.refer({ occurredAt: newYork('2026-12-01 09:00') });
    await journey.act(episode, 'enrolment', { occurredAt: newYork('2026-12-02 09:00') });
    await journey.act(episode, 'relapse-prevention', { occurredAt: newYork('2027-01-15 09:00') });
    await journey.act(episode, 'visits', {
      contact: treatment,
      assessments: [{ instrument: 'PHQ-9', items: [0, 1, 0, 1, 0, 0, 0, 0, 0] }],
      occurredAt: newYork('2027-01-29 10:00'),
    });
    // It is March by now, so that the watchdog may have raised them already: what counts is when they were due.
    expect(await journey.lastDue(episode, 'contact')).toBe('2027-02-26');
    expect(await journey.lastDue(episode, 'reassessment')).toBe('2027-02-26');
  }, 60_000);

  it('scenario 3: a referral on Friday before a holiday is due Tuesday, two voicemails are one attempt, a repeat with urgency safety is due at once', async () => {
    const patient = (await journey.request('provider', 'POST', '/v1/patients', { name: 'Test Patient J3' })).body
      .patientId as string;
    const referral = await journey.request('provider', 'POST', '/v1/referrals', {
      patientId: patient,
      careManager: 'cm-1',
      occurredAt: newYork('2027-02-12 17:40'),
    });
    const episode = referral.body.episodeId as string;
    expect((await journey.owed(episode))['first-outreach']).toBe('2027-02-16');
    for (const time of ['09:00', '09:05'])
      await journey.act(episode, 'outreach-attempts', {
        channel: 'phone',
        outcome: 'left-message',
        occurredAt: newYork(`2027-02-16 ${time}`),
      });
    expect(await journey.owed(episode)).not.toHaveProperty('first-outreach');
    expect((await journey.owed(episode))['outreach-retry']).toBe('2027-02-19');
    const again = await journey.request('provider', 'POST', '/v1/referrals', {
      patientId: patient,
      urgency: 'safety',
      occurredAt: newYork('2027-02-17 11:00'),
    });
    expect({ status: again.status, episode: again.body.episodeId }).toEqual({ status: 200, episode });
    expect((await journey.owed(episode))['first-outreach']).toBe('2027-02-17');
  }, 60_000);

  it('scenario 2: item 9 with its review in one visit opens and fulfils silently; a portal answer in the afternoon opens one review, due that day', async () => {
    const episode = await journey.refer({ occurredAt: newYork('2027-02-20 09:00') });
    await journey.act(episode, 'enrolment', { occurredAt: newYork('2027-02-22 09:00') });
    await journey.at('2027-03-09 10:00');
    await journey.act(episode, 'visits', {
      contact: treatment,
      assessments: [{ instrument: 'PHQ-9', items: items(1) }],
      safetyReview: { level: 'low', tool: 'clinical-interview' },
    });
    expect(await journey.owed(episode)).toMatchObject({ 'risk-reassessment': '2027-04-08' });
    expect(await journey.owed(episode)).not.toHaveProperty('safety-review');
    expect(await journey.raises(episode, 'safety-review')).toEqual([]);
    await journey.at('2027-03-09 16:00');
    await journey.act(
      episode,
      'assessments',
      { instrument: 'PHQ-9', items: items(2), mode: 'portal', enteredBy: 'patient' },
      'integration',
    );
    expect((await journey.owed(episode))['safety-review']).toBe('2027-03-09');
    await journey.at('2027-03-09 16:01');
    expect(await journey.raises(episode, 'safety-review')).toEqual([
      expect.objectContaining({ step: 1, notify: ['care-manager'] }),
    ]);
  }, 60_000);
});
