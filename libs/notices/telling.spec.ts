import { beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_PATHWAY } from '#care';
import { newYork, portal, ToldClinic } from './testing/clinic-suite.js';

let told: ToldClinic;
beforeEach(async () => {
  told = await ToldClinic.open('2027-03-01 07:00'); // a Monday
});

async function safetyReviewOf(episode: string): Promise<string> {
  const { state } = await told.episodes.load(episode);
  return [...state.ledger.open.values()].find(({ kind }) => kind === 'safety-review')!.followUpId;
}

describe('what is routine', () => {
  it('is a list at 08:05, once for each person, with as many as there are patients', async () => {
    await told.refer({ enrolled: false });
    await told.refer({ enrolled: false });
    await told.at('2027-03-02 08:00'); // first outreach, +1 business day
    expect(told.heard()).toEqual([]);
    expect(told.notices().map(({ recipient, day, state }) => [recipient, day, state])).toEqual([
      ['cm-1', '2027-03-02', 'waiting'],
      ['cm-1', '2027-03-02', 'waiting'],
    ]);
    await told.at('2027-03-02 08:05');
    expect(told.sent.map(({ text }) => text)).toEqual([
      '2 patients wait for you in Followthrough: https://followthrough.example/v1/worklist?assignee=me',
    ]);
    await told.at('2027-03-02 17:00');
    expect(told.heard()).toEqual(['cm-1: list']);
    expect(told.notices().map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  });

  it('makes one notice for a person, patient and day, whatever joins it', async () => {
    const episode = await told.refer();
    await told.at('2027-03-15 08:05'); // contact and scale, both +14
    expect(told.notices({ recipient: 'cm-1' })).toMatchObject([{ day: '2027-03-15', steps: 2, episodeId: episode }]);
    expect(told.heard()).toEqual(['cm-1: list']);
  });

  it('that comes after the list joins the notice of the day, and is sent with the next list only', async () => {
    const episode = await told.refer();
    await told.at('2027-03-15 08:05');
    await told.act(episode, { type: 'PlanTask', dueOn: '2027-03-15', owner: 'cm-1', text: 'Test task' });
    await told.at('2027-03-15 11:00');
    expect(told.notices({ day: '2027-03-15' })).toMatchObject([{ steps: 3 }]);
    expect(told.heard()).toEqual(['cm-1: list']);
    await told.at('2027-03-16 08:05');
    expect(told.heard()).toEqual(['cm-1: list']);
  });

  it('waits over the weekend', async () => {
    const episode = await told.refer();
    await told.at('2027-03-05 18:00');
    await told.act(episode, { type: 'PlanTask', dueOn: '2027-03-05', owner: 'cm-1', text: 'Test task' });
    await told.at('2027-03-06 09:00');
    await told.at('2027-03-07 09:00');
    expect(told.heard()).toEqual([]);
    await told.at('2027-03-08 08:05');
    expect(told.heard()).toEqual(['cm-1: list']);
  });

  it('waits for the mornings of episodes that began under a pathway with a later one', async () => {
    await told.refer({ enrolled: false });
    const seven = { ...DEFAULT_PATHWAY.parameters['day.starts']!, value: 420 };
    const parameters = { ...DEFAULT_PATHWAY.parameters, 'day.starts': seven };
    await told.organisation({ type: 'AdoptPathway', pathway: { ...DEFAULT_PATHWAY, parameters } });
    await told.at('2027-03-02 08:05');
    expect(told.heard()).toEqual(['cm-1: list']);
  });

  it('comes in the morning of whoever it is for', async () => {
    const { state } = await told.organisations.load('clinic');
    const calendar = { ...state.sites.get('main')!.calendars.at(-1)!.value, zone: 'America/Los_Angeles' };
    await told.organisation({ type: 'OpenSite', site: 'west', name: 'West', calendar });
    await told.organisation({ type: 'AddStaff', staff: 'cm-3', role: 'care-manager', site: 'west' });
    const task = { type: 'PlanTask', dueOn: '2027-03-02', owner: 'cm-3', text: 'Test task' } as const;
    await told.refer({ enrolled: false, acts: [task] });
    await told.at('2027-03-02 11:04');
    expect(told.heard()).toEqual(['cm-1: list']);
    await told.at('2027-03-02 11:05');
    expect(told.heard()).toEqual(['cm-3: list']);
  });

  it('is made for some at a time, and nobody has a list before all were asked for whom they are', async () => {
    for (let n = 0; n < 101; n += 1) await told.refer({ enrolled: false });
    const task = { type: 'PlanTask', dueOn: '2027-03-02', owner: 'cm-2', text: 'Test task' } as const;
    await told.refer({ enrolled: false, acts: [task] });
    await told.at('2027-03-02 08:00');
    told.looks.length = 0;
    await told.at('2027-03-02 08:05');
    // One list of a hundred and more is enough for a look: two looks that ask, two that send.
    expect(told.looks).toEqual([1, 1, 1, 1, 0]);
    expect(told.heard().toSorted()).toEqual(['cm-1: list', 'cm-2: list']);
  });

  it('goes to whoever covers when the list goes out', async () => {
    await told.refer({ enrolled: false });
    await told.at('2027-03-02 08:00');
    await told.organisation({
      type: 'ArrangeCoverage',
      absent: 'cm-1',
      cover: 'cm-2',
      from: newYork('2027-03-02 08:02'),
      until: newYork('2027-03-05 08:00'),
    });
    await told.at('2027-03-02 08:05');
    expect(told.heard()).toEqual(['cm-2: list']);
    expect(
      told
        .notices()
        .map(({ recipient, state }) => [recipient, state])
        .toSorted(),
    ).toEqual([
      ['cm-1', 'withdrawn'],
      ['cm-2', 'delivered'],
    ]);
  });

  it('that was done before the list went out is not told', async () => {
    const episode = await told.refer({ enrolled: false });
    await told.at('2027-03-02 08:00');
    await told.act(episode, {
      type: 'RecordOutreachAttempt',
      channel: 'phone',
      outcome: 'left-message',
      purpose: 'referral',
    });
    await told.at('2027-03-02 08:05');
    expect(told.heard()).toEqual([]);
    expect(told.notices().map(({ state }) => state)).toEqual(['withdrawn']);
  });

  it('is not told while it is muted', async () => {
    const episode = await told.refer();
    await told.act(episode, { type: 'BookAppointment', on: '2027-03-16', withWhom: 'care-manager' });
    await told.at('2027-03-15 08:05');
    expect(told.heard()).toEqual([]);
  });

  it('that was raised while it was muted is told once nothing mutes it', async () => {
    const episode = await told.refer();
    await told.act(episode, { type: 'BookAppointment', on: '2027-03-16', withWhom: 'care-manager' });
    await told.at('2027-03-15 08:05');
    expect(told.heard()).toEqual([]);
    expect(told.status().undelivered).toBe(0);
    await told.act(episode, { type: 'RecordAppointmentOutcome', appointment: 1, outcome: 'cancelled', by: 'patient' });
    await told.at('2027-03-15 08:10');
    expect(told.heard()).toEqual(['cm-1: list']);
  });

  it('is told again once a visit has settled the appointment, though nobody recorded its outcome', async () => {
    const episode = await told.refer();
    await told.act(episode, { type: 'BookAppointment', on: '2027-03-15', withWhom: 'care-manager' });
    await told.at('2027-03-15 10:00');
    await told.act(episode, { type: 'RecordContact', kind: 'treatment', withWhom: 'patient', modality: 'phone' });
    told.heard();
    await told.at('2027-03-29 08:05'); // the next contact
    expect(told.heard()).toContain('cm-1: list');
  });
});

describe('the supervisor’s digest', () => {
  it('is one message at 16:00', async () => {
    await told.refer();
    await told.refer();
    await told.at('2027-03-15 08:05');
    told.heard();
    await told.at('2027-03-29 08:05'); // contact and scale 14 days late
    expect(told.heard()).not.toContain('sup-1: digest');
    await told.at('2027-03-29 16:00');
    expect(told.sent.map(({ recipient, text }) => [recipient, text.split(' in ')[0]])).toEqual([
      ['sup-1', 'Today’s digest names 2 patients'],
    ]);
    await told.at('2027-03-29 17:30');
    expect(told.sent).toHaveLength(1);
  });
});

describe('a notice that is for the digest', () => {
  it('becomes routine once the same patient is the supervisor’s for another reason that day', async () => {
    const episode = await told.refer();
    await told.at('2027-03-15 08:05');
    await told.at('2027-03-29 08:05'); // contact and scale 14 days late: the digest’s
    const ofSupervisor = () => told.notices({ recipient: 'sup-1', day: '2027-03-29' }).map(({ class: cls }) => cls);
    expect(ofSupervisor()).toEqual(['digest']);
    await told.act(episode, { type: 'PlanTask', dueOn: '2027-03-29', owner: 'sup-1', text: 'Test task' });
    await told.at('2027-03-29 08:06');
    expect(ofSupervisor()).toEqual(['routine']);
  });

  it('is still told when its follow-up is derived anew before the digest goes out', async () => {
    const episode = await told.refer();
    await told.at('2027-03-15 10:00');
    await told.act(episode, {
      type: 'RecordAssessment',
      instrument: 'PHQ-9',
      items: [2, 2, 2, 2, 2, 2, 2, 2, 0],
      language: 'en',
      mode: 'interview',
      enteredBy: 'staff',
    });
    await told.at('2027-03-29 08:05'); // contact 14 days late
    told.heard();
    await told.act(episode, { type: 'SetTreatmentPlan', treatmentChanged: false, contactEvery: 7 });
    await told.at('2027-03-29 16:00');
    expect(told.heard()).toEqual(['sup-1: digest']);
  });
});

describe('safety', () => {
  it('interrupts at every step: scenario 1, whatever the care manager’s leave', async () => {
    await told.organisation({ type: 'AddStaff', staff: 'oc-1', role: 'care-manager' });
    await told.duty({ onCall: 'oc-1' });
    await told.organisation({
      type: 'ArrangeCoverage',
      absent: 'cm-1',
      cover: 'cm-2',
      from: newYork('2027-03-01 08:00'),
      until: newYork('2027-03-15 08:00'),
    });
    const episode = await told.refer();
    await told.at('2027-03-05 18:40');
    told.heard();
    await told.act(episode, portal(1), 'portal', 'integration');
    await told.at('2027-03-05 18:40');
    expect(told.sent.map(({ text }) => text)).toEqual([
      `A safety item waits in Followthrough: https://followthrough.example/v1/episodes/${episode}`,
    ]);
    expect(told.heard()).toEqual(['oc-1: safety']);
    await told.act(episode, {
      type: 'RecordOutreachAttempt',
      channel: 'phone',
      outcome: 'left-message',
      purpose: 'other',
    });
    await told.at('2027-03-05 19:40');
    expect(told.heard()).toEqual(['oc-1: safety']);
    await told.at('2027-03-05 22:40');
    expect(told.heard()).toEqual(['sup-1: safety']);
    await told.at('2027-03-06 08:00');
    expect(told.heard().toSorted()).toEqual(['pcp-1: safety', 'psy-1: safety', 'sup-1: safety']);
    expect(told.load('2027-03-05', '2027-03-06')).toEqual([
      { staff: 'oc-1', day: '2027-03-05', rows: 1, interruptions: 2, snoozes: 0 },
      { staff: 'sup-1', day: '2027-03-05', rows: 1, interruptions: 1, snoozes: 0 },
      { staff: 'pcp-1', day: '2027-03-06', rows: 1, interruptions: 1, snoozes: 0 },
      { staff: 'psy-1', day: '2027-03-06', rows: 1, interruptions: 1, snoozes: 0 },
      { staff: 'sup-1', day: '2027-03-06', rows: 1, interruptions: 1, snoozes: 0 },
    ]);
  });

  it('goes to the supervisor at once where the site names nobody on call', async () => {
    const episode = await told.refer();
    await told.at('2027-03-05 18:40');
    await told.act(episode, portal(1), 'portal', 'integration');
    await told.at('2027-03-05 18:40');
    expect(told.heard()).toEqual(['sup-1: safety']);
  });

  it('that is handed to somebody by name interrupts them at once', async () => {
    const episode = await told.refer();
    await told.at('2027-03-05 18:40');
    await told.act(episode, portal(1), 'portal', 'integration');
    await told.at('2027-03-05 18:40');
    expect(told.heard()).toEqual(['sup-1: safety']);
    const followUpId = await safetyReviewOf(episode);
    await told.at('2027-03-05 18:50');
    await told.act(episode, { type: 'HandOverFollowUp', followUpId, to: 'cm-2' }, 'sup-1', 'supervisor');
    await told.tell();
    expect(told.heard()).toEqual(['cm-2: safety']);
  });

  it('is told at once to whoever takes the patient over, also when the former owner had it in hand', async () => {
    const episode = await told.refer();
    await told.at('2027-03-02 10:00');
    await told.act(episode, portal(1), 'portal', 'integration');
    await told.at('2027-03-02 10:00');
    expect(told.heard()).toEqual(['cm-1: safety']);
    const followUpId = await safetyReviewOf(episode);
    await told.at('2027-03-02 10:20');
    await told.act(episode, { type: 'AcknowledgeFollowUp', followUpId });
    await told.act(episode, { type: 'TransferEpisode', to: 'cm-2' }, 'sup-1', 'supervisor');
    await told.tell();
    expect(told.heard()).toEqual(['cm-2: safety']);
  });

  it('that was settled before the message went out is not sent', async () => {
    const episode = await told.refer();
    told.answering = () => ({ kind: 'failed', code: 'ECONNREFUSED' });
    await told.at('2027-03-02 10:00');
    await told.act(episode, portal(1), 'portal', 'integration');
    await told.at('2027-03-02 10:00');
    await told.act(episode, { type: 'RecordSafetyReview', outcome: 'assessed', level: 'none', tool: 'c-ssrs' });
    await told.tell();
    told.answering = () => ({ kind: 'sent' });
    await told.wait(60_000);
    expect(told.heard()).toEqual([]);
    expect(told.notices().map(({ state }) => state)).toEqual(['withdrawn']);
  });
});

describe('after an outage', () => {
  it('everybody gets one list at once, no provider hears of it, and safety comes as one message', async () => {
    const [one, other] = [await told.refer(), await told.refer()];
    await told.at('2027-03-04 10:00');
    for (const episode of [one, other]) await told.act(episode, portal(2), 'portal', 'integration');
    await told.at('2027-03-04 10:00');
    expect(told.heard()).toEqual(['cm-1: safety', 'cm-1: safety']);
    // Everything that wakes was down for the weekend.
    told.clock.set(newYork('2027-03-16 13:00'));
    await told.raise();
    await told.tell();
    expect(told.heard().toSorted()).toEqual(['cm-1: list', 'sup-1: list']);
    await told.wait(30_000);
    expect(told.heard().toSorted()).toEqual(['cm-1: safety', 'psy-1: safety', 'sup-1: safety']);
    expect(told.notices({ recipient: 'pcp-1' })).toEqual([]);
    expect(
      told.notices({ recipient: 'cm-1', day: '2027-03-16' }).filter(({ class: cls }) => cls === 'routine'),
    ).toHaveLength(2);
  });

  it('a list that could not go out in the morning goes out as soon as it can', async () => {
    await told.refer();
    told.clock.set(newYork('2027-03-15 11:20'));
    await told.raise();
    await told.tell();
    expect(told.heard()).toEqual(['cm-1: list']);
  });
});

describe('a risk of a patient in a facility', () => {
  it('is told of again once they were discharged from it, though the hold goes on', async () => {
    const episode = await told.refer();
    await told.act(episode, { type: 'RecordSafetyReview', outcome: 'assessed', level: 'high', tool: 'c-ssrs' });
    await told.act(episode, { type: 'StartHold', reason: 'inpatient' });
    await told.at('2027-03-02 10:00');
    await told.act(episode, { type: 'ReportAcuteCare', kind: 'discharge', on: '2027-03-02' });
    await told.at('2027-03-03 08:05'); // the call of the day after the discharge
    expect(told.heard()).toContain('cm-1: list');
    await told.at('2027-03-05 08:05'); // the risk, two days before it is due, rolled back to Friday
    expect(told.heard()).toContain('cm-1: list');
  });
});

describe('an import', () => {
  it('tells no provider, makes one list the next morning, and one message of all its safety items', async () => {
    await told.at('2027-03-02 10:00');
    for (let i = 0; i < 5; i += 1)
      await told.refer({ occurredAt: '2027-01-04 09:00', acts: [{ ...portal(1), imported: true }] });
    await told.at('2027-03-02 10:01');
    expect(told.heard()).toEqual([]);
    await told.wait(30_000);
    expect(told.sent.map(({ recipient, text }) => [recipient, text.split(' in ')[0]])).toEqual([
      ['cm-1', '5 safety items wait'],
    ]);
    told.heard();
    await told.at('2027-03-03 08:05');
    expect(told.heard().toSorted()).toEqual(['cm-1: list', 'psy-1: list', 'sup-1: list']);
    await told.at('2027-03-03 15:59');
    expect(told.notices({ recipient: 'pcp-1' })).toEqual([]);
  });
});

describe('an episode that is over', () => {
  it('is not told of, though the raise was noted before', async () => {
    const episode = await told.refer();
    await told.at('2027-03-15 08:00');
    await told.act(episode, { type: 'DischargePatient', reason: 'withdrew', channel: 'record' });
    await told.at('2027-03-15 08:05');
    expect(told.heard()).toEqual([]);
    expect(told.notices().map(({ state }) => state)).toEqual(['withdrawn']);
  });

  it('is told of once more when a result comes in', async () => {
    const episode = await told.refer();
    await told.act(episode, { type: 'DischargePatient', reason: 'withdrew', channel: 'record' });
    await told.at('2027-03-02 10:00');
    await told.act(episode, portal(0), 'portal', 'integration');
    await told.at('2027-03-03 08:05'); // to be looked at by the next business day
    await told.at('2027-03-04 08:05');
    expect(told.heard()).toEqual(['cm-1: list', 'sup-1: list']);
  });

  it('death stops even safety, before the episode itself knows of it', async () => {
    const patient = await told.register();
    const episode = await told.refer({ patient });
    await told.at('2027-03-02 10:00');
    await told.act(episode, portal(1), 'portal', 'integration');
    await told.raise();
    await told.patient(patient, { type: 'RecordDeath', source: 'family' });
    await told.tell();
    expect(told.heard()).toEqual([]);
  });
});

describe('a word to the provider', () => {
  const discharge = { type: 'DischargePatient', reason: 'graduated' } as const;
  const risk = (level: 'low' | 'moderate' | 'high') =>
    ({ type: 'RecordSafetyReview', outcome: 'assessed', level, tool: 'c-ssrs', approvedBy: 'psy-1' }) as const;
  const ofProvider = () => told.notices({ recipient: 'pcp-1' }).map(({ episodeId, state }) => [episodeId, state]);

  it('comes of a discharge, with the next list, and says where', async () => {
    const episode = await told.refer();
    await told.at('2027-03-02 10:00');
    await told.act(episode, { ...discharge, channel: 'notice' });
    await told.at('2027-03-02 10:01');
    expect([told.heard(), ofProvider()]).toEqual([[], [[episode, 'waiting']]]);
    await told.at('2027-03-03 08:05');
    expect(told.sent.map(({ recipient, text }) => [recipient, text])).toEqual([
      ['pcp-1', `1 patient waits for you in Followthrough: https://followthrough.example/v1/episodes/${episode}`],
    ]);
    await told.at('2027-03-04 08:05');
    expect(told.heard()).toEqual(['pcp-1: list']);
    expect(ofProvider()).toEqual([[episode, 'delivered']]);
  });

  it('comes of a referral that was closed; several patients are one list, to be found among the notices', async () => {
    const closed = await told.refer({ enrolled: false });
    const left = await told.refer();
    await told.at('2027-03-01 10:00');
    await told.act(closed, { type: 'CloseReferral', reason: 'patient-declined', channel: 'notice' });
    await told.act(left, { ...discharge, channel: 'notice' });
    await told.tell();
    await told.at('2027-03-02 08:05');
    expect(told.sent.map(({ recipient, text }) => [recipient, text])).toEqual([
      ['pcp-1', '2 patients wait for you in Followthrough: https://followthrough.example/v1/notices?recipient=me'],
    ]);
  });

  it.each(['moderate', 'high'] as const)(
    'comes of a review that finds a %s risk, whatever is done meanwhile',
    async (level) => {
      const episode = await told.refer();
      await told.act(episode, risk(level));
      await told.tell();
      await told.act(episode, {
        type: 'IssueRecommendation',
        text: 'Test advice',
        urgency: 'routine',
        to: 'care-manager',
      });
      await told.at('2027-03-02 08:05');
      expect(told.heard()).toContain('pcp-1: list');
      expect(ofProvider()).toEqual([[episode, 'delivered']]);
    },
  );

  it('comes of no lower risk, and of nothing that a person told themselves or left in the record', async () => {
    const [one, other] = [await told.refer(), await told.refer()];
    await told.act(one, risk('low'));
    await told.act(one, { ...discharge, channel: 'phone' });
    await told.act(other, { ...discharge, channel: 'record' });
    await told.tell();
    await told.at('2027-03-02 08:05');
    expect(ofProvider()).toEqual([]);
  });

  it('is not sent of a discharge that was undone before', async () => {
    const episode = await told.refer();
    await told.act(episode, { ...discharge, channel: 'notice' });
    await told.tell();
    const { state } = await told.episodes.load(episode);
    const { revision } = state.acts.findLast(({ type }) => type === 'EpisodeDischarged')!;
    await told.act(episode, { type: 'VoidAct', revision, reasonCode: 'entered-in-error' });
    await told.at('2027-03-02 08:05');
    expect([told.heard(), ofProvider()]).toEqual([[], [[episode, 'withdrawn']]]);
  });

  it('goes to the supervisor when the provider is not on the staff, or cannot be reached', async () => {
    await told.organisation({ type: 'RemoveStaff', staff: 'pcp-1' });
    await told.act(await told.refer(), { ...discharge, channel: 'notice' });
    await told.tell();
    await told.at('2027-03-02 08:05');
    expect(told.heard()).toEqual(['sup-1: list']);
    await told.at('2027-03-02 09:00');
    await told.organisation({ type: 'AddStaff', staff: 'pcp-1', role: 'provider' });
    await told.act(await told.refer(), { ...discharge, channel: 'notice' });
    await told.tell();
    told.answering = ({ recipient }) =>
      recipient === 'pcp-1' ? { kind: 'unreachable', code: 'no-address' } : { kind: 'sent' };
    await told.at('2027-03-03 08:05');
    expect(told.heard()).toEqual(['sup-1: list']);
  });

  it('comes of nothing that was imported, or that is told long after', async () => {
    await told.at('2027-03-02 10:00');
    for (const act of [risk('high'), { ...discharge, channel: 'notice' } as const])
      await told.refer({ occurredAt: '2027-01-04 09:00', acts: [act] });
    await told.at('2027-03-02 10:01');
    const late = await told.refer();
    await told.act(late, { ...discharge, channel: 'notice' });
    told.clock.set(newYork('2027-03-02 13:00'));
    await told.tell();
    await told.at('2027-03-03 08:05');
    expect(ofProvider()).toEqual([]);
  });

  it('is told once, also when the log is read again', async () => {
    await told.act(await told.refer(), { ...discharge, channel: 'notice' });
    await told.tell();
    await told.at('2027-03-02 08:05');
    expect(told.heard()).toEqual(['pcp-1: list']);
    told.readAgain();
    await told.at('2027-03-02 08:20');
    await told.at('2027-03-03 08:05');
    expect(told.heard()).toEqual([]);
  });
});

describe('when somebody leaves without cover (scenario 6)', () => {
  it('her high-risk item goes to the supervisor at once, what is routine with the next list', async () => {
    const episode = await told.refer();
    await told.act(episode, { type: 'RecordSafetyReview', outcome: 'assessed', level: 'high', tool: 'c-ssrs' });
    await told.refer({ enrolled: false });
    await told.at('2027-03-05 08:05'); // two days before it is due, rolled back to Friday
    expect(told.heard()).toContain('cm-1: list');
    await told.organisation({ type: 'RemoveStaff', staff: 'cm-1' });
    await told.at('2027-03-05 08:10');
    expect(told.heard()).toEqual(['sup-1: safety']);
    await told.at('2027-03-08 08:05');
    expect(told.heard()).toContain('sup-1: list');
  });

  it('so does a safety review of which she was told', async () => {
    const episode = await told.refer();
    await told.at('2027-03-02 10:00');
    await told.act(episode, portal(1), 'portal', 'integration');
    await told.at('2027-03-02 10:00');
    expect(told.heard()).toEqual(['cm-1: safety']);
    await told.organisation({ type: 'RemoveStaff', staff: 'cm-1' });
    await told.at('2027-03-02 10:10');
    expect(told.heard()).toEqual(['sup-1: safety']);
  });
});

describe('where nobody is in care any more', () => {
  it('it waits for the first who joins', async () => {
    await told.refer({ enrolled: false });
    for (const staff of ['cm-1', 'cm-2', 'sup-1', 'psy-1', 'pcp-1', 'admin-1'])
      await told.organisation({ type: 'RemoveStaff', staff });
    await told.at('2027-03-02 08:05');
    expect([told.heard(), told.notices()]).toEqual([[], []]);
    await told.organisation({ type: 'AddStaff', staff: 'sup-9', role: 'supervisor' });
    await told.at('2027-03-02 08:30');
    expect(told.heard()).toEqual(['sup-9: list']);
  });
});

describe('a log that was read again', () => {
  it('tells nothing twice', async () => {
    const episode = await told.refer();
    await told.at('2027-03-15 08:05');
    await told.act(episode, portal(1), 'portal', 'integration');
    await told.at('2027-03-15 08:06');
    expect(told.heard()).toEqual(['cm-1: list', 'cm-1: safety']);
    await told.organisation({
      type: 'ArrangeCoverage',
      absent: 'cm-1',
      cover: 'cm-2',
      from: newYork('2027-03-15 08:07'),
      until: newYork('2027-03-16 08:00'),
    });
    told.clock.set(newYork('2027-03-15 08:08'));
    told.readAgain();
    await told.tell();
    expect(told.heard()).toEqual([]);
    await told.at('2027-03-15 09:05');
    expect(told.heard()).toEqual(['cm-2: safety']);
  });
});
