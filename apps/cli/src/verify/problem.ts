/** What can be wrong with a log, by name. */
export type ProblemKind =
  /** The hash chain of a stream does not hold. */
  | 'chain-broken'
  /** An event that this proof rests on cannot be read by this build. */
  | 'unreadable'
  /** A step was raised before its time. */
  | 'early'
  /** A step was raised, or named as stood for, more than once. */
  | 'doubled'
  /** A step came due and nobody was told. */
  | 'silent'
  /** A raise does not say what the follow-up planned: another step, or another instant. */
  | 'unplanned'
  | 'opened-twice'
  | 'ended-twice'
  /** Something about a follow-up that had ended, or was never opened. */
  | 'not-open'
  /** An open episode that was owed nothing. */
  | 'episode-without-follow-up';

/** One thing that is wrong, and where. Ids and codes only: nothing personal can stand here. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly streamId: string;
  readonly revision: number;
  readonly followUpId?: string;
  readonly step?: number;
  readonly detail: string;
}
