import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Generations, type Generation } from './generation.js';
import type { Place } from './place.js';
import { placeFor } from './places.js';
import { PROJECTIONS } from './projections.js';
import { onBothDatabases, type Home } from './testing/databases-suite.js';
import { insertAll, Statements, upsertAll, type Row } from './writing.js';

const organisation = 'org-1';
const brief = (n: number, said: string): Row<'briefs'> => ({
  episode_id: `e-${String(n).padStart(3, '0')}`,
  ...{ organisation, in_treatment: n % 2, stands_out: 0, standing: said, course: `course ${n}`, reach: '{}' },
});
const briefs = (count: number, said: string): Row<'briefs'>[] =>
  Array.from({ length: count }, (_, n) => brief(n, said));

onBothDatabases((newHome) => {
  let home: Home;
  let place: Place;
  let generation: Generation;
  const statements = new Statements();

  beforeEach(async () => {
    home = await newHome();
    place = placeFor(home)();
    generation = await new Generations(place, PROJECTIONS).create();
  });
  afterEach(async () => {
    await generation.close();
    await place.close();
    await home.remove();
  });
  const kept = () => generation.reader.selectFrom('briefs').selectAll().orderBy('episode_id').execute();

  // Beside what one statement writes, and what is left for smaller ones.
  it.each([0, 1, 63, 64, 65, 191])(
    'inserts %i rows, each as it is, also when statements are used again',
    async (count) => {
      await generation.writer.transaction().execute(async (tx) => {
        await insertAll({ tx, statements }, 'briefs', briefs(count, 'once'));
      });
      expect(await kept()).toEqual(briefs(count, 'once'));
    },
  );

  it('replaces the rows that stand there, adds the others and leaves the rest alone', async () => {
    await generation.writer.transaction().execute(async (tx) => {
      const into = { tx, statements };
      await insertAll(into, 'briefs', briefs(70, 'before'));
      await upsertAll(into, 'briefs', [brief(3, 'after'), brief(80, 'after')]);
    });
    const wanted = briefs(70, 'before').with(3, brief(3, 'after'));
    expect(await kept()).toEqual([...wanted, brief(80, 'after')]);
  });

  it('is told by the database when a row that is inserted stands there', async () => {
    await expect(
      generation.writer.transaction().execute(async (tx) => {
        await insertAll({ tx, statements }, 'briefs', [brief(1, 'once'), brief(1, 'twice')]);
      }),
    ).rejects.toThrow(/unique/i);
    expect(await kept()).toEqual([]);
  });
});
