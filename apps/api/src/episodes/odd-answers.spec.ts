import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHouse, type House } from '../testing/house.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const HALF = '"\\ud83d"';
const DEEP = '['.repeat(50_000) + ']'.repeat(50_000);
const first8 = (odd: string): string => `"items":[1,1,1,1,${odd},1,0,0,3]`;
const nine = '"items":[1,1,1,1,1,1,0,0,3]';

/** As another system writes it: JSON.stringify would never send most of this. */
const send = (episodeId: string, more: string, key: string) =>
  house.post('integration', `/v1/episodes/${episodeId}/assessments`, `{"instrument":"PHQ-9",${more}}` as never, {
    'content-type': 'application/json',
    'idempotency-key': key,
  });
const lastAct = async (episodeId: string, type: string) => {
  const { items } = (await house.ask('care-manager', 'GET', `/v1/episodes/${episodeId}/timeline?limit=200`)).json();
  return items.findLast((entry: { type: string }) => entry.type === type);
};

describe('item 9 above 0 opens a safety review, however odd the rest of the form', () => {
  it.each([
    ['an answer beyond all numbers', first8('1e400'), { item: '5', given: 'Infinity' }],
    ['an answer below all numbers', first8('-1e400'), { item: '5', given: '-Infinity' }],
    ['an answer that is half a character', first8(HALF), { item: '5', given: '\ufffd' }],
    ['an answer nested without end', first8(DEEP), { item: '5', given: 'a list' }],
    ['half a character deep in an answer', first8(`{"a":[${HALF}]}`), { item: '5', given: 'object' }],
    ['a total beyond all numbers', `${nine},"total":1e400`, { item: 'total', given: 'Infinity' }],
    ['a difficulty beyond all numbers', `${nine},"difficulty":1e999`, { item: 'difficulty', given: 'Infinity' }],
    ['half a character for an item', '"items":{"9":3,"\\udc00":1}', { item: '\ufffd', given: 1 }],
  ])('%s', async (what, form, aside) => {
    const { episodeId } = await house.refer();
    const answer = await send(episodeId, form, what.replaceAll(' ', '-'));
    expect([answer.statusCode, answer.json().type]).toEqual([201, undefined]);
    const { followUps } = (await house.ask('care-manager', 'GET', `/v1/episodes/${episodeId}`)).json();
    expect(followUps.map(({ kind }: { kind: string }) => kind)).toContain('safety-review');
    const { details } = await lastAct(episodeId, 'AssessmentRecorded');
    expect([details.items.at(-1), details.setAside]).toMatchObject([3, [aside]]);
    const again = await send(episodeId, form, what.replaceAll(' ', '-'));
    expect([again.statusCode, again.headers['idempotency-replayed']]).toEqual([201, 'true']);
  });

  it('half a character in its note, of which the rest is kept', async () => {
    const { episodeId } = await house.refer();
    expect((await send(episodeId, `${nine},"note":"said \\ud83d\\ude00 and \\ud83d"`, 'note')).statusCode).toBe(201);
    expect((await lastAct(episodeId, 'AssessmentRecorded')).details.note).toBe('said \u{1f600} and \ufffd');
    expect(await lastAct(episodeId, 'SafetyConcernRaised')).toMatchObject({ facts: { cause: 'item-positive' } });
  });
});
