import { beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_PATHWAY, type Pathway } from '#care';
import type { PanelPlan } from './panel.js';
import { reportOf, type Report } from './report.js';
import { livePanels } from './run.js';
import { reportWords } from './words.js';
import { chartOf } from './chart.js';

const question = {
  pathway: 'default',
  patients: 40,
  years: 1,
  seed: 7,
  careManagers: 2,
  minutesPerDay: 360,
  consultsPerWeek: 8,
};

async function lived(pathway: Pathway = DEFAULT_PATHWAY, over: Partial<PanelPlan> = {}): Promise<Report> {
  const plans = [0, 1].map((panel) => ({
    ...{
      pathway,
      seed: 7,
      panel,
      patients: 20,
      firstDay: '2027-01-04',
      days: 365,
      minutesPerDay: 360,
      consultsPerWeek: 8,
    },
    ...over,
  }));
  return reportOf({ ...question, pathway: pathway.id }, await livePanels(plans, 1, () => undefined));
}

const withValue = (key: string, value: number): Pathway => ({
  ...DEFAULT_PATHWAY,
  id: 'changed',
  parameters: { ...DEFAULT_PATHWAY.parameters, [key]: { ...DEFAULT_PATHWAY.parameters[key]!, value } },
});

describe('simulated patients', () => {
  let report: Report;
  let weekly: Report;

  beforeAll(async () => {
    report = await lived();
    weekly = await lived(withValue('contact.acute', 7));
  });

  it('live the same lives for the same seed, and others for another', async () => {
    expect(await lived()).toEqual(report);
    expect((await lived(DEFAULT_PATHWAY, { seed: 8 })).digest).not.toBe(report.digest);
  });

  it('do nothing that the domain refuses', () => {
    expect(report.refused).toEqual({});
  });

  it('are each counted once, and each follow-up ends in one way or is still open', () => {
    expect(report.episodes).toBe(40);
    for (const [kind, { opened, inTime, late, superseded, overdue }] of Object.entries(report.kinds))
      expect([kind, inTime + late + superseded + overdue <= opened]).toEqual([kind, true]);
    expect(report.daysToConsult.median).toBeGreaterThanOrEqual(49);
  });

  it('have more calls asked for by a pathway that asks for them more often', () => {
    expect(weekly.kinds['contact']!.steps).toBeGreaterThan(report.kinds['contact']!.steps);
  });

  it('wait longer when nobody has time for them', async () => {
    const scarce = await lived(DEFAULT_PATHWAY, { minutesPerDay: 20 });
    expect(scarce.inTimeShare!).toBeLessThan(report.inTimeShare!);
    expect(scarce.alertsPerDay.rows!).toBeGreaterThan(report.alertsPerDay.rows!);
  });

  it('are told side by side, in words and in a picture', () => {
    const reports = [report, weekly];
    const words = reportWords(reports);
    expect(words).toContain('default');
    expect(words).toMatch(/non-response-consult +\d/);
    expect(words).toMatch(/acts that the domain refused +0/);
    const chart = chartOf(reports);
    expect(chart.match(/<rect /g)!.length).toBeGreaterThan(Object.keys(reports[0]!.kinds).length);
    expect(chart).toContain('changed');
  });
});
