import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHouse, type House } from '../testing/house.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const on = (day: string): string => `${day}T10:00:00-05:00`;
const row = (key: string, day: string, command: object) => ({ key, occurredAt: on(day), command });
const episode = (name: string) => ({
  patient: { key: `${name}-patient`, details: { name } },
  referral: {
    key: `${name}-referral`,
    occurredAt: on('2025-12-01'),
    site: 'main',
    referredBy: 'pcp-1',
    careManager: 'cm-1',
  },
  acts: [
    row(`${name}-1`, '2025-12-03', { type: 'RecordOutreachAttempt', channel: 'phone', outcome: 'reached' }),
    row(`${name}-2`, '2025-12-05', { type: 'RecordAssessment', instrument: 'PHQ-9', total: 18 }),
    row(`${name}-3`, '2025-12-05', { type: 'EnrolPatient' }),
  ],
});
const bring = (...episodes: object[]) => house.ask('administrator', 'POST', '/v1/imports', { body: { episodes } });

describe('an import', () => {
  it('brings each episode in with one append and tells what became of each row', async () => {
    const answer = await bring(episode('ada'));
    expect(answer.statusCode).toBe(200);
    const { episodes, ...totals } = answer.json();
    expect(totals).toEqual({ appended: 5, repeated: 0, unchanged: 0, changed: 0, refused: 0 });
    expect(episodes[0].results.map(({ key, result }: { key: string; result: string }) => `${key} ${result}`)).toEqual([
      'ada-referral appended',
      'ada-1 appended',
      'ada-2 appended',
      'ada-3 appended',
    ]);
    const read = (await house.ask('care-manager', 'GET', `/v1/episodes/${episodes[0].episodeId}`)).json();
    expect(read).toMatchObject({
      phase: 'acute',
      enrolledOn: '2025-12-05',
      scores: { baseline: { total: 18, on: '2025-12-05' } },
    });
    const times = new Set(
      (await house.store.readStream(`episode-${episodes[0].episodeId}`)).map(({ recordedAt }) => recordedAt),
    );
    expect(times.size).toBe(1);
  });

  it('adds nothing the second time, whoever brings it', async () => {
    await bring(episode('bo'));
    const before = (await house.store.head())?.position;
    expect((await bring(episode('bo'))).json()).toMatchObject({ appended: 0, repeated: 5, refused: 0 });
    expect((await house.store.head())?.position).toBe(before);
  });

  it('asks for no notice to the provider, also of a closing that is brought later', async () => {
    const begun = { ...episode('eve'), acts: episode('eve').acts.slice(0, 1) };
    await bring(begun);
    const closing = row('eve-2', '2025-12-20', { type: 'CloseReferral', reason: 'patient-declined' });
    const { episodes } = (await bring({ ...begun, acts: [...begun.acts, closing] })).json();
    const log = await house.store.readStream(`episode-${episodes[0].episodeId}`);
    expect(log.find(({ type }) => type === 'ProviderNotified')?.body.facts).toEqual({
      about: 'referral-closed',
      channel: 'record',
    });
  });

  it('asks for no notice of a risk either, also of a review that is brought later', async () => {
    await bring(episode('flo'));
    const review = row('flo-4', '2025-12-08', { type: 'RecordSafetyReview', level: 'high' });
    const { episodes } = (await bring({ ...episode('flo'), acts: [...episode('flo').acts, review] })).json();
    const log = await house.store.readStream(`episode-${episodes[0].episodeId}`);
    expect(log.find(({ type }) => type === 'ProviderNotified')?.body.facts).toEqual({
      about: 'safety',
      channel: 'record',
    });
  });

  it('alarms nobody by what a visit of long ago held', async () => {
    const visit = row('gus-4', '2025-12-08', {
      type: 'RecordVisit',
      contact: { kind: 'treatment', modality: 'phone' },
      assessments: [{ instrument: 'PHQ-9', items: [1, 1, 1, 1, 1, 1, 1, 1, 2] }],
      safetyReview: { level: 'high' },
    });
    const { episodes } = (await bring({ ...episode('gus'), acts: [...episode('gus').acts, visit] })).json();
    const log = await house.store.readStream(`episode-${episodes[0].episodeId}`);
    const factsOf = (wanted: string) => log.filter(({ type }) => type === wanted).map(({ body }) => body.facts);
    expect(factsOf('SafetyConcernRaised')).toContainEqual(
      expect.objectContaining({ cause: 'item-positive', imported: true }),
    );
    expect(factsOf('ProviderNotified')).toEqual([{ about: 'safety', channel: 'record' }]);
  });

  it('reports a row that changed, and keeps what was', async () => {
    await bring(episode('cy'));
    const changed = episode('cy');
    changed.acts[1] = row('cy-2', '2025-12-05', { type: 'RecordAssessment', instrument: 'PHQ-9', total: 9 });
    const answer = (await bring(changed)).json();
    expect([answer.changed, answer.episodes[0].results[2]]).toEqual([
      1,
      { key: 'cy-2', result: 'changed', revision: null, problem: null },
    ]);
  });

  it('refuses a bad row by itself, in words', async () => {
    const mixed = {
      ...episode('di'),
      acts: [
        ...episode('di').acts,
        row('di-4', '2025-12-09', { type: 'RecordContact', kind: 'chat' }),
        row('di-5', '2025-12-09', { type: 'NoteDeath', patientRevision: 1 }),
        row('di-6', '2025-12-09', { type: 'EndHold' }),
        row('di-7', '2027-01-01', { type: 'AddNote', text: 'x' }),
        row('di-8', '2025-12-09', { type: 'RecordAssessment', instrument: 'PHQ-9', total: 28 }),
      ],
    };
    const { results } = (await bring(mixed)).json().episodes[0];
    expect(results.slice(4)).toMatchObject([
      {
        key: 'di-4',
        result: 'refused',
        problem: {
          type: '/problems/malformed-body',
          errors: expect.arrayContaining([expect.objectContaining({ pointer: '/command/kind' })]),
        },
      },
      {
        key: 'di-5',
        result: 'refused',
        problem: { errors: [{ pointer: '/command/type', detail: 'not an act that can be imported' }] },
      },
      { key: 'di-6', result: 'refused', problem: { type: '/problems/not-on-hold' } },
      {
        key: 'di-7',
        result: 'refused',
        problem: { type: '/problems/occurred-in-future', errors: [{ pointer: '/occurredAt' }] },
      },
      {
        key: 'di-8',
        result: 'refused',
        problem: { type: '/problems/no-usable-answer', errors: [{ pointer: '/command/total' }] },
      },
    ]);
  });

  it('registers nobody whose referral is refused, and tells so of every row', async () => {
    const before = (await house.store.head())?.position;
    const lost = { ...episode('lo'), referral: { ...episode('lo').referral, site: 'moon' } };
    const early = { ...episode('fu'), referral: { ...episode('fu').referral, occurredAt: on('2027-01-01') } };
    const { refused, appended, episodes } = (await bring(lost, early)).json();
    expect([refused, appended]).toEqual([10, 0]);
    expect(episodes.map(({ patient }: { patient: { problem: { type: string } } }) => patient.problem.type)).toEqual([
      '/problems/unknown-site',
      '/problems/occurred-in-future',
    ]);
    expect((await house.store.head())?.position).toBe(before);
    expect((await bring(episode('lo'))).json()).toMatchObject({ appended: 5 });
    expect((await bring({ ...lost, patient: episode('lo').patient })).json().episodes[0].patient.result).toBe(
      'repeated',
    );
  });

  it('takes no time shorter than a second, and half a character of a text as U+FFFD', async () => {
    const odd = {
      ...episode('gi'),
      acts: [
        row('gi-1', '2025-12-04', { type: 'LogTime', activity: 'record', minutes: 0.001 }),
        row('gi-2', '2025-12-04', { type: 'LogTime', activity: 'record', minutes: 1 / 60 }),
        row('gi-3', '2025-12-04', { type: 'AddNote', text: 'half \ud83d' }),
      ],
    };
    const { results } = (await bring(odd)).json().episodes[0];
    expect(results).toMatchObject([
      { key: 'gi-referral', result: 'appended' },
      { key: 'gi-1', result: 'refused', problem: { errors: [{ pointer: '/command/minutes' }] } },
      { key: 'gi-2', result: 'appended' },
      { key: 'gi-3', result: 'appended' },
    ]);
  });

  it('settles what an act of it made, by that act’s key whatever the order, or by its number', async () => {
    const one = episode('Outcomes');
    const booking = (key: string, day: string, at: string) =>
      row(key, day, { type: 'BookAppointment', on: at, withWhom: 'care-manager' });
    const outcome = (key: string, appointment: unknown, became: string) =>
      row(key, '2026-02-20', { type: 'RecordAppointmentOutcome', appointment, outcome: became });
    await bring({ ...one, acts: [...one.acts, booking('o-late', '2026-02-02', '2026-02-10')] });
    const later = {
      ...one,
      acts: [
        ...one.acts,
        booking('o-early', '2026-01-05', '2026-01-12'),
        booking('o-late', '2026-02-02', '2026-02-10'),
        outcome('o-1', { madeBy: 'o-late' }, 'missed'),
        outcome('o-2', 2, 'kept'),
        outcome('o-3', { madeBy: 'o-none' }, 'kept'),
        outcome('o-4', { madeBy: 'o-late', more: 1 }, 'kept'),
      ],
    };
    const [told] = (await bring(later)).json().episodes;
    const results = Object.fromEntries(
      told.results.map(
        ({ key, result, problem }: { key: string; result: string; problem: { type: string } | null }) => [
          key,
          [result, problem?.type ?? null],
        ],
      ),
    );
    expect(results).toMatchObject({
      'o-early': ['appended', null],
      'o-late': ['repeated', null],
      'o-1': ['appended', null],
      'o-2': ['appended', null],
      'o-3': ['refused', '/problems/no-such-appointment'],
      'o-4': ['refused', '/problems/malformed-body'],
    });
    const seen = (await house.ask('care-manager', 'GET', `/v1/episodes/${told.episodeId}`)).json();
    expect(
      seen.appointments.map((made: Record<string, unknown>) => [made['appointment'], made['on'], made['outcome']]),
    ).toEqual([
      [1, '2026-02-10', 'missed'],
      [2, '2026-01-12', 'kept'],
    ]);
    expect((await bring(later)).json()).toMatchObject({ appended: 0, changed: 0 });
  });

  it('tells of every row of an episode that cannot be brought as a whole, and goes on with the next', async () => {
    const nowhere = { ...episode('hu'), patient: { key: 'hu-patient', details: { name: 'hu', zone: 'Mars/Olympus' } } };
    const notes = Array.from({ length: 800 }, (_, i) =>
      row(`hy-n${i}`, '2025-12-04', { type: 'AddNote', text: 'x'.repeat(9_000) }),
    );
    const { episodes, ...totals } = (await bring(nowhere, { ...episode('hy'), acts: notes }, episode('iv'))).json();
    // Of the second the patient, who is registered before.
    expect(totals).toMatchObject({ appended: 6, refused: 5 + 801 });
    const why = ({ results }: { results: { problem: { type: string } | null }[] }) => [
      ...new Set(results.map(({ problem }) => problem?.type)),
    ];
    expect(episodes.map(why)).toEqual([['/problems/invalid-zone'], ['/problems/too-large'], [undefined]]);
  });

  it('takes bodies up to eight MiB', async () => {
    const large = { ...episode('ed'), acts: [row('ed-1', '2025-12-03', { type: 'AddNote', text: 'x'.repeat(9_000) })] };
    const many = Array.from({ length: 60 }, (_, i) =>
      row(`ed-n${i}`, '2025-12-04', { type: 'AddNote', text: 'x'.repeat(9_000) }),
    );
    expect((await bring({ ...large, acts: [...large.acts, ...many] })).statusCode).toBe(200);
    const tooMuch = {
      ...large,
      acts: Array.from({ length: 950 }, (_, i) =>
        row(`ed-m${i}`, '2025-12-04', { type: 'AddNote', text: 'x'.repeat(9_000) }),
      ),
    };
    expect((await bring(tooMuch)).statusCode).toBe(413);
  });
});
