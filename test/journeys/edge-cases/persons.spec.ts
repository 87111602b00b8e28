import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Role } from '#care';
import { Journey, newYork, standingAt, until } from '../journey.js';

/** Research §9: one person, two records; two referrals, one person; people who die, change, or must not be looked at without a reason. */
const positive = { instrument: 'PHQ-9', items: [1, 1, 1, 1, 1, 1, 1, 1, 2] };

describe('edge cases of persons', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await Journey.begin({ clock: standingAt('2027-03-01 09:00'), temporal: false });
  }, 60_000);
  afterAll(() => journey.end(), 60_000);

  const post = (path: string, body: object = {}, role: Role = 'supervisor', headers: Record<string, string> = {}) =>
    journey.request(role, 'POST', path, body, headers);
  const episodeNow = async (episode: string): Promise<any> =>
    (await journey.request('supervisor', 'GET', `/v1/episodes/${episode}`)).body;
  const newPatient = async (details: object): Promise<string> =>
    (await post('/v1/patients', details, 'care-manager')).body.patientId;
  const referral = (patientId: string, more: object = {}) =>
    post('/v1/referrals', { patientId, site: 'main', careManager: 'cm-1', ...more }, 'provider');
  /** Rows of the worklist about a patient, for one assignee. */
  const rowsOf = async (patientId: string, assignee = 'cm-1'): Promise<any[]> =>
    (await journey.read('supervisor', `/v1/worklist?limit=200&assignee=${assignee}`)).items.filter(
      (row: { patientId: string }) => row.patientId === patientId,
    );
  const open = (view: any): string[] =>
    view.tasks.filter((one: any) => one.outcome === null).map((one: any) => one.cause);

  it('10 two people who refer at one moment meet in one episode, and the second is told so', async () => {
    for (const round of [1, 2, 3, 4]) {
      const patientId = await newPatient({ name: `Test Patient Two ${round}` });
      const answers = await Promise.all([
        referral(patientId, { reason: 'Test reason one' }),
        referral(patientId, { reason: 'Test reason two', urgency: 'urgent' }),
      ]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 201]);
      expect(new Set(answers.map(({ body }) => body.episodeId)).size).toBe(1);
      const types = (await journey.events(answers[0]!.body.episodeId)).map(({ type }) => type);
      expect(types.filter((type) => type === 'PatientReferred' || type === 'ReferralRepeated')).toHaveLength(2);
      expect((await episodeNow(answers[0]!.body.episodeId)).urgency).toBe('urgent');
    }
  }, 60_000);

  it('10 a referral entered late still belongs to the person’s open episode', async () => {
    const { patientId, episode } = await journey.enrol({ name: 'Test Patient Late' });
    const late = await referral(patientId, { occurredAt: newYork('2027-02-20 10:00') });
    expect(late).toMatchObject({ status: 200, body: { episodeId: episode, referral: { repeats: 1 } } });
  }, 60_000);

  it('11 one person has one open episode; a discharge that is undone after the next began is a question to people', async () => {
    const { patientId, episode } = await journey.enrol({ name: 'Test Patient Dual' });
    expect(await referral(patientId)).toMatchObject({ status: 200, body: { episodeId: episode } });
    const ended = (await journey.act(episode, 'discharge', { reason: 'graduated' })).body.ended;
    const next = await referral(patientId);
    expect(next).toMatchObject({ status: 201, body: { ordinal: 2, phase: 'referred' } });
    await journey.act(episode, 'times', { minutes: 7, activity: 'record' });
    expect((await episodeNow(next.body.episodeId)).billing.months).toEqual([]);
    await journey.act(episode, 'voids', { revision: ended.revision, reasonCode: 'entered-in-error' });
    for (const one of [episode, next.body.episodeId])
      await until(async () => open(await episodeNow(one)).includes('other-open-episode'), 'somebody is asked');
  }, 60_000);

  it('14 a death ends everything at once and can be taken back; the record stays open, and a late referral changes nothing', async () => {
    const { patientId, episode } = await journey.enrol({ name: 'Test Patient Gone' });
    await journey.act(episode, 'assessments', positive);
    const owed = await journey.owed(episode);
    expect((await post(`/v1/patients/${patientId}/death`, { source: 'family' }, 'care-manager')).status).toBe(201);
    await until(async () => (await episodeNow(episode)).phase === 'ended', 'the episode ends');
    expect(await journey.owed(episode)).toEqual({});
    await journey.at('2027-03-02 09:00');
    expect(await rowsOf(patientId)).toEqual([]);
    expect(await episodeNow(episode)).toMatchObject({ ended: { type: 'PatientDeathNoted' }, scores: { count: 1 } });
    const late = (await referral(patientId)).body.episodeId;
    await until(async () => (await episodeNow(late)).phase === 'ended', 'the late referral ends');
    expect(await journey.owed(late)).toEqual({});
    // A machine ends nobody's care.
    expect((await post(`/v1/patients/${patientId}/death`, { source: 'registry' }, 'integration')).status).toBe(403);
    await post(`/v1/patients/${patientId}/death/retraction`);
    await until(async () => (await episodeNow(episode)).phase === 'acute', 'the episode goes on');
    expect(await journey.owed(episode)).toEqual(owed);
  }, 60_000);

  it('20 two records of one person are shown as one, ask people what no rule may decide, and come apart again unharmed', async () => {
    await journey.at('2027-03-03 09:00');
    const one = await journey.enrol({ name: 'Test Patient Merged', recordNumber: 'TEST-1' });
    const other = await journey.enrol({ name: 'Test Patient Merged (copy)', recordNumber: 'TEST-2' });
    for (const { episode } of [one, other]) await journey.act(episode, 'assessments', positive);
    await journey.caughtUp();
    const streams = async () => Promise.all([one, other].map(({ episode }) => journey.events(episode)));
    const [before] = await streams();
    expect([(await rowsOf(one.patientId)).length, (await rowsOf(other.patientId)).length]).toEqual([1, 1]);

    const merges = `/v1/patients/${one.patientId}/merges`;
    const refusals = await Promise.all([
      post(merges, { duplicate: one.patientId }),
      post(merges, { duplicate: crypto.randomUUID() }),
      post(merges, { duplicate: other.patientId }, 'care-manager'),
      post(`${merges}/${other.patientId}/undo`),
    ]);
    expect(refusals.map(({ body }) => body.type)).toEqual([
      '/problems/same-record',
      '/problems/unknown-duplicate',
      '/problems/forbidden',
      '/problems/not-merged',
    ]);
    expect((await post(merges, { duplicate: other.patientId })).body.duplicates).toEqual([other.patientId]);
    expect((await post(merges, { duplicate: other.patientId })).status).toBe(200);
    expect((await post(`/v1/patients/${other.patientId}/merges`, { duplicate: one.patientId })).body.type).toBe(
      '/problems/merged-the-other-way',
    );

    // Both care managers are asked which episode goes on; nothing is closed by itself.
    for (const { episode } of [one, other])
      await until(async () => open(await episodeNow(episode)).length === 1, 'somebody is asked');
    expect((await episodeNow(one.episode)).tasks[0]).toMatchObject({
      cause: 'other-open-episode',
      otherEpisode: other.episode,
      dueOn: '2027-03-03',
      owner: 'cm-1',
    });
    expect((await episodeNow(other.episode)).phase).toBe('acute');

    // One row, under the leading record, and the double item 9 once in it.
    await journey.caughtUp();
    expect(await rowsOf(other.patientId)).toEqual([]);
    const [row, ...more] = await rowsOf(one.patientId);
    expect([row.patientName, row.class, more]).toEqual(['Test Patient Merged', 'safety', []]);
    const reviews = row.chips.filter(({ kind }: { kind: string }) => kind === 'safety-review');
    expect(reviews).toHaveLength(1);
    expect([reviews[0].episodeId, ...reviews[0].together.map((chip: any) => chip.episodeId)].toSorted()).toEqual(
      [one.episode, other.episode].toSorted(),
    );
    const shown = await journey.read('care-manager', `/v1/patients/${other.patientId}`);
    expect([shown.mergedInto, shown.episodes.map((e: any) => [e.episodeId, e.recordId])]).toEqual([
      one.patientId,
      expect.arrayContaining([
        [one.episode, one.patientId],
        [other.episode, other.patientId],
      ]),
    ]);
    const caseload = (await journey.read('supervisor', '/v1/caseload?limit=200')).items;
    expect(caseload.filter((r: any) => r.patientId === one.patientId)).toHaveLength(2);
    // Each review is answered in its own episode: one answer never closes the other.
    await journey.act(one.episode, 'safety-reviews', { level: 'low' });
    expect(await journey.owed(other.episode)).toHaveProperty('safety-review');

    // A death under one record is a death of the person.
    await post(`/v1/patients/${one.patientId}/death`, { source: 'provider' });
    for (const { episode } of [one, other])
      await until(async () => (await episodeNow(episode)).phase === 'ended', 'both end');

    // They were two persons after all: the one lives, and is shown alone.
    expect((await post(`${merges}/${other.patientId}/undo`, { note: 'Test note' })).body.duplicates).toEqual([]);
    await until(async () => (await episodeNow(other.episode)).phase === 'acute', 'the other goes on');
    await until(async () => open(await episodeNow(other.episode)).length === 0, 'nobody is asked any more');
    expect((await episodeNow(one.episode)).phase).toBe('ended');
    await journey.caughtUp();
    expect([(await rowsOf(one.patientId)).length, (await rowsOf(other.patientId)).length]).toEqual([0, 1]);
    expect((await rowsOf(other.patientId))[0].patientName).toBe('Test Patient Merged (copy)');
    expect((await journey.read('care-manager', `/v1/patients/${other.patientId}`)).mergedInto).toBeNull();
    // Neither stream was rewritten.
    const [after] = await streams();
    expect(after!.slice(0, before!.length)).toEqual(before);
  }, 60_000);

  it('30 a corrected birth date or name is a new fact: what was known stays known, ages follow the day of the event', async () => {
    const { patientId } = await journey.enrol({ name: 'Test Patient Old Name', birthDate: '2009-03-15' });
    const before = await journey.read('care-manager', `/v1/patients/${patientId}`);
    expect(before.episodes[0].ageAtReferral).toBe(17);
    await post(
      `/v1/patients/${patientId}/corrections`,
      { name: 'Test Patient New Name', birthDate: '2009-02-15', reasonCode: 'entered-in-error' },
      'care-manager',
      { 'if-match': '"0"' },
    );
    const now = await journey.read('care-manager', `/v1/patients/${patientId}`);
    expect([now.details.name, now.episodes[0].ageAtReferral]).toEqual(['Test Patient New Name', 18]);
    const then = await journey.read('auditor', `/v1/patients/${patientId}?atRevision=0`);
    expect([then.details.name, then.details.birthDate, then.episodes[0].ageAtReferral]).toEqual([
      'Test Patient Old Name',
      '2009-03-15',
      17,
    ]);
  }, 60_000);

  it('35 a test patient says so wherever they are listed; the record of a colleague opens to its team, and to others with a logged reason', async () => {
    const logged: string[] = [];
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = ((line: string, ...more: never[]) => {
      if (line.includes('restricted-record')) logged.push(line);
      return write(line, ...more);
    }) as typeof process.stdout.write;
    try {
      const { episode, patientId } = await journey.enrol({ name: 'Test Patient Colleague', test: true });
      const listed = async (role: Role = 'care-manager') =>
        (await journey.read(role, '/v1/caseload?limit=200')).items.find((row: any) => row.episodeId === episode);
      expect((await listed()).labels).toEqual(['test']);
      expect((await post(`/v1/patients/${patientId}/labels`, { labels: ['test', 'staff'] })).body).toMatchObject({
        test: true,
        labels: ['staff', 'test'],
      });
      expect(await listed()).toMatchObject({ labels: ['staff', 'test'], patientName: 'Test Patient Colleague' });
      expect(await listed('supervisor')).toMatchObject({ labels: [], patientName: null, masked: true });

      const read = (role: Role, path: string, reason?: string) =>
        journey.request(role, 'GET', path, undefined, reason ? { 'access-reason': reason } : {});
      for (const path of [`/v1/episodes/${episode}`, `/v1/episodes/${episode}/timeline`, `/v1/patients/${patientId}`]) {
        expect((await read('care-manager', path)).status).toBe(200);
        expect((await read('auditor', path)).body.type).toBe('/problems/access-reason-needed');
        expect((await read('auditor', path, 'curiosity')).body.type).toBe('/problems/malformed-header');
        expect((await read('auditor', path, 'quality')).status).toBe(200);
      }
      const note = (headers: Record<string, string>) =>
        post(`/v1/episodes/${episode}/notes`, { text: 'Test note' }, 'psychiatric-consultant', headers);
      const events = (await journey.events(episode)).length;
      expect((await note({})).status).toBe(403);
      expect((await journey.events(episode)).length).toBe(events);
      expect((await note({ 'access-reason': 'treatment' })).status).toBe(201);
      // A portal hands in what the patient answered, whoever that is.
      expect((await post(`/v1/episodes/${episode}/assessments`, positive, 'integration')).status).toBe(201);
      expect(logged.map((line) => JSON.parse(line))).toEqual([
        ...['readEpisode', 'readTimeline', 'readPatient'].map((operation) =>
          expect.objectContaining({ operation, patientId, actor: 'user:audit-1', reason: 'quality' }),
        ),
        expect.objectContaining({ actor: 'user:psy-1', reason: 'treatment' }),
      ]);
    } finally {
      process.stdout.write = write;
    }
  }, 60_000);
});
