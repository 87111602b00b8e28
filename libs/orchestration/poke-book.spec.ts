import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { PokeBook } from './poke-book.js';

const NOW = Date.parse('2027-03-01T12:00:00.000Z');
const MONTH = 30 * 86_400_000;
let book: PokeBook;
beforeEach(() => {
  book = new PokeBook(':memory:');
  book.queue('n', [{ episodeId: 'a', revision: 3 }], 'operator');
});
afterEach(() => book.close());

it('lets a poke wait for its time', () => {
  book.later('n', 'a', NOW + 1000);
  expect(book.ready('n', NOW + 999, 10)).toEqual([]);
  expect(book.ready('n', NOW + 1000, 10)).toMatchObject([{ episodeId: 'a', tries: 1 }]);
});

it('keeps the newest revision waiting until that one is acknowledged', () => {
  book.queue('n', [{ episodeId: 'a', revision: 5 }], 'operator');
  book.queue('n', [{ episodeId: 'a', revision: 4 }], 'operator');
  expect(book.ready('n', NOW, 10)).toMatchObject([{ episodeId: 'a', revision: 5 }]);
  book.done('n', { episodeId: 'a', revision: 3 });
  expect(book.waiting('n')).toBe(1);
  book.done('n', { episodeId: 'a', revision: 5 });
  expect(book.waiting('n')).toBe(0);
});

it('lets none wait for a time that was set by a clock a month ahead', () => {
  book.later('n', 'a', NOW + MONTH + 1000);
  expect(book.ready('n', NOW, 10)).toHaveLength(1);
});
