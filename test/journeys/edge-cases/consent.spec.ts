import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Role } from '#care';
import { Journey, newYork, standingAt } from '../journey.js';

/** Research §9: what a patient agrees to, refuses and takes back, in which language, and who may say it for them. */
const treatment = { kind: 'treatment', modality: 'phone' };

describe('edge cases of consent', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await Journey.begin({ clock: standingAt('2027-03-01 09:00'), temporal: false });
  }, 60_000);
  afterAll(() => journey.end(), 60_000);

  const refused = async (episode: string, path: string, body: object, role: Role = 'care-manager') => {
    const { headers } = await journey.request('supervisor', 'GET', `/v1/episodes/${episode}`);
    const answer = await journey.request(role, 'POST', `/v1/episodes/${episode}/${path}`, body, {
      'if-match': headers.get('etag') ?? '',
    });
    return [answer.status, answer.body.type];
  };
  const view = async (episode: string, query = ''): Promise<any> =>
    (await journey.request('supervisor', 'GET', `/v1/episodes/${episode}${query}`)).body;

  it('15 a refusal says how far it goes; coming back before anybody closes goes on, after that a new referral begins without the old consent', async () => {
    const episode = await journey.refer({ patient: { name: 'Test Patient Declines' } });
    await journey.act(episode, 'consents', { kind: 'treatment', method: 'verbal' });
    expect(await refused(episode, 'declines', { scope: 'channel' })).toEqual([422, '/problems/channel-needed']);
    await journey.act(episode, 'declines', { scope: 'channel', channel: 'phone' });
    const { body } = await journey.act(episode, 'declines', { scope: 'programme', askAgainOn: '2027-03-20' });
    await journey.act(episode, 'assessment-refusals', { instrument: 'GAD-7', reason: 'declined' });
    expect(body.declines).toMatchObject([
      { scope: 'channel', channel: 'phone', askAgainOn: null },
      { scope: 'programme', channel: null, askAgainOn: '2027-03-20' },
    ]);
    expect((await view(episode)).declines[2]).toMatchObject({ scope: 'instrument', instrument: 'GAD-7' });
    // It ends nothing; asking again is planned (20 March is a Saturday), and nobody is chased as if unreached.
    expect(body).toMatchObject({ phase: 'referred', reached: { on: '2027-03-01' } });
    expect(await journey.owed(episode)).toMatchObject({ 'planned-task': '2027-03-22' });
    expect(await journey.owed(episode)).not.toHaveProperty('first-outreach');

    await journey.at('2027-03-22 09:00');
    const back = await journey.act(episode, 'enrolment', {});
    expect(back.body).toMatchObject({ phase: 'acute', ordinal: 1, consents: [{ kind: 'treatment', until: null }] });

    await journey.act(episode, 'discharge', { reason: 'withdrew' });
    const again = await journey.request('provider', 'POST', '/v1/referrals', {
      patientId: back.body.patientId,
      site: 'main',
    });
    expect(again.body).toMatchObject({ ordinal: 2, phase: 'referred', consents: [], billing: { countableFrom: null } });
    expect(await refused(again.body.episodeId, 'consent-withdrawals', { kind: 'treatment' })).toEqual([
      409,
      '/problems/no-such-consent',
    ]);
  }, 60_000);

  it('16 each consent that is taken back has its own effect, and none of them reaches back', async () => {
    const { episode } = await journey.enrol({ name: 'Test Patient Consents' });
    for (const kind of ['treatment', 'billing', 'part-2', 'messaging', 'information-sharing'])
      await journey.act(episode, 'consents', { kind, method: 'written' });
    await journey.act(episode, 'visits', { contact: treatment, minutes: 20 });
    const standing = (await view(episode)).revision as number;

    // Billing: minutes stop to count from that instant; earlier ones still do, also when they are entered later.
    await journey.at('2027-03-24 12:00');
    const withdrawn = await journey.act(episode, 'consent-withdrawals', { kind: 'billing' });
    expect(withdrawn.body.billing).toMatchObject({ countableUntil: newYork('2027-03-24 12:00') });
    await journey.act(episode, 'times', { minutes: 10, activity: 'coordination' });
    const late = { minutes: 5, activity: 'record', occurredAt: newYork('2027-03-23 09:00') };
    expect((await journey.act(episode, 'times', late)).body.billing.months).toEqual([
      { month: '2027-03', minutes: 35, countableMinutes: 25 },
    ]);
    expect(await refused(episode, 'consent-withdrawals', { kind: 'billing' })).toEqual([
      409,
      '/problems/no-such-consent',
    ]);
    await journey.at('2027-03-25 12:00');
    await journey.act(episode, 'consents', { kind: 'billing', method: 'verbal' });
    expect((await journey.act(episode, 'times', { minutes: 3, activity: 'record' })).body.billing).toEqual({
      countableFrom: newYork('2027-03-25 12:00'),
      countableUntil: null,
      months: [{ month: '2027-03', minutes: 38, countableMinutes: 28 }],
    });

    // Part 2, messages, sharing: from now on; what was so before stays so, and whoever reads the feed is told.
    for (const kind of ['part-2', 'messaging', 'information-sharing'])
      await journey.act(episode, 'consent-withdrawals', { kind });
    const now = await view(episode);
    expect(now.consents.filter((one: any) => one.withdrawnOn === '2027-03-25').map((one: any) => one.kind)).toEqual([
      'part-2',
      'messaging',
      'information-sharing',
    ]);
    expect((await view(episode, `?atRevision=${standing}`)).consents.map((one: any) => one.withdrawnOn)).toEqual(
      Array(5).fill(null),
    );
    const { items: row } = await journey.read('supervisor', '/v1/caseload?limit=200');
    expect(row.find((one: any) => one.episodeId === episode).consents).toEqual(['treatment', 'billing']);
    const feed = await journey.read('integration', '/v1/events?limit=200&types=ConsentWithdrawn');
    expect(feed.items.map((one: any) => one.data.facts.kind)).toEqual(expect.arrayContaining(['messaging', 'part-2']));

    // Treatment: nobody is discharged; a person is asked today, and leaving waits for a safety review.
    const left = await journey.act(episode, 'consent-withdrawals', { kind: 'treatment' });
    expect(left.body).toMatchObject({
      phase: 'acute',
      tasks: [{ cause: 'treatment-consent-withdrawn', dueOn: '2027-03-25', owner: 'cm-1', outcome: null }],
    });
    expect(await journey.owed(episode)).toMatchObject({ 'planned-task': '2027-03-25' });
    expect(await refused(episode, 'discharge', { reason: 'withdrew' })).toEqual([409, '/problems/safety-check-needed']);
    await journey.act(episode, 'safety-reviews', { level: 'none' });
    expect((await journey.act(episode, 'discharge', { reason: 'withdrew' })).body.phase).toBe('ended');
    expect(await journey.owed(episode)).toEqual({});
  }, 60_000);

  it('17 a voicemail in another language than the patient’s is no attempt; interpreter and language are kept with the contact', async () => {
    await journey.at('2027-04-01 09:00');
    const episode = await journey.refer({ patient: { name: 'Test Patient Español', language: 'es' } });
    await journey.act(episode, 'contact-preferences', { language: 'es', voicemailSafe: true });
    const voicemail = (language: string) =>
      journey.act(episode, 'outreach-attempts', { channel: 'phone', outcome: 'left-message', language });
    await voicemail('en');
    expect(await journey.owed(episode)).toHaveProperty('first-outreach');
    expect(await journey.owed(episode)).not.toHaveProperty('outreach-retry');
    await voicemail('es-MX');
    expect(await journey.owed(episode)).not.toHaveProperty('first-outreach');
    expect(await journey.owed(episode)).toHaveProperty('outreach-retry');
    // Whoever was reached was understood somehow.
    await journey.act(episode, 'outreach-attempts', { channel: 'phone', outcome: 'reached', language: 'en' });
    expect(await journey.owed(episode)).toHaveProperty('initial-assessment');
    await journey.act(episode, 'enrolment', {});
    await journey.act(episode, 'visits', {
      contact: { ...treatment, language: 'es', interpreter: true },
      assessments: [{ instrument: 'PHQ-9', items: [0, 1, 0, 1, 0, 1, 0, 1, 0], language: 'es' }],
      minutes: 25,
    });
    const recorded = (await journey.events(episode)).slice(-12);
    const factsOf = (type: string) => recorded.findLast((event) => event.type === type)?.body.facts;
    expect(factsOf('ContactRecorded')).toMatchObject({ language: 'es', interpreter: true });
    expect(factsOf('AssessmentRecorded')).toMatchObject({ language: 'es' });
    expect((await view(episode)).billing.months[0]).toMatchObject({ minutes: 25, countableMinutes: 0 });
  }, 60_000);

  it('18 a guardian’s consent ends on the day the patient decides alone, and somebody asks anew; the latest word counts when guardians disagree', async () => {
    await journey.at('2027-04-05 09:00');
    const { episode, patientId } = await journey.enrol({ name: 'Test Patient Minor', birthDate: '2009-04-15' });
    const person = await journey.read('care-manager', `/v1/patients/${patientId}`);
    expect(person.episodes[0].ageAtReferral).toBe(17);
    const guardian = { method: 'written', givenBy: 'guardian', until: '2027-04-15' };
    await journey.act(episode, 'consents', { kind: 'billing', ...guardian });
    expect(await journey.owed(episode)).toMatchObject({ 'planned-task': '2027-04-15' });
    await journey.act(episode, 'times', { minutes: 10, activity: 'record' });
    // The birthday begins at midnight of the site, whatever UTC says, and stands in no plain fact of the consent.
    const [consent] = (await journey.events(episode)).filter(({ type }) => type === 'ConsentRecorded');
    expect(consent!.body.facts).toEqual({
      kind: 'billing',
      method: 'written',
      obtainedBy: 'cm-1',
      givenBy: 'guardian',
    });
    await journey.act(episode, 'consents', { kind: 'treatment', method: 'verbal', givenBy: 'guardian' });
    await journey.act(episode, 'consent-withdrawals', { kind: 'treatment', note: 'Test note: the other guardian' });
    await journey.at('2027-04-15 09:00');
    expect((await journey.act(episode, 'times', { minutes: 10, activity: 'record' })).body).toMatchObject({
      billing: {
        countableUntil: newYork('2027-04-15 00:00'),
        months: [{ month: '2027-04', minutes: 20, countableMinutes: 10 }],
      },
      consents: [
        { kind: 'treatment', givenBy: 'guardian', withdrawnOn: '2027-04-05' },
        { kind: 'billing', givenBy: 'guardian', until: newYork('2027-04-15 00:00'), withdrawnOn: null },
      ],
    });
    expect((await journey.raises(episode, 'planned-task')).map(({ at }) => at)).toContain(newYork('2027-04-15 08:00'));
    await journey.act(episode, 'consents', { kind: 'billing', method: 'verbal' });
    expect((await view(episode)).consents[1]).toMatchObject({ givenBy: 'patient', until: null });
  }, 60_000);
});
