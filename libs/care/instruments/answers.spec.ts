import { describe, expect, it } from '@jest/globals';
import { isMissing, keepable, readItems } from './answers.js';
import { instrument } from './index.js';
import type { Instrument } from './schema.js';

const PHQ = instrument('PHQ-9') as Instrument;
const COLUMBIA = instrument('C-SSRS') as Instrument;

/** What became of an answer to the first item. */
const read = (given: unknown, form = PHQ) => {
  const { scores, setAside } = readItems(form, { [form.items[0]!.id]: given });
  return setAside[0] ?? scores[0];
};
const notOne = (given: unknown) => ({ item: '1', given, why: 'not one of 0, 1, 2, 3' });

describe('an answer', () => {
  it.each([undefined, null, '', '  \t'])('is missing when nothing was given: %p', (given) => {
    expect([isMissing(given), read(given)]).toEqual([true, null]);
  });

  it.each([
    [2, 2],
    ['2', 2],
    [' 2 ', 2],
    ['2.0', 2],
    ['LA6570-1', 2],
    [' LA6570-1 ', 2],
  ])('is read however it was written: %p', (given, score) => {
    expect([isMissing(given), read(given)]).toEqual([false, score]);
  });

  it.each([[' YES ', 1] as const, [true, 1] as const, ['no', 0] as const])('may be a word: %p', (given, score) => {
    expect(read(given, COLUMBIA)).toBe(score);
  });

  it.each([4, -1, 1.5, '2.5', '2x', 'x2', 'often', true])('that is none is kept as it was given: %p', (given) => {
    expect(read(given)).toEqual(notOne(given));
  });

  it.each([
    [[1], 'a list'],
    [{ score: 1 }, 'object'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['x'.repeat(300), 'x'.repeat(200)],
    ['half a pair \uD83D', 'half a pair \uFFFD'],
  ])('that cannot be written down is kept in words: %p', (given, kept) => {
    expect(read(given)).toEqual(notOne(kept));
  });
});

describe('what is kept of anything', () => {
  it.each([
    [null, null],
    ['text', 'text'],
    [false, false],
    [undefined, undefined],
    [3, 3],
    [Number.NaN, 'NaN'],
    [[1, 2], 'a list'],
    [{}, 'object'],
  ])('%p', (given, kept) => {
    expect(keepable(given)).toEqual(kept);
  });
});

describe('a list of answers', () => {
  const aside = (items: unknown) => readItems(PHQ, items).setAside;

  it('that is none is set aside whole', () => {
    expect(aside('all fine')).toEqual([{ item: 'items', given: 'all fine', why: 'not a list of answers' }]);
    expect(aside(7)).toEqual([{ item: 'items', given: 7, why: 'not a list of answers' }]);
    expect(aside('')).toEqual([]);
  });

  it('may hold what belongs to no item: it is set aside by its name, unless it is empty', () => {
    expect(aside({ sleep: 2, mood: ' ' })).toEqual([{ item: 'sleep', given: 2, why: 'PHQ-9 has no such item' }]);
    expect(aside([0, 0, 0, 0, 0, 0, 0, 0, 0, 3])).toMatchObject([{ item: '10', given: 3 }]);
    expect(aside({ ['n'.repeat(100)]: 1 })).toMatchObject([{ item: 'n'.repeat(64) }]);
  });
});
