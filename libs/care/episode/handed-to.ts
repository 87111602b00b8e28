import { refuse, type Refusal } from '../decider.js';
import type { StaffMember } from '../organisation/index.js';
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

/** Whether the act can hand something to somebody. */
export const handsOver = (type: EpisodeCommandType): boolean => HANDED_TO[type] !== undefined;

/** Why nothing can be handed to whom the act names: a slip of the pen would look like an owner. Undefined when all are there, or no staff is listed. */
export function refusalOfStrangers(
  command: { readonly type: EpisodeCommandType },
  staff: ReadonlyMap<string, StaffMember>,
): Refusal | undefined {
  if (staff.size === 0) return undefined;
  const said = command as Readonly<Record<string, unknown>>;
  const errors = (HANDED_TO[command.type] ?? []).flatMap((field) => {
    const member = staff.get(String(said[field]));
    if (said[field] === undefined || member?.active) return [];
    return [{ pointer: `/${field}`, detail: member ? 'has left the staff' : 'not on the staff' }];
  });
  return errors.length === 0
    ? undefined
    : refuse('unknown-staff', 'Only somebody on the staff can be given a patient or a task.', errors).refusal;
}
