import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_PATHWAY, type Role } from '#care';
import { Judge } from '../../../apps/cli/src/verify/judge.js';
import { wholeLog } from '../../../apps/cli/src/verify/log-file.js';
import { Journey, newYork, standingAt, until, type Raise } from '../journey.js';
import { organise } from './organising.js';

/** Research §9: people who are away, rules that change, work that piles up, what is put off or on hold; and scenarios 1 and 6 of follow-up-rules. */
const phq9 = (nine: number, more: object = {}) => ({
  instrument: 'PHQ-9',
  items: [1, 2, 1, 2, 1, 2, 1, 2, nine],
  ...more,
});
const treatment = { kind: 'treatment', modality: 'phone' };

describe('edge cases of work', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await Journey.begin({ clock: standingAt('2027-03-05 09:00'), temporal: false });
  }, 60_000);
  afterAll(() => journey.end(), 60_000);

  const post = (path: string, body: object, role: Role = 'administrator') => journey.request(role, 'POST', path, body);
  const steps = (raises: readonly Raise[]) => raises.map(({ at, notify }) => [at, notify]);
  /** Who has this patient on their worklist. */
  const assignees = async (patientId: string, kind?: string): Promise<(string | null)[]> =>
    (await journey.read('supervisor', '/v1/worklist?limit=200')).items
      .filter((row: any) => row.patientId === patientId)
      .filter((row: any) => kind === undefined || row.chips.some((chip: any) => chip.kind === kind))
      .map((row: any) => row.assignee)
      .toSorted();

  it('scenario 1: on a Friday evening the care manager is on leave; a portal form with item 9 finds the on-call person, then the supervisor, then everybody', async () => {
    const { body } = await journey.request('administrator', 'GET', '/v1/organisation');
    const { calendar } = body.sites[0];
    await post('/v1/organisation/staff', { staff: 'oncall-1', role: 'care-manager' });
    await post('/v1/organisation/sites/main/hours', { calendar, onCall: 'oncall-1', secondOwner: 'cm-2' });
    const { episode, patientId } = await journey.enrol({ name: 'Test Patient Friday' });
    await post('/v1/organisation/coverage', {
      absent: 'cm-1',
      cover: 'cm-2',
      from: newYork('2027-03-05 12:00'),
      until: newYork('2027-03-07 08:00'),
    });
    await journey.at('2027-03-05 18:40');
    await journey.act(
      episode,
      'assessments',
      { instrument: 'PHQ-9', items: [null, null, null, null, 2, 1, 2, 1, 1], mode: 'portal', enteredBy: 'patient' },
      'integration',
    );
    expect((await journey.read('care-manager', `/v1/episodes/${episode}`)).scores).toMatchObject({
      baseline: null,
      last: null,
      count: 1,
    });
    expect((await journey.owed(episode))['safety-review']).toBe('2027-03-05');
    await journey.caughtUp();
    expect(await assignees(patientId, 'safety-review')).toEqual(['oncall-1']);
    await journey.act(episode, 'outreach-attempts', { purpose: 'other', channel: 'phone', outcome: 'left-message' });
    await journey.act(episode, 'notes', { text: 'Test note: left a voicemail' });
    await journey.at('2027-03-05 19:40');
    await journey.at('2027-03-05 22:40');
    await journey.at('2027-03-06 08:00');
    expect(await journey.owed(episode)).toHaveProperty('safety-review');
    // Between the second owner's hour and Saturday morning the repeat of every four hours has nothing to add before the ladder ends.
    expect(steps(await journey.raises(episode, 'safety-review'))).toEqual([
      [newYork('2027-03-05 18:40'), ['on-call']],
      [newYork('2027-03-05 19:40'), ['on-call']],
      [newYork('2027-03-05 22:40'), ['supervisor']],
      [newYork('2027-03-06 08:00'), ['supervisor', 'psychiatric-consultant', 'provider']],
    ]);
    expect(await assignees(patientId, 'safety-review')).toEqual(['oncall-1', 'pcp-1', 'psy-1', 'sup-1']);
    await journey.act(episode, 'safety-reviews', { level: 'low' }, 'supervisor');
    expect(await journey.owed(episode)).not.toHaveProperty('safety-review');
  }, 60_000);

  it('scenario 6: a form opened before a raise is still accepted after it; who leaves without cover leaves a high risk to the supervisor at once', async () => {
    await journey.at('2027-03-08 10:00');
    await post('/v1/organisation/staff', { staff: 'cm-6', role: 'care-manager' });
    const { episode, patientId } = await journey.enrol({ name: 'Test Patient High' }, { careManager: 'cm-6' });
    await journey.act(episode, 'safety-reviews', { level: 'high', tool: 'c-ssrs' });
    await journey.at('2027-03-15 07:58');
    const opened = await journey.request('care-manager', 'GET', `/v1/episodes/${episode}`);
    await journey.at('2027-03-15 08:00');
    const raised = await journey.request('care-manager', 'GET', `/v1/episodes/${episode}`);
    expect(raised.headers.get('etag')).not.toBe(opened.headers.get('etag'));
    await journey.at('2027-03-15 08:05');
    const saved = await journey.request(
      'care-manager',
      'POST',
      `/v1/episodes/${episode}/plan`,
      { goals: ['Test goal'] },
      { 'if-match': opened.headers.get('etag')! },
    );
    expect(saved.status).toBe(201);

    expect(await assignees(patientId, 'risk-reassessment')).toEqual(['cm-6']);
    await journey.at('2027-03-15 08:10');
    await post('/v1/organisation/staff/cm-6/departure', {});
    expect(await assignees(patientId, 'risk-reassessment')).toEqual(['sup-1']);
    await until(
      async () => (await journey.events(episode)).some(({ type }) => type === 'CareManagerReleased'),
      'the episode is released',
    );
    expect(await assignees(patientId, 'risk-reassessment')).toEqual(['sup-1']);
  }, 60_000);

  it('19 leave sends work to the cover and back; who has left no longer gets any, and stays the author of what they wrote', async () => {
    await post('/v1/organisation/staff', { staff: 'cm-7', role: 'care-manager' });
    const { episode, patientId } = await journey.enrol({ name: 'Test Patient Leave' }, { careManager: 'cm-7' });
    await journey.act(episode, 'tasks', { dueOn: '2027-03-16', owner: 'cm-7', text: 'Test task' });
    await journey.at('2027-03-16 08:30');
    expect(await assignees(patientId)).toEqual(['cm-7']);
    await post('/v1/organisation/coverage', {
      absent: 'cm-7',
      cover: 'cm-2',
      from: newYork('2027-03-16 09:00'),
      until: newYork('2027-03-17 09:00'),
    });
    expect(await assignees(patientId)).toEqual(['cm-7']);
    await journey.at('2027-03-16 09:00');
    expect(await assignees(patientId)).toEqual(['cm-2']);
    await journey.at('2027-03-17 09:00');
    expect(await assignees(patientId)).toEqual(['cm-7']);
    const written = (await journey.events(episode)).at(-1)!;
    await post('/v1/organisation/staff/cm-7/departure', {});
    expect(await assignees(patientId)).not.toContain('cm-7');
    expect((await assignees(patientId)).length).toBeGreaterThan(0);
    const { items } = await journey.read('auditor', `/v1/episodes/${episode}/timeline?limit=200`);
    const entry = items.find((one: any) => one.revision === written.revision);
    expect([entry.actor, entry.recordedAt]).toEqual([written.actor, written.recordedAt]);
    expect(items.find((one: any) => one.type === 'CareManagerAssigned').facts).toEqual({ careManager: 'cm-7' });
  }, 60_000);

  it('22 a new pathway changes no past: what was so is still read so, and the log still proves itself', async () => {
    const { episode } = await journey.enrol({ name: 'Test Patient Old Rules' });
    const { body: before } = await journey.request('supervisor', 'GET', `/v1/episodes/${episode}`);
    const due = (await journey.open(episode, 'contact')).dueOn;
    const slower = { ...DEFAULT_PATHWAY.parameters['contact.acute']!, value: 21 };
    await organise(journey, {
      type: 'AdoptPathway',
      pathway: {
        ...DEFAULT_PATHWAY,
        version: DEFAULT_PATHWAY.version + 1,
        parameters: { ...DEFAULT_PATHWAY.parameters, 'contact.acute': slower },
      },
    });
    const { episode: next } = await journey.enrol({ name: 'Test Patient New Rules' });
    expect([due, (await journey.open(next, 'contact')).dueOn]).toEqual(['2027-03-31', '2027-04-07']);
    const then = await journey.request('auditor', 'GET', `/v1/episodes/${episode}?atRevision=${before.revision}`);
    expect(then.body).toEqual(before);
    // Whatever the new pathway changed in the running episode, it changed after naming the pin that it follows from then on.
    const events = await journey.events(episode);
    const later = events.slice(before.revision + 1).filter(({ type }) => type.startsWith('FollowUp'));
    const repin = events.findLast(({ type }) => type === 'EpisodePinned')!;
    expect(later.every(({ revision }) => revision > repin.revision)).toBe(true);

    await journey.caughtUp();
    const { runtime } = journey.house;
    const judge = new Judge({ at: runtime.clock.now(), graceMs: 0, readFacts: runtime.codec.readFacts });
    for await (const event of wholeLog(runtime.store)) judge.take(event);
    expect(judge.verdict()).toMatchObject({ chain: 'intact', early: 0, doubled: 0, silent: 0, problems: [] });
  }, 60_000);

  it('24 after three weeks away one step a follow-up is raised, naming those it stands for; one row a person, safety first', async () => {
    await journey.at('2027-05-03 09:00');
    const { episode, patientId } = await journey.enrol({ name: 'Test Patient Backlog' });
    await journey.act(episode, 'visits', { contact: treatment, assessments: [phq9(0)] });
    await journey.act(episode, 'safety-concerns', {});
    await journey.caughtUp();
    const before = (await journey.raises(episode)).length;
    await journey.restart(() => (journey.clock as ReturnType<typeof standingAt>).set(newYork('2027-06-07 10:00')));
    await journey.caughtUp();
    const raised = (await journey.events(episode)).filter(({ type }) => type === 'FollowUpRaised').slice(before);
    const ids = raised.map(({ body }) => body.facts['followUpId'] as string);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(3);
    expect(ids[0]).toMatch(/^safety-review:/);
    for (const { body } of raised.filter(({ body }) => /^(safety|reassess)/.test(String(body.facts['followUpId']))))
      expect((body.facts['standsFor'] as number[]).length).toBeGreaterThan(0);
    const rows = (await journey.read('supervisor', '/v1/worklist?limit=200&assignee=cm-1')).items;
    const mine = rows.filter((row: any) => row.patientId === patientId);
    expect([mine.length, mine[0].class]).toEqual([1, 'safety']);
    // Late is what the two times say: when it was due, and when it was raised.
    expect(raised.every(({ body, recordedAt }) => recordedAt > (body.facts['at'] as string))).toBe(true);
  }, 60_000);

  it('26 what is put off is put off for a reason, for two weeks at most and twice at most; safety never', async () => {
    const { episode } = await journey.enrol({ name: 'Test Patient Snooze' });
    await journey.act(episode, 'safety-concerns', {});
    const snooze = async (kind: string, until: string, reason = 'patient-asked') => {
      const { followUpId } = await journey.open(episode, kind);
      const path = `/v1/episodes/${episode}/follow-ups/${encodeURIComponent(followUpId)}/snooze`;
      const answer = await post(path, { until, reason }, 'care-manager');
      return answer.status < 300 ? 'put off' : answer.body.type;
    };
    await journey.act(episode, 'tasks', { dueOn: '2027-06-08', text: 'Test task' });
    expect(await snooze('safety-review', '2027-06-09')).toBe('/problems/cannot-be-snoozed');
    expect(await snooze('planned-task', '2027-06-30')).toBe('/problems/snooze-out-of-bounds');
    expect(await snooze('planned-task', '2027-06-10', 'no-reason-of-ours')).toBe('/problems/malformed-body');
    expect(await snooze('planned-task', '2027-06-10')).toBe('put off');
    expect(await snooze('planned-task', '2027-06-11', 'staff-absence')).toBe('put off');
    expect(await snooze('planned-task', '2027-06-12')).toBe('/problems/snoozed-too-often');
    const { body } = await journey.request('supervisor', 'GET', `/v1/episodes/${episode}`);
    expect(body.followUps.find((one: any) => one.kind === 'planned-task').snoozes).toBe(2);
  }, 60_000);

  it('27 holds that overlap are one hold, also when one becomes known late; without an end it is looked at every week', async () => {
    await journey.at('2027-06-14 09:00');
    const { episode } = await journey.enrol({ name: 'Test Patient Hold' });
    await journey.act(episode, 'holds', { reason: 'travel' });
    expect((await journey.owed(episode))['hold-review']).toBe('2027-06-21');
    const second = await post(`/v1/episodes/${episode}/holds`, { reason: 'inpatient' }, 'care-manager');
    expect([second.status, second.body.type]).toEqual([409, '/problems/on-hold']);
    await journey.at('2027-06-21 09:00');
    await journey.act(episode, 'holds/current/review', {});
    expect((await journey.owed(episode))['hold-review']).toBe('2027-06-28');
    await journey.act(episode, 'holds/current/end', {});
    expect(await journey.owed(episode)).toHaveProperty('contact');
    // A stay in hospital that began during the first hold becomes known: the one hold goes on, and is looked at.
    const late = { reason: 'inpatient', occurredAt: newYork('2027-06-18 12:00') };
    expect((await journey.act(episode, 'holds', late)).body.hold).toMatchObject({ on: '2027-06-14' });
    expect(await journey.owed(episode)).not.toHaveProperty('contact');
    expect((await journey.owed(episode))['hold-review']).toBe('2027-06-25');
    const ended = await journey.act(episode, 'holds/current/end', {});
    expect(ended.body.hold).toBeNull();
    expect(await journey.owed(episode)).toHaveProperty('contact');
    expect(await journey.owed(episode)).not.toHaveProperty('hold-review');
  }, 60_000);
});
