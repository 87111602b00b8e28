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
    'A provider’s own patients are those they are responsible for, or cover for who is, and those whose episode began with their referral. Any provider may refer any',
    'patient of the organisation; who refers a patient whose episode is open adds to it and gains no access by that.',
    '',
    'A role that may act on an episode but not read it is answered with a receipt: the ids of the episode and the patient, and the revision.',
    'A portal hands in a questionnaire and is told nothing of the case. So is a provider answered who refers somebody else’s patient again.',
    '',
    'A restricted record, of a colleague or of somebody in the public eye, opens to the care manager and the provider of any of the person’s episodes, and to others with an',
    '`Access-Reason`, which is [logged](operations/watch.md#who-opened-restricted-records); this holds for every endpoint that opens a record, for a referral, which is answered with the episode, and for both records of a merge.',
    'A machine that hands something in is never asked, is answered with a receipt and opens no such record; the notes it files elsewhere it gets of every',
    'record, which is logged too.',
    '',
    'In every list (caseload, worklist, consults, inbox, referrals, the lists of a day) the row of a restricted record stays where it is, with its class,',
    'what is to be done, by when and whose it is. To whoever is not in the care team it bears `masked: true` and neither name nor scores, reasons or',
    'anything that somebody wrote; the team is the care manager and the provider of any of the person’s episodes. Who covers opens the record with a reason.',
    '',
  );
