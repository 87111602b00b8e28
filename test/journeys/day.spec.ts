import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { openTryIssuer } from '#access';
import { whyItExists } from '#read-models';
import {
  exampleCaseload,
  httpImporter,
  importPlan,
  isClean,
  planImport,
  REFERENCE_DATE,
} from '../../apps/cli/src/import/index.js';
import { Journey, standingAt, ZONE } from './journey.js';

/** One day of the care manager cm-1 with the example caseload: the morning’s list, the acts it asks for, an evening with nothing urgent left. */
interface Reason {
  readonly why: string;
  readonly due: string | null;
  readonly class: string;
  readonly episodeId: string;
  readonly followUpId: string | null;
  readonly kind: string | null;
  readonly revision: number | null;
}
interface Line {
  readonly patientId: string;
  readonly patientName: string;
  readonly headline: Reason;
  readonly how?: string;
  readonly bestTime?: { readonly why: string };
  readonly class: string;
  readonly owner: string;
  readonly reasons: readonly Reason[];
}
interface List {
  readonly total: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly lines: readonly Line[];
}
interface Evening {
  readonly urgent: List;
  readonly owners: readonly { readonly owner: string; readonly count: number }[];
  readonly inHand: readonly Line[];
  readonly tomorrow: List;
}

/** What pages quote of a list: lines as the tour prints them, counts, and sentences. */
const quotable = (shown: List | Evening): string[] =>
  'urgent' in shown
    ? [...quotable(shown.urgent), ...quotable(shown.tomorrow)]
    : [
        JSON.stringify(shown.counts),
        ...shown.lines.flatMap(({ patientName, headline, how = '', bestTime, reasons }) => [
          `${patientName}  ${headline.class}  ${headline.why}`,
          `${patientName}  ${headline.class}  ${headline.why}  [${headline.due}]`,
          `${patientName}  ${headline.why}  [${headline.due}]`,
          how,
          bestTime?.why ?? '',
          ...reasons.map(({ why }) => why),
        ]),
      ];

/** What a page claims that a list of a day says. */
const quotedIn = (page: string): string[] => [
  ...(page.match(/^(Test Patient \d+ {2}.*|\{"(safety|note)":\d.*\})/gm) ?? []).map((line) =>
    line.replace(/ +# .*$/, ''),
  ),
  ...[...page.matchAll(/"(?:why|how)": ?(\[[^\]]*\]|"[^"]*")/g)].flatMap(([, said]) =>
    [JSON.parse(said!) as string | string[]].flat(),
  ),
];

describe('a care manager’s day', () => {
  const told = new Set<string>();
  let journey: Journey;
  beforeAll(async () => {
    journey = await Journey.begin({ clock: standingAt(`${REFERENCE_DATE} 08:01`), temporal: false });
    const token = await openTryIssuer({ dataDir: `${journey.folder}/data`, env: {} }).issue({
      staff: 'admin-1',
      role: 'administrator',
      organisation: 'clinic',
    });
    const plan = planImport(exampleCaseload(), { zone: ZONE });
    expect(isClean(await importPlan(plan, httpImporter({ server: journey.house.url, token })))).toBe(true);
    await journey.caughtUp();
  }, 180_000);
  afterAll(() => journey.end(), 60_000);

  const read = async <L>(list: string): Promise<L> => {
    const head = await journey.house.runtime.store.head();
    const { status, body } = await journey.request('care-manager', 'GET', `/v1/day/${list}`, undefined, {
      'consistency-token': head!.position,
      prefer: 'wait=10, handling=strict',
    });
    expect({ list, status }).toEqual({ list, status: 200 });
    for (const said of quotable(body as List | Evening)) told.add(said);
    return body as L;
  };
  const evening = (): Promise<Evening> => read<Evening>('evening');
  const patients = (list: List): string[] => list.lines.map(({ patientId }) => patientId);

  /** What closes each class of urgent reasons, done as a person would. */
  const closing: Readonly<Record<string, (reason: Reason) => Promise<unknown>>> = {
    safety: ({ episodeId }) => journey.act(episodeId, 'safety-reviews', { level: 'low', tool: 'c-ssrs' }),
    consult: ({ episodeId }) => journey.act(episodeId, 'consult-requests', { question: 'How to go on?' }),
    'new-referral': ({ episodeId }) =>
      journey.act(episodeId, 'outreach-attempts', { channel: 'phone', outcome: 'left-message' }),
  };

  it('begins with one line for each patient, safety first, whose counts add up, and holds what the evening calls urgent', async () => {
    const [morning, end] = [await read<List>('morning'), await evening()];
    await read<List>('huddle');
    expect(morning.counts['safety']).toBeGreaterThan(0);
    expect(morning.lines[0]?.class).toBe('safety');
    expect(Object.values(morning.counts).reduce((a, b) => a + b)).toBe(morning.lines.length);
    expect(new Set(patients(morning)).size).toBe(morning.total);
    expect(end.urgent.total).toBeGreaterThan(3);
    expect(patients(morning)).toEqual(expect.arrayContaining(patients(end.urgent)));
    expect(end.owners).toEqual([{ owner: 'cm-1', count: end.urgent.total }]);
    // Imported contacts were documented where they come from.
    expect((await read<List>('documentation')).total).toBe(0);
  });

  it('says of each patient to be reached what is safe, as they asked for it', async () => {
    const { lines } = await read<List>('outreach');
    const { episodeId } = lines.find(({ patientName }) => patientName === 'Test Patient 059')!.headline;
    const preferences = { bestTimes: ['evening'], voicemailSafe: false, textSafe: true };
    await journey.act(episodeId, 'contact-preferences', preferences);
    const after = (await read<List>('outreach')).lines.find(({ headline }) => headline.episodeId === episodeId);
    expect(after).toMatchObject({
      how: 'No voicemail: it is not safe; a text message is safe',
      bestTime: { band: 'evening' },
    });
  });

  it('lets nobody but a person’s act empty the evening', async () => {
    const before = (await evening()).urgent.total;
    await journey.at(`${REFERENCE_DATE} 12:00`);
    expect((await evening()).urgent.total).toBe(before);
  });

  it('keeps a safety assessment in sight, by name, while somebody has it in hand', async () => {
    const line = (await evening()).urgent.lines.find((one) => one.class === 'safety')!;
    const { episodeId, followUpId } = line.reasons[0]!;
    await journey.act(episodeId, `follow-ups/${followUpId}/acknowledgement`, {});
    const { urgent, inHand } = await evening();
    expect(patients(urgent)).not.toContain(line.patientId);
    expect(inHand.map(({ patientId }) => patientId)).toEqual([line.patientId]);
    await closing['safety']!(line.reasons[0]!);
    expect((await evening()).inHand).toEqual([]);
  });

  it('is done when every urgent reason has met the act that closes it, and every contact has a signed note', async () => {
    for (const reason of (await evening()).urgent.lines.flatMap(({ reasons }) => reasons))
      await closing[reason.class]!(reason);
    expect((await evening()).urgent.counts).toEqual({
      safety: 0,
      consult: 0,
      'new-referral': 0,
      unattended: 0,
      unsigned: 0,
    });

    const due = (await read<List>('morning')).lines.find(({ reasons }) =>
      reasons.some(({ kind }) => kind === 'contact'),
    )!;
    const { episodeId } = due.reasons.find(({ kind }) => kind === 'contact')!;
    await journey.act(episodeId, 'visits', { contact: { kind: 'treatment', modality: 'phone' } });
    const left = await evening();
    expect([left.urgent.total, left.urgent.counts['unsigned']]).toEqual([1, 1]);
    expect(
      (await read<List>('morning')).lines
        .flatMap(({ reasons }) => reasons)
        .filter(({ kind, episodeId: of }) => kind === 'contact' && of === episodeId),
    ).toEqual([]);

    const contact = left.urgent.lines[0]!.reasons[0]!.revision;
    await journey.act(episodeId, 'notes', { text: 'Spoke about sleep; goes on as planned.', about: contact });
    const [note] = (await read<List>('documentation')).lines[0]!.reasons;
    expect(note).toMatchObject({ class: 'signature', episodeId });
    await journey.act(episodeId, `notes/${note!.revision}/signature`, {});
    await journey.act(episodeId, `notes/${note!.revision}/dispatch`, { destination: 'ehr' });
    expect((await read<List>('documentation')).total).toBe(0);
    const { urgent, owners } = await evening();
    expect([urgent.total, owners]).toEqual([0, []]);
  });

  it('ends with tomorrow: what the next morning has and today does not', async () => {
    const { tomorrow } = await evening();
    expect(tomorrow.total).toBeGreaterThan(0);
    const then = await read<List>('morning?date=2026-11-03');
    expect(patients(then)).toEqual(expect.arrayContaining(patients(tomorrow)));
  });

  it.each(['README.md', 'docs/day.md'])('is quoted in %s as it was', (page) => {
    // Of the patient whom the tour of the README refers that very day.
    told.add(whyItExists({ kind: 'safety-review', anchorOn: REFERENCE_DATE, dueOn: REFERENCE_DATE }, REFERENCE_DATE));
    const quoted = quotedIn(readFileSync(page, 'utf8'));
    expect(quoted.length).toBeGreaterThan(3);
    expect(quoted.filter((said) => !told.has(said))).toEqual([]);
  });
});
