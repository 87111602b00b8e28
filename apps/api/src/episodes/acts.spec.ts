import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MATRIX } from '#access';
import { EPISODE_COMMANDS } from '#care';
import { ACTS, bodyOf, operationOf } from './acts.js';
import { openHouse, type House } from '../testing/house.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const path = (id: string, act = ''): string => `/v1/episodes/${id}${act && `/${act}`}`;
const etag = (revision: number): { 'if-match': string } => ({ 'if-match': `"${revision}"` });
const call = { channel: 'phone', outcome: 'reached' };

const answered = { instrument: 'PHQ-9', items: [1, 1, 1, 1, 1, 1, 1, 1, 0] };

async function enrolled(): Promise<{ episodeId: string; patientId: string; revision: number }> {
  const { episodeId } = await house.refer();
  const { revision } = (await house.post('care-manager', path(episodeId, 'outreach-attempts'), call)).json();
  return (await house.post('care-manager', path(episodeId, 'enrolment'), {}, etag(revision))).json();
}

/** The commands of an episode without an act of their own, and how they come in. */
const COMES_IN_OTHERWISE: Partial<Record<keyof typeof EPISODE_COMMANDS, string>> = {
  ReferPatient: 'POST /v1/referrals',
  ReleaseCareManager: 'the reactor, when somebody leaves',
  NoteDeath: 'the reactor, from the patient’s stream',
  RetractDeathNote: 'the reactor, from the patient’s stream',
  AskWhichEpisode: 'the reactor, when two records turn out to be one person',
  WithdrawWhichEpisode: 'the reactor, when they are two persons after all',
  Repin: 'the reactor, when a pathway or a site’s hours change',
  Derive: 'both wakers',
};

describe('the table of acts', () => {
  it('names every act of the matrix, each once, under the name of its command', () => {
    const served = ACTS.map(({ path: below, command }) => `/v1/episodes/{id}/${below} ${operationOf(command)}`);
    expect(served.toSorted()).toEqual(
      MATRIX.filter((row) => row.method === 'POST' && row.path.startsWith('/v1/episodes/'))
        .map((row) => `${row.path} ${row.operation}`)
        .toSorted(),
    );
  });

  it('has every command but those that come in otherwise', () => {
    const acts = ACTS.map(({ command }) => command);
    expect(Object.keys(EPISODE_COMMANDS).filter((command) => !acts.includes(command as never))).toEqual(
      Object.keys(COMES_IN_OTHERWISE),
    );
  });

  it('takes the fields of the path out of the body', () => {
    const outcome = ACTS.find(({ command }) => command === 'RecordAppointmentOutcome')!;
    expect(bodyOf(outcome).safeParse({ outcome: 'kept', occurredAt: '2026-03-02T10:00:00-05:00' }).success).toBe(true);
    expect(bodyOf(outcome).safeParse({ outcome: 'kept', appointment: 1 }).success).toBe(false);
    for (const { command, fields } of ACTS)
      for (const field of Object.values(fields)) expect(JSON.stringify(Object.keys(shapeOf(command)))).toContain(field);
  });

  it('lets nobody but the import refer to a recommendation by the act that made it', () => {
    const plan = bodyOf(ACTS.find(({ command }) => command === 'SetTreatmentPlan')!);
    expect(plan.safeParse({ recommendation: 1 }).success).toBe(true);
    expect(plan.safeParse({ recommendation: { madeBy: 'x' } }).success).toBe(false);
  });

  it('lets nobody but the import say that a result was imported', () => {
    const taken = (said: string, body: object): boolean[] =>
      [body, { ...body, imported: true }].map(
        (sent) => bodyOf(ACTS.find(({ command }) => command === said)!).safeParse(sent).success,
      );
    expect(taken('RecordAssessment', { instrument: 'PHQ-9', total: 9 })).toEqual([true, false]);
    expect(taken('RecordSafetyReview', { level: 'high' })).toEqual([true, false]);
    expect(taken('RecordVisit', { contact: { kind: 'treatment', modality: 'phone' } })).toEqual([true, false]);
  });
});

function shapeOf(command: keyof typeof EPISODE_COMMANDS): object {
  const schema = EPISODE_COMMANDS[command];
  return 'shape' in schema ? schema.shape : schema.options[0].shape;
}

describe('an act', () => {
  it('is answered with the episode as its stream now has it', async () => {
    const { episodeId } = await house.refer();
    const answer = await house.post('care-manager', path(episodeId, 'outreach-attempts'), call);
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ episodeId, phase: 'referred', attempts: 1, reached: { on: '2026-03-02' } });
    expect(answer.headers).toMatchObject({
      etag: `"${answer.json().revision}"`,
      location: path(episodeId),
      'consistency-token': expect.stringMatching(/^\d{20}$/),
    });
  });

  it('says for each follow-up why, by when, what closes it and who hears next', async () => {
    const { episodeId } = await house.refer();
    const { followUps } = (await house.ask('care-manager', 'GET', path(episodeId))).json();
    expect(followUps).toContainEqual(
      expect.objectContaining({
        kind: 'first-outreach',
        title: 'First outreach',
        why: 'First call due 3 Mar 2026: referred on 2 Mar, not called yet; your pathway asks for a call within 1 business day',
        dueOn: '2026-03-03',
        closes: expect.stringContaining('an outreach attempt'),
        next: { step: 1, at: '2026-03-03T13:00:00.000Z', notify: expect.any(Array) },
      }),
    );
  });

  it('may have happened earlier, never in the future', async () => {
    const { episodeId } = await house.refer({ occurredAt: '2026-02-27T09:00:00-05:00' });
    const earlier = await house.post('care-manager', path(episodeId, 'outreach-attempts'), {
      ...call,
      occurredAt: '2026-02-28T10:00:00-05:00',
    });
    expect(earlier.json()).toMatchObject({ reached: { on: '2026-02-28' } });
    const future = await house.post('care-manager', path(episodeId, 'contacts'), {
      kind: 'treatment',
      modality: 'phone',
      occurredAt: '2026-03-05T10:00:00-05:00',
    });
    expect([future.statusCode, future.json()]).toMatchObject([
      422,
      { type: '/problems/occurred-in-future', errors: [{ pointer: '/occurredAt' }] },
    ]);
  });

  it('that gives a patient or a task to nobody on the staff is refused, field by field, and records nothing', async () => {
    const { episodeId, revision } = await enrolled();
    const { followUpId } = (await house.ask('auditor', 'GET', path(episodeId))).json().followUps[0];
    const given: readonly (readonly [act: string, body: Record<string, string>])[] = [
      ['acceptance', { careManager: 'ghost' }],
      ['care-manager', { careManager: 'ghost' }],
      ['enrolment', { careManager: 'ghost' }],
      ['provider', { provider: 'ghost' }],
      ['tasks', { dueOn: '2026-03-09', text: 'x', owner: 'ghost' }],
      ['transfer', { to: 'ghost' }],
      [`follow-ups/${followUpId}/hand-over`, { to: 'ghost' }],
    ];
    for (const [act, body] of given) {
      const answer = await house.post('care-manager', path(episodeId, act), body, etag(revision));
      const [field] = Object.entries(body).find(([, value]) => value === 'ghost')!;
      expect([act, answer.statusCode, answer.json()]).toMatchObject([
        act,
        422,
        { type: '/problems/unknown-staff', errors: [{ pointer: `/${field}` }] },
      ]);
    }
    expect((await house.ask('auditor', 'GET', path(episodeId))).json().revision).toBe(revision);
    const own = await house.post('care-manager', path(episodeId, 'tasks'), { dueOn: '2026-03-09', text: 'x' });
    expect(own.statusCode).toBe(201);
  });

  it('that gives a patient to somebody who does no care is refused', async () => {
    await house.post('administrator', '/v1/organisation/staff', { staff: 'aud-7', role: 'auditor' }, {});
    const { episodeId } = await house.refer();
    const answer = await house.post('care-manager', path(episodeId, 'care-manager'), { careManager: 'aud-7' });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      422,
      { type: '/problems/unknown-staff', errors: [{ pointer: '/careManager', detail: 'does no care' }] },
    ]);
  });

  it('that succeeded gets its first answer again, even if whom it names has left since', async () => {
    const administrator = (path: string, body: object = {}) =>
      house.post('administrator', `/v1/organisation/staff${path}`, body, {});
    const { episodeId } = await house.refer();
    const keyed = (key: string) => ({ 'idempotency-key': key });
    const refer = (key: string) =>
      house.post('provider', '/v1/referrals', { patient: { name: 'Ada Example' }, careManager: 'cm-7' }, keyed(key));
    const assign = (key: string) =>
      house.post('care-manager', path(episodeId, 'care-manager'), { careManager: 'cm-7' }, keyed(key));
    await administrator('', { staff: 'cm-7', role: 'care-manager' });
    const [referred, assigned] = [await refer('refer-1'), await assign('assign-1')];
    await administrator('/cm-7/departure');
    const again = [await refer('refer-1'), await assign('assign-1')];
    expect(again.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
    expect(again.map((answer) => answer.json().revision)).toEqual([referred.json().revision, assigned.json().revision]);
    const anew = [await refer('refer-2'), await assign('assign-2')];
    expect(anew.map((answer) => answer.json().type)).toEqual(['/problems/unknown-staff', '/problems/unknown-staff']);
  });

  it('that asks for what is already so is 200 and records nothing', async () => {
    const { episodeId } = await house.refer();
    const first = await house.post('care-manager', path(episodeId, 'care-manager'), { careManager: 'cm-1' });
    const again = await house.post('care-manager', path(episodeId, 'care-manager'), { careManager: 'cm-1' });
    expect([first.statusCode, again.statusCode, again.json().revision]).toEqual([201, 200, first.json().revision]);
  });

  it('that the state forbids is 409 with the reason in words', async () => {
    const { episodeId } = await house.refer();
    const answer = await house.post('care-manager', path(episodeId, 'holds/current/end'));
    expect([answer.statusCode, answer.json()]).toMatchObject([
      409,
      { type: '/problems/not-on-hold', code: 'not-on-hold', detail: 'The episode is not on hold.' },
    ]);
  });

  it('that lets a hold go on and says nothing of its end leaves the one that was said last', async () => {
    const { episodeId } = await enrolled();
    const review = (body: object) => house.post('care-manager', path(episodeId, 'holds/current/review'), body);
    await house.post('care-manager', path(episodeId, 'holds'), { reason: 'travel', expectedEnd: '2026-03-09' });
    await review({ expectedEnd: '2026-03-16' });
    expect((await review({})).json().hold).toMatchObject({ reason: 'travel', expectedEnd: '2026-03-16' });
  });

  it('of an unknown questionnaire is a problem of its own, and nothing is appended', async () => {
    const { episodeId, revision } = await house.refer();
    const answer = await house.post('care-manager', path(episodeId, 'assessments'), { instrument: 'MOOD-1', total: 5 });
    expect([answer.statusCode, answer.json().type]).toEqual([422, '/problems/unknown-instrument']);
    expect((await house.ask('care-manager', 'GET', path(episodeId))).json().revision).toBe(revision);
  });

  it('takes the fields of its path', async () => {
    const { episodeId } = await enrolled();
    await house.post('care-manager', path(episodeId, 'appointments'), { on: '2026-03-02', at: '09:30' });
    const kept = await house.post('care-manager', path(episodeId, 'appointments/1/outcome'), { outcome: 'kept' });
    expect(kept.json().appointments).toEqual([
      { appointment: 1, on: '2026-03-02', at: '09:30', withWhom: 'care-manager', outcome: 'kept' },
    ]);
    expect(
      (await house.post('care-manager', path(episodeId, 'appointments/7/outcome'), { outcome: 'kept' })).json().type,
    ).toBe('/problems/no-such-appointment');
    expect(
      (await house.post('care-manager', path(episodeId, 'appointments/first/outcome'), { outcome: 'kept' })).json()
        .type,
    ).toBe('/problems/not-found');
    const { followUps } = kept.json();
    const seen = await house.post(
      'care-manager',
      path(episodeId, `follow-ups/${encodeURIComponent(followUps[0].followUpId)}/acknowledgement`),
    );
    expect(seen.json().followUps).toContainEqual(
      expect.objectContaining({ followUpId: followUps[0].followUpId, acknowledgedBy: 'cm-1' }),
    );
  });

  it('that clears a flag takes away all of its kind that stand, and is 200 when none does', async () => {
    const { episodeId } = await house.refer();
    const flag = (body: object) => house.post('care-manager', path(episodeId, 'flags'), body);
    const clear = (kind: string) =>
      house.post('supervisor', path(episodeId, `flags/${kind}/clearance`), { note: 'talked it over' });
    for (const kind of ['needs-discussion', 'other', 'needs-discussion']) await flag({ flag: kind });
    const cleared = await clear('needs-discussion');
    expect([cleared.statusCode, cleared.json().flags]).toMatchObject([201, [{ flag: 'other' }]]);
    const again = await clear('needs-discussion');
    expect([again.statusCode, again.json().revision]).toEqual([200, cleared.json().revision]);
    expect((await clear('no-such-kind')).json().type).toBe('/problems/not-found');
    expect((await flag({ flag: 'needs-discussion' })).json().flags).toHaveLength(2);
    await house.upToDate();
    const { items } = (await house.ask('care-manager', 'GET', '/v1/caseload')).json();
    expect(items.find((row: { episodeId: string }) => row.episodeId === episodeId).flags).toEqual([
      'other',
      'needs-discussion',
    ]);
  });

  it('by a machine counts as entered by a machine, so that somebody looks at it', async () => {
    const { episodeId } = await enrolled();
    await house.post('integration', path(episodeId, 'assessments'), answered);
    const episode = (await house.ask('care-manager', 'GET', path(episodeId))).json();
    expect(episode).toMatchObject({ scores: { last: { total: 8, enteredBy: 'integration' } } });
    expect(episode.followUps.map(({ kind }: { kind: string }) => kind)).toContain('result-review');
  });

  it('by a machine, which may not read the episode, is answered with a receipt, also when it is sent again', async () => {
    const { episodeId, patientId, revision } = await enrolled();
    expect((await house.ask('integration', 'GET', path(episodeId))).statusCode).toBe(403);
    const key = { 'idempotency-key': 'one-form' };
    const form = () => house.post('integration', path(episodeId, 'assessments'), answered, key);
    const admission = { kind: 'admission', on: '2026-03-01', facility: 'Test Hospital' };
    const answers = [
      await form(),
      await form(),
      await house.post('integration', path(episodeId, 'acute-care'), admission),
    ];
    for (const answer of answers) {
      expect(answer.statusCode).toBe(201);
      expect(answer.json()).toEqual({ episodeId, patientId, revision: expect.any(Number) });
      expect(answer.json().revision).toBeGreaterThan(revision);
      expect(answer.headers).toMatchObject({ etag: `"${answer.json().revision}"`, location: path(episodeId) });
      expect(answer.headers).toHaveProperty('consistency-token');
    }
    expect((await house.post('care-manager', path(episodeId, 'notes'), { text: 'x' })).json()).toHaveProperty('phase');
  });
});

describe('an Idempotency-Key', () => {
  it('is required, and must be visible ASCII of at most 255 characters', async () => {
    const { episodeId } = await house.refer();
    for (const headers of [{}, { 'idempotency-key': 'a b' }, { 'idempotency-key': 'x'.repeat(256) }]) {
      const answer = await house.ask('care-manager', 'POST', path(episodeId, 'notes'), {
        body: { text: 'x' },
        headers,
      });
      expect([answer.statusCode, answer.json().type]).toEqual([400, '/problems/idempotency-key-required']);
    }
  });

  it('gives a retry the first answer, whatever came after it', async () => {
    const { episodeId } = await house.refer();
    const key = { 'idempotency-key': 'retry-1' };
    const first = await house.post('care-manager', path(episodeId, 'outreach-attempts'), call, key);
    await house.post('care-manager', path(episodeId, 'notes'), { text: 'in between' });
    const again = await house.post('care-manager', path(episodeId, 'outreach-attempts'), call, key);
    expect(again.statusCode).toBe(201);
    expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true', etag: first.headers['etag'] });
    expect(again.json()).toEqual(first.json());
    expect(first.headers['idempotency-replayed']).toBeUndefined();
  });

  it('with other content is 422, and nothing is recorded', async () => {
    const { episodeId } = await house.refer();
    const key = { 'idempotency-key': 'retry-2' };
    await house.post('care-manager', path(episodeId, 'notes'), { text: 'one' }, key);
    const other = await house.post('care-manager', path(episodeId, 'notes'), { text: 'two' }, key);
    expect([other.statusCode, other.json().type]).toEqual([422, '/problems/idempotency-key-reused']);
  });

  it('of one person is not that of another', async () => {
    const { episodeId } = await house.refer();
    const key = { 'idempotency-key': 'mine' };
    await house.post('care-manager', path(episodeId, 'notes'), { text: 'one' }, key);
    expect((await house.post('supervisor', path(episodeId, 'notes'), { text: 'two' }, key)).statusCode).toBe(201);
  });

  it('is checked before anything else, so that a decision that succeeded can be retried', async () => {
    const { episodeId, revision } = await enrolled();
    const headers = { ...etag(revision), 'idempotency-key': 'decide-once' };
    const first = await house.post('care-manager', path(episodeId, 'plan'), { goals: ['sleep'] }, headers);
    const again = await house.post('care-manager', path(episodeId, 'plan'), { goals: ['sleep'] }, headers);
    expect([first.statusCode, again.statusCode, again.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
  });
});

describe('a decision', () => {
  it('says what it is based on', async () => {
    const { episodeId } = await enrolled();
    const without = await house.post('care-manager', path(episodeId, 'plan'), { goals: ['sleep'] });
    expect([without.statusCode, without.json().type]).toEqual([428, '/problems/precondition-required']);
    const weak = await house.post(
      'care-manager',
      path(episodeId, 'plan'),
      { goals: ['sleep'] },
      { 'if-match': 'W/"3"' },
    );
    expect([weak.statusCode, weak.json().type]).toEqual([400, '/problems/malformed-header']);
  });

  it('is refused when a person acted in between, with what they did', async () => {
    const { episodeId, revision } = await enrolled();
    const noted = (await house.post('supervisor', path(episodeId, 'notes'), { text: 'look' })).json();
    const answer = await house.post('care-manager', path(episodeId, 'plan'), { goals: ['sleep'] }, etag(revision));
    expect(answer.statusCode).toBe(412);
    expect(answer.headers['etag']).toBe(`"${noted.revision}"`);
    expect(answer.json()).toMatchObject({
      type: '/problems/stale',
      current: noted.revision,
      since: [{ actor: 'user:sup-1', actorRole: 'supervisor', recordedAt: '2026-03-02T15:00:00.000Z' }],
    });
    expect(
      (await house.post('care-manager', path(episodeId, 'plan'), { goals: ['sleep'] }, etag(noted.revision)))
        .statusCode,
    ).toBe(201);
  });

  it('goes over what only the system recorded', async () => {
    const { episodeId, revision } = await enrolled();
    house.clock.set('2026-03-30T15:00:00.000Z');
    expect((await house.settle(episodeId)).raised.length).toBeGreaterThan(0);
    expect(
      (await house.post('care-manager', path(episodeId, 'plan'), { goals: ['sleep'] }, etag(revision))).statusCode,
    ).toBe(201);
    house.clock.set('2026-03-02T15:00:00.000Z');
  });

  it('is all that needs it: a fact is added whatever happened', async () => {
    const { episodeId } = await enrolled();
    expect((await house.post('care-manager', path(episodeId, 'notes'), { text: 'x' }, etag(0))).statusCode).toBe(201);
  });
});

describe('an episode of another organisation', () => {
  it('does not differ from one that does not exist, to read or to write', async () => {
    const { episodeId } = await house.refer();
    const nowhere = '018f2f6e-0000-7000-8000-00000000dead';
    for (const ask of [
      (id: string) => house.ask('auditor@elsewhere', 'GET', path(id)),
      (id: string) => house.post('care-manager@elsewhere', path(id, 'notes'), { text: 'x' }),
      (id: string) => house.ask('care-manager@elsewhere', 'GET', path(id, 'timeline')),
      (id: string) => house.post('supervisor@elsewhere', path(id, 'discharge'), { reason: 'graduated' }, etag(0)),
    ]) {
      const [theirs, none] = [await ask(episodeId), await ask(nowhere)];
      const { instance, traceId, ...body } = theirs.json();
      const { instance: _, traceId: __, ...same } = none.json();
      expect([theirs.statusCode, body]).toEqual([404, same]);
      expect([instance, traceId]).toEqual([expect.stringContaining(episodeId), expect.any(String)]);
    }
  });
});

describe('a provider', () => {
  it('acts and reads only on their own patients', async () => {
    const own = await house.refer();
    const other = await house.post('care-manager', '/v1/referrals', {
      patient: { name: 'Bo Example' },
      referredBy: 'pcp-9',
    });
    const { episodeId } = other.json();
    expect((await house.ask('provider', 'GET', path(own.episodeId))).statusCode).toBe(200);
    expect((await house.ask('provider', 'GET', path(episodeId))).statusCode).toBe(404);
    expect(
      (await house.post('provider', path(episodeId, 'consents'), { kind: 'treatment', method: 'verbal' })).statusCode,
    ).toBe(404);
    expect(
      (await house.post('provider', path(own.episodeId, 'consents'), { kind: 'treatment', method: 'verbal' }))
        .statusCode,
    ).toBe(201);
    await house.post('care-manager', path(episodeId, 'provider'), { provider: 'pcp-1' });
    expect((await house.ask('provider', 'GET', path(episodeId))).statusCode).toBe(200);
  });
});
