import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EpisodeCommand } from '#care';
import { onBothDatabases } from './testing/databases-suite.js';
import { phq9, ScriptedClinic, upToDate, viewsOf, visit } from './testing/scripted-clinic.js';

type Step = {
  readonly who: number;
  readonly days: number;
  readonly look: boolean;
  readonly does: EpisodeCommand | 'raise' | 'erase' | 'void-last' | 'merge-next' | 'unmerge-next';
};

const command: fc.Arbitrary<Step['does']> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('raise' as const) },
  { weight: 1, arbitrary: fc.constant('erase' as const) },
  { weight: 2, arbitrary: fc.constant('void-last' as const) },
  { weight: 2, arbitrary: fc.constant('merge-next' as const) },
  { weight: 2, arbitrary: fc.constant('unmerge-next' as const) },
  { weight: 3, arbitrary: fc.constant<EpisodeCommand>({ type: 'EnrolPatient' }) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 24 }).map((total) => visit(total)) },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 0, max: 24 })
      .map((total): EpisodeCommand => ({ ...phq9(total), enteredBy: 'patient', mode: 'portal' })),
  },
  {
    weight: 1,
    arbitrary: fc.constant<EpisodeCommand>({
      type: 'RecordOutreachAttempt',
      purpose: 'referral',
      channel: 'phone',
      outcome: 'no-answer',
    }),
  },
  { weight: 1, arbitrary: fc.constant<EpisodeCommand>({ type: 'RaiseSafetyConcern', note: 'worried' }) },
  {
    weight: 1,
    arbitrary: fc.constant<EpisodeCommand>({
      type: 'RecordSafetyReview',
      outcome: 'assessed',
      level: 'moderate',
      tool: 'c-ssrs',
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant<EpisodeCommand>({ type: 'RequestConsult', urgency: 'routine', question: 'what next?' }),
  },
  {
    weight: 1,
    arbitrary: fc.constant<EpisodeCommand>({
      type: 'IssueRecommendation',
      text: 'raise the dose',
      urgency: 'routine',
      to: 'provider',
    }),
  },
  { weight: 1, arbitrary: fc.constant<EpisodeCommand>({ type: 'StartHold', reason: 'inpatient' }) },
  { weight: 1, arbitrary: fc.constant<EpisodeCommand>({ type: 'EndHold' }) },
  { weight: 1, arbitrary: fc.constant<EpisodeCommand>({ type: 'RaiseFlag', flag: 'needs-discussion' }) },
  {
    weight: 1,
    arbitrary: fc.constant<EpisodeCommand>({ type: 'DischargePatient', reason: 'graduated', channel: 'record' }),
  },
);
const step: fc.Arbitrary<Step> = fc.record({ who: fc.nat(2), days: fc.nat(20), look: fc.boolean(), does: command });

onBothDatabases((newHome, server) => {
  describe('a rebuild', () => {
    it('gives the same rows as following the log did, wherever the batches were cut', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
          const home = await newHome();
          const clinic = await new ScriptedClinic().opens();
          const views = await viewsOf(clinic, home);
          try {
            const patients = [await clinic.refers('Ana'), await clinic.refers('Bo'), await clinic.refers('Cy')];
            let day = Date.parse('2027-01-04T15:00:00.000Z');
            for (const { who, days, look, does } of steps) {
              day += days * 86_400_000;
              clinic.at(new Date(day).toISOString());
              // What the domain refuses, or can no longer seal, simply does not happen.
              await take(clinic, patients[who]!, patients[(who + 1) % patients.length]!.patientId, does).catch(
                () => undefined,
              );
              if (look) await upToDate(views, clinic);
            }
            await upToDate(views, clinic);
            const followed = await home.rows();
            await views.rebuild();
            expect(await home.rows()).toEqual(followed);
            expect((await views.status()).parked).toBe(0);
          } finally {
            await views.stop();
            await home.remove();
          }
        }),
        // A server and a new database each time: the few are as good as the many, only slower.
        { numRuns: server() ? 6 : 25 },
      );
    }, 120_000);
  });
});

async function take(
  clinic: ScriptedClinic,
  { patientId, episodeId }: { patientId: string; episodeId: string },
  duplicate: string,
  does: Step['does'],
): Promise<void> {
  if (does === 'raise') await clinic.raises(episodeId);
  else if (does === 'erase') await clinic.erases(patientId);
  else if (does === 'merge-next' || does === 'unmerge-next')
    await clinic.record(`patient-${patientId}`, patientId, [
      { type: does === 'merge-next' ? 'PatientsMerged' : 'PatientsUnmerged', facts: { duplicate }, sealed: {} },
    ]);
  else if (does === 'void-last')
    await clinic.does(episodeId, {
      type: 'VoidAct',
      revision: (await clinic.fold(episodeId)).acts.at(-1)?.revision ?? 0,
      reasonCode: 'entered-in-error',
    });
  else await clinic.does(episodeId, does);
}
