import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_PATHWAY, SHIPPED_PATHWAYS, type Pathway } from '#care';
import { openHouse, type House } from '../testing/house.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const valued = (values: Readonly<Record<string, number>>): Pathway => ({
  ...DEFAULT_PATHWAY,
  parameters: {
    ...DEFAULT_PATHWAY.parameters,
    ...Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, { ...DEFAULT_PATHWAY.parameters[key]!, value }]),
    ),
  },
});
const ADDRESS = '/v1/organisation/pathway';
const adopt = (pathway: unknown, headers = {}) => house.post('administrator', ADDRESS, { pathway }, headers);
const preview = async (pathway: unknown, search = '') => {
  await house.upToDate();
  return house.ask('administrator', 'POST', `${ADDRESS}/preview${search}`, { body: { pathway } });
};
/** An enrolled patient with a review that found this risk. */
async function atRisk(level: 'low' | 'high'): Promise<string> {
  const { episodeId } = await house.refer({ careManager: 'cm-1' });
  const act = async (path: string, body: object): Promise<void> => {
    const { headers } = await house.ask('care-manager', 'GET', `/v1/episodes/${episodeId}`);
    const answer = await house.post('care-manager', `/v1/episodes/${episodeId}/${path}`, body, {
      'if-match': String(headers['etag']),
    });
    expect([path, answer.statusCode]).toEqual([path, 201]);
  };
  await act('enrolment', {});
  await act('safety-reviews', { tool: 'c-ssrs', outcome: 'assessed', level });
  return episodeId;
}
const revisionOf = async (): Promise<number> =>
  (await house.ask('administrator', 'GET', '/v1/organisation')).json().revision;

describe('the pathway in force', () => {
  it('is told with its adoption and how far it has come', async () => {
    expect((await house.ask('auditor', 'GET', ADDRESS)).json()).toMatchObject({
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      id: 'default',
      notForCare: false,
      since: expect.any(String),
      by: 'system:seed',
      repin: { state: 'done', episodes: 0 },
    });
  });

  it('bears the ETag upon which the next one is adopted', async () => {
    const { headers } = await house.ask('administrator', 'GET', ADDRESS);
    expect(headers['etag']).toBe(`"${await revisionOf()}"`);
    const again = await adopt(DEFAULT_PATHWAY, { 'if-match': String(headers['etag']) });
    expect(again.statusCode).toBe(200);
  });
});

describe('a proposed pathway', () => {
  it.each([
    [
      'that is no pathway',
      { id: 'x' },
      'invalid-pathway',
      expect.arrayContaining([{ pointer: '/pathway/parameters/contact.acute', detail: 'missing' }]),
    ],
    [
      'out of range',
      valued({ 'contact.acute': 60 }),
      'invalid-pathway',
      [{ pointer: '/pathway/parameters/contact.acute/value', detail: '60 is outside 7–28' }],
    ],
    [
      'that loosens safety',
      valued({ 'risk.ahead': 1 }),
      'safety-loosened',
      [{ pointer: '/pathway/parameters/risk.ahead/value', detail: expect.stringContaining('looser than') }],
    ],
  ])('%s is refused, in the preview too, and changes nothing', async (_name, pathway, slug, errors) => {
    const before = await revisionOf();
    for (const answer of [await adopt(pathway), await preview(pathway)])
      expect(answer.json()).toMatchObject({ status: 422, type: `/problems/${slug}`, errors });
    expect(await revisionOf()).toBe(before);
  });

  it('is previewed page by page: what it would move at once and at the next phase, and nothing is recorded', async () => {
    const episodes = [await atRisk('high'), await atRisk('low'), await atRisk('high')];
    const proposed = valued({ 'risk.high': 5, 'contact.acute': 7 });
    const head = await house.store.head();
    const whole = (await preview(proposed)).json();
    expect(whole).toEqual({
      episodes: 3,
      untold: 0,
      atOnce: { 'risk-reassessment': { opens: 0, moves: 2, ends: 0 } },
      atNextPhase: {
        'risk-reassessment': { opens: 0, moves: 2, ends: 0 },
        contact: { opens: 0, moves: 3, ends: 0 },
      },
      next: null,
    });
    const first = (await preview(proposed, '?limit=2')).json();
    const second = (await preview(proposed, `?limit=2&cursor=${first.next}`)).json();
    expect([first.episodes, second.episodes, second.next]).toEqual([2, 1, null]);
    const moved = [first, second].map((page) => page.atOnce['risk-reassessment']?.moves ?? 0);
    expect(moved[0]! + moved[1]!).toBe(2);
    expect(await house.store.head()).toEqual(head);
    expect(episodes).toHaveLength(3);
  });

  it('is adopted once, and is in force for everybody', async () => {
    const floor = SHIPPED_PATHWAYS.get('monthly-floor');
    const adopted = await adopt(floor);
    expect([adopted.statusCode, adopted.json()]).toEqual([
      201,
      expect.objectContaining({
        id: 'monthly-floor',
        by: 'user:admin-1',
        repin: expect.objectContaining({ state: 'not-begun' }),
      }),
    ]);
    expect((await adopt(floor)).statusCode).toBe(200);
    expect((await house.ask('integration', 'GET', '/v1/pathway')).json().id).toBe('monthly-floor');
    expect((await house.ask('administrator', 'GET', ADDRESS)).json().hash).toBe(adopted.json().hash);
  });
});
