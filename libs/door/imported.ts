import { v5 } from 'uuid';
import { withMakers, type EpisodeCommand } from '#care';

/** Of the ids that come of the keys of imported rows. Never change it. */
const NAMESPACE = '0d1b2c8a-6f3e-5a77-8f0b-94c2d6a1e3f5';

/** A row is the same command whoever imports it, and whether through the API or into a store. */
export const importedId = (organisation: string, kind: 'patient' | 'register' | 'act', key: string): string =>
  v5(`${organisation}/${kind}/${key}`, NAMESPACE);

/** An act as its import records it: nobody is alarmed by what was long ago (fatigue rule 9). */
export function asImported(organisation: string, command: EpisodeCommand): EpisodeCommand {
  const named = withMakers(command, (key) => importedId(organisation, 'act', key));
  // Only the latest answers may open a safety review, and no review tells the provider.
  if (named.type === 'RecordAssessment' || named.type === 'RecordSafetyReview' || named.type === 'RecordVisit')
    return { ...named, imported: true };
  return 'channel' in named && named.channel === 'notice' ? { ...named, channel: 'record' } : named;
}
