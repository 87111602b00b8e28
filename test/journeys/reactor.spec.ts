import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FixedClock } from '#door';
import { Journey, standingAt, until } from './journey.js';

/** What is recorded of a patient or of the organisation reaches every episode it concerns. */
describe('facts that reach episodes from other streams', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await Journey.begin({ clock: standingAt('2027-03-01 08:00'), temporal: false });
  }, 60_000);
  afterAll(() => journey.end(), 60_000);

  const phase = async (episode: string): Promise<string> =>
    (await journey.request('supervisor', 'GET', `/v1/episodes/${episode}`)).body.phase as string;

  it('a death ends the episode and all it owes; retracted, everything is owed again', async () => {
    const episode = await journey.refer();
    const { patientId } = (await journey.request('supervisor', 'GET', `/v1/episodes/${episode}`)).body;
    const owed = await journey.owed(episode);
    expect(
      (await journey.request('care-manager', 'POST', `/v1/patients/${patientId}/death`, { source: 'family' })).status,
    ).toBe(201);
    await until(async () => (await phase(episode)) === 'ended', 'the episode ends');
    expect(await journey.owed(episode)).toEqual({});
    const report = await journey.request('supervisor', 'GET', `/v1/patients/${patientId}`);
    const retraction = await journey.request(
      'supervisor',
      'POST',
      `/v1/patients/${patientId}/death/retraction`,
      {},
      { 'if-match': report.headers.get('etag') ?? '' },
    );
    expect(retraction.body).toMatchObject({ patientId });
    await until(async () => (await phase(episode)) === 'referred', 'the episode goes on');
    expect(await journey.owed(episode)).toEqual(owed);
  }, 60_000);

  it('when a care manager leaves, her first outreach goes to the supervisor', async () => {
    const episode = await journey.refer({ patient: { name: 'Test Patient L' }, careManager: 'cm-2' });
    expect(
      (await journey.request('administrator', 'POST', '/v1/organisation/staff/cm-2/departure', {})).status,
    ).toBeLessThan(300);
    await until(
      async () => (await journey.events(episode)).some(({ type }) => type === 'CareManagerReleased'),
      'the episode is released',
    );
    const { state } = await journey.house.runtime.episodes.load(episode);
    expect([...state.ledger.open.values()].find(({ kind }) => kind === 'first-outreach')?.ladder[0]?.notify).toEqual([
      'care-manager',
      'supervisor',
    ]);
  }, 60_000);

  it('new hours reach open episodes: a holiday moves what is due that day', async () => {
    const episode = await journey.refer({ patient: { name: 'Test Patient H' } });
    expect((await journey.owed(episode))['first-outreach']).toBe('2027-03-02');
    const { body } = await journey.request('administrator', 'GET', '/v1/organisation');
    const { site, calendar } = body.sites[0];
    const answer = await journey.request('administrator', 'POST', `/v1/organisation/sites/${site}/hours`, {
      calendar: { ...calendar, closures: ['2027-03-02'] },
    });
    expect(answer.status).toBeLessThan(300);
    await until(async () => (await journey.owed(episode))['first-outreach'] === '2027-03-03', 'the due day moves');
  }, 60_000);

  it('a death waits for a build that knows the rules of the episode', async () => {
    const { runtime, background } = journey.house;
    const episode = await journey.refer({ patient: { name: 'Test Patient N' } });
    const { patientId } = (await journey.request('supervisor', 'GET', `/v1/episodes/${episode}`)).body;
    const events = await journey.events(episode);
    const { facts } = events.find(({ type }) => type === 'EpisodePinned')!.body;
    const { streamId, revision, hash, recordedAt, organisation, site, pin } = events.at(-1)!;
    const pinned = {
      ...{ type: 'EpisodePinned', facts: { ...facts, pin: 'of a newer build', rulesVersion: 99 }, sealed: null },
      ...{ occurredAt: recordedAt, commandId: 'newer', fingerprint: '' },
    };
    const newer = runtime.codec.freeze({
      ...{ streamId, expected: revision, lastHash: hash, lastRecordedAt: recordedAt, organisation, site, pin },
      ...{ recordedAt, subject: null, actor: 'system:workflow', actorRole: 'system' },
      newId: () => crypto.randomUUID(),
      events: [pinned],
    });
    await runtime.store.append(newer);
    const before = { ...background.counters };
    await journey.request('care-manager', 'POST', `/v1/patients/${patientId}/death`, { source: 'family' });
    await until(() => background.counters.reactionsFailed > before.reactionsFailed, 'the death waits');
    expect(background.counters.reactionsRefused).toBe(before.reactionsRefused);
  }, 60_000);

  it('a death is noted also where a clock that ran ahead has written in the record before', async () => {
    const { runtime } = journey.house;
    const clock = journey.clock as FixedClock;
    const episode = await journey.refer({ patient: { name: 'Test Patient C' } });
    const { patientId } = (await journey.request('supervisor', 'GET', `/v1/episodes/${episode}`)).body;
    clock.advance(30 * 86_400_000);
    await runtime.patients.handle(patientId, {
      commandId: crypto.randomUUID(),
      command: { type: 'CorrectPatientDetails', phone: '555-0100', reasonCode: 'changed' },
      actor: 'user:cm-1',
      actorRole: 'care-manager',
      organisation: 'clinic',
    });
    clock.advance(-30 * 86_400_000);
    await journey.request('care-manager', 'POST', `/v1/patients/${patientId}/death`, { source: 'family' });
    await until(async () => (await phase(episode)) === 'ended', 'the episode ends');
  }, 60_000);
});
