/** A planted bug: one piece of one source file, replaced. */
export interface PlantedBug {
  readonly name: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
}

/** The bug this process was started with, if it is one of the workflow's: its code is compiled apart from all others. */
export function plantedInWorkflow(): [from: string, to: string][] {
  const planted = JSON.parse(process.env['PLANTED_BUG'] ?? 'null') as PlantedBug | null;
  return planted?.file === 'workflows/episode.ts' ? [[planted.from, planted.to]] : [];
}
