import { matrixTable } from '#access';
import { generatedFrom, page } from './markdown.js';

/** docs/access.md: who may do what, as it is enforced. */
export const accessPage = (): string =>
  page(
    generatedFrom('libs/access/matrix.ts'),
    '# Access',
    '',
    'Every request has an identity with one role in one organisation, and sees and changes only what belongs to that organisation. This is the',
    'table that is enforced; a test walks it in full, so that an endpoint missing from it fails.',
    '',
    matrixTable(),
    'A role that may act on an episode but not read it is answered with a receipt: the ids of the episode and the patient, and the revision.',
    'A portal hands in a questionnaire and is told nothing of the case.',
    '',
  );
