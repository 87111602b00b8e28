import { localDate } from '#care';
import { SEED_ORGANISATION } from '#door';
import type { OpenRuntime } from '#runtime';
import { doorImporter, exampleCaseload, importPlan, planImport } from '../import/index.js';

/** Brings the example caseload in, its dates moved so that it ends where the demo begins. Safe to repeat: what is there already is known again. */
export async function importExamples(
  { episodes, patients, organisations }: OpenRuntime,
  began: Date,
  zone: string,
  log: (line: string) => void,
): Promise<void> {
  const plan = planImport(exampleCaseload(), { zone, asOf: localDate(began.toISOString(), zone) });
  const importer = doorImporter({
    episodes,
    patients,
    organisations,
    organisation: SEED_ORGANISATION,
    actor: 'user:admin-1',
    actorRole: 'administrator',
  });
  const { tables } = await importPlan(plan, importer);
  const sum = (of: 'appended' | 'skipped'): number => tables.reduce((total, table) => total + table[of], 0);
  log(
    `  and ${plan.patients.length} patients of the example caseload (${sum('appended')} rows imported, ${sum('skipped')} known already)`,
  );
}
