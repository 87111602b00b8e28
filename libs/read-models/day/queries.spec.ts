import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_PATHWAY, type EpisodeCommand } from '#care';
import type { ReadModels } from '../index.js';
import { onBothDatabases, type Home } from '../testing/databases-suite.js';
import { phq9, ScriptedClinic, upToDate, viewsOf, visit } from '../testing/scripted-clinic.js';

/** From the events of an episode to the lists of a day, through the real views. */
const asked = { organisation: 'org-1', pathway: DEFAULT_PATHWAY };
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

  const enrolled = async (name = 'Test Patient A', total = 16): Promise<string> => {
    const { episodeId } = await clinic.at('2027-01-04').refers(name);
    await clinic.at('2027-01-05').does(episodeId, { type: 'EnrolPatient' }, visit(total));
    return episodeId;
  };
  const revisionOf = async (episodeId: string, type: string): Promise<number> =>
    (await clinic.fold(episodeId)).acts.findLast((act) => act.type === type)!.revision;
  const signs = async (episodeId: string): Promise<number> => {
    const note = await revisionOf(episodeId, 'NoteAdded');
    await clinic.does(episodeId, { type: 'SignNote', note });
    return note;
  };
  const organisationSays = async (type: 'CoverageArranged' | 'ReviewSessionHeld' | 'StaffLeft', facts: object) =>
    clinic.record('organisation-org-1', 'org-1', [{ type, facts, sealed: null } as never]);

  describe('documentation', () => {
    const lacks = async (): Promise<string[]> => {
      await upToDate(views, clinic);
      return (await views.queries.documentation(asked)).lines.flatMap(({ reasons }) => reasons.map((one) => one.class));
    };

    it('follows a contact to its note, the note to its signature, and the signed note to the other record', async () => {
      const episodeId = await enrolled();
      expect(await lacks()).toEqual(['note']);
      const about = await revisionOf(episodeId, 'ContactRecorded');
      await clinic.does(episodeId, { type: 'AddNote', text: 'Plan made.', about });
      expect(await lacks()).toEqual(['signature']);
      const note = await signs(episodeId);
      expect(await lacks()).toEqual(['dispatch']);
      await clinic.does(episodeId, { type: 'MarkNoteSent', note, destination: 'ehr', reference: 'doc-1' });
      expect(await lacks()).toEqual([]);
    });

    it('takes a note about any act of a visit for the note of its contact', async () => {
      const episodeId = await enrolled();
      const about = await revisionOf(episodeId, 'AssessmentRecorded');
      await clinic.does(episodeId, { type: 'AddNote', text: 'Plan made.', about });
      expect(await lacks()).toEqual(['signature']);
    });

    it('is open again when the note or its signature is undone', async () => {
      const episodeId = await enrolled();
      const about = await revisionOf(episodeId, 'ContactRecorded');
      await clinic.does(episodeId, { type: 'AddNote', text: 'Plan made.', about });
      const note = await signs(episodeId);
      const undo = (revision: number): EpisodeCommand => ({
        type: 'VoidAct',
        revision,
        reasonCode: 'entered-in-error',
      });
      await clinic.does(episodeId, undo(await revisionOf(episodeId, 'NoteSigned')));
      expect(await lacks()).toEqual(['signature']);
      await clinic.does(episodeId, undo(note));
      expect(await lacks()).toEqual(['note']);
    });

    it('asks for nothing of a patient who was erased, nor does the morning: it cannot be written down', async () => {
      const { episodeId, patientId } = await clinic.at('2027-01-04').refers('Test Patient A');
      await clinic.at('2027-01-05').does(episodeId, { type: 'EnrolPatient' }, visit(16));
      expect(await lacks()).toEqual(['note']);
      await clinic.erases(patientId);
      expect(await lacks()).toEqual([]);
      expect((await views.queries.morning(asked)).counts.unsigned).toBe(0);
    });

    it('wants no note for an attempt or a message', async () => {
      const { episodeId } = await clinic.at('2027-01-04').refers('Test Patient A');
      await clinic.does(
        episodeId,
        { type: 'RecordOutreachAttempt', purpose: 'referral', channel: 'phone', outcome: 'no-answer' },
        { type: 'RecordContact', kind: 'message', withWhom: 'patient', modality: 'portal', twoWay: false },
      );
      expect(await lacks()).toEqual([]);
    });
  });

  describe('outreach', () => {
    it('reads what the patient asked for and what was tried since they were last met', async () => {
      const { episodeId, patientId } = await clinic.at('2027-01-04').refers('Test Patient A');
      const tried = (outcome: 'no-answer' | 'left-message'): EpisodeCommand => ({
        type: 'RecordOutreachAttempt',
        purpose: 'referral',
        channel: 'phone',
        outcome,
      });
      await clinic.at('2027-01-05T14:30:00.000Z').does(episodeId, tried('no-answer'), {
        type: 'SetContactPreferences',
        language: 'ht',
        bestTimes: ['evening'],
        voicemailSafe: false,
      });
      await clinic.at('2027-01-08T22:10:00.000Z').does(episodeId, tried('left-message'));
      await clinic.at('2027-01-14').raises(episodeId);
      await upToDate(views, clinic);
      const { lines } = await views.queries.outreach(asked);
      expect(lines).toMatchObject([
        {
          class: 'outreach-retry',
          language: 'ht',
          how: 'No voicemail: it is not safe; whether a text message is safe was never asked',
          bestTime: { band: 'evening', why: 'preferred by the patient, tried once' },
          attempts: [
            {
              on: '2027-01-05',
              weekday: 'Tuesday',
              at: '09:30',
              band: 'morning',
              channel: 'phone',
              outcome: 'no-answer',
            },
            { on: '2027-01-08', weekday: 'Friday', at: '17:10', band: 'evening', outcome: 'left-message' },
          ],
        },
      ]);

      await clinic.erases(patientId);
      await upToDate(views, clinic);
      expect((await views.queries.outreach(asked)).lines).toMatchObject([
        { patientName: null, phone: null, language: null, preferences: null, preferencesUnreadable: true },
      ]);
    });

    it('keeps what was said to be unsafe when only the time to call changes', async () => {
      const { episodeId } = await clinic.at('2027-01-04').refers('Test Patient A');
      await clinic.does(
        episodeId,
        { type: 'SetContactPreferences', language: 'ht', voicemailSafe: false, textSafe: true },
        { type: 'SetContactPreferences', bestTimes: ['evening'] },
        { type: 'RaiseSafetyConcern' },
      );
      await clinic.raises(episodeId);
      await upToDate(views, clinic);
      expect((await views.queries.outreach(asked)).lines).toMatchObject([
        {
          language: 'ht',
          how: 'No voicemail: it is not safe; a text message is safe',
          bestTime: { band: 'evening' },
        },
      ]);
    });

    it('heeds what the patient refused, until they say otherwise', async () => {
      const { episodeId } = await clinic.at('2027-01-04').refers('Test Patient A');
      const how = async (): Promise<unknown> => {
        await upToDate(views, clinic);
        return (await views.queries.outreach(asked)).lines[0]?.how;
      };
      await clinic
        .at('2027-01-04')
        .does(
          episodeId,
          { type: 'RecordConsent', kind: 'messaging', method: 'verbal' },
          { type: 'SetContactPreferences', voicemailSafe: true, textSafe: true },
          { type: 'RaiseSafetyConcern' },
        );
      await clinic.raises(episodeId);
      expect(await how()).toBe('A voicemail is safe; a text message is safe');
      await clinic
        .at('2027-01-05')
        .does(
          episodeId,
          { type: 'WithdrawConsent', kind: 'messaging' },
          { type: 'RecordDecline', scope: 'channel', channel: 'phone' },
        );
      await clinic.at('2027-01-06').raises(episodeId);
      expect(await how()).toBe('Messaging consent withdrawn on 5 Jan; declined phone on 5 Jan');
      await clinic
        .at('2027-01-07')
        .does(
          episodeId,
          { type: 'RecordConsent', kind: 'messaging', method: 'written' },
          { type: 'SetContactPreferences', voicemailSafe: true, textSafe: false },
        );
      expect(await how()).toBe('A voicemail is safe; no text message: it is not safe');
    });

    it('forgets the attempts before the patient was last met', async () => {
      const episodeId = await enrolled();
      const missed: EpisodeCommand = {
        type: 'RecordOutreachAttempt',
        purpose: 'no-contact',
        channel: 'phone',
        outcome: 'no-answer',
      };
      await clinic.at('2027-01-11').does(episodeId, missed);
      await clinic.at('2027-01-12').does(episodeId, visit(15));
      await clinic.at('2027-02-12').does(episodeId, missed);
      await clinic.raises(episodeId);
      await upToDate(views, clinic);
      const [line] = (await views.queries.outreach(asked)).lines;
      expect([line?.class, line?.attempts.map(({ on }) => on)]).toEqual(['no-contact', ['2027-02-12']]);
    });

    it('names the letter that follows the third attempt', async () => {
      const { episodeId } = await clinic.at('2027-01-04').refers('Test Patient A');
      for (const day of ['2027-01-05', '2027-01-08', '2027-01-14'])
        await clinic.at(day).does(episodeId, {
          type: 'RecordOutreachAttempt',
          purpose: 'referral',
          channel: 'phone',
          outcome: 'no-answer',
        });
      await clinic.at('2027-01-15').raises(episodeId);
      await upToDate(views, clinic);
      expect((await views.queries.outreach(asked)).lines[0]?.nextLetter).toEqual({
        on: '2027-01-15',
        why: 'letter or portal message; also try another time and channel',
      });
    });
  });

  describe('the huddle', () => {
    it('follows the last recommendation to what became of it', async () => {
      const episodeId = await enrolled();
      const became = async (): Promise<unknown> => {
        await upToDate(views, clinic);
        return (await views.queries.huddle(asked)).lines[0]?.course?.recommendation?.became;
      };
      await clinic.at('2027-03-02').raises(episodeId);
      expect(await became()).toBeUndefined();
      await clinic
        .at('2027-01-20')
        .does(episodeId, { type: 'IssueRecommendation', text: 'Raise the dose.', urgency: 'routine', to: 'provider' });
      clinic.at('2027-03-02');
      expect(await became()).toBe('not seen');
      await clinic.does(episodeId, { type: 'MarkRecommendationSeen', recommendation: 1 });
      expect(await became()).toBe('seen, not answered');
      await clinic.does(episodeId, { type: 'AnswerRecommendation', recommendation: 1, answer: 'accepted' });
      expect(await became()).toBe('accepted, not acted on');
      await clinic.does(episodeId, { type: 'SetTreatmentPlan', treatmentChanged: true, recommendation: 1 });
      expect(await became()).toBe('acted on');
    });

    it('knows from the review session that the case was looked at', async () => {
      const episodeId = await enrolled();
      clinic.at('2027-02-10');
      await upToDate(views, clinic);
      const reasons = async (): Promise<string[]> =>
        (await views.queries.huddle(asked)).lines.flatMap((line) => line.reasons.map((one) => one.class));
      expect(await reasons()).toContain('new');
      await organisationSays('ReviewSessionHeld', { attendees: ['cm-1', 'psy-1'], episodes: [episodeId] });
      await upToDate(views, clinic);
      expect(await reasons()).not.toContain('new');
    });
  });

  describe('a morning', () => {
    const morning = async (more = {}) => {
      await upToDate(views, clinic);
      return views.queries.morning({ ...asked, ...more });
    };

    it('tells from the scores that a patient got worse, until somebody judged the case', async () => {
      const episodeId = await enrolled('Test Patient A', 10);
      await clinic.at('2027-01-19').does(episodeId, phq9(15));
      const why = async () =>
        (await morning()).lines.flatMap(({ reasons }) => reasons.filter((one) => one.class === 'worse'));
      expect(await why()).toHaveLength(1);
      await clinic.does(episodeId, {
        type: 'ReviewCase',
        subject: 'deterioration',
        decision: 'continue',
        reason: 'A bad week; we wait for one more score.',
      });
      expect(await why()).toEqual([]);
      // The next score is no worse than the one that was judged.
      await clinic.at('2027-02-02').does(episodeId, phq9(15));
      expect(await why()).toEqual([]);
    });

    it('goes to whoever covers, for as long as they do', async () => {
      await enrolled();
      clinic.at('2027-01-20');
      await organisationSays('CoverageArranged', {
        absent: 'cm-1',
        cover: 'cm-2',
        from: '2027-01-20T00:00:00.000Z',
        until: '2027-01-23T00:00:00.000Z',
      });
      const totals = async (date?: string) => [
        (await morning({ careManager: 'cm-1', ...(date && { date }) })).total,
        (await morning({ careManager: 'cm-2', ...(date && { date }) })).total,
      ];
      expect(await totals()).toEqual([0, 1]);
      expect(await totals('2027-01-25')).toEqual([1, 0]);
    });

    it('of a later date has what will have been raised by then, however much later it is due', async () => {
      await enrolled();
      clinic.at('2027-02-26');
      const then = await morning({ date: '2027-03-02' }); // day 56 of the consult that is due on day 84
      expect(then.lines.flatMap(({ reasons }) => reasons.map(({ kind }) => kind))).toContain('non-response-consult');
    });

    it('of a later date has what will be due by then, in the words of that day', async () => {
      await enrolled();
      clinic.at('2027-01-11');
      expect((await morning()).lines.flatMap(({ reasons }) => reasons.map(({ kind }) => kind))).not.toContain(
        'contact',
      );
      const then = await morning({ date: '2027-01-19' });
      expect([then.date, then.lines[0]?.reasons.find(({ kind }) => kind === 'contact')?.due]).toEqual([
        '2027-01-19',
        'today',
      ]);
    });
  });

  describe('an evening', () => {
    it('lets a safety review go out of the urgent ones only by its act, or for a day by a name', async () => {
      const episodeId = await enrolled();
      await clinic.at('2027-01-06').does(episodeId, { type: 'RaiseSafetyConcern' });
      await clinic.raises(episodeId);
      const evening = async () => {
        await upToDate(views, clinic);
        const { urgent, inHand } = await views.queries.evening(asked);
        return [urgent.counts.safety, inHand.length];
      };
      expect(await evening()).toEqual([1, 0]);
      const [followUpId] = [...(await clinic.fold(episodeId)).ledger.open.keys()].filter((id) =>
        id.startsWith('safety'),
      );
      await clinic.does(episodeId, { type: 'AcknowledgeFollowUp', followUpId: followUpId! });
      expect(await evening()).toEqual([0, 1]);
      clinic.at('2027-01-07');
      expect(await evening()).toEqual([1, 0]);
      await clinic.does(episodeId, {
        type: 'RecordSafetyReview',
        outcome: 'assessed',
        level: 'low',
        tool: 'clinical-interview',
      });
      expect(await evening()).toEqual([0, 0]);
    });

    it('shows nothing of another organisation', async () => {
      await enrolled();
      clinic.at('2027-02-20');
      await upToDate(views, clinic);
      const elsewhere = { ...asked, organisation: 'org-2' };
      expect((await views.queries.morning(elsewhere)).total).toBe(0);
      expect((await views.queries.huddle(elsewhere)).total).toBe(0);
      expect((await views.queries.documentation(elsewhere)).total).toBe(0);
      expect((await views.queries.evening(elsewhere)).urgent.total).toBe(0);
    });
  });
});
