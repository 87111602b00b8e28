import { describe, expect, it } from '@jest/globals';
import type { Story } from '../episode/story/index.js';
import { DEFAULT_POLICY, referral, Tale, visit } from '../testing/tale.js';
import { deriveFollowUps } from './derive.js';
import { emptyLedger, foldLedger, type Ledger } from './ledger.js';
import { formerOwner } from '../episode/whose.js';
import { afterUndoing, again, endOf, enrolled, hold, idOf, NEAR_MISSES, review, revisionOf, stepsOf } from './specs.js';

describe('resource-loop', () => {
  const connected = (): Tale => enrolled().at('2027-01-05 10:00').act({ type: 'ConnectResource', kind: 'housing' });
  const closed = { type: 'CloseResourceConnection', resource: 1, outcome: 'connected' } as const;

  it('is shown from day 14 and due after 30, to the care manager alone', () => {
    const entry = connected().one('resource-loop');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      '2027-02-04',
      ['2027-01-19 08:00 care-manager', '2027-02-04 08:00 care-manager'],
    ]);
  });
  it('is met by its own outcome, not by a visit or that of another connection', () => {
    const tale = connected().act({ type: 'ConnectResource', kind: 'food' });
    const [first, second] = tale.open('resource-loop').map(({ followUpId }) => followUpId);
    for (const miss of [...NEAR_MISSES, visit()]) tale.act(miss);
    tale.act({ ...closed, resource: 2 });
    expect([endOf(tale, first!), endOf(tale, second!)?.[0]]).toEqual([undefined, 'fulfilled']);
    tale.act(closed);
    expect(endOf(tale, first!)).toEqual(['fulfilled', revisionOf(tale, 'ResourceConnectionClosed')]);
    expect(afterUndoing(tale, first!)).toEqual([[again(first!), '2027-02-04']]);
  });
  it('asks again 30 days after a place on a waiting list, until something became of it', () => {
    const tale = connected()
      .at('2027-01-20 10:00')
      .act({ ...closed, outcome: 'waiting-list' });
    expect(tale.one('resource-loop').dueOn).toBe('2027-02-19');
    tale.at('2027-02-19 10:00').act({ ...closed, outcome: 'waiting-list' });
    expect(tale.one('resource-loop').dueOn).toBe('2027-03-22');
    expect(tale.act(closed).open('resource-loop')).toEqual([]);
    expect(tale.attempt(closed)?.code).toBe('resource-settled');
  });
  it('a hold puts it aside and counts from its end', () => {
    const tale = connected().act(hold()).at('2027-01-20 10:00').act({ type: 'EndHold' });
    expect(tale.one('resource-loop').dueOn).toBe('2027-02-19');
  });
});

describe('transfer-acknowledgement', () => {
  const transferred = (): Tale => enrolled().at('2027-01-05 10:00').act({ type: 'TransferEpisode', to: 'cm-2' });
  const acknowledged = { type: 'AcknowledgeTransfer' } as const;

  it('is due the next business day; the former owner is told until it is acknowledged, the supervisor at its close', () => {
    const entry = transferred().one('transfer-acknowledgement');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      '2027-01-06',
      ['2027-01-06 08:00 care-manager+former-owner', '2027-01-06 17:00 supervisor+former-owner'],
    ]);
    expect(entry.repeat.notify).toEqual(['supervisor', 'former-owner']);
  });
  it('a first assignment is no transfer; another care manager is', () => {
    expect(enrolled().open('transfer-acknowledgement')).toEqual([]);
    const tale = enrolled().act({ type: 'AssignCareManager', careManager: 'cm-2' });
    expect(tale.open('transfer-acknowledgement')).toHaveLength(1);
  });
  it('tells whoever had the episode until then, whichever way it changed hands', () => {
    const tale = transferred();
    expect(formerOwner(tale.story)).toBe('cm-1');
    tale.act({ type: 'AssignCareManager', careManager: 'cm-3' });
    expect(formerOwner(tale.story)).toBe('cm-2');
    expect(formerOwner(enrolled().act({ type: 'AssignCareManager', careManager: 'cm-2' }).story)).toBe('cm-1');
    expect(formerOwner(enrolled().story)).toBeNull();
  });
  it('is not acknowledged by whoever handed it over, but by the new care manager, their cover or a supervisor', () => {
    expect(transferred().attempt(acknowledged, { actor: 'user:cm-1' })?.code).toBe('not-the-new-owner');
    for (const actor of ['user:cm-2', 'user:cm-3', 'user:sup-1'] as const)
      expect(transferred().attempt(acknowledged, { actor })).toBeUndefined();
    // Back with the first one, it is theirs to acknowledge.
    const back = transferred().act({ type: 'TransferEpisode', to: 'cm-1' }, { actor: 'user:cm-2' });
    expect(back.attempt(acknowledged, { actor: 'user:cm-2' })?.code).toBe('not-the-new-owner');
    expect(back.attempt(acknowledged, { actor: 'user:cm-1' })).toBeUndefined();
  });
  it('is met by the acknowledgement, not by a visit', () => {
    const tale = transferred();
    const followUpId = idOf(tale, 'transfer-acknowledgement');
    for (const miss of [...NEAR_MISSES, visit()]) tale.act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(acknowledged, { actor: 'user:cm-2' });
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'TransferAcknowledged')]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-06']]);
  });
  it('another transfer takes its place; a hold puts it aside', () => {
    const tale = transferred();
    const followUpId = idOf(tale, 'transfer-acknowledgement');
    tale.act({ type: 'TransferEpisode', to: 'cm-3' });
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'EpisodeTransferred')]);
    tale.act(hold());
    expect(tale.open('transfer-acknowledgement')).toEqual([]);
    expect(tale.at('2027-01-12 10:00').act({ type: 'EndHold' }).one('transfer-acknowledgement').dueOn).toBe(
      '2027-01-13',
    );
  });
});

describe('planned-task', () => {
  const planned = (dueOn = '2027-01-16'): Tale =>
    enrolled().act({ type: 'PlanTask', dueOn, owner: 'cm-2', text: 'example task' });

  it('is due on its date, rolled forward, and tells its owner', () => {
    const entry = planned().one('planned-task');
    expect([entry.dueOn, stepsOf(entry), entry.owner]).toEqual(['2027-01-19', ['2027-01-19 08:00 task-owner'], 'cm-2']);
  });
  it.each([
    ['done', 'fulfilled', 'TaskDone'],
    ['cancelled', 'superseded', 'TaskCancelled'],
  ] as const)('%s: %s, and it comes back when that is undone', (outcome, how, type) => {
    const tale = planned().act({ type: 'PlanTask', dueOn: '2027-01-20', text: 'another' });
    const [first] = tale.open('planned-task').map(({ followUpId }) => followUpId);
    for (const miss of [...NEAR_MISSES, visit()]) tale.act(miss);
    expect(endOf(tale, first!)).toBeUndefined();
    tale.act({ type: 'RecordTaskOutcome', task: 1, outcome });
    expect(endOf(tale, first!)).toEqual([how, revisionOf(tale, type)]);
    expect(afterUndoing(tale, first!)).toContainEqual([again(first!), '2027-01-19']);
    expect(tale.open('planned-task')).toHaveLength(2);
  });
  it('a hold puts it aside until its end', () => {
    const tale = planned().act(hold());
    expect(tale.open('planned-task')).toEqual([]);
    expect(tale.at('2027-01-21 10:00').act({ type: 'EndHold' }).one('planned-task').dueOn).toBe('2027-01-21');
  });
  it('planned while a hold lasts is owed on its day, and the end of the hold changes nothing', () => {
    const tale = enrolled().act(hold()).at('2027-01-11 10:00');
    tale.act({ type: 'PlanTask', dueOn: '2027-01-13', owner: 'cm-2', text: 'ask how the stay goes' });
    const { followUpId } = tale.one('planned-task');
    expect(tale.one('planned-task').dueOn).toBe('2027-01-13');
    expect(tale.at('2027-01-12 10:00').act({ type: 'EndHold' }).one('planned-task').followUpId).toBe(followUpId);
  });
  it('planned while a hold lasts stays overdue since its day when the hold ends, and is not raised anew', () => {
    const tale = enrolled().act(hold()).at('2027-01-11 10:00');
    tale.act({ type: 'PlanTask', dueOn: '2027-01-13', owner: 'cm-2', text: 'ask how the stay goes' });
    const { followUpId } = tale.one('planned-task');
    tale.at('2027-01-15 10:00').act({ type: 'EndHold' }).wake();
    expect(tale.one('planned-task')).toMatchObject({ followUpId, dueOn: '2027-01-13' });
    expect(tale.raised('planned-task')).toHaveLength(1);
  });
  it('is not planned after the end, nor is a consult asked for or advice written: nobody would hear of it', () => {
    const tale = enrolled().at('2027-01-11 10:00');
    tale.act({ type: 'DischargePatient', reason: 'graduated', channel: 'record' });
    const task = { type: 'PlanTask', dueOn: '2027-01-13', text: 'call the pharmacy' } as const;
    const consult = { type: 'RequestConsult', urgency: 'urgent' } as const;
    const advice = { type: 'IssueRecommendation', text: 'example advice', urgency: 'urgent', to: 'provider' } as const;
    for (const asked of [task, consult, advice]) {
      expect(tale.attempt(asked)?.code).toBe('episode-ended');
      expect(tale.attempt(asked, { occurredAt: '2027-01-08T15:00:00.000Z' })).toBeUndefined();
    }
  });
  it('that a report of acute care asks for while a hold lasts is owed the same day', () => {
    const tale = enrolled().act(hold()).at('2027-01-11 10:00');
    tale.act({ type: 'ReportAcuteCare', kind: 'emergency-visit', on: '2027-01-11' }, { role: 'supervisor' });
    expect(tale.one('planned-task').dueOn).toBe('2027-01-11');
  });
  it('that the record asks for on a later day is nobody’s by name: the care manager of that day is told', () => {
    const tale = enrolled().act({ type: 'RecordConsent', kind: 'billing', method: 'verbal', until: '2027-03-01' });
    tale.act({ type: 'TransferEpisode', to: 'cm-2' });
    expect([tale.one('planned-task').owner, tale.story.careManager]).toEqual(['unassigned', 'cm-2']);
    expect(stepsOf(tale.one('planned-task'))).toEqual(['2027-03-01 08:00 task-owner']);
  });
});

describe('episode-review', () => {
  const long = (tale: Tale, months: number) => tale.open('episode-review').find(({ about }) => about === months);
  const lengthReviewed = review({ subject: 'episode-length' });

  it('is due six and twelve months after enrolment, to the care manager and the digest', () => {
    const tale = enrolled();
    expect([long(tale, 6)!.dueOn, long(tale, 12)!.dueOn]).toEqual(['2027-07-06', '2028-01-04']);
    expect(stepsOf(long(tale, 6)!)).toEqual(['2027-07-06 08:00 care-manager+digest']);
  });
  it('is met by a review of its length in the month before or later, not earlier and not by the weekly review', () => {
    const tale = enrolled().at('2027-06-05 10:00').act(lengthReviewed);
    const { followUpId } = long(tale, 6)!;
    for (const miss of [...NEAR_MISSES, visit(), review()]) tale.at('2027-06-07 10:00').act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(lengthReviewed);
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'CaseReviewed')]);
    expect(long(tale, 12)).toBeDefined();
    expect(afterUndoing(tale, followUpId).map(([, dueOn]) => dueOn)).toContain('2027-07-06');
  });
  it('is put aside by a hold', () => {
    expect(long(enrolled().act(hold()), 6)).toBeUndefined();
  });
  it('that was met is not asked for again by a hold months later', () => {
    const tale = enrolled().at('2027-07-06 10:00').act(lengthReviewed).at('2027-10-01 10:00').act(hold());
    tale.at('2027-11-01 10:00').act({ type: 'EndHold' });
    expect([long(tale, 6), long(tale, 12)?.dueOn]).toEqual([undefined, '2028-01-04']);
  });
});

describe('when nothing else is owed', () => {
  const tale = new Tale().at('2027-01-04 09:00').act(referral()).at('2027-01-05 10:00').act(review());
  /** No act leaves an episode so today: as if a rule had a gap, and did not see the referral. */
  const seen = (story: Story): Story => ({
    ...story,
    acts: story.acts.filter(({ type }) => type !== 'PatientReferred'),
  });
  const derived = (story: Story, ledger: Ledger) => {
    const events = deriveFollowUps({ ...DEFAULT_POLICY, story, ledger });
    const recorded = events.map((event, i) => ({ ...event, revision: 100 + i, recordedAt: tale.now }));
    return { events, ledger: recorded.reduce<Ledger>((folded, event) => foldLedger(folded, event as never), ledger) };
  };
  const idle = derived(seen(tale.story), emptyLedger);

  it('the episode itself is looked at 30 days after the latest act', () => {
    const [entry] = [...idle.ledger.open.values()];
    expect([idle.ledger.open.size, entry!.kind]).toEqual([1, 'episode-review']);
    expect(stepsOf(entry!)).toEqual(['2027-02-04 08:00 care-manager+digest']);
    expect(derived(seen(tale.story), idle.ledger).events).toEqual([]);
  });
  it('is met by a case review, which leaves the next one owed; another kind takes its place', () => {
    const reviewed = new Tale().at('2027-01-04 09:00').act(referral()).at('2027-01-05 10:00').act(review());
    reviewed.at('2027-01-06 10:00').act(review());
    const next = derived(seen(reviewed.story), idle.ledger);
    expect(next.events).toMatchObject([
      { type: 'FollowUpFulfilled', facts: { byRevision: revisionOf(reviewed, 'CaseReviewed') } },
      { type: 'FollowUpOpened', facts: { kind: 'episode-review', dueOn: '2027-02-05' } },
    ]);
    expect(derived(reviewed.story, next.ledger).events).toMatchObject([
      { type: 'FollowUpSuperseded' },
      { type: 'FollowUpOpened', facts: { kind: 'first-outreach' } },
    ]);
  });
});
