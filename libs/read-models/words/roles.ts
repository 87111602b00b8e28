import type { Notify } from '#care';

/** Whom a step tells, as people say it. */
export const ROLE_WORDS: Readonly<Record<Notify, string>> = {
  'care-manager': 'the care manager',
  supervisor: 'the supervisor',
  'psychiatric-consultant': 'the psychiatric consultant',
  provider: 'the primary care provider',
  'on-call': 'the on-call clinician',
  'second-owner': 'the second owner',
  'consult-queue': 'the consult queue',
  digest: 'the supervisor’s daily digest',
  'task-owner': 'the owner of the task',
  'former-owner': 'the former owner',
};

/** `the care manager and the supervisor`. */
export function namedTogether(roles: readonly Notify[]): string {
  const words = roles.map((role) => ROLE_WORDS[role] ?? role);
  const last = words.at(-1) ?? 'nobody';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
