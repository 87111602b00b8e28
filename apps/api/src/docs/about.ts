/** What the home page says about this installation. */
export interface About {
  /** `try`, `clinic`, `network` or `demo`. */
  readonly profile: string;
  /** Address of Temporal's own pages, when there are any. */
  readonly temporalUi?: string;
  /** How a newcomer gets a token; absent where an identity provider gives them. */
  readonly tokenHint?: string;
}
