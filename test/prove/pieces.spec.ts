import { expect, it } from '@jest/globals';
import { occurrences } from '../simulation/bugs/hunt.js';
import { PIECES } from './pieces.js';

it.each(PIECES)('$name: the text still stands once in $file', (piece) => {
  expect(occurrences(piece)).toBe(1);
});
