import { describe, expect, it } from '@jest/globals';
import { INSTRUMENTS, tell } from '#care';
import { fixedClock } from '#door';
import { memoryRuntime } from '#runtime';
import { parseDate, parseTime } from './dates.js';
import { doorImporter, importPlan, planImport, rejectionsCsv, type ImportPlan, type SourceFile } from './index.js';
import { batchesOf } from './run.js';
import { MOST_ITEMS, recognise } from './tables.js';

const ZONE = 'America/New_York';
const csv = (name: string, ...lines: string[]): SourceFile => ({ name, text: `${lines.join('\n')}\n` });
const patients = csv('p.csv', 'Patient ID,Name', 'P1,Test Patient 001');
const episodes = csv('e.csv', 'MRN,Referral Date,PCP,BHCM,Enrollment Date', 'P1,2026-03-02,pcp-1,cm-1,2026-03-10');
const plan = (...more: SourceFile[]): ImportPlan => planImport([patients, episodes, ...more], { zone: ZONE });
const acts = (made: ImportPlan) =>
  made.episodes[0]!.acts.map(({ command, occurredAt, key }) => ({ ...command, occurredAt, key }));
const act = (made: ImportPlan, type: string) => acts(made).find((one) => one.type === type);

describe('a file in another encoding', () => {
  it('costs the rows that cannot be read in it, and no other', () => {
    const saved = Buffer.from('Patient ID,Name\nP1,Test Patient 001\nP2,José Núñez\n', 'latin1').toString('utf8');
    const made = planImport([{ name: 'p.csv', text: saved }, episodes], { zone: ZONE });
    expect(made.rejections).toMatchObject([
      { file: 'p.csv', line: 3, reason: 'Name holds a character that is not UTF-8: save the file as CSV UTF-8' },
    ]);
    expect(made.episodes).toHaveLength(1);
  });
});

describe('dates and times', () => {
  it.each([
    ['2026-11-02', '2026-11-02'],
    ['11/2/2026', '2026-11-02'],
    ['3/9/26', '2026-03-09'],
    ['2026-11-02T09:30', '2026-11-02'],
    ['2026-11-02 09:30:00.000', '2026-11-02'],
    ['2026-11-02 2:30 PM', '2026-11-02'],
    ['2026-11-02T02:30:00Z', null],
    ['2026-11-02T02:30:00-05:00', null],
    ['2026-02-30', null],
    ['13/1/2026', null],
    ['soon', null],
  ])('%s is %s', (text, date) => expect(parseDate(text)).toBe(date));
  it.each([
    ['14:30', '14:30'],
    ['2:30 PM', '14:30'],
    ['12:05 am', '00:05'],
    ['25:00', null],
    ['13:00 PM', null],
  ])('%s is %s', (text, time) => expect(parseTime(text)).toBe(time));

  it('in one field are read to its end', () => {
    const made = plan(csv('c.csv', 'mrn,contact date,kind', 'P1,2026-03-12 02:30 PM,treatment'));
    expect(act(made, 'RecordContact')).toMatchObject({ occurredAt: '2026-03-12T18:30:00.000Z' });
  });

  it('of a birth name the century', () => {
    const born = csv('p.csv', 'mrn,name,dob', 'P1,Test,3/9/61');
    const made = planImport([born, episodes], { zone: ZONE });
    expect(made.rejections[0]).toMatchObject({ file: 'p.csv', line: 2, reason: expect.stringContaining('century') });
    expect(made.episodes).toEqual([]);
  });
});

describe('a table', () => {
  it.each([
    [['MRN', 'Patient Name', 'DOB'], ['patients']],
    [
      ['patient_id', 'Name', 'Date of Referral'],
      ['patients', 'episodes'],
    ],
    [
      ['mrn', 'Contact Date', 'Contact Type', 'PHQ-9 Score'],
      ['contacts', 'scale-results'],
    ],
    [['mrn', 'date', 'scale', 'total'], ['scale-results']],
    [['mrn', 'consult date', 'Recommendation'], ['consult-reviews']],
    [['mrn', 'Appt Date', 'status'], ['appointments']],
    [['colour'], []],
  ])('with %j is %j', (headers, tables) => expect(recognise(headers)).toEqual(tables));
});

describe('planning', () => {
  it('takes referral and enrolment at noon of the site', () => {
    const made = plan();
    expect(made.rejections).toEqual([]);
    expect(made.episodes[0]!.referral).toMatchObject({
      occurredAt: '2026-03-02T17:00:00.000Z',
      details: { referredBy: 'pcp-1', careManager: 'cm-1', site: 'main', urgency: 'routine' },
    });
    expect(act(made, 'EnrolPatient')).toMatchObject({ occurredAt: '2026-03-10T16:00:00.000Z' });
  });

  it('reads the dates of an episode in the zone of its own site', () => {
    const west = csv('e.csv', 'MRN,Site,Referral Date,PCP', 'P1,west,2026-03-02,pcp-1');
    const zones = new Map([['west', 'America/Los_Angeles']]);
    const made = planImport([patients, west], { zone: ZONE, zones });
    expect(made.episodes[0]!.referral.occurredAt).toBe('2026-03-02T20:00:00.000Z');
  });

  it('tells attempts from contacts, with time and safety review', () => {
    const made = plan(
      csv(
        'c.csv',
        'mrn,contact date,time,contact type,outcome,minutes,risk level',
        'P1,3/3/2026,9:30 AM,Outreach,LVM,,',
        'P1,2026-03-10,14:00,Follow-up,,25,low',
      ),
    );
    expect(made.rejections).toEqual([]);
    expect(acts(made).map(({ type }) => type)).toEqual([
      'RecordOutreachAttempt',
      'EnrolPatient',
      'RecordContact',
      'LogTime',
      'RecordSafetyReview',
    ]);
    expect(act(made, 'RecordOutreachAttempt')).toMatchObject({
      outcome: 'left-message',
      channel: 'phone',
      occurredAt: '2026-03-03T14:30:00.000Z',
    });
  });

  it('takes no text, no work on the record and no call that reached nobody for an answer of the patient', () => {
    const made = plan(
      csv(
        'c.csv',
        'mrn,contact date,kind,modality,outcome',
        'P1,2026-03-12,treatment,phone,',
        'P1,2026-03-13,treatment,SMS,',
        'P1,2026-03-14,coordination,chart,',
        'P1,2026-03-15,scheduling,phone,LVM',
      ),
    );
    expect(made.rejections).toEqual([]);
    const answered = acts(made).flatMap((one) => (one.type === 'RecordContact' ? [one.twoWay] : []));
    expect(answered).toEqual([true, false, false, false]);
  });

  it('keeps partial, contradictory and bare totals, and codes it does not know', () => {
    const made = plan(
      csv(
        's.csv',
        'result_id,mrn,date,scale,q1,q2,q9,total,mode',
        '1,P1,2026-03-10,phq9,2,,1,,fax',
        '2,P1,2026-03-11,PHQ-9,,,,14,',
        '3,P1,2026-03-12,PHQ-9,3,3,0,99,',
      ),
    );
    expect(made.rejections).toEqual([]);
    const forms = acts(made).filter(({ type }) => type === 'RecordAssessment');
    expect(forms).toMatchObject([
      {
        items: ['2', null, null, null, null, null, null, null, '1'],
        imported: true,
        mode: 'external',
        note: 'mode as given: fax',
      },
      { total: '14' },
      { total: '99' },
    ]);
    expect(forms[1]).not.toHaveProperty('items');
  });

  it('takes every instrument, by its code and by what other systems call it', () => {
    const names = ['PHQ2', 'phq 9m', 'Edinburgh', 'PCL5', 'pc_ptsd_5', 'AUDIT-C', 'C-SSRS Screener', 'gad-2'];
    const made = plan(
      csv(
        's.csv',
        'result_id,mrn,date,scale,q1,q2',
        ...names.map((name, i) => `${i},P1,2026-03-${11 + i},${name},1,No`),
      ),
    );
    expect(made.rejections).toEqual([]);
    expect(acts(made).flatMap((one) => (one.type === 'RecordAssessment' ? [one.instrument] : []))).toEqual([
      'PHQ-2',
      'PHQ-A',
      'EPDS',
      'PCL-5',
      'PC-PTSD-5',
      'AUDIT-C',
      'C-SSRS',
      'GAD-2',
    ]);
    for (const { items } of INSTRUMENTS.values()) expect(items.length).toBeLessThanOrEqual(MOST_ITEMS);
  });

  it('tells a total once where what stands beside it for item 9 is no answer', () => {
    const made = plan(csv('s.csv', 'mrn,date,PHQ-9 score,PHQ-9 item 9', 'P1,2026-03-11,15,n/a'));
    expect(acts(made).filter(({ type }) => type === 'RecordAssessment')).toMatchObject([{ total: '15' }]);
  });

  it('takes the scores that AIMS keeps beside a contact', () => {
    const made = plan(
      csv(
        'c.csv',
        'mrn,contact date,contact type,PHQ-9 score,GAD-7 score',
        'P1,2026-03-10,clinic visit,15,8',
        'P1,2026-03-17,treatment,15,8',
        'P1,2026-03-20,treatment,,',
      ),
    );
    expect(made.rejections).toMatchObject([{ line: 2, reason: expect.stringContaining('kind') }]);
    expect(acts(made).map((one) => ('instrument' in one ? one.instrument : one.type))).toEqual([
      'EnrolPatient',
      'PHQ-9',
      'GAD-7',
      'RecordContact',
      'PHQ-9',
      'GAD-7',
      'RecordContact',
    ]);
  });

  it('takes item 9 and scores that stand beside an instrument that is named', () => {
    const made = plan(
      csv(
        's.csv',
        'mrn,date,measure,score,PHQ-9 item 9,GAD-7 score',
        'P1,2026-03-11,PHQ-9,14,2,',
        'P1,2026-03-12,GAD-7,9,1,9',
        'P1,2026-03-13,PCL-5,40,,8',
      ),
    );
    expect(made.rejections).toEqual([]);
    const forms = acts(made).filter(({ type }) => type === 'RecordAssessment');
    const eightBlanksAnd = (item9: string) => [null, null, null, null, null, null, null, null, item9];
    expect(forms).toMatchObject([
      { instrument: 'PHQ-9', total: '14' },
      { instrument: 'PHQ-9', items: { 9: '2' } },
      { instrument: 'GAD-7', total: '9' },
      { instrument: 'PHQ-9', items: eightBlanksAnd('1') },
      { instrument: 'PCL-5', total: '40' },
      { instrument: 'GAD-7', total: '8' },
    ]);
    expect(new Set(forms.map(({ key }) => key)).size).toBe(forms.length);
  });

  it('names a recommendation or an appointment by the act that made it, not by a number', () => {
    const made = plan(
      csv(
        'r.csv',
        'mrn,review date,recommendation,answer,answered_on,acted_on',
        'P1,2026-05-04,Second,accepted,2026-05-05,2026-05-06',
        'P1,2026-04-06,First,,,',
      ),
      csv(
        'a.csv',
        'mrn,appt date,booked_on,status',
        'P1,2026-06-01,2026-05-01,no show',
        'P1,2026-04-01,2026-03-20,attended',
      ),
    );
    expect(made.rejections).toEqual([]);
    const keyOn = (type: string, day: string): string =>
      acts(made).find((one) => one.type === type && one.occurredAt.startsWith(day))!.key;
    const second = { madeBy: keyOn('IssueRecommendation', '2026-05-04') };
    expect(act(made, 'AnswerRecommendation')).toMatchObject({ recommendation: second, answer: 'accepted' });
    expect(act(made, 'SetTreatmentPlan')).toMatchObject({ recommendation: second });
    expect(acts(made).filter(({ type }) => type === 'RecordAppointmentOutcome')).toMatchObject([
      { appointment: { madeBy: keyOn('BookAppointment', '2026-03-20') }, outcome: 'kept' },
      { appointment: { madeBy: keyOn('BookAppointment', '2026-05-01') }, outcome: 'missed' },
    ]);
  });

  it('takes a form without a time to be answered before the safety review of its day, one with a later time after it', () => {
    const contact = csv('c.csv', 'mrn,contact date,time,kind,safety_level', 'P1,2026-03-12,09:00,treatment,low');
    const form = (time: string): SourceFile => csv('s.csv', 'mrn,date,time,scale,q9', `P1,2026-03-12,${time},PHQ-9,2`);
    const order = (time: string): string[] =>
      acts(plan(contact, form(time)))
        .map(({ type }) => type)
        .filter((type) => type === 'RecordAssessment' || type === 'RecordSafetyReview');
    expect(order('')).toEqual(['RecordAssessment', 'RecordSafetyReview']);
    expect(order('16:00')).toEqual(['RecordSafetyReview', 'RecordAssessment']);
  });

  it('takes what ends or answers something to come after it, also on its own day', () => {
    const types = (made: ImportPlan): string[] => acts(made).map(({ type }) => type);
    const review = csv(
      'r.csv',
      'mrn,review date,review time,recommendation,answer,answered_on',
      'P1,2026-05-04,15:00,A higher dose,accepted,2026-05-04',
    );
    expect(types(plan(review))).toEqual(['EnrolPatient', 'IssueRecommendation', 'AnswerRecommendation']);
    const visit = csv('a.csv', 'mrn,appt date,time,booked_on,status', 'P1,2026-03-12,09:00,2026-03-12,attended');
    expect(types(plan(visit))).toEqual(['EnrolPatient', 'BookAppointment', 'RecordAppointmentOutcome']);
    const held = csv(
      'e.csv',
      'mrn,referred_on,pcp,hold_started_on,hold_ended_on',
      'P1,2026-03-02,pcp-1,2026-03-16,2026-03-16',
    );
    expect(types(planImport([patients, held], { zone: ZONE }))).toEqual(['StartHold', 'EndHold']);
  });

  it('places rows without an episode by their date, and rejects an episode while another is open', () => {
    const two = csv(
      'e.csv',
      'mrn,referred_on,pcp,enrolled_on,ended_on,end_reason',
      'P1,2026-01-05,pcp-1,2026-01-10,2026-02-10,graduated',
      'P1,2026-05-05,pcp-1,,,',
      'P1,2026-06-05,pcp-1,,,',
    );
    const made = planImport(
      [patients, two, csv('s.csv', 'mrn,date,scale,total', 'P1,2026-01-12,PHQ-9,12', 'P1,2026-05-12,PHQ-9,13')],
      { zone: ZONE },
    );
    expect(
      made.episodes.map((one) => one.acts.filter(({ command }) => command.type === 'RecordAssessment').length),
    ).toEqual([1, 1]);
    expect(made.rejections).toMatchObject([
      { file: 'e.csv', line: 4, reason: expect.stringContaining('has not ended') },
    ]);
  });

  it('rejects a bad row alone, with its line and why', () => {
    const made = plan(
      csv(
        'c.csv',
        'mrn,contact date,kind',
        'P1,yesterday,treatment',
        'P1,2026-03-12,treatment',
        'P9,2026-03-12,treatment',
        'P1,2026-03-12',
      ),
      csv('x.csv', 'colour', 'red'),
    );
    expect(made.rejections.map(({ file, line }) => `${file}:${line}`).sort()).toEqual([
      'c.csv:2',
      'c.csv:4',
      'c.csv:5',
      'x.csv:1',
    ]);
    expect(acts(made).filter(({ type }) => type === 'RecordContact')).toHaveLength(1);
    expect(rejectionsCsv(made.rejections)).toContain('c.csv,2,contacts,rejected,"contact_on: ""yesterday"" is no date');
  });

  it('counts lines also behind a field with line breaks', () => {
    expect(
      plan(csv('c.csv', 'mrn,contact date,kind,note', 'P1,2026-03-12,treatment,"one', 'two"', 'P1,never,treatment,'))
        .rejections,
    ).toMatchObject([{ line: 4 }]);
  });

  it('moves all dates of acts, not those of birth, and keeps the keys', () => {
    const files = [csv('p.csv', 'mrn,name,dob', 'P1,Test,1/2/1980'), episodes];
    const [here, there] = [planImport(files, { zone: ZONE }), planImport(files, { zone: ZONE, asOf: '2026-11-12' })];
    expect(there.episodes[0]!.referral).toMatchObject({
      key: here.episodes[0]!.referral.key,
      occurredAt: '2026-03-12T16:00:00.000Z',
    });
    expect(there.patients[0]!.details.birthDate).toBe('1980-01-02');
  });
});

describe('a request to a server', () => {
  it('is no larger than it takes, however much was written of each patient', () => {
    const notes = Array.from({ length: 40 }, (_, i) => `${i},P1,2026-03-12,treatment,${'x'.repeat(9_000)}`);
    const [episode] = plan(csv('c.csv', 'contact_id,mrn,contact date,kind,note', ...notes)).episodes;
    for (const batch of batchesOf(Array.from({ length: 25 }, () => episode!)))
      expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(8 * 1024 * 1024);
  });
});

describe('a later export', () => {
  const appointment = (id: string, on: string, booked: string, status = ''): string =>
    [id, 'P1', on, booked, status].join(',');
  const appointments = (...lines: string[]): SourceFile =>
    csv('a.csv', 'appt_id,mrn,appt date,booked_on,status', ...lines);
  const recommendation = (id: string, on: string, text: string, answer = '', answered = ''): string =>
    [id, 'P1', on, text, answer, answered].join(',');
  const reviews = (...lines: string[]): SourceFile =>
    csv('r.csv', 'review_id,mrn,review date,recommendation,answer,answered_on', ...lines);

  async function imported(...exports: SourceFile[][]) {
    const runtime = await memoryRuntime({ clock: fixedClock('2026-07-01T15:00:00.000Z'), zone: ZONE });
    const importer = doorImporter({
      ...runtime,
      organisation: 'clinic',
      actor: 'user:admin-1',
      actorRole: 'administrator',
    });
    const reports = [];
    for (const files of exports) reports.push(await importPlan(plan(...files), importer));
    const [head] = await runtime.store.readAll({ prefixes: ['episode-'], limit: 1 });
    const { state } = await runtime.episodes.load(head!.streamId.replace('episode-', ''));
    await runtime.close();
    return { reports, story: tell(state)! };
  }

  it('with an earlier booking settles the appointment it means', async () => {
    const { reports, story } = await imported(
      [appointments(appointment('A-2', '2026-06-01', '2026-05-01'))],
      [
        appointments(
          appointment('A-1', '2026-04-01', '2026-03-20', 'attended'),
          appointment('A-2', '2026-06-01', '2026-05-01', 'no show'),
        ),
      ],
    );
    expect(reports.flatMap(({ rejections }) => rejections)).toEqual([]);
    expect(story.appointments.map(({ on, outcome }) => [on, outcome?.type]).toSorted()).toEqual([
      ['2026-04-01', 'AppointmentKept'],
      ['2026-06-01', 'AppointmentMissed'],
    ]);
  });

  it('with an earlier recommendation answers the one it means', async () => {
    const { reports, story } = await imported(
      [reviews(recommendation('R-2', '2026-05-04', 'Second'))],
      [
        reviews(
          recommendation('R-1', '2026-04-06', 'First', 'declined', '2026-04-08'),
          recommendation('R-2', '2026-05-04', 'Second', 'accepted', '2026-05-05'),
        ),
      ],
    );
    expect(reports[1]!.rejections).toMatchObject([{ line: 2, reason: expect.stringContaining('reason') }]);
    expect(story.recommendations.map(({ issued, answer }) => [issued.on, answer?.facts.answer])).toEqual([
      ['2026-04-06', undefined],
      ['2026-05-04', 'accepted'],
    ]);
  });

  it('adds nothing where only the numbers would be others', async () => {
    const { reports } = await imported(
      [appointments(appointment('A-2', '2026-06-01', '2026-05-01', 'no show'))],
      [
        appointments(
          appointment('A-1', '2026-04-01', '2026-03-20'),
          appointment('A-2', '2026-06-01', '2026-05-01', 'no show'),
        ),
      ],
    );
    expect(reports[1]!.tables.find(({ table }) => table === 'appointments')).toMatchObject({
      ...{ read: 2, appended: 1, skipped: 1, changed: 0, rejected: 0 },
    });
  });
});

describe('an import through the real door', () => {
  const opened = async () => {
    const runtime = await memoryRuntime({ clock: fixedClock('2026-04-01T15:00:00.000Z'), zone: ZONE });
    const by = { organisation: 'clinic', actor: 'user:admin-1', actorRole: 'administrator' } as const;
    return { runtime, importer: doorImporter({ ...runtime, ...by }) };
  };
  const contacts = (note: string): SourceFile =>
    csv('c.csv', 'contact_id,mrn,contact date,kind,note', `7,P1,2026-03-12,treatment,${note}`);

  it('adds nothing the second time, reports a changed row, and takes a new one', async () => {
    const { runtime, importer } = await opened();
    expect(await importer.zones()).toEqual(new Map([['main', ZONE]]));
    const first = await importPlan(plan(contacts('a')), importer);
    expect(first.tables.map(({ appended }) => appended)).toEqual([1, 1, 1, 0, 0, 0]);
    const head = await runtime.store.head();
    expect((await importPlan(plan(contacts('a')), importer)).tables.map(({ skipped }) => skipped)).toEqual([
      1, 1, 1, 0, 0, 0,
    ]);
    const changed = await importPlan(plan(contacts('b')), importer);
    expect(changed.rejections).toMatchObject([{ file: 'c.csv', line: 2, kind: 'changed' }]);
    expect(await runtime.store.head()).toEqual(head);
    const grown = await importPlan(
      plan(
        contacts('a'),
        csv(
          's.csv',
          'mrn,date,scale,total',
          'P1,2026-03-12,PHQ-9,15',
          'P1,2026-05-12,PHQ-9,15',
          'P1,2026-03-13,XYZ-1,15',
        ),
      ),
      importer,
    );
    expect(grown.rejections.map(({ line, reason }) => [line, reason.slice(0, 20)])).toEqual([
      [4, 'XYZ-1 is not an inst'],
      [3, 'What is recorded mus'],
    ]);
    expect(grown.tables[3]).toMatchObject({ read: 3, appended: 1, rejected: 2 });
    await runtime.close();
  });

  it('counts a total that stands beside item 9 alone, and acts on the item', async () => {
    const { runtime, importer } = await opened();
    const form = csv('s.csv', 'mrn,date,PHQ-9 score,PHQ-9 item 9', 'P1,2026-03-12,15,1');
    expect((await importPlan(plan(form), importer)).rejections).toEqual([]);
    const [head] = await runtime.store.readAll({ prefixes: ['episode-'], limit: 1 });
    const { state } = await runtime.episodes.load(head!.streamId.replace('episode-', ''));
    expect(tell(state)?.last?.total).toBe(15);
    expect([...state.ledger.open.values()].map(({ kind }) => kind)).toContain('safety-review');
    await runtime.close();
  });

  it('opens no review of a form without a time that was reviewed in the morning of its day', async () => {
    const { runtime, importer } = await opened();
    const contact = csv('c.csv', 'mrn,contact date,time,kind,safety_level', 'P1,2026-03-12,09:00,treatment,low');
    const form = csv('s.csv', 'mrn,date,scale,q9', 'P1,2026-03-12,PHQ-9,2');
    expect((await importPlan(plan(contact, form), importer)).rejections).toEqual([]);
    const [head] = await runtime.store.readAll({ prefixes: ['episode-'], limit: 1 });
    const { state } = await runtime.episodes.load(head!.streamId.replace('episode-', ''));
    expect(tell(state)?.concerns).toHaveLength(1);
    expect([...state.ledger.open.values()].map(({ kind }) => kind)).not.toContain('safety-review');
    await runtime.close();
  });

  it('asks for no notice to the provider of an ending of long ago', async () => {
    const { runtime, importer } = await opened();
    const ended = csv('e.csv', 'MRN,Referral Date,PCP,BHCM,End Date', 'P1,2026-03-02,pcp-1,cm-1,2026-03-20');
    await importPlan(planImport([patients, ended], { zone: ZONE }), importer);
    const log = await runtime.store.readAll({ prefixes: ['episode-'] });
    expect(log.find(({ type }) => type === 'ProviderNotified')?.body.facts).toEqual({
      about: 'referral-closed',
      channel: 'record',
    });
    await runtime.close();
  });

  it('lists a positive item 9 of a closed episode also when a review of it was refused', async () => {
    const { runtime, importer } = await opened();
    const closed = csv(
      'e.csv',
      'MRN,Referral Date,PCP,Enrollment Date,End Date',
      'P1,2026-03-02,pcp-1,2026-03-03,2026-03-30',
    );
    const reviews = ['P1,2026-03-04,treatment,high', 'P1,2026-03-20,treatment,low'];
    const contact = csv('c.csv', 'mrn,contact date,kind,safety_level', ...reviews);
    const form = csv('s.csv', 'mrn,date,scale,q9', 'P1,2026-03-20,PHQ-9,2');
    const report = await importPlan(planImport([patients, closed, contact, form], { zone: ZONE }), importer);
    expect(report.rejections).toMatchObject([{ file: 'c.csv', line: 3, reason: expect.stringContaining('approval') }]);
    expect(report.unreviewed).toMatchObject([{ file: 's.csv', line: 2, episodeId: expect.any(String) }]);
    await runtime.close();
  });

  it('lists one too that comes into an episode which people had ended by then, once', async () => {
    const { runtime, importer } = await opened();
    await importPlan(plan(), importer);
    const [head] = await runtime.store.readAll({ prefixes: ['episode-'], limit: 1 });
    await runtime.episodes.handle(head!.streamId.replace('episode-', ''), {
      commandId: 'discharge',
      command: { type: 'DischargePatient', reason: 'graduated', channel: 'record' },
      organisation: 'clinic',
      actor: 'user:sup-1',
      actorRole: 'supervisor',
    });
    const late = plan(csv('s.csv', 'mrn,date,scale,q9', 'P1,2026-03-20,PHQ-9,2'));
    const { unreviewed } = await importPlan(late, importer);
    expect(unreviewed).toMatchObject([{ file: 's.csv', line: 2, episodeId: expect.any(String) }]);
    expect((await importPlan(late, importer)).unreviewed).toEqual([]);
    await runtime.close();
  });
});
