import { describe, expect, it } from '@jest/globals';
import { DEFAULT_PATHWAY, problemsOf } from './index.js';

const changed = (over: object) => ({ ...DEFAULT_PATHWAY, parameters: { ...DEFAULT_PATHWAY.parameters, ...over } });
const contact = DEFAULT_PATHWAY.parameters['contact.acute']!;

describe('a pathway that an organisation proposes', () => {
  it.each([
    ['within its ranges', changed({ 'contact.acute': { ...contact, value: 21 } }), []],
    [
      'out of range',
      changed({ 'contact.acute': { ...contact, value: 60 } }),
      ['parameters.contact.acute.value: 60 is outside 7–28'],
    ],
    ['with a key nobody reads', changed({ 'contact.never': contact }), ['parameters.contact.never: unknown parameter']],
    ['with a key missing', changed({ 'contact.acute': undefined }), [expect.stringContaining('contact.acute')]],
    [
      'with a mark of its own',
      changed({ 'contact.acute': { ...contact, mark: '!' } }),
      [expect.stringContaining('contact.acute.mark')],
    ],
  ])('%s', (_name, pathway, problems) => {
    const found = problemsOf(pathway);
    expect(found.slice(0, 1)).toEqual(problems);
  });
});
