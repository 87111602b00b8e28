import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wellFormed } from './json-body.js';

/** Any UTF-16, halves of characters too. */
const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
const odd = fc.string({ unit: fc.constantFrom('\\', 'u', 'd83d', '\ud83d', '\ude00', '"', 'x') });

describe('the text of a body', () => {
  it('is what was sent, but for halves of characters', () => {
    fc.assert(
      fc.property(fc.oneof(text, odd), (said) => {
        expect(JSON.parse(wellFormed(JSON.stringify({ [said]: said })))).toEqual({
          [said.toWellFormed()]: said.toWellFormed(),
        });
      }),
    );
  });

  it('knows an escape from an escaped backslash, and either case of hexadecimal', () => {
    expect(
      JSON.parse(wellFormed('["\\\\ud83d", "\\uD83D\\uDE00", "\\uD83D\\u0041", "\\ud83d\\ud83d\\ude00"]')),
    ).toEqual(['\\ud83d', '\u{1f600}', '\ufffdA', '\ufffd\u{1f600}']);
  });
});
