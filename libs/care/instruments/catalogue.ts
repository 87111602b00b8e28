import { contradictions } from './contradictions.js';
import { SHIPPED } from './shipped.js';
import { Instrument } from './schema.js';

/** A file that is no instrument, with what is wrong in it. */
export class InvalidInstrument extends Error {
  override readonly name = 'InvalidInstrument';

  constructor(readonly problems: readonly string[]) {
    super(`not an instrument: ${problems.join('; ')}`);
  }
}

function parse(file: unknown): Instrument {
  const read = Instrument.safeParse(file);
  const problems = read.success ? contradictions(read.data) : read.error.issues;
  if (read.success && problems.length === 0) return read.data;
  throw new InvalidInstrument(problems.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`));
}

const known = new Map(SHIPPED.map(parse).map((form): [string, Instrument] => [form.code, form]));

/** Every instrument, those we ship and those the clinic has of its own, by code. */
export const INSTRUMENTS: ReadonlyMap<string, Instrument> = known;

/** The instrument of that code; undefined when there is none. */
export const instrument = (code: string): Instrument | undefined => known.get(code);

const codesWhere = (wanted: (form: Instrument) => boolean): readonly string[] =>
  [...known.values()].filter(wanted).map(({ code }) => code);

/** The instruments that may decide response and remission of an episode. All of them ship with the rules that judge them. */
export const PRIMARY_SCALES = codesWhere(({ primary }) => primary);

/**
 * Takes in an instrument of the clinic's own. Once, before anything is recorded: the same file again changes nothing.
 * @throws InvalidInstrument
 */
export function addInstrument(file: unknown): Instrument {
  const form = parse(file);
  const before = known.get(form.code);
  // Episodes pin their pathway, not the files of a clinic: what a response is must not change under them.
  if (form.primary) throw new InvalidInstrument(['primary: only an instrument that ships can be a primary scale']);
  if (before && JSON.stringify(before) !== JSON.stringify(form))
    throw new InvalidInstrument([`code: there is another instrument ${form.code}`]);
  known.set(form.code, form);
  return form;
}
