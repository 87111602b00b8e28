import { beforeAll, describe, expect, it } from '@jest/globals';
import { episodeStream } from '#door';
import { createCodec, type StoredEvent } from '#event-store';
import { EPISODE_EVENT_TYPES, UNREADABLE } from '#care';
import { enrol, openSampleClinic, reached, saying, treatmentContact } from '../verify/sample-clinic.js';
import { replayOf, type Replay, type ReplayEntry } from './story.js';
import { replayWords } from './words.js';

type Clinic = Awaited<ReturnType<typeof openSampleClinic>>;

let clinic: Clinic;
let stream: readonly StoredEvent[];

beforeAll(async () => {
  clinic = await openSampleClinic();
  const episode = await clinic.refer(1);
  await clinic.until('2027-03-02T16:00:00.000Z', 'system:watchdog');
  await clinic.act(episode, reached);
  await clinic.act(episode, enrol);
  await clinic.act(episode, { type: 'AddNote', text: 'Prefers mornings.' });
  await clinic.until('2027-03-20T16:00:00.000Z');
  await clinic.act(episode, treatmentContact);
  stream = await clinic.store.readStream(episodeStream(episode));
});

const told = (cut = {}, events = stream): Replay => replayOf(events, clinic.codec, cut);
const of = (replay: Replay, type: string): ReplayEntry => replay.entries.find((entry) => entry.type === type)!;
const words = (replay: Replay, cut = {}): string => replayWords(replay, cut, null);

describe('a replay', () => {
  it('tells every event, who is the patient, and that the chain holds', () => {
    expect(told()).toMatchObject({
      shown: stream.length,
      events: stream.length,
      chain: 'intact',
      chainProblem: null,
      phase: 'acute',
      zone: 'America/New_York',
      sealed: 'read',
    });
    expect(told().entries).toHaveLength(stream.length);
  });

  it('says which follow-up an act opened and by which rule', () => {
    const opened = of(told(), 'FollowUpOpened');
    expect(opened).toMatchObject({ under: of(told(), 'PatientReferred').revision });
    expect(opened.rule).toBe(
      'First call due 2 Mar: referred today, 1 Mar, not called yet; your pathway asks for a call within 1 business day. Told: 2027-03-02 the care manager; 2027-03-03 the supervisor; then every 7 days',
    );
    expect(of(told(), 'PatientReferred').opened.map(({ followUpId }) => followUpId)).toEqual(['first-outreach:0:1']);
  });

  it('says which follow-up an act closed and by which rule', () => {
    const attempt = of(told(), 'OutreachAttempted');
    expect(attempt.closed).toMatchObject([{ followUpId: 'first-outreach:0:1', how: 'fulfilled' }]);
    expect(of(told(), 'FollowUpFulfilled')).toMatchObject({
      under: attempt.revision,
      rule: 'closed by an outreach attempt (not to a wrong number) or a contact',
    });
  });

  it('tells a raise for itself, with its waker', () => {
    expect(of(told(), 'FollowUpRaised')).toMatchObject({ actor: 'system:watchdog', under: null });
    expect(words(told())).toContain('system:watchdog  First outreach: step 1 raised, told to the care manager');
  });

  it('ends with what is owed', () => {
    expect(told().owed.map(({ title }) => title)).toContain('Contact');
    expect(words(told())).toContain('The episode is acute. Owed:');
  });
});

describe('a replay of an earlier time', () => {
  const before = { asRecorded: '2027-03-02T15:59:59.000Z' };

  it('knows only what had been recorded by then', () => {
    const early = told(before);
    expect(early).toMatchObject({ phase: 'referred', events: stream.length });
    expect(early.shown).toBeLessThan(stream.length);
    expect(early.entries.map(({ type }) => type)).not.toContain('OutreachAttempted');
    expect(early.owed).toMatchObject([{ followUpId: 'first-outreach:0:1', raisedSteps: 1, next: { step: 2 } }]);
    expect(words(early, before)).toContain(`as recorded by ${before.asRecorded}`);
  });

  it('or what stood at a revision', () => {
    expect(told({ atRevision: 2 }).entries.map(({ revision }) => revision)).toEqual([0, 1, 2]);
  });
});

describe('what is sealed', () => {
  it('is told with the key', () => {
    expect(of(told(), 'NoteAdded').details).toEqual({ text: 'Prefers mornings.' });
    expect(words(told())).toContain('text: Prefers mornings.');
  });

  it('stays closed without it, and everything else is told', () => {
    const keyless = createCodec({
      types: EPISODE_EVENT_TYPES,
      keys: {
        keyFor: () => {
          throw new Error('none');
        },
        open: () => null,
      },
      unreadable: UNREADABLE,
    });
    const replay = replayOf(stream, keyless, {});
    expect(replay).toMatchObject({ sealed: 'unreadable', phase: 'acute', chain: 'intact' });
    expect(of(replay, 'NoteAdded')).toMatchObject({ details: null, unreadable: true });
    expect(replayWords(replay, {}, 'there is no master key')).not.toContain('mornings');
    expect(JSON.stringify(replay)).not.toContain('mornings');
    expect(replay.entries.filter(({ rule }) => rule !== null)).toHaveLength(
      told().entries.filter(({ rule }) => rule !== null).length,
    );
  });
});

describe('a damaged stream', () => {
  it('is told, and called broken', () => {
    const victim = stream.find(({ type }) => type === 'OutreachAttempted')!;
    const replay = told(
      {},
      stream.map((event) => (event === victim ? saying(event, { outcome: 'no-answer' }) : event)),
    );
    expect(replay).toMatchObject({ chain: 'broken', shown: stream.length });
    expect(replay.chainProblem).toContain(`revision ${victim.revision}`);
  });

  it('is told around what cannot be read', () => {
    const victim = stream.find(({ type }) => type === 'OutreachAttempted')!;
    const replay = told(
      {},
      stream.map((event) => (event === victim ? { ...event, type: 'FaxSent' } : event)),
    );
    expect(replay.entries[victim.revision]!.sentence).toBe('FaxSent (this version cannot read it)');
    expect(words(replay)).toContain('FaxSent (this version cannot read it)');
  });
});
