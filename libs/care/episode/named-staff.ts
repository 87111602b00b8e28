import { refuse, type Refusal } from '../decider.js';
import { CARING, type StaffMember } from '../organisation/index.js';
import type { Role } from '../words.js';
import type { EpisodeCommandType } from './commands.js';

interface Naming {
  /** Where in the act the person is named. */
  readonly at: readonly string[];
  /** The role they must have; absent: any that does care. */
  readonly as?: Role;
}

const named = (...fields: readonly string[]): readonly Naming[] => fields.map((field) => ({ at: [field] }));
/** The level of a safety review is approved by the consultant (C17). */
const approved = (...at: readonly string[]): readonly Naming[] => [{ at, as: 'psychiatric-consultant' }];

/** By which fields an act hands a patient or a piece of work to somebody, or names who approved. Who did something in the past is not among them. */
const NAMED: Readonly<Partial<Record<EpisodeCommandType, readonly Naming[]>>> = {
  ReferPatient: named('careManager', 'provider'),
  AcceptReferral: named('careManager'),
  AssignCareManager: named('careManager'),
  AssignProvider: named('provider'),
  EnrolPatient: named('careManager'),
  PlanTask: named('owner'),
  TransferEpisode: named('to'),
  HandOverFollowUp: named('to'),
  RecordSafetyReview: approved('approvedBy'),
  RecordVisit: approved('safetyReview', 'approvedBy'),
};

/** Whether the act can name somebody who has to be on the staff. */
export const namesStaff = (type: EpisodeCommandType): boolean => NAMED[type] !== undefined;

const saidAt = (command: object, at: readonly string[]): unknown =>
  at.reduce<unknown>((part, member) => (part as Record<string, unknown> | undefined)?.[member], command);

/** Why the act cannot name whom it names: a slip of the pen would look like an owner, or like an approval. Undefined when all are there, or no staff is listed. */
export function refusalOfStrangers(
  command: { readonly type: EpisodeCommandType },
  staff: ReadonlyMap<string, StaffMember>,
): Refusal | undefined {
  if (staff.size === 0) return undefined;
  const errors = (NAMED[command.type] ?? []).flatMap(({ at, as }) => {
    const said = saidAt(command, at);
    if (said === undefined) return [];
    const [pointer, member] = [`/${at.join('/')}`, staff.get(String(said))];
    if (!member?.active) return [{ pointer, detail: member ? 'has left the staff' : 'not on the staff' }];
    if (as) return member.role === as ? [] : [{ pointer, detail: `not the ${as.replace('-', ' ')}` }];
    return CARING.has(member.role) ? [] : [{ pointer, detail: 'does no care' }];
  });
  return errors.length === 0
    ? undefined
    : refuse(
        'unknown-staff',
        'Only somebody on the staff can be given a patient or a task, or approve a level of risk.',
        errors,
      ).refusal;
}
