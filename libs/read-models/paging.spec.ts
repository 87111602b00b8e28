import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { caseloadQuery } from './caseload/queries.js';
import type { KeptRow } from './caseload/view.js';
import { followUps } from './follow-ups/queries.js';
import type { FollowUpRow } from './follow-ups/row.js';
import { Generations, type Generation } from './generation.js';
import type { Page } from './page.js';
import type { Place } from './place.js';
import { placeFor } from './places.js';
import { PROJECTIONS } from './projections.js';
import { onBothDatabases, type Home } from './testing/databases-suite.js';
import { insertAll, Statements } from './writing.js';

/** Keys such as no clinic has, so that the order of the database shows: both cases, marks, accents, beyond the first plane, prefixes. */
const word = fc.string({
  unit: fc.constantFrom('a', 'A', 'b', 'B', '_', '-', ' ', 'é', 'ß', 'z', '0', '９', '😀'),
  maxLength: 3,
});
const KEYS = [...new Set(fc.sample(fc.tuple(word, word), { numRuns: 1_400, seed: 26 }).map((pair) => pair.join('|')))];
const ROWS = KEYS.slice(0, 1_000).map((key, i) => ({ sort: key, id: `${key.split('|')[1]}#${i}` }));

const byBytes = (a: readonly string[], b: readonly string[]): number =>
  Buffer.compare(Buffer.from(a.join('\0')), Buffer.from(b.join('\0')));
const EXPECTED = ROWS.map(({ sort, id }) => [sort, id]).toSorted(byBytes);

const now = new Date('2027-01-04T15:00:00.000Z');
const organisation = 'org-1';

onBothDatabases((newHome) => {
  let home: Home;
  let place: Place;
  let generation: Generation;

  beforeAll(async () => {
    home = await newHome();
    place = placeFor(home)();
    generation = await new Generations(place, PROJECTIONS).create();
    await generation.writer.transaction().execute(async (tx) => {
      const into = { tx, statements: new Statements() };
      await insertAll(into, 'caseload', ROWS.map(caseloadRow));
      await insertAll(into, 'follow_ups', ROWS.map(followUpRow));
    });
  });
  afterAll(async () => {
    await generation.close();
    await place.close();
    await home.remove();
  });

  it('has a thousand rows', () => expect(ROWS).toHaveLength(1_000));

  it.each([7, 50, 200])(
    'pages through the caseload, %i at a time, in the order of bytes, each row once',
    async (limit) => {
      const ask = caseloadQuery(generation.reader);
      const seen = await all((from) => ask({ organisation, now, limit, ...from }));
      expect(seen.map(({ episodeId }) => episodeId)).toEqual(EXPECTED.map(([, id]) => id));
    },
  );

  it.each([7, 50, 200])(
    'pages through the follow-ups, %i at a time, in the order of bytes, each row once',
    async (limit) => {
      const seen = await all((from) => followUps(generation.reader, { organisation, now, limit, ...from }));
      expect(seen.map(({ dueOn, episodeId }) => [dueOn, episodeId])).toEqual(EXPECTED);
    },
  );
});

async function all<T>(ask: (from: { cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Page<T> = await ask(cursor === undefined ? {} : { cursor });
    rows.push(...page.rows);
    cursor = page.next;
  }
  return rows;
}

const caseloadRow = ({ sort, id }: (typeof ROWS)[number]) => ({
  episode_id: id,
  organisation,
  patient_id: id,
  site: 'main',
  zone: 'America/New_York',
  care_manager: null,
  provider: null,
  phase: 'acute',
  flagged: 0,
  listed: 1,
  urgency: sort,
  kept: JSON.stringify({
    episodeId: id,
    enrolledOn: null,
    lastContactOn: null,
    headline: null,
  } satisfies Partial<KeptRow>),
});

const followUpRow = ({ sort, id }: (typeof ROWS)[number]): FollowUpRow => ({
  episode_id: id,
  follow_up_id: 'contact:0:1',
  organisation,
  kind: 'contact',
  anchor_revision: 0,
  anchor_on: null,
  anchor_type: null,
  due_on: sort,
  zone: 'America/New_York',
  safety: 0,
  opened_at: now.toISOString(),
  owner: null,
  about: null,
  state: 'superseded',
  first_raised_at: null,
  last_raised_at: null,
  last_step: 0,
  raises: '[]',
  notified: '[]',
  next_step: 1,
  next_at: now.toISOString(),
  next_notify: '[]',
  snoozed_until: null,
  acknowledged_by: null,
  in_hand_since: null,
  ended_at: null,
  ended_revision: null,
  by_revision: null,
  end_reason: null,
  entry: '{}',
});
