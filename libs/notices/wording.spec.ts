import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FOLLOW_UP_KINDS, type EpisodeCommand } from '#care';
import { portal, ToldClinic } from './testing/clinic-suite.js';

const CANARY = 'Canary';
const canary = fc.string({ minLength: 1, maxLength: 8 }).map((tail) => `${CANARY} ${tail} ${CANARY}`);

/** Acts of care with something personal in every place that takes it. */
const act: fc.Arbitrary<EpisodeCommand> = fc.oneof(
  canary.map((text) => ({ type: 'AddNote' as const, text })),
  canary.map((note) => ({ type: 'RaiseSafetyConcern' as const, note })),
  fc.constantFrom(portal(1), portal(3), portal(0), portal(null)),
  canary.map((text) => ({ type: 'PlanTask' as const, dueOn: '2027-03-03', owner: 'cm-1', text })),
  fc.tuple(fc.constantFrom('low' as const, 'high' as const), canary).map(([level, note]) => ({
    type: 'RecordSafetyReview' as const,
    outcome: 'assessed' as const,
    level,
    tool: 'c-ssrs' as const,
    approvedBy: 'psy-1',
    note,
  })),
);

const SAID =
  /^(A safety item waits|\d+ safety items wait|\d+ patients? waits? for you|Today’s digest names \d+ patients?) in Followthrough: https:\/\/followthrough\.example\/v1\/(episodes\/[0-9a-f-]{36}|worklist\?assignee=me|notices\?recipient=me)( It comes to you because somebody else could not be reached\.)?$/;
const SUBJECT =
  /^Followthrough: (a safety item waits|\d+ safety items wait|\d+ patients? waits? for you|today’s digest names \d+ patients?)$/;

describe('a notice', () => {
  it('says that something waits and where, never what, of whom or how bad; nor does its file', async () => {
    let told = 0;
    await fc.assert(
      fc.asyncProperty(
        canary,
        canary,
        fc.array(act, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (name, reason, acts, isReached) => {
          const clinic = await ToldClinic.open('2027-03-01 09:00');
          await clinic.organisation({
            type: 'AddStaff',
            staff: 'cm-9',
            role: 'care-manager',
            name,
            email: `${CANARY}@example.com`,
          });
          clinic.answering = ({ recipient }) =>
            isReached || recipient !== 'cm-1' ? { kind: 'sent' } : { kind: 'unreachable', code: 'no-address' };
          const episode = await clinic.refer({ patient: await clinic.register(name), reason });
          for (const command of acts) await clinic.act(episode, command);
          for (const time of ['03-01 09:00', '03-01 13:00', '03-03 08:05', '03-15 08:05', '03-29 16:00'])
            await clinic.at(`2027-${time}`);
          told += clinic.sent.length;
          for (const { text, subject } of clinic.sent) {
            expect(text).toMatch(SAID);
            expect(subject).toMatch(SUBJECT);
          }
          const said = JSON.stringify(clinic.sent);
          expect([CANARY, 'PHQ', 'GAD', ...FOLLOW_UP_KINDS].filter((word) => said.includes(word))).toEqual([]);
          expect(everything(clinic)).not.toContain(CANARY);
        },
      ),
      { numRuns: 25 },
    );
    expect(told).toBeGreaterThan(50);
  }, 60_000);
});

/** All that the file of notices holds. */
function everything({ db }: ToldClinic): string {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  return JSON.stringify(tables.map(({ name }) => db.prepare(`SELECT * FROM ${String(name)}`).all()));
}
