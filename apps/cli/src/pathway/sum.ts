import type { PathwayPreview } from '#door';

type Effects = PathwayPreview['atOnce'];
type Effect = NonNullable<Effects[keyof Effects]>;

/** Pages of a preview added up. */
export const sumOf = (pages: readonly PathwayPreview[]): PathwayPreview => ({
  episodes: pages.reduce((sum, { episodes }) => sum + episodes, 0),
  untold: pages.reduce((sum, { untold }) => sum + untold, 0),
  atOnce: added(pages.map(({ atOnce }) => atOnce)),
  atNextPhase: added(pages.map(({ atNextPhase }) => atNextPhase)),
});

function added(all: readonly Effects[]): Effects {
  const byKind = Map.groupBy(
    all.flatMap((effects) => Object.entries(effects)),
    ([kind]) => kind,
  );
  const total = (effects: readonly Effect[], what: keyof Effect): number =>
    effects.reduce((sum, effect) => sum + effect[what], 0);
  const sums = [...byKind].map(([kind, entries]) => {
    const effects = entries.map(([, effect]) => effect);
    return [kind, { opens: total(effects, 'opens'), moves: total(effects, 'moves'), ends: total(effects, 'ends') }];
  });
  return Object.fromEntries(sums) as Effects;
}
