import type { FollowUpKind, Notify } from '#care';
import type { Reason } from '../words/follow-ups.js';
import type { Trend } from './trend.js';

interface Score {
  readonly score: number;
  readonly on: string;
}

/** An episode as a care manager’s list shows it. */
export interface CaseloadRow {
  readonly episodeId: string;
  readonly patientId: string;
  /** Null when it cannot be read any more. */
  readonly patientName: string | null;
  /** Of the patient: `test` is no real person, `vip` and `staff` are opened with a reason. */
  readonly labels: readonly string[];
  /** Something of the episode or the patient was sealed with a key that is gone. */
  readonly unreadable: boolean;
  readonly site: string;
  readonly careManager: string | null;
  readonly provider: string | null;
  readonly phase: string;
  readonly phaseSince: string;
  readonly referredOn: string;
  readonly enrolledOn: string | null;
  /** Counted from 1; null before enrolment. */
  readonly weekInEpisode: number | null;
  readonly scale: {
    readonly instrument: string;
    readonly baseline: Score | null;
    readonly last: Score | null;
    readonly previous: Score | null;
    /** Points since the baseline, negative when better. */
    readonly change: number | null;
    readonly trend: Trend | null;
  } | null;
  readonly lastContactOn: string | null;
  readonly daysSinceContact: number | null;
  readonly nextContactDue: string | null;
  readonly nextScaleDue: string | null;
  readonly lastConsultOn: string | null;
  readonly nextConsultDue: string | null;
  readonly nextAppointment: { readonly on: string; readonly at: string | null } | null;
  readonly safetyOpen: boolean;
  readonly riskLevel: string | null;
  readonly hold: { readonly reason: string; readonly since: string; readonly expectedEnd: string | null } | null;
  readonly consents: readonly string[];
  readonly flags: readonly string[];
  readonly language: string | null;
  readonly openFollowUps: number;
  readonly headline: CaseloadHeadline | null;
  /** Events of this episode are set aside, so the row may be older than the record. */
  readonly behind: boolean;
  readonly revision: number;
}

/** The most pressing follow-up: why, since when, by when, what closes it, who hears next. */
export interface CaseloadHeadline {
  readonly followUpId: string;
  readonly kind: FollowUpKind;
  readonly title: string;
  readonly why: string;
  /** Local date of the fact that opened it. */
  readonly anchorOn: string | null;
  readonly dueOn: string;
  readonly daysOverdue: number;
  /** When its first step was raised; null while it is only coming up. */
  readonly since: string | null;
  readonly closes: string;
  readonly next: { readonly at: string; readonly notify: readonly Notify[] };
}

/** A headline as it is kept: what its sentence is made of. */
export interface KeptHeadline extends Pick<CaseloadHeadline, 'followUpId' | 'since' | 'next'> {
  readonly reason: Reason;
}

/** The row as it is kept: whatever depends on today, on another stream or on our words is left blank and filled in when it is read. */
export type KeptRow = Omit<CaseloadRow, 'headline'> & { readonly headline: KeptHeadline | null };
