import { refuse, type Refusal } from '../decider.js';
import { changesBetween } from './changes.js';
import { completed } from './compose.js';
import { problemsOf, type Pathway } from './schema.js';

/**
 * Why an organisation cannot adopt a pathway; null when it can. No number that concerns safety may ask less than the shipped default,
 * which is the floor for every clinic, nor less than what is in force, which patients at risk are promised today (decision 0009).
 */
export function refusalToAdopt(proposed: unknown, shipped: Pathway, inForce: unknown): Refusal | null {
  const problems = problemsOf(proposed);
  if (problems.length > 0) {
    const errors = problems.map(({ pointer, detail }) => ({ pointer: `/pathway${pointer}`, detail }));
    return refuse('invalid-pathway', 'The care pathway cannot be adopted as it is.', errors).refusal;
  }
  const below = loosened(proposed as Pathway, shipped, 'the shipped default');
  const backwards =
    inForce === undefined ? [] : loosened(proposed as Pathway, completed(inForce as Pathway), 'what is in force');
  const errors = [...below, ...backwards.filter(({ pointer }) => !below.some((one) => one.pointer === pointer))];
  return errors.length === 0
    ? null
    : refuse('safety-loosened', 'What concerns safety can only be tightened.', errors).refusal;
}

const loosened = (proposed: Pathway, than: Pathway, name: string): NonNullable<Refusal['errors']> =>
  changesBetween(than, proposed)
    .filter((one) => one.class === 'safety' && one.change === 'looser')
    .map(({ key, from, to, unit }) => ({
      pointer: `/pathway/parameters/${key}/value`,
      detail: `${to} is looser than ${name} (${from} ${unit})`,
    }));
