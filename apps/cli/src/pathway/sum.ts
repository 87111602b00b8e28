import type { PathwayPreview } from '#door';

type Effects = PathwayPreview['atOnce'];

/** Pages of a preview added up. */
export const sumOf = (pages: readonly PathwayPreview[]): PathwayPreview => ({
  episodes: pages.reduce((sum, { episodes }) => sum + episodes, 0),
  untold: pages.reduce((sum, { untold }) => sum + untold, 0),
  atOnce: added(pages.map(({ atOnce }) => atOnce)),
  atNextPhase: added(pages.map(({ atNextPhase }) => atNextPhase)),
});

function added(all: readonly Effects[]): Effects {
  const sums: { [K in keyof Effects]: NonNullable<Effects[K]> } = {};
  for (const [kind, { opens, moves, ends }] of all.flatMap((effects) => Object.entries(effects))) {
    const before = sums[kind as keyof Effects] ?? { opens: 0, moves: 0, ends: 0 };
    sums[kind as keyof Effects] = {
      opens: before.opens + opens,
      moves: before.moves + moves,
      ends: before.ends + ends,
    };
  }
  return sums;
}
