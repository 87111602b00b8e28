import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PatientLabel } from '#care';
import { BadCursor, type ReadModels } from './index.js';
import { onBothDatabases, type Home } from './testing/databases-suite.js';
import { phq9, ScriptedClinic, upToDate, viewsOf, visit } from './testing/scripted-clinic.js';

const organisation = 'org-1';
onBothDatabases((newHome) => {
  let clinic: ScriptedClinic;
  let home: Home;
  let views: ReadModels;

  beforeEach(async () => {
    home = await newHome();
    clinic = await new ScriptedClinic().opens();
    views = await viewsOf(clinic, home);
  });
  afterEach(async () => {
    await views.stop();
    await home.remove();
  });

  const enrolled = async (name: string, total = 16): Promise<{ patientId: string; episodeId: string }> => {
    const ids = await clinic.at('2027-01-04').refers(name);
    await clinic.at('2027-01-05').does(ids.episodeId, { type: 'EnrolPatient' }, visit(total), {
      type: 'SetTreatmentPlan',
      treatmentChanged: true,
    });
    return ids;
  };

  describe('a patient in treatment', () => {
    it('has a caseload row that says what is owed, why, since when, by when and what closes it', async () => {
      const { episodeId, patientId } = await enrolled('Ana Ruiz');
      await clinic.at('2027-01-19').does(episodeId, visit(10));
      await clinic.at('2027-02-04').raises(episodeId);
      await upToDate(views, clinic);
      const { rows, next } = await views.queries.caseload({ organisation });
      expect(next).toBeNull();
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({
        episodeId,
        patientId,
        patientName: 'Ana Ruiz',
        unreadable: false,
        phase: 'acute',
        phaseSince: '2027-01-05',
        weekInEpisode: 5,
        careManager: 'cm-1',
        language: 'es',
        scale: {
          instrument: 'PHQ-9',
          baseline: { score: 16, on: '2027-01-05' },
          last: { score: 10, on: '2027-01-19' },
          previous: { score: 16 },
          change: -6,
          trend: 'better',
        },
        lastContactOn: '2027-01-19',
        daysSinceContact: 16,
        nextContactDue: '2027-02-02',
        nextScaleDue: '2027-02-02',
        safetyOpen: false,
        behind: false,
        headline: {
          kind: 'contact',
          title: 'Contact',
          why: 'Contact due 2 Feb: the last one was 16 days ago, 19 Jan; your pathway asks for one every 14 days',
          dueOn: '2027-02-02',
          daysOverdue: 2,
          since: '2027-02-02T13:00:00.000Z',
        },
      });
      expect(rows[0]?.headline?.closes).toContain('treatment contact');
      expect(rows[0]?.headline?.next.notify).toEqual(['digest']);
    });

    it('is looked up with details and episodes', async () => {
      const { episodeId, patientId } = await enrolled('Ana Ruiz');
      await upToDate(views, clinic);
      expect(await views.queries.patient({ organisation, patientId })).toMatchObject({
        details: { name: 'Ana Ruiz', language: 'es' },
        unreadable: false,
        episodes: [{ episodeId, phase: 'acute', ordinal: 1 }],
      });
      expect(await views.queries.episode({ organisation, episodeId })).toMatchObject({ patientId, site: 'main' });
    });

    it('is found by the record number that they have now, until they are erased', async () => {
      const { patientId } = await enrolled('Ana Ruiz');
      const numbered = (recordNumber: string) =>
        clinic.record(`patient-${patientId}`, patientId, [
          { type: 'PatientDetailsCorrected', facts: { reasonCode: 'changed' }, sealed: { recordNumber } },
        ]);
      const found = async (recordNumber: string) => {
        await upToDate(views, clinic);
        return views.queries.patientsByRecordNumber({ organisation, recordNumber });
      };
      await numbered('MRN-1');
      expect(await found('MRN-1')).toEqual([{ patientId, mergedInto: null }]);
      await numbered('MRN-2');
      expect([await found('MRN-1'), await found('MRN-2')]).toEqual([[], [{ patientId, mergedInto: null }]]);
      expect(await views.queries.patientsByRecordNumber({ organisation: 'org-2', recordNumber: 'MRN-2' })).toEqual([]);
      await numbered('');
      expect(await found('')).toEqual([]);
      await numbered('MRN-2');
      await clinic.erases(patientId);
      expect(await found('MRN-2')).toEqual([]);
    });

    it('is closed to whoever is not in the care team, as long as a label restricts them', async () => {
      const { patientId, episodeId } = await enrolled('Ana Ruiz');
      const labelled = async (...labels: PatientLabel[]) => {
        await clinic.record(`patient-${patientId}`, patientId, [
          { type: 'PatientLabelled', facts: { labels }, sealed: {} },
        ]);
        await upToDate(views, clinic);
      };
      const isClosedTo = async (subject: string, of = organisation) =>
        (await views.queries.closedTo({ organisation: of, subject })).has(patientId);
      await labelled('test');
      const { careManager } = (await views.queries.episode({ organisation, episodeId }))!;
      expect(await isClosedTo('somebody-else')).toBe(false);
      await labelled('vip');
      expect(await isClosedTo('somebody-else')).toBe(true);
      expect([careManager, await isClosedTo(careManager!)]).toEqual([expect.any(String), false]);
      expect(await isClosedTo('somebody-else', 'org-2')).toBe(false);
    });

    it('is one person with every record that was said to be theirs, until that is taken back', async () => {
      const [a, b, d] = [await enrolled('Ana Ruiz'), await enrolled('A. Ruiz'), await enrolled('Anna Ruiz')];
      const say = async (lead: string, type: 'PatientsMerged' | 'PatientsUnmerged') => {
        await clinic.record(`patient-${lead}`, lead, [{ type, facts: { duplicate: d.patientId }, sealed: {} }]);
        await upToDate(views, clinic);
      };
      const shownUnder = async () => {
        const shown = [a, b, d].map(({ episodeId }) => views.queries.episode({ organisation, episodeId }));
        return (await Promise.all(shown)).map((episode) => episode?.patientId);
      };
      await clinic.record(`patient-${a.patientId}`, a.patientId, [
        { type: 'PatientLabelled', facts: { labels: ['vip'] }, sealed: {} },
      ]);
      await say(a.patientId, 'PatientsMerged');
      await say(b.patientId, 'PatientsMerged');
      expect(await shownUnder()).toEqual([b.patientId, b.patientId, b.patientId]);
      const closed = await views.queries.closedTo({ organisation, subject: 'somebody-else' });
      expect([a, b, d].map(({ patientId }) => closed.has(patientId))).toEqual([true, true, true]);
      await say(b.patientId, 'PatientsUnmerged');
      expect(await shownUnder()).toEqual([a.patientId, b.patientId, a.patientId]);
      const { mergedInto } = (await views.queries.patient({ organisation, patientId: d.patientId }))!;
      expect(mergedInto).toBe(a.patientId);
    });

    it('is invisible to another organisation', async () => {
      const { episodeId, patientId } = await enrolled('Ana Ruiz');
      await clinic.at('2027-02-04').raises(episodeId);
      await upToDate(views, clinic);
      const other = { organisation: 'org-2' };
      expect(await views.queries.patient({ ...other, patientId })).toBeNull();
      expect(await views.queries.episode({ ...other, episodeId })).toBeNull();
      expect(await views.queries.timeline({ ...other, episodeId })).toBeNull();
      expect(await views.queries.scores({ ...other, episodeId })).toBeNull();
      for (const list of ['caseload', 'worklist', 'consults', 'referrals', 'inbox', 'followUps'] as const)
        expect((await views.queries[list](other)).rows).toEqual([]);
    });
  });

  describe('the caseload as a list', () => {
    it('comes in pages by urgency, filtered as asked, without gap or repeat', async () => {
      for (const [i, total] of [16, 8, 20, 12, 5, 18, 9].entries()) {
        const { episodeId } = await enrolled(`P${i}`, total);
        if (i % 3 === 0) await clinic.does(episodeId, { type: 'RaiseFlag', flag: 'needs-discussion' });
        if (i % 2 === 0) await clinic.at('2027-01-20').raises(episodeId);
        if (i === 5)
          await clinic
            .at('2027-01-21')
            .does(episodeId, { type: 'RaiseSafetyConcern' })
            .then(() => clinic.raises(episodeId));
      }
      await clinic.at('2027-01-22').refers('P7', { careManager: 'cm-2' });
      await upToDate(views, clinic);
      const all = await views.queries.caseload({ organisation });
      expect(all.rows).toHaveLength(8);
      expect(all.rows[0]).toMatchObject({ patientName: 'P5', safetyOpen: true, headline: { kind: 'safety-review' } });
      const raised = all.rows.map(({ headline }) => typeof headline?.since === 'string');
      expect(raised).toEqual(raised.toSorted((a, b) => Number(b) - Number(a)));

      const paged: unknown[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const part = await views.queries.caseload({ organisation, limit: 3, ...(cursor ? { cursor } : {}) });
        paged.push(...part.rows);
        cursor = part.next;
      }
      expect(paged).toEqual(all.rows);
      const names = async (filter: object): Promise<(string | null)[]> =>
        (await views.queries.caseload({ organisation, ...filter })).rows
          .map(({ patientName }) => patientName)
          .toSorted();
      expect(await names({ careManager: 'cm-2' })).toEqual(['P7']);
      expect(await names({ phase: 'referred' })).toEqual(['P7']);
      expect(await names({ flagged: true, careManager: 'cm-1' })).toEqual(['P0', 'P3', 'P6']);
      expect(await names({ flagged: false, careManager: 'cm-1' })).toEqual(['P1', 'P2', 'P4', 'P5']);
      expect(await names({ site: 'elsewhere' })).toEqual([]);
      await expect(views.queries.caseload({ organisation, cursor: 'nonsense' })).rejects.toBeInstanceOf(BadCursor);
    });

    it('keeps who has ended only as long as something is owed', async () => {
      const { episodeId } = await enrolled('Ana Ruiz');
      await clinic
        .at('2027-02-01')
        .does(episodeId, { type: 'DischargePatient', reason: 'withdrew', channel: 'record' });
      await upToDate(views, clinic);
      expect((await views.queries.caseload({ organisation })).rows).toEqual([]);
      expect((await views.queries.caseload({ organisation, phase: 'ended' })).rows).toMatchObject([
        { episodeId, phase: 'ended', headline: null },
      ]);
      expect(await views.queries.episode({ organisation, episodeId })).toMatchObject({ endedReason: 'withdrew' });
    });
  });

  describe('the worklist', () => {
    it('is asked by person, from the log to the row, with cover counting at once', async () => {
      const { episodeId, patientId } = await enrolled('Ana Ruiz');
      await clinic.at('2027-01-20').raises(episodeId);
      await upToDate(views, clinic);
      const mine = await views.queries.worklist({ organisation, assignee: 'cm-1' });
      expect(mine.rows).toMatchObject([
        {
          patientId,
          patientName: 'Ana Ruiz',
          site: 'main',
          class: 'routine',
          headline: { kind: 'contact' },
          chips: [{ kind: 'contact' }, { kind: 'reassessment' }],
        },
      ]);
      await clinic.record(`organisation-${organisation}`, organisation, [
        {
          type: 'CoverageArranged',
          facts: { absent: 'cm-1', cover: 'cm-2', from: '2027-01-20T00:00:00.000Z', until: '2027-01-25T00:00:00.000Z' },
          sealed: null,
        },
      ]);
      await upToDate(views, clinic);
      expect((await views.queries.worklist({ organisation, assignee: 'cm-1' })).rows).toEqual([]);
      expect((await views.queries.worklist({ organisation, assignee: 'cm-2' })).rows).toHaveLength(1);
      clinic.at('2027-01-26');
      expect((await views.queries.worklist({ organisation, assignee: 'cm-1' })).rows).toHaveLength(1);
    });
  });

  describe('the follow-ups of an episode', () => {
    it('keep every raise and how they ended', async () => {
      const { episodeId } = await enrolled('Ana Ruiz');
      await clinic.at('2027-01-20').raises(episodeId);
      await clinic.at('2027-01-21').does(episodeId, visit(9));
      await upToDate(views, clinic);
      const contacts = (await views.queries.followUps({ organisation, episodeId, kind: 'contact' })).rows;
      const raised = contacts.find(({ raises }) => raises.length > 0);
      expect(raised).toMatchObject({
        state: 'fulfilled',
        next: null,
        dueOn: '2027-01-19',
        raises: [{ step: 1, notify: ['care-manager'] }],
        ended: { at: '2027-01-21T15:00:00.000Z' },
      });
      expect(contacts.find(({ state }) => state === 'open')).toMatchObject({
        raises: [],
        next: { step: 1, notify: ['care-manager'] },
        ended: null,
      });
      const open = (await views.queries.followUps({ organisation, episodeId, open: true })).rows;
      expect(open.every(({ state, why, closes }) => state === 'open' && why !== '' && closes !== '')).toBe(true);
      expect(open.map(({ dueOn }) => dueOn)).toEqual(open.map(({ dueOn }) => dueOn).toSorted());
    });
  });

  describe('corrections and voids', () => {
    it('move the score, the trend and what is marked', async () => {
      const { episodeId } = await enrolled('Ana Ruiz');
      await clinic.at('2027-01-19').does(episodeId, phq9(12));
      const recorded =
        (await clinic.fold(episodeId)).acts.findLast((act) => act.type === 'AssessmentRecorded')?.revision ?? 0;
      const { type: _type, ...body } = phq9(6);
      await clinic.does(episodeId, {
        type: 'CorrectAssessment',
        ...body,
        corrects: recorded,
        reasonCode: 'entry-error',
      });
      await upToDate(views, clinic);
      expect((await views.queries.caseload({ organisation })).rows[0]?.scale).toMatchObject({
        last: { score: 6 },
        change: -10,
        trend: 'response',
      });
      const corrected = (await clinic.fold(episodeId)).revision;
      expect((await views.queries.scores({ organisation, episodeId }))?.at(-1)).toMatchObject({
        revision: recorded,
        total: 6,
        band: 'mild',
        voidedBy: null,
        changeSinceBaseline: -10,
      });
      await clinic.does(episodeId, { type: 'VoidAct', revision: recorded, reasonCode: 'entered-in-error' });
      await upToDate(views, clinic);
      expect((await views.queries.caseload({ organisation })).rows[0]?.scale).toMatchObject({
        last: { score: 16 },
        change: null,
      });
      const marked = (await views.queries.scores({ organisation, episodeId }))?.find(
        ({ revision }) => revision === recorded,
      );
      expect(marked?.voidedBy).toBeGreaterThan(corrected - 1);
      const told = await views.queries.timeline({ organisation, episodeId });
      expect(told?.rows.find(({ revision }) => revision === recorded)).toMatchObject({
        voidedBy: marked?.voidedBy,
        sentence: 'PHQ-9 recorded, complete, entered by staff',
      });
    });

    it('show no correction that was undone itself', async () => {
      const { episodeId } = await enrolled('Ana Ruiz');
      await clinic.at('2027-01-19').does(episodeId, phq9(12));
      const last = async (type: string): Promise<number> =>
        (await clinic.fold(episodeId)).acts.findLast((act) => act.type === type)?.revision ?? 0;
      const corrects = await last('AssessmentRecorded');
      const { type: _type, ...body } = phq9(6);
      await clinic.does(episodeId, { type: 'CorrectAssessment', ...body, corrects, reasonCode: 'entry-error' });
      const correction = await last('AssessmentCorrected');
      const correctedBy = async (): Promise<readonly unknown[]> => {
        await upToDate(views, clinic);
        const told = await views.queries.timeline({ organisation, episodeId, limit: 200 });
        const scores = await views.queries.scores({ organisation, episodeId });
        return [
          told?.rows.find(({ revision }) => revision === corrects)?.correctedBy,
          scores?.find(({ revision }) => revision === corrects)?.correctedBy,
        ];
      };
      expect(await correctedBy()).toEqual([correction, correction]);
      await clinic.does(episodeId, { type: 'VoidAct', revision: correction, reasonCode: 'entered-in-error' });
      expect(await correctedBy()).toEqual([null, null]);
    });
  });

  describe('the timeline', () => {
    it('names what each act opened and closed, with both clocks, and keeps scores out of its sentences', async () => {
      const { episodeId } = await enrolled('Ana Ruiz');
      await clinic.at('2027-01-20').does(episodeId, visit(9));
      await upToDate(views, clinic);
      const told = await views.queries.timeline({ organisation, episodeId, limit: 200 });
      const call = told?.rows.findLast(({ type }) => type === 'ContactRecorded');
      expect(call).toMatchObject({
        sentence: 'Treatment contact with the patient, phone',
        actor: 'user:cm-1',
        occurredAt: '2027-01-20T15:00:00.000Z',
        recordedAt: '2027-01-20T15:00:00.000Z',
      });
      expect(call?.closed.map(({ title, how }) => [title, how])).toContainEqual(['Contact', 'fulfilled']);
      expect(call?.opened.map(({ title }) => title)).toContain('Contact');
      expect(told?.rows.map(({ revision }) => revision)).toEqual(told?.rows.map((_, i) => i));
      const first = await views.queries.timeline({ organisation, episodeId, limit: 4 });
      const second = await views.queries.timeline({ organisation, episodeId, limit: 4, cursor: first?.next ?? '' });
      expect([...(first?.rows ?? []), ...(second?.rows ?? [])]).toEqual(told?.rows.slice(0, 8));
    });
  });

  describe('a referral', () => {
    it('is listed with age, urgency, attempts and next step until the patient is enrolled', async () => {
      const { episodeId } = await clinic.at('2027-01-04').refers('Bo Li', { urgency: 'urgent', reason: 'low mood' });
      await clinic.at('2027-01-06').does(episodeId, {
        type: 'RecordOutreachAttempt',
        purpose: 'referral',
        channel: 'phone',
        outcome: 'left-message',
      });
      await upToDate(views, clinic);
      const [row] = (await views.queries.referrals({ organisation })).rows;
      expect(row).toMatchObject({
        episodeId,
        patientName: 'Bo Li',
        urgency: 'urgent',
        ageInDays: 2,
        reason: 'low mood',
        attempts: [{ on: '2027-01-06', channel: 'phone', outcome: 'left-message' }],
      });
      expect(row?.nextSteps.map(({ kind }) => kind)).toContain('outreach-retry');
      await clinic.at('2027-01-07').does(episodeId, { type: 'EnrolPatient' });
      await upToDate(views, clinic);
      expect((await views.queries.referrals({ organisation })).rows).toEqual([]);
    });
  });

  describe('a result that staff did not enter', () => {
    it('waits in the inbox until somebody looks at it', async () => {
      const { episodeId } = await enrolled('Ana Ruiz');
      await clinic.at('2027-01-12').does(episodeId, { ...phq9(11), enteredBy: 'patient', mode: 'portal' });
      await upToDate(views, clinic);
      const [row] = (await views.queries.inbox({ organisation })).rows;
      expect(row).toMatchObject({
        episodeId,
        patientName: 'Ana Ruiz',
        instrument: 'PHQ-9',
        total: 11,
        band: 'moderate',
        dueOn: '2027-01-13',
        why: 'Result to be looked at by 13 Jan: it came in today, 12 Jan, not entered by staff; your pathway allows 1 business day',
      });
      await clinic.does(episodeId, { type: 'ReviewResult', of: row?.revision ?? -1 });
      await upToDate(views, clinic);
      expect((await views.queries.inbox({ organisation })).rows).toEqual([]);
    });
  });

  describe('the consult queue', () => {
    it('takes in a request, with its question, until a recommendation is written', async () => {
      const { episodeId } = await enrolled('Ana Ruiz');
      await clinic.at('2027-02-01').does(episodeId, { type: 'RequestConsult', urgency: 'urgent', question: 'switch?' });
      await upToDate(views, clinic);
      const [row] = (await views.queries.consults({ organisation })).rows;
      expect(row).toMatchObject({
        episodeId,
        patientName: 'Ana Ruiz',
        weeksInTreatment: 3,
        scores: [{ score: 16 }],
        lastRecommendation: null,
        reasons: [{ because: 'request', question: 'switch?' }],
      });
      // Raised at once, and told once: by the record, which has the question, with the day by which it is owed.
      await clinic.raises(episodeId);
      await upToDate(views, clinic);
      expect((await views.queries.consults({ organisation })).rows[0]?.reasons).toMatchObject([
        { because: 'request', question: 'switch?', kind: 'consult-request', dueOn: '2027-02-02' },
      ]);
      await clinic
        .at('2027-02-02')
        .does(episodeId, { type: 'IssueRecommendation', text: 'raise the dose', urgency: 'routine', to: 'provider' });
      await upToDate(views, clinic);
      expect((await views.queries.consults({ organisation })).rows).toEqual([]);
    });

    it('takes in advice that was declined, until the consultant reviews the case', async () => {
      const { episodeId } = await enrolled('Ana Ruiz');
      await clinic
        .at('2027-02-01')
        .does(
          episodeId,
          { type: 'IssueRecommendation', text: 'raise the dose', urgency: 'routine', to: 'provider' },
          { type: 'AnswerRecommendation', recommendation: 1, answer: 'declined', reason: 'not tolerated' },
        );
      await clinic.raises(episodeId);
      await upToDate(views, clinic);
      expect((await views.queries.consults({ organisation })).rows[0]?.reasons).toMatchObject([
        {
          because: 'follow-up',
          kind: 'consult-request',
          dueOn: '2027-02-08',
          why: expect.stringContaining('a recommendation was declined'),
        },
      ]);
      await clinic.does(episodeId, { type: 'ReviewCase', subject: 'caseload-review', decision: 'change' });
      await upToDate(views, clinic);
      expect((await views.queries.consults({ organisation })).rows).toEqual([]);
    });

    it('takes in week 8 without response, with the last recommendation and its answer', async () => {
      const { episodeId } = await enrolled('Ana Ruiz');
      await clinic
        .at('2027-01-20')
        .does(episodeId, { type: 'IssueRecommendation', text: 'raise the dose', urgency: 'routine', to: 'provider' });
      await clinic
        .at('2027-01-21')
        .does(
          episodeId,
          { type: 'AnswerRecommendation', recommendation: 1, answer: 'accepted' },
          { type: 'SetTreatmentPlan', treatmentChanged: true, recommendation: 1 },
        );
      await clinic.at('2027-02-26').does(episodeId, visit(15));
      await clinic.at('2027-03-02').raises(episodeId);
      await upToDate(views, clinic);
      const [row] = (await views.queries.consults({ organisation })).rows;
      expect(row?.reasons.map(({ kind }) => kind)).toContain('non-response-consult');
      expect(row?.lastRecommendation).toEqual({
        recommendation: 1,
        on: '2027-01-20',
        text: 'raise the dose',
        unreadable: false,
        answer: { answer: 'accepted', on: '2027-01-21' },
      });
      expect(row?.reasons[0]?.why).toBe(
        'Recommendation due by 30 Mar: no lasting response yet since enrolment 56 days ago, 5 Jan; your pathway asks for one by day 84',
      );
    });
  });

  describe('erasure', () => {
    it('empties every personal column and leaves the row, marked', async () => {
      const { episodeId, patientId } = await enrolled('Ana Ruiz');
      await clinic.at('2027-01-12').does(episodeId, { type: 'AddNote', text: 'cries a lot' });
      await upToDate(views, clinic);
      expect(await home.holds('cries a lot')).toBe(true);
      await clinic.erases(patientId);
      await upToDate(views, clinic);
      expect(await views.queries.patient({ organisation, patientId })).toMatchObject({
        details: null,
        unreadable: true,
        erasedAt: expect.any(String),
      });
      expect((await views.queries.caseload({ organisation })).rows[0]).toMatchObject({
        patientName: null,
        unreadable: true,
        language: null,
        scale: { baseline: null, last: null },
      });
      expect(await views.queries.scores({ organisation, episodeId })).toMatchObject([
        { total: null, items: null, unreadable: true },
      ]);
      const told = await views.queries.timeline({ organisation, episodeId, limit: 200 });
      expect(told?.rows.find(({ type }) => type === 'NoteAdded')).toMatchObject({ details: null, unreadable: true });
      await views.stop();
      expect(await home.holds('cries a lot')).toBe(false);
    });
  });
});
