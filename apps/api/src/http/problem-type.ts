export interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** What it means and what a client can do, for the page at `/problems/<slug>`. */
  readonly meaning: string;
}

export const problem = (status: number, title: string, meaning: string): ProblemType => ({ status, title, meaning });
