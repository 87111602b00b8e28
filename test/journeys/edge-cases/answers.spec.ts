import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Journey, newYork, standingAt } from '../journey.js';

/** Research §9: answers that come late, in part, twice, at once, wrongly or of somebody else. */
const items = (nine: number | null): (number | null)[] => [1, 2, 1, 2, 1, 2, 1, 2, nine];
const phq9 = (nine: number | null, more: object = {}) => ({ instrument: 'PHQ-9', items: items(nine), ...more });
const portal = { mode: 'portal', enteredBy: 'patient' };
const visit = (nine: number) => ({ contact: { kind: 'treatment', modality: 'phone' }, assessments: [phq9(nine)] });

describe('edge cases of answers', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await Journey.begin({ clock: standingAt('2027-03-01 09:00'), temporal: false });
  }, 60_000);
  afterAll(() => journey.end(), 60_000);

  const followUps = async (episode: string, kind: string): Promise<any[]> =>
    (await journey.read('care-manager', `/v1/episodes/${episode}/follow-ups`)).items.filter(
      (one: { kind: string }) => one.kind === kind,
    );
  const count = async (episode: string, type: string): Promise<number> =>
    (await journey.events(episode)).filter((event) => event.type === type).length;

  it('5 a scale of ten days ago closes what was overdue, late and in history; its item 9 counts from today', async () => {
    const { episode } = await journey.enrol();
    await journey.act(episode, 'visits', visit(0));
    await journey.at('2027-03-15 09:00');
    await journey.at('2027-03-22 09:00');
    expect((await followUps(episode, 'reassessment'))[0]).toMatchObject({ state: 'open', satisfiedLate: false });
    await journey.act(episode, 'assessments', phq9(1, { occurredAt: newYork('2027-03-12 10:00') }));
    const [breached] = await followUps(episode, 'reassessment');
    expect(breached).toMatchObject({ dueOn: '2027-03-15', state: 'fulfilled', satisfiedLate: true });
    expect(breached.raises[0]).toMatchObject({ step: 1, at: newYork('2027-03-15 08:00') });
    expect((await journey.owed(episode))['safety-review']).toBe('2027-03-22');
    const { items: scores } = await journey.read('care-manager', `/v1/episodes/${episode}/scores`);
    expect(scores.map(({ on }: { on: string }) => on)).toEqual(['2027-03-01', '2027-03-12']);
    // What was known on the 20th is still what was known on the 20th.
    const then = await journey.read('auditor', `/v1/episodes/${episode}?asRecorded=2027-03-20T12:00:00Z`);
    expect([then.scores.count, then.followUps.map(({ kind }: { kind: string }) => kind)]).toEqual([
      1,
      expect.not.arrayContaining(['safety-review']),
    ]);
  }, 60_000);

  it('6 a correction or a void re-derives what rested on the answer, but no started safety review and no act of a person', async () => {
    const { episode } = await journey.enrol({ name: 'Test Patient C' });
    const first = (await journey.act(episode, 'visits', visit(2))).body;
    await journey.act(episode, 'plan', { goals: ['Test goal'], treatment: 'Test treatment' });
    await journey.act(episode, 'corrections', {
      ...phq9(0),
      corrects: first.scores.last.revision,
      reasonCode: 'entry-error',
    });
    expect(await journey.owed(episode)).toHaveProperty('safety-review');
    await journey.act(episode, 'safety-reviews', { outcome: 'trigger-withdrawn', level: 'none' });
    const { body } = await journey.request('care-manager', 'GET', `/v1/episodes/${episode}`);
    expect(body.scores.baseline).toMatchObject({ total: 12, correctedBy: expect.any(Number) });
    expect(body.plan).toMatchObject({ goals: ['Test goal'] });
    expect(body.followUps.map(({ kind }: { kind: string }) => kind)).not.toContain('safety-review');

    const due = (await journey.owed(episode))['reassessment'];
    await journey.at('2027-04-01 09:00');
    const again = (await journey.act(episode, 'assessments', phq9(0))).body;
    expect((await journey.owed(episode))['reassessment']).not.toBe(due);
    await journey.act(episode, 'voids', { revision: again.scores.last.revision, reasonCode: 'duplicate' });
    expect((await journey.owed(episode))['reassessment']).toBe(due);
    expect(await count(episode, 'AssessmentRecorded')).toBe(2);
  }, 60_000);

  it('7 a partial questionnaire keeps every answer, has no total, and its item 9 is acted on', async () => {
    const { episode } = await journey.enrol({ name: 'Test Patient P' });
    const { body } = await journey.act(
      episode,
      'assessments',
      { instrument: 'PHQ-9', items: [null, null, null, null, 3, 2, 7, 1, 1], ...portal },
      'integration',
    );
    // A portal is told that it was recorded, and nothing of the case.
    expect(Object.keys(body).toSorted()).toEqual(['episodeId', 'patientId', 'revision']);
    const now = await journey.read('care-manager', `/v1/episodes/${episode}`);
    expect(now.scores).toMatchObject({ baseline: null, count: 1 });
    expect(now.flags).toEqual([expect.objectContaining({ flag: 'answer-set-aside' })]);
    expect(await journey.owed(episode)).toHaveProperty('safety-review');
    expect(await journey.owed(episode)).toHaveProperty('result-review');
    const { items: scores } = await journey.read('care-manager', `/v1/episodes/${episode}/scores`);
    expect(scores).toEqual([expect.objectContaining({ completeness: 'partial', total: null })]);
    // Nothing to keep: refused, with the reason, and nothing is recorded.
    const before = await count(episode, 'AssessmentRecorded');
    const empty = await journey.request('integration', 'POST', `/v1/episodes/${episode}/assessments`, {
      instrument: 'PHQ-9',
      items: Array(9).fill(null),
    });
    expect([empty.status, empty.body.type]).toEqual([422, '/problems/no-usable-answer']);
    expect(await count(episode, 'AssessmentRecorded')).toBe(before);
  }, 60_000);

  it('8 two questionnaires at one moment are both kept, and one review answers for the worse of them', async () => {
    for (const round of [1, 2, 3, 4]) {
      const { episode } = await journey.enrol({ name: `Test Patient R${round}` });
      const path = `/v1/episodes/${episode}/assessments`;
      const both = await Promise.all([
        journey.request('integration', 'POST', path, phq9(round % 2 ? 0 : 2, portal)),
        journey.request('care-manager', 'POST', path, phq9(round % 2 ? 2 : 1, { mode: 'phone' })),
      ]);
      expect(both.map(({ status }) => status)).toEqual([201, 201]);
      expect(await count(episode, 'AssessmentRecorded')).toBe(2);
      await journey.open(episode, 'safety-review');
    }
  }, 60_000);

  it('9 a message that is delivered again and again is one answer, and views built anew show the same', async () => {
    const { episode } = await journey.enrol({ name: 'Test Patient D' });
    const send = (body: object, key: string, role: 'integration' | 'care-manager' = 'integration') =>
      journey.request(role, 'POST', `/v1/episodes/${episode}/assessments`, body, { 'idempotency-key': key });
    const deliveries = await Promise.all(Array.from({ length: 8 }, () => send(phq9(1, portal), 'test-message-4711')));
    expect(deliveries.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect(deliveries.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(7);
    expect(new Set(deliveries.map(({ body }) => body.revision)).size).toBe(1);
    expect(await count(episode, 'AssessmentRecorded')).toBe(1);
    const other = await send(phq9(3, portal), 'test-message-4711');
    expect([other.status, other.body.type]).toEqual([422, '/problems/idempotency-key-reused']);
    // Another sender has numbers of its own.
    expect((await send(phq9(0), 'test-message-4711', 'care-manager')).status).toBe(201);

    await journey.caughtUp();
    const seen = async () => [
      await journey.read('care-manager', '/v1/worklist?limit=200'),
      await journey.read('care-manager', `/v1/episodes/${episode}/follow-ups`),
      await journey.raises(episode),
    ];
    const before = await seen();
    await journey.restart(() => {
      const data = join(journey.folder, 'data');
      const derived = readdirSync(data).filter((name) => /^(read|due|pokes|reactor)\./.test(name));
      expect(derived.length).toBeGreaterThanOrEqual(4);
      for (const name of derived) rmSync(join(data, name));
    });
    await journey.caughtUp();
    expect(await seen()).toEqual(before);
    expect((await send(phq9(1, portal), 'test-message-4711')).headers.get('idempotency-replayed')).toBe('true');
  }, 60_000);

  it('21 what was entered for the wrong patient is undone there and recorded anew with its own time; history keeps both', async () => {
    const wrong = await journey.enrol({ name: 'Test Patient Wrong' });
    const right = await journey.enrol({ name: 'Test Patient Right' });
    await journey.at('2027-04-02 15:00');
    const occurredAt = newYork('2027-04-02 14:30');
    const entered = (await journey.act(wrong.episode, 'assessments', { ...phq9(2), occurredAt })).body;
    await journey.act(wrong.episode, 'voids', { revision: entered.scores.last.revision, reasonCode: 'wrong-patient' });
    await journey.act(right.episode, 'assessments', { ...phq9(2), occurredAt });

    const [there, here] = await Promise.all([wrong, right].map(({ episode }) => journey.events(episode)));
    expect(here!.find(({ type }) => type === 'AssessmentRecorded')?.occurredAt).toBe(occurredAt);
    expect(there!.map(({ type }) => type)).toEqual(expect.arrayContaining(['AssessmentRecorded', 'ActVoided']));
    const { body } = await journey.request('care-manager', 'GET', `/v1/episodes/${wrong.episode}`);
    expect(body.scores).toMatchObject({ last: null, count: 0 });
    expect((await journey.owed(right.episode))['safety-review']).toBe('2027-04-02');
    // A review that was started stays until a person says that it was about somebody else.
    expect(await journey.owed(wrong.episode)).toHaveProperty('safety-review');
    await journey.act(wrong.episode, 'safety-reviews', { outcome: 'trigger-withdrawn', level: 'none' });
    expect(await journey.owed(wrong.episode)).not.toHaveProperty('safety-review');
    expect(await journey.owed(right.episode)).toHaveProperty('safety-review');
  }, 60_000);
});
