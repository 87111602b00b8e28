import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonical } from './canonical.js';

describe('canonical JSON', () => {
  it('is that of RFC 8785, section 3.2.2', () => {
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\\"/',
      literals: [null, true, false],
    };
    expect(canonical(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts keys by UTF-16 code units, as section 3.2.3 shows, also those that look like numbers', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect(canonical(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
    expect(canonical({ 10: 'a', 9: 'b', $: 'c' })).toBe('{"$":"c","10":"a","9":"b"}');
    expect(canonical([{ b: { d: 1, c: [{ z: 1, y: 2 }] }, a: 0 }])).toBe('[{"a":0,"b":{"c":[{"y":2,"z":1}],"d":1}}]');
  });

  it('leaves out what is undefined', () => {
    expect(canonical({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it('refuses what has no exact form, without quoting it', () => {
    const circle: Record<string, unknown> = { secret: 'Ana' };
    circle['self'] = circle;
    for (const value of [NaN, Infinity, { a: [NaN] }, '\ud800', { '\udc00': 1 }, circle, undefined]) {
      expect(() => canonical(value)).toThrow(
        expect.objectContaining({ code: 'invalid', message: expect.not.stringContaining('Ana') }),
      );
    }
  });

  it('is the text of the library for whatever JSON there is', () => {
    const key = fc.oneof(
      fc.constantFrom('a', 'b', 'A', '_', '10', '9', '$', 'toJSON', '__proto__', 'é', ''),
      fc.string({ unit: 'binary' }),
    );
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 5 },
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        tie('array'),
        tie('object'),
      ),
      array: fc.array(tie('json'), { maxLength: 4 }),
      object: fc.dictionary(key, tie('json'), { maxKeys: 6 }),
    }));
    fc.assert(
      fc.property(json, (value) => canonical(value) === canonicalize(value)),
      { numRuns: 500 },
    );
  });
});
