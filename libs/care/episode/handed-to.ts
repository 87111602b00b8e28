import { refuse, type Refusal } from '../decider.js';
import type { StaffMember } from '../organisation/index.js';
import type { Role } from '../words.js';
import type { EpisodeCommandType } from './commands.js';

/** By which fields an act hands a patient or a piece of work to somebody. Who did something in the past is not among them. */
const HANDED_TO: Readonly<Partial<Record<EpisodeCommandType, readonly string[]>>> = {
  ReferPatient: ['careManager', 'provider'],
  AcceptReferral: ['careManager'],
  AssignCareManager: ['careManager'],
  AssignProvider: ['provider'],
  EnrolPatient: ['careManager'],
  PlanTask: ['owner'],
  TransferEpisode: ['to'],
  HandOverFollowUp: ['to'],
};

/** Acts with a safety review, whose level the psychiatric consultant approves (C17); of a visit it is a part. */
const WITH_REVIEW: Readonly<Partial<Record<EpisodeCommandType, readonly string[]>>> = {
  RecordSafetyReview: [],
  RecordVisit: ['safetyReview'],
};

/** Whether the act can name somebody who has to be on the staff. */
export const handsOver = (type: EpisodeCommandType): boolean => (HANDED_TO[type] ?? WITH_REVIEW[type]) !== undefined;

interface Named {
  readonly pointer: string;
  readonly staff: unknown;
  readonly as?: Role;
}

function namedIn(command: { readonly type: EpisodeCommandType }): Named[] {
  const said = (path: readonly string[]): unknown =>
    path.reduce<unknown>((part, member) => (part as Record<string, unknown> | undefined)?.[member], command);
  const handed = (HANDED_TO[command.type] ?? []).map((field) => ({ pointer: `/${field}`, staff: said([field]) }));
  const review = WITH_REVIEW[command.type];
  const approval = review && [...review, 'approvedBy'];
  return [
    ...handed,
    ...(approval
      ? [{ pointer: `/${approval.join('/')}`, staff: said(approval), as: 'psychiatric-consultant' } as const]
      : []),
  ].filter(({ staff }) => staff !== undefined);
}

/** Why the act cannot name whom it names: a slip of the pen would look like an owner, or like an approval. Undefined when all are there, or no staff is listed. */
export function refusalOfStrangers(
  command: { readonly type: EpisodeCommandType },
  staff: ReadonlyMap<string, StaffMember>,
): Refusal | undefined {
  if (staff.size === 0) return undefined;
  const errors = namedIn(command).flatMap(({ pointer, staff: named, as }) => {
    const member = staff.get(String(named));
    if (!member?.active) return [{ pointer, detail: member ? 'has left the staff' : 'not on the staff' }];
    return as && member.role !== as ? [{ pointer, detail: `not the ${as.replace('-', ' ')}` }] : [];
  });
  return errors.length === 0
    ? undefined
    : refuse(
        'unknown-staff',
        'Only somebody on the staff can be given a patient or a task, or approve a level of risk.',
        errors,
      ).refusal;
}
