export interface Temporal {
  /** The Temporal CLI: `<path> server start-dev` is the development server. */
  path: string;
  source: 'path' | 'cache' | 'download' | 'build';
}

export interface ObtainTemporal {
  /** Gets one line at a time; by default they go to stderr. */
  log?: (line: string) => void;
  /** Whether a build from source, which takes minutes, may be tried. By default it may. */
  allowBuild?: boolean;
}

/** A Temporal CLI that runs on this machine, or null when none is to be had. */
export function obtainTemporal(options?: ObtainTemporal): Promise<Temporal | null>;

/** Where what is obtained once is kept. */
export function cacheFolder(env?: NodeJS.ProcessEnv): string;

/** What tools/temporal-dev/go.mod and go.sum pin. */
export function readPins(folder?: string): { cli: string; go: string; hash: string };

/** Whether the answer to `temporal --version` names a CLI we can use. */
export function isRecentEnough(said: string): boolean;

export function atLeast(version: string, wanted: number[]): boolean;
