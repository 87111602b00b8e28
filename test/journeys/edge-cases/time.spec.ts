import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Journey, newYork, standingAt, until } from '../journey.js';
import { organise, weekdaysIn } from './organising.js';

/** Research §9: clocks that change, months that end, days on which nobody works, and what is entered late. */
const treatment = { kind: 'treatment', modality: 'phone' };

describe('edge cases of time', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await Journey.begin({ clock: standingAt('2026-10-20 09:00'), temporal: false });
  }, 60_000);
  afterAll(() => journey.end(), 60_000);

  const firstStep = async (episode: string, kind: string): Promise<string | undefined> =>
    (await journey.open(episode, kind)).ladder[0]?.at;

  it('1 across the change of the clocks a due day keeps its local hour, and Arizona keeps its own', async () => {
    const { episode } = await journey.enrol();
    await journey.act(episode, 'contacts', treatment);
    const contact = await journey.open(episode, 'contact');
    expect([contact.dueOn, contact.ladder[0]?.at]).toEqual(['2026-11-03', '2026-11-03T13:00:00.000Z']);

    for (const [site, zone] of [
      ['phoenix', 'America/Phoenix'],
      ['denver', 'America/Denver'],
    ] as const)
      await organise(journey, { type: 'OpenSite', site, name: site, calendar: weekdaysIn(zone) });
    const phoenix = await journey.enrol({ name: 'Test Patient AZ' }, { site: 'phoenix' });
    const denver = await journey.enrol({ name: 'Test Patient CO' }, { site: 'denver' });
    expect([await firstStep(phoenix.episode, 'contact'), await firstStep(denver.episode, 'contact')]).toEqual([
      '2026-11-03T15:00:00.000Z',
      '2026-11-03T15:00:00.000Z',
    ]);
    // In summer both walls differ by an hour.
    await journey.act(phoenix.episode, 'tasks', { dueOn: '2027-03-15', text: 'Test task' });
    await journey.act(denver.episode, 'tasks', { dueOn: '2027-03-15', text: 'Test task' });
    expect([await firstStep(phoenix.episode, 'planned-task'), await firstStep(denver.episode, 'planned-task')]).toEqual(
      ['2027-03-15T15:00:00.000Z', '2027-03-15T14:00:00.000Z'],
    );

    // A night clinic closes at 02:30, which the night of 14 March does not have: 03:00.
    const night = { '7': { opens: '00:30', closes: '02:30' } };
    const calendar = { ...weekdaysIn('America/New_York'), hours: night };
    await organise(journey, { type: 'OpenSite', site: 'night', name: 'Night', calendar });
    await journey.at('2027-03-14 01:00');
    const { episode: nightly } = await journey.enrol({ name: 'Test Patient Night' }, { site: 'night' });
    await journey.act(nightly, 'safety-concerns', {});
    expect((await journey.open(nightly, 'safety-review')).ladder.map(({ at }) => at)).toContain(
      '2027-03-14T07:00:00.000Z',
    );
  }, 60_000);

  it('2 nine in the evening of 31 March belongs to March, whatever UTC says', async () => {
    await journey.at('2027-03-31 21:00');
    const { episode } = await journey.enrol({ name: 'Test Patient M' });
    await journey.act(episode, 'consents', { kind: 'billing', method: 'verbal' });
    const { body } = await journey.act(episode, 'visits', { contact: treatment, minutes: 20 });
    expect(body.billing.months).toEqual([{ month: '2027-03', minutes: 20, countableMinutes: 20 }]);
    expect((await journey.events(episode)).at(-1)?.occurredAt.slice(0, 10)).toBe('2027-04-01');
    // The monthly floor counts the contact in March too: the next is due in April.
    expect((await journey.open(episode, 'contact')).dueOn <= '2027-04-30').toBe(true);
  }, 60_000);

  it('3 due days are those of the clinic; the zone in which the patient lives is kept beside them', async () => {
    await journey.at('2027-04-01 23:30');
    const { episode, patientId } = await journey.enrol({ name: 'Test Patient HI', zone: 'Pacific/Honolulu' });
    // Still 1 April in New York, and afternoon there in Hawaii.
    const contact = await journey.open(episode, 'contact');
    expect([contact.zone, contact.dueOn, contact.ladder[0]?.at]).toEqual([
      'America/New_York',
      '2027-04-15',
      newYork('2027-04-15 08:00'),
    ]);
    const { body } = await journey.request('care-manager', 'GET', `/v1/patients/${patientId}`);
    expect(body.details.zone).toBe('Pacific/Honolulu');
    const nowhere = await journey.request('care-manager', 'POST', '/v1/patients', { name: 'Test', zone: 'Nowhere' });
    expect([nowhere.status, nowhere.body.type]).toEqual([422, '/problems/invalid-zone']);
  }, 60_000);

  it('4 a business day is one on which this site works; what concerns safety waits for none', async () => {
    await journey.at('2027-05-28 17:40');
    // Friday evening before Memorial Day: Tuesday.
    const episode = await journey.refer({ patient: { name: 'Test Patient F' } });
    expect((await journey.owed(episode))['first-outreach']).toBe('2027-06-01');
    // An emergency closure of that Tuesday moves it on, in episodes that run as well.
    const { body } = await journey.request('administrator', 'GET', '/v1/organisation');
    const main = body.sites.find(({ site }: { site: string }) => site === 'main');
    await journey.request('administrator', 'POST', '/v1/organisation/sites/main/hours', {
      calendar: { ...main.calendar, closures: ['2027-06-01'] },
    });
    await until(async () => (await journey.owed(episode))['first-outreach'] === '2027-06-02', 'the due day moves');
    const later = await journey.refer({ patient: { name: 'Test Patient F2' } });
    expect((await journey.owed(later))['first-outreach']).toBe('2027-06-02');
    // Saturday: due on that Saturday.
    await journey.at('2027-05-29 11:00');
    await journey.act(later, 'safety-concerns', {}, 'provider');
    expect((await journey.owed(later))['safety-review']).toBe('2027-05-29');
  }, 60_000);

  it('25 nothing is recorded from the future, but for five minutes of clocks that differ; an act of last year asks for a second look', async () => {
    await journey.at('2027-06-15 10:00');
    const { episode, patientId } = await journey.enrol({ name: 'Test Patient S' });
    const contact = (occurredAt: string) =>
      journey.request('care-manager', 'POST', `/v1/episodes/${episode}/contacts`, { ...treatment, occurredAt });
    const refused = await contact(newYork('2027-06-15 10:06'));
    expect([refused.status, refused.body.type, refused.body.errors[0].pointer]).toEqual([
      422,
      '/problems/occurred-in-future',
      '/occurredAt',
    ]);
    const death = await journey.request('care-manager', 'POST', `/v1/patients/${patientId}/death`, {
      source: 'family',
      occurredAt: newYork('2027-06-16 10:00'),
    });
    expect([death.status, death.body.type]).toEqual([422, '/problems/occurred-in-future']);
    const close = await contact(newYork('2027-06-15 10:04'));
    expect([close.status, close.headers.get('act-warning')]).toEqual([201, null]);
    const old = await contact(newYork('2026-06-10 10:00'));
    expect([old.status, old.headers.get('act-warning')]).toEqual([201, 'occurred-over-a-year-ago']);
    // What is planned lies ahead and says so itself.
    await journey.act(episode, 'appointments', { on: '2027-07-20' });
  }, 60_000);

  it('33 a month ends on its last working day, also in a leap year and from the 31st', async () => {
    await journey.at('2028-01-31 10:00');
    const { episode } = await journey.enrol({ name: 'Test Patient L' });
    await journey.act(episode, 'relapse-prevention', {});
    await journey.act(episode, 'contacts', treatment);
    // 31 January + 30 days is 1 March; the monthly floor says February, whose last day is Tuesday the 29th.
    expect((await journey.open(episode, 'contact')).dueOn).toBe('2028-02-29');
    // Six months after 31 August is no 31st: the last day of February.
    await journey.at('2028-08-31 10:00');
    const autumn = await journey.enrol({ name: 'Test Patient A' });
    const { state } = await journey.house.runtime.episodes.load(autumn.episode);
    expect(
      [...state.ledger.open.values()].filter(({ kind }) => kind === 'episode-review').map(({ dueOn }) => dueOn),
    ).toEqual(['2029-02-28', '2029-08-31']);
    // Born on 29 February, one is a year older on 1 March.
    await journey.at('2029-02-28 10:00');
    const { patientId } = await journey.enrol({ name: 'Test Patient Leap', birthDate: '2012-02-29' });
    expect((await journey.read('care-manager', `/v1/patients/${patientId}`)).episodes[0].ageAtReferral).toBe(16);
  }, 60_000);
});
