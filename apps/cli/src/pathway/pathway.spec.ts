import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changesBetween, DEFAULT_PATHWAY, SHIPPED_PATHWAYS, type Pathway } from '#care';
import { CommandFailed } from '../command.js';
import { add } from '../pathway.js';
import { runForJson } from '../testing/run-command.js';
import { adopterAt } from './adopter.js';
import { pathwayIn, proposedIn } from './source.js';
import { sumOf } from './sum.js';
import { changeWords, pathwayWords, previewWords } from './words.js';
import { openRuntime } from '#runtime';
import { fixedClock, type PathwayPreview } from '#door';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pathway-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const valued = (values: Readonly<Record<string, number>>): Pathway => ({
  ...DEFAULT_PATHWAY,
  parameters: {
    ...DEFAULT_PATHWAY.parameters,
    ...Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, { ...DEFAULT_PATHWAY.parameters[key]!, value }]),
    ),
  },
});
function written(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('a pathway by name or file', () => {
  it('is a shipped one or what a file holds', () => {
    expect(pathwayIn('monthly-floor')).toBe(SHIPPED_PATHWAYS.get('monthly-floor'));
    expect(pathwayIn(written('own.json', valued({ 'contact.acute': 21 })))).toEqual(valued({ 'contact.acute': 21 }));
  });

  it('that cannot be read is a wrong call, one that cannot be followed is bad news', () => {
    expect(() => proposedIn('no-such')).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => proposedIn(written('broken.json', '{'))).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => pathwayIn(written('bad.json', valued({ 'contact.acute': 99 })))).toThrow(
      expect.objectContaining({ exitCode: 1 }),
    );
  });
});

describe('a check', () => {
  const check = (nameOrFile: string) => runForJson(add, 'pathway', 'check', nameOrFile);

  it('names what could be followed and is refused by every clinic: safety below the shipped default', async () => {
    expect(await check(written('looser.json', valued({ 'risk.ahead': 1 })))).toMatchObject({
      code: 1,
      said: {
        problems: [
          { pointer: '/parameters/risk.ahead/value', detail: '1 is looser than the shipped default (2 calendar-days)' },
        ],
      },
    });
    expect(await check('monthly-floor')).toMatchObject({ code: 0, said: { problems: [] } });
  });
});

describe('in words', () => {
  it('a pathway shows each number with unit, mark and source, in groups', () => {
    const text = pathwayWords(DEFAULT_PATHWAY);
    expect(text).toMatch(/^no-contact$/m);
    expect(text).toMatch(/ {2}no-contact\.warn +30 days° +administrative +C15/);
    for (const key of Object.keys(DEFAULT_PATHWAY.parameters)) expect(text).toContain(`  ${key} `);
    expect(pathwayWords(SHIPPED_PATHWAYS.get('demo')!)).toContain('NOT FOR CARE');
  });

  it('a difference says old, new, class and direction', () => {
    const changes = changesBetween(DEFAULT_PATHWAY, valued({ 'contact.acute': 28, 'risk.ahead': 3 }));
    expect(changeWords(changes)).toBe(
      'contact.acute  14 days → 28 days  clinical  looser\nrisk.ahead     2 days → 3 days    safety    tighter',
    );
    expect(changeWords([])).toBe('The same numbers.');
  });

  it('pages of a preview are added up', () => {
    const page = (moves: number): PathwayPreview => ({
      episodes: 2,
      untold: 1,
      atOnce: { 'risk-reassessment': { opens: 0, moves, ends: 0 } },
      atNextPhase: {},
    });
    const whole = sumOf([page(1), page(2)]);
    expect(whole).toMatchObject({ episodes: 4, untold: 2, atOnce: { 'risk-reassessment': { moves: 3 } } });
    expect(previewWords(whole)).toContain('  risk-reassessment  0 open  3 move  0 end');
  });
});

describe('without a server', () => {
  it('a pathway is adopted through the door and previewed from the log', async () => {
    const runtime = await openRuntime({
      dataDir: join(folder, 'data'),
      clock: fixedClock('2026-03-02T15:00:00.000Z'),
      env: { FOLLOWTHROUGH_KEY_FILE: join(folder, 'master.key') },
      zone: 'America/New_York',
      warn: () => undefined,
    });
    const adopter = adopterAt({ kind: 'store', runtime });
    try {
      expect(await Array.fromAsync(adopter.preview(valued({ 'risk.high': 5 })))).toEqual([
        { episodes: 0, untold: 0, atOnce: {}, atNextPhase: {} },
      ]);
      expect(await adopter.adopt(valued({ 'risk.high': 5 }))).toBe(true);
      expect(await adopter.adopt(valued({ 'risk.high': 5 }))).toBe(false);
      await expect(adopter.adopt(DEFAULT_PATHWAY)).rejects.toBeInstanceOf(CommandFailed);
    } finally {
      await adopter.close();
    }
  });
});
