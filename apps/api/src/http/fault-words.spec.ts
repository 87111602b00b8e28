import { describe, expect, it } from '@jest/globals';
import { EventStoreError } from '#event-store';
import { faultWords } from './fault-words.js';

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('a fault in words', () => {
  it('does not repeat what a parser quotes, and says where it was', () => {
    const fault = thrownBy(() => JSON.parse('Zita Example'));
    expect(String(fault)).toContain('Zita');
    expect(faultWords(fault)).toMatch(/^SyntaxError\n {4}at /);
    expect(faultWords(fault)).not.toContain('Zita');
  });

  it('does not repeat what a database quotes, in the message, beside it, or in a cause', () => {
    const refused = Object.assign(new Error('invalid input: "Zita\n    at Example (a.ts:1:1)"'), {
      code: '23505',
      detail: 'Key (name)=(Zita) already exists.',
    });
    const said = faultWords(new TypeError('Zita', { cause: refused }));
    expect(said).toMatch(/^TypeError\n {4}at [^]*\n {2}because of Error 23505\n {4}at /);
    expect(said).not.toMatch(/Zita|Example/);
  });

  it('keeps what our own errors say, which name no value', () => {
    expect(faultWords(new EventStoreError('tampered', 'episode-7 revision 3'))).toMatch(
      /^EventStoreError tampered: episode-7 revision 3\n {4}at /,
    );
    expect(faultWords('Zita')).toBe('string');
  });
});
