import { beforeAll, describe, expect, it } from '@jest/globals';
import { tell } from '#care';
import { fixedClock, type FixedClock } from '#door';
import { memoryRuntime, type Runtime } from '#runtime';
import { generateCaseload, REFERENCE_DATE as GENERATED_AROUND } from '../../../../examples/caseload/generate.js';
import {
  doorImporter,
  exampleCaseload,
  importPlan,
  isClean,
  planImport,
  REFERENCE_DATE,
  type Importer,
  type ImportReport,
} from './index.js';

const ZONE = 'America/New_York';
const SEVEN_ON_REFERENCE_DAY = '2026-11-02T12:00:00.000Z';

let clock: FixedClock;
let runtime: Runtime;
let report: ImportReport;
const episodeIds = new Set<string>();

beforeAll(async () => {
  clock = fixedClock(SEVEN_ON_REFERENCE_DAY);
  runtime = await memoryRuntime({ clock, zone: ZONE });
  report = await importInto(runtime);
}, 60_000);

const importerInto = ({ episodes, patients, organisations }: Runtime): Importer =>
  doorImporter({
    episodes,
    patients,
    organisations,
    organisation: 'clinic',
    actor: 'user:admin-1',
    actorRole: 'administrator',
  });

async function importInto(house: Runtime, asOf?: string): Promise<ImportReport> {
  const importer = importerInto(house);
  const noting: Importer = {
    ...importer,
    importEpisodes: async (batch) => {
      const outcomes = await importer.importEpisodes(batch);
      for (const { episodeId } of outcomes) if (episodeId !== null) episodeIds.add(episodeId);
      return outcomes;
    },
  };
  return await importPlan(
    planImport(exampleCaseload(), { zone: ZONE, ...(asOf === undefined ? {} : { asOf }) }),
    noting,
  );
}

describe('the example caseload', () => {
  it('is what its generator gives', () => {
    const shipped = new Map(exampleCaseload().map(({ name, text }) => [name, text]));
    expect(shipped).toEqual(new Map(generateCaseload().map(({ name, text }) => [name, text])));
    expect(GENERATED_AROUND).toBe(REFERENCE_DATE);
  });

  it('is imported without one rejection', () => {
    expect(report.rejections).toEqual([]);
    expect(report.notes).toEqual([]);
    expect(isClean(report)).toBe(true);
    expect(report.tables.find(({ table }) => table === 'patients')!.appended).toBeGreaterThanOrEqual(60);
    for (const { read, appended } of report.tables) expect(appended).toBe(read);
  });

  it('registers nobody whose referral is refused', async () => {
    const empty = await memoryRuntime({ clock, zone: ZONE });
    const before = (await empty.store.head())?.position;
    const [planned] = planImport(exampleCaseload(), { zone: ZONE }).episodes;
    const lost = { ...planned!, referral: { ...planned!.referral, occurredAt: '2027-01-01T10:00:00Z' } };
    const [told] = await importerInto(empty).importEpisodes([lost]);
    expect(new Set(told!.outcomes.map(({ result }) => result))).toEqual(new Set(['refused']));
    expect(told).toMatchObject({ episodeId: null, outcomes: { length: 2 + lost.acts.length } });
    expect((await empty.store.head())?.position).toBe(before);
    await empty.close();
  });

  it('leaves every open episode with an open follow-up, and no closed one with a safety review', async () => {
    const kinds = new Set<string>();
    const phases = new Map<string, number>();
    for (const episodeId of episodeIds) {
      const { state } = await runtime.episodes.load(episodeId);
      const phase = tell(state)!.phase;
      phases.set(phase, (phases.get(phase) ?? 0) + 1);
      const open = [...state.ledger.open.values()].map(({ kind }) => kind);
      for (const kind of open) kinds.add(kind);
      if (phase !== 'ended') expect(open.length).toBeGreaterThan(0);
      else expect(open).toEqual([]);
    }
    expect(Object.fromEntries(phases)).toMatchObject({
      referred: expect.any(Number),
      acute: expect.any(Number),
      'relapse-prevention': expect.any(Number),
      ended: expect.any(Number),
    });
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        'first-outreach',
        'outreach-retry',
        'close-unreached-referral',
        'contact',
        'reassessment',
        'no-contact',
        'non-response-consult',
        'recommendation-answer',
        'safety-review',
        'risk-reassessment',
        'relapse-plan',
        'hold-review',
        'appointment',
        'missed-appointment',
      ]),
    );
  });

  it('reports the closed episodes whose positive item 9 nobody reviewed', () => {
    expect(report.unreviewed).toHaveLength(2);
    for (const one of report.unreviewed)
      expect(one).toMatchObject({ file: 'scale-results.csv', episodeId: expect.any(String) });
  });

  it('adds nothing when it is imported again', async () => {
    const head = await runtime.store.head();
    const again = await importInto(runtime);
    expect(again.rejections).toEqual([]);
    expect(again.tables.reduce((sum, { appended }) => sum + appended, 0)).toBe(0);
    expect(await runtime.store.head()).toEqual(head);
  });

  it('is moved as a whole by an other reference date', async () => {
    const fresh = await memoryRuntime({ clock: fixedClock('2027-03-15T11:00:00.000Z'), zone: ZONE });
    const moved = await importInto(fresh, '2027-03-15');
    expect(moved.rejections).toEqual([]);
    await fresh.close();
  }, 60_000);
});
