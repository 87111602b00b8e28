import type { Notify } from '#care';
import { v5 } from 'uuid';

/**
 * What a notice is about: `safety` interrupts, `routine` waits for the list of the next morning, `digest` for the supervisor’s
 * digest (follow-up-rules, "Against alarm fatigue" 3).
 */
export const NOTICE_CLASSES = ['safety', 'routine', 'digest'] as const;
export type NoticeClass = (typeof NOTICE_CLASSES)[number];

/** `passed-on`: could not be delivered, and went to the next of the ladder. `withdrawn`: nothing waited any more before it was sent. */
export const NOTICE_STATES = ['waiting', 'delivered', 'passed-on', 'undelivered', 'withdrawn'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** A word to the provider, in the place of the id of a follow-up: which fact of the episode asks for it. */
const WORD = 'provider-notified:';
export const wordId = (revision: number): string => `${WORD}${revision}`;
export const isWord = ({ followUp }: Pick<Reason, 'followUp'>): boolean => followUp.startsWith(WORD);

/** One step of one follow-up, or a word, told to somebody in a role. */
export interface Reason {
  readonly episode: string;
  readonly followUp: string;
  readonly step: number;
  readonly role: Notify;
  /** From when it could be raised: the step’s time, or the recording of its opening if that is later. */
  readonly since: string;
}

/** Addressed to one person: about one patient and day, or, of class safety, about one step. */
export interface Notice {
  readonly id: string;
  readonly organisation: string;
  readonly recipient: string;
  readonly patient: string;
  readonly episode: string;
  /** The local day at the patient’s site. */
  readonly day: string;
  readonly class: NoticeClass;
}

export type MessageKind = 'safety' | 'list' | 'digest';

/** What is sent: one notice of class safety, or several of one person together. */
export interface Message {
  readonly id: string;
  readonly organisation: string;
  readonly recipient: string;
  readonly kind: MessageKind;
  readonly day: string;
  /** The episode, when it is about one only. */
  readonly episode: string | null;
  /** How many patients, or safety items, it stands for. */
  readonly count: number;
  /** The first message of a chain that was passed on; its own id for that one. */
  readonly root: string;
  readonly madeAt: string;
}

const NAMESPACE = '6d1f0b8e-3c52-5f4a-9d27-5b8e4a0c7f31';
const id = (...parts: readonly (string | number)[]): string => v5(parts.join('/'), NAMESPACE);

/** A step that interrupts: the same step and person always give the same notice, whatever happens to this file or the log. */
export const safetyNoticeId = (organisation: string, reason: Reason, recipient: string): string =>
  id('safety', organisation, reason.episode, reason.followUp, reason.step, reason.since, recipient);

/** At most one for a person, a patient and a local day (rule 1). */
export const dailyNoticeId = (organisation: string, recipient: string, patient: string, day: string): string =>
  id('daily', organisation, recipient, patient, day);

/** One list, and one digest, for a person and a day (rule 3). */
export const messageId = (kind: MessageKind, organisation: string, recipient: string, day: string): string =>
  id(kind, organisation, recipient, day);

/** What `recipient` gets in place of somebody who could not be reached. */
export const passedOnId = (root: string, recipient: string): string => id('instead', root, recipient);
