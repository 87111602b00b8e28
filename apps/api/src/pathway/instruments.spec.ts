import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addInstrument, INSTRUMENTS } from '#care';
import { openHouse, type House } from '../testing/house.js';

let house: House;
beforeAll(async () => (house = await openHouse()));
afterAll(() => house.close());

const read = async (url: string) => (await house.ask('care-manager', 'GET', url)).json();
const record = async (episodeId: string, body: object) =>
  (await house.post('care-manager', `/v1/episodes/${episodeId}/assessments`, body)).statusCode;

/** What the views show of an episode’s results. */
async function shown(episodeId: string) {
  await house.upToDate();
  return (await read(`/v1/episodes/${episodeId}/scores`)).items;
}

const kindsOwed = async (episodeId: string): Promise<string[]> =>
  (await read(`/v1/episodes/${episodeId}`)).followUps.map(({ kind }: { kind: string }) => kind);

describe('an instrument', () => {
  it('is shown whole, its wording only where the licence lets us pass it on', async () => {
    const free = await read('/v1/instruments/PCL-5');
    expect(free).toMatchObject({ code: 'PCL-5', stem: 'In the past month, how much were you bothered by:' });
    expect(free.items).toHaveLength(20);
    const kept = await read('/v1/instruments/EPDS');
    expect(kept).toMatchObject({ licence: { wording: false, url: 'https://doi.org/10.1192/bjp.150.6.782' } });
    expect(JSON.stringify(kept)).not.toMatch(/"(text|stem)":"[^"]*(laugh and see|blamed myself|In the past 7 days)/);
    expect(kept.items.every((item: object) => 'about' in item && !('text' in item))).toBe(true);
  });

  it('that is not known is not found', async () => {
    expect((await house.ask('care-manager', 'GET', '/v1/instruments/MOOD-1')).json().type).toBe('/problems/not-found');
  });

  it.each([...INSTRUMENTS.values()].map(({ code }) => code))('%s is recorded, scored and shown', async (code) => {
    const form = INSTRUMENTS.get(code)!;
    const { episodeId } = await house.refer();
    const items = form.items.map(
      (item) => (item.answers ?? form.answers).reduce((a, b) => (a.score > b.score ? a : b)).score,
    );
    expect(await record(episodeId, { instrument: code, items })).toBe(201);
    expect(await shown(episodeId)).toMatchObject([
      {
        instrument: code,
        items,
        completeness: 'complete',
        total: form.bands.at(-1)?.to ?? null,
        band: form.bands.at(-1)?.name ?? null,
        triage: form.triage ? 'high' : null,
      },
    ]);
    expect((await kindsOwed(episodeId)).includes('safety-review')).toBe(form.safety !== undefined);
  });
});

describe('answers about suicide', () => {
  it.each([
    ['EPDS', [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['EPDS', [0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['PHQ-A', { '9': 1 }],
    ['PHQ-A', { '1': 0, '2': 0, thoughts: 'yes', '9': 0 }],
    ['C-SSRS', ['yes', 'no', null, null, null, 'no']],
    ['C-SSRS', { '2': 'no' }],
  ])('of the %s %j ask for an assessment today', async (instrument, items) => {
    const { episodeId } = await house.refer();
    expect(await record(episodeId, { instrument, items })).toBe(201);
    expect(await kindsOwed(episodeId)).toContain('safety-review');
  });

  it('give a hint and no level of risk', async () => {
    const { episodeId } = await house.refer();
    await record(episodeId, { instrument: 'C-SSRS', items: { '1': 'yes', '2': 'yes', '3': 'no', '4': 'yes' } });
    expect(await shown(episodeId)).toMatchObject([{ triage: 'high', total: null, band: null }]);
    expect((await read(`/v1/episodes/${episodeId}`)).risk).toBeNull();
  });

  it('of all no, of a PCL-5 and of an AUDIT-C ask for none', async () => {
    const { episodeId } = await house.refer();
    await record(episodeId, { instrument: 'C-SSRS', items: ['no', 'no', null, null, null, 'no'] });
    await record(episodeId, { instrument: 'PCL-5', total: 80 });
    await record(episodeId, { instrument: 'AUDIT-C', items: [4, 4, 4] });
    expect(await kindsOwed(episodeId)).not.toContain('safety-review');
  });
});

describe('a form made for another age', () => {
  it('is kept, with a warning that follows the date of birth', async () => {
    const referral = { patient: { name: 'Test Patient', birthDate: '2007-03-02' } };
    const { episodeId, patientId } = await house.refer(referral);
    expect(await record(episodeId, { instrument: 'PHQ-A', items: [1, 1, 1, 1, 1, 1, 1, 1, 0] })).toBe(201);
    expect(await shown(episodeId)).toMatchObject([
      { total: 8, band: 'mild', warnings: ['PHQ-A is made for ages 11 to 17; the patient was 19.'] },
    ]);
    const corrected = await house.post(
      'care-manager',
      `/v1/patients/${patientId}/corrections`,
      { birthDate: '2008-03-03', reasonCode: 'changed' },
      { 'if-match': '"0"' },
    );
    expect(corrected.statusCode).toBe(201);
    expect(await shown(episodeId)).toMatchObject([{ total: 8, warnings: [] }]);
  });
});

/** Nothing of the product knows this questionnaire: all it needs is the file. */
const SLEEP = {
  code: 'SLEEP-3',
  version: '1',
  title: 'Three questions about sleep (invented for a test)',
  language: 'en',
  licence: { text: 'Invented.', url: 'https://example.org/sleep', wording: true },
  wordingHash: 'a'.repeat(64),
  stem: 'In the last week:',
  lookBackDays: 7,
  items: [
    { id: '1', text: 'Did you sleep well?' },
    { id: '2', text: 'On how many nights?', askedIf: { item: '1', scores: [1] } },
    { id: '3', text: 'Did you wish not to wake up?', scored: false },
  ],
  answers: [
    { score: 0, text: 'No', also: ['nope'] },
    { score: 1, text: 'Yes' },
    { score: 7, text: 'Every night' },
  ],
  scoring: 'sum',
  direction: 'higher-is-better',
  bands: [
    { from: 0, to: 6, name: 'poor' },
    { from: 7, to: 14, name: 'good' },
  ],
  safety: { source: 'test', triggers: [{ item: '3', scores: [1, 7], whenUnanswered: true }] },
  triage: { source: 'test', levels: [{ level: 'moderate', any: [{ item: '3', scores: [7] }] }] },
  sources: ['invented'],
};

describe('a questionnaire that is only a file', () => {
  it('is recorded, scored, banded, branched, watched for safety and shown', async () => {
    const { episodeId } = await house.refer();
    expect(await record(episodeId, { instrument: 'SLEEP-3', items: [1, 7, 0] })).toBe(422);
    addInstrument(SLEEP);
    expect(await read('/v1/instruments/SLEEP-3')).toMatchObject({ title: SLEEP.title, items: SLEEP.items });

    expect(await record(episodeId, { instrument: 'SLEEP-3', items: [1, 7, 0] })).toBe(201);
    expect(await record(episodeId, { instrument: 'SLEEP-3', items: { '1': 'nope', '3': 0 } })).toBe(201);
    expect(await record(episodeId, { instrument: 'SLEEP-3', items: [1, null, 0] })).toBe(201);
    expect(await kindsOwed(episodeId)).not.toContain('safety-review');
    expect(await record(episodeId, { instrument: 'SLEEP-3', items: { '3': 7 } })).toBe(201);
    expect(await kindsOwed(episodeId)).toContain('safety-review');
    expect(await shown(episodeId)).toMatchObject([
      { total: 8, band: 'good', completeness: 'complete', triage: null },
      { total: 0, band: 'poor', completeness: 'complete', items: [0, null, 0] },
      { total: null, band: null, completeness: 'partial' },
      { total: null, band: null, completeness: 'partial', triage: 'moderate' },
    ]);
  });
});
