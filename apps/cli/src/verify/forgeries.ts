import type { StoredEvent } from '#event-store';
import type { Chance } from '../simulate/chance.js';
import { falsified, saying } from './sample-clinic.js';

/** For specs: a way to make a log wrong, or another one that is still right. */
export type Forgery = (log: readonly StoredEvent[], chance: Chance) => readonly StoredEvent[];

type Change = (event: StoredEvent, chance: Chance) => StoredEvent | readonly StoredEvent[];
type Which = (event: StoredEvent) => boolean;

const any: Which = () => true;
const of =
  (...types: string[]): Which =>
  ({ type }) =>
    types.includes(type);
const raise = of('FollowUpRaised');
const opening = of('FollowUpOpened');
const end = of('FollowUpFulfilled', 'FollowUpSuperseded');
const contact = of('OutreachAttempted', 'ContactRecorded');

/** One of those events, or none when the log has none. */
function victimOf(log: readonly StoredEvent[], which: Which, chance: Chance): StoredEvent | undefined {
  const all = log.filter(which);
  return all[chance.between(0, all.length - 1)];
}

/** A change after which no hash was made anew. */
const raw =
  (which: Which, change: Change): Forgery =>
  (log, chance) => {
    const victim = victimOf(log, which, chance);
    return log.flatMap((event) => (event === victim ? change(event, chance) : event));
  };

/** A change after which every chain was hashed anew, so that only what is said can betray it. */
const rehashed =
  (which: Which, change: Change): Forgery =>
  (log, chance) => {
    const victim = victimOf(log, which, chance);
    return falsified(log, (event) => (event === victim ? change(event, chance) : event));
  };

const moved = (event: StoredEvent, ms: number): string => new Date(Date.parse(event.recordedAt) + ms).toISOString();
const facts = (event: StoredEvent) => event.body.facts;
const without = (event: StoredEvent, key: string): StoredEvent => {
  const { [key]: _left, ...rest } = facts(event);
  return { ...event, body: { ...event.body, facts: rest } };
};
const another = (event: StoredEvent, change: object = {}): StoredEvent => ({ ...event, id: 'another', ...change });
const told = (event: StoredEvent, type: string, more: object): StoredEvent => ({
  ...another(event, { type }),
  body: { facts: { followUpId: facts(event)['followUpId']!, ...more }, sealed: null },
});

const swapped: Forgery = (log, chance) => {
  const victim = victimOf(log, ({ revision }) => revision > 0, chance)!;
  const before = log.findLast(
    ({ streamId, revision }) => streamId === victim.streamId && revision === victim.revision - 1,
  )!;
  const at = (event: StoredEvent, { position }: StoredEvent): StoredEvent => ({ ...event, position });
  return log.map((event) => (event === victim ? at(before, victim) : event === before ? at(victim, before) : event));
};

/** Names and numbers on which two writers of canonical JSON could differ. */
const AWKWARD = {
  é: 'a\u2028b\u007f"\\\u0001\n',
  '\u{1F600}': [1e21, 123456789012345680000, 1e-7, 1.5e-6, 0.1, -0, 100, 1.25e300, 5e-324, 9007199254740994],
  '\uFB33': { 10: true, 9: null, '': {}, A: [], __proto: 'x' },
};

export const FORGERIES: Readonly<Record<string, Forgery>> = {
  'nothing changed': (log) => log,
  'a changed body': raw(opening, (event) => saying(event, { dueOn: '2027-12-24' })),
  'a changed actor': raw(any, (event) => ({ ...event, actor: 'user:nobody' })),
  'a changed hash': raw(any, (event) => ({ ...event, hash: event.hash.replace(/^./, (c) => (c === '0' ? '1' : '0')) })),
  'a changed link': raw(any, (event) => ({ ...event, prevHash: '0'.repeat(64) })),
  'a changed time': raw(any, (event) => ({ ...event, recordedAt: moved(event, -86_400_000) })),
  'a revision that jumps': raw(any, (event) => ({ ...event, revision: event.revision + 1 })),
  'a gap': raw(any, () => []),
  'an event twice': raw(any, (event) => [event, event]),
  'two events swapped': swapped,
  'no tail': (log, chance) => log.slice(0, chance.between(1, log.length - 1)),
  'no middle': (log, chance) => log.toSpliced(chance.between(0, log.length - 5), 5),
  'time that goes back': rehashed(any, (event) => ({ ...event, recordedAt: '2029-01-01T00:00:00.000Z' })),
  'a lost key': rehashed(({ body }) => body.sealed !== null, (event) => ({
    ...event, body: { ...event.body, sealed: { ...event.body.sealed!, kid: 'lost' } },
  })), // prettier-ignore
  'awkward JSON': rehashed(contact, (event) => saying(event, AWKWARD)),
  'awkward JSON, changed': (log, chance) =>
    raw(contact, (event) => saying(event, { '\u{1F600}': 1 }))(rehashed(contact, (event) => saying(event, AWKWARD))(log, chance), chance), // prettier-ignore
  'a doubled raise': rehashed(raise, (event) => [event, another(event)]),
  'an early raise': rehashed(raise, (event, chance) => ({
    ...event,
    recordedAt: moved(event, chance.happens(0.5) ? -1 : -chance.between(1, 60_000)),
  })),
  'a late raise': rehashed(raise, (event, chance) => ({
    ...event,
    recordedAt: moved(event, 60_000 + chance.between(-1, 1)),
  })),
  'a raise for another instant': rehashed(raise, (event) => saying(event, { at: moved(event, -18_000_000) })),
  'a raise of a later step': rehashed(raise, (event) => saying(event, { step: Number(facts(event)['step']) + 3 })),
  'a raise out of all reason': rehashed(raise, (event) => saying(event, { step: 1_000_000_000 })),
  'a raise that is missing': rehashed(raise, () => []),
  'no raise at all': (log) => falsified(log, (event) => (raise(event) ? [] : event)),
  'a raise that stands for nothing': rehashed(
    (event) => raise(event) && facts(event)['standsFor'] !== undefined,
    (event) => without(event, 'standsFor'),
  ),
  'a raise that stands for too much': rehashed(raise, (event, chance) =>
    saying(event, { standsFor: [1, 2, 2, chance.between(1, 9)] }),
  ),
  'a raise of what was never opened': rehashed(raise, (event) => saying(event, { followUpId: 'contact:999:1' })),
  'a raise after the end': rehashed(end, (event) => [
    event,
    told(event, 'FollowUpRaised', { step: 1, at: event.recordedAt, notify: ['care-manager'] }),
  ]),
  'an end twice': rehashed(end, (event) => [event, another(event)]),
  'an end that is missing': rehashed(end, () => []),
  'an end too soon': rehashed(opening, (event) => [event, told(event, 'FollowUpFulfilled', { byRevision: 0 })]),
  'opened twice': rehashed(opening, (event) => [event, another(event)]),
  'opened again after the end': rehashed(opening, (event) => [
    event,
    told(event, 'FollowUpFulfilled', { byRevision: 0 }),
    another(event),
  ]),
  'never opened': rehashed(opening, () => []),
  'an episode owed nothing': (log) => falsified(log, (event) => (event.type.startsWith('FollowUp') ? [] : event)),
  'acknowledged by nobody': rehashed(raise, (event) => [event, told(event, 'FollowUpAcknowledged', { by: 'cm-1' })]),
  'an older snooze': rehashed(raise, (event, chance) => [
    event,
    told(event, 'FollowUpSnoozed', { until: moved(event, chance.between(1, 90) * 3_600_000), reason: 'other' }),
  ]),
  'an unreadable opening': rehashed(opening, (event) => without(event, 'ladder')),
  'an unreadable raise': rehashed(raise, (event) => without(event, 'at')),
  'an unknown follow-up event': rehashed(raise, (event) => ({ ...event, type: 'FollowUpForgotten' })),
  'a newer schema': rehashed(raise, (event) => ({ ...event, schemaVersion: 9 })),
  'a discharge that is missing': rehashed(of('EpisodeDischarged', 'PatientDeathNoted'), () => []),
  'a discharge of somebody else': rehashed(contact, (event) => [
    event,
    { ...another(event, { type: 'EpisodeDischarged' }), body: { facts: { reason: 'graduated' }, sealed: null } },
  ]),
  'a void that is missing': rehashed(of('ActVoided', 'PatientDeathNoteRetracted'), () => []),
};
