import { beforeAll, describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '#event-store';
import { Judge, type Verdict } from './judge.js';
import {
  discharge,
  enrol,
  falsified,
  isOf,
  openSampleClinic,
  reached,
  saying,
  treatmentContact,
} from './sample-clinic.js';
import { verdictWords } from './words.js';

type Clinic = Awaited<ReturnType<typeof openSampleClinic>>;

const AT = '2027-05-03T16:00:00.000Z';
let clinic: Clinic;
let episode: string;
let log: StoredEvent[];

/** Referred, reached, enrolled; one treatment contact; then nobody acts for six weeks. Another patient was discharged. */
beforeAll(async () => {
  clinic = await openSampleClinic();
  episode = await clinic.refer(1);
  const other = await clinic.refer(2);
  await clinic.until('2027-03-02T16:00:00.000Z');
  for (const id of [episode, other]) await clinic.act(id, reached);
  await clinic.until('2027-03-04T16:00:00.000Z', 'system:watchdog');
  for (const id of [episode, other]) await clinic.act(id, enrol);
  await clinic.until('2027-03-20T16:00:00.000Z', 'system:watchdog');
  for (const id of [episode, other]) await clinic.act(id, treatmentContact);
  await clinic.act(other, discharge);
  await clinic.until(AT);
  log = await clinic.log();
});

function judged(events: readonly StoredEvent[], at = AT, graceMs = 300_000): Verdict & { readonly wrong: number } {
  const judge = new Judge({ at: new Date(at), graceMs, readFacts: clinic.codec.readFacts });
  for (const event of events) judge.take(event);
  return { ...judge.verdict(), wrong: judge.wrong };
}

const kinds = (verdict: Verdict): string[] => verdict.problems.map(({ kind }) => kind);
const raises = (events: readonly StoredEvent[]): StoredEvent[] =>
  events.filter(({ type }) => type === 'FollowUpRaised');
const next = (hours: number, from: string): string => new Date(Date.parse(from) + hours * 3_600_000).toISOString();

describe('an untouched log', () => {
  it('is right in everything', () => {
    const verdict = judged(log);
    expect(verdict).toMatchObject({
      events: log.length,
      streams: 3,
      chain: 'intact',
      early: 0,
      doubled: 0,
      silent: 0,
      openEpisodesWithoutFollowUp: 0,
      problems: [],
      wrong: 0,
    });
    expect(verdict.raises).toBe(raises(log).length);
    expect(verdict.raises).toBeGreaterThan(8);
  });

  it('says who raised how many, and how late', () => {
    const { byWaker, lateness, raises: all } = judged(log);
    expect(byWaker['system:workflow']! + byWaker['system:watchdog']!).toBe(all);
    expect(lateness).toEqual({ steps: all, medianMs: 0, p95Ms: 0, maxMs: 0, within60s: 1, endedUnraised: 0 });
  });

  it('counts what is open at its end', async () => {
    const { ledger } = (await clinic.episodes.load(episode)).state;
    expect(judged(log).openFollowUps).toBe(ledger.open.size);
  });

  it('stays right when an ended episode gets another fact, and when its end is undone', async () => {
    const own = await openSampleClinic();
    const id = await own.refer(1);
    await own.act(id, reached);
    await own.act(id, enrol);
    await own.act(id, discharge);
    const discharged = (await own.log()).find((event) => isOf(event, id, 'EpisodeDischarged'))!;
    own.clock.advance(3_600_000);
    await own.act(id, { type: 'AddNote', text: 'A letter came.' });
    own.clock.advance(3_600_000);
    await own.act(id, { type: 'VoidAct', revision: discharged.revision, reasonCode: 'entered-in-error' });
    await own.until('2027-03-20T16:00:00.000Z');
    const verdict = judged(await own.log(), '2027-03-20T16:00:00.000Z');
    expect(verdict.problems).toEqual([]);
    expect(verdict.openFollowUps).toBeGreaterThan(0);
  });

  it('needs no key', () => {
    expect(log.some(({ body }) => body.sealed !== null)).toBe(true);
    const lost = falsified(log, (event) =>
      event.body.sealed ? { ...event, body: { ...event.body, sealed: { ...event.body.sealed, kid: 'lost' } } } : event,
    );
    expect(judged(lost)).toMatchObject({ chain: 'intact', wrong: 0 });
  });
});

describe('the chain', () => {
  it.each<[string, (event: StoredEvent) => StoredEvent]>([
    ['a fact was changed', (event) => saying(event, { dueOn: '2027-12-24' })],
    ['the actor was changed', (event) => ({ ...event, actor: 'user:nobody' })],
    ['the time was changed', (event) => ({ ...event, recordedAt: next(-1, event.recordedAt) })],
    ['it follows another event', (event) => ({ ...event, prevHash: '0'.repeat(64) })],
    ['its revision jumps', (event) => ({ ...event, revision: event.revision + 1 })],
  ])('is broken when %s', (_what, change) => {
    const victim = log.findLast((event) => isOf(event, episode, 'FollowUpOpened'))!;
    const verdict = judged(log.map((event) => (event === victim ? change(event) : event)));
    expect(verdict.chain).toBe('broken');
    expect(verdict.problems).toContainEqual(
      expect.objectContaining({ kind: 'chain-broken', streamId: victim.streamId }),
    );
  });

  it('is broken when an event in the middle is missing', () => {
    const victim = log.find((event) => isOf(event, episode, 'OutreachAttempted'));
    expect(judged(log.filter((event) => event !== victim)).chain).toBe('broken');
  });

  it('is broken when time goes back in a stream, even if all was hashed anew', () => {
    const late = log.find((event) => isOf(event, episode, 'OutreachAttempted'))!;
    const verdict = judged(
      falsified(log, (event) => (event === late ? { ...event, recordedAt: '2028-01-01T00:00:00.000Z' } : event)),
    );
    expect(verdict.chain).toBe('broken');
    expect(verdict.problems[0]!.detail).toContain('recorded before');
  });

  it('that is broken in an episode which has ended keeps no other stream from being judged', () => {
    const victim = log.find(({ type }) => type === 'EpisodeDischarged');
    const verdict = judged(log.map((event) => (event === victim ? { ...event, occurredAt: 'damaged' } : event)));
    expect(verdict).toMatchObject({ chain: 'broken', raises: raises(log).length });
    expect(new Set(kinds(verdict))).toEqual(new Set(['chain-broken', 'unreadable']));
  });
});

describe('a raise', () => {
  const changing = (change: (raise: StoredEvent) => StoredEvent | readonly StoredEvent[]) => {
    // The first of its append: what stands before it was recorded well before it.
    const own = log.filter(({ streamId }) => streamId.endsWith(episode));
    const victim = own.findLast(
      (event, i) => event.type === 'FollowUpRaised' && own[i - 1]!.recordedAt < next(-6, event.recordedAt),
    )!;
    return judged(falsified(log, (event) => (event === victim ? change(event) : event)));
  };

  it('that came before its time is early', () => {
    // Everything after it in its stream keeps its own, later time.
    const verdict = changing((raise) => ({ ...raise, recordedAt: next(-1 / 3_600, raise.recordedAt) }));
    expect(verdict).toMatchObject({ chain: 'intact', early: 1 });
    expect(kinds(verdict)).toEqual(['early']);
  });

  it('that came one millisecond before its time is early', () => {
    expect(
      changing((raise) => ({ ...raise, recordedAt: new Date(Date.parse(raise.recordedAt) - 1).toISOString() })).early,
    ).toBe(1);
  });

  it('that claims an earlier planned time than the ledger has is early all the same', () => {
    const verdict = changing((raise) => ({
      ...saying(raise, { at: next(-5, raise.recordedAt) }),
      recordedAt: next(-5, raise.recordedAt),
    }));
    expect(verdict.early).toBe(1);
    expect(kinds(verdict)).toContain('unplanned');
  });

  it('that names another instant than was planned is unplanned', () => {
    expect(kinds(changing((raise) => saying(raise, { at: next(-5, raise.recordedAt) })))).toEqual(['unplanned']);
  });

  it('that is there twice is doubled', () => {
    expect(changing((raise) => [raise, { ...raise, id: 'another' }])).toMatchObject({ doubled: 1, wrong: 1 });
  });

  it('that stands for what was raised before doubles it', () => {
    const verdict = judged(
      falsified(log, (event) => {
        const step = Number(event.body.facts['step']);
        return isOf(event, episode, 'FollowUpRaised') && step > 1 ? saying(event, { standsFor: [step - 1] }) : event;
      }),
    );
    expect(verdict.doubled).toBeGreaterThan(0);
    expect(new Set(kinds(verdict))).toEqual(new Set(['doubled']));
  });

  it('of a step that does not exist yet passes over those before it', () => {
    const verdict = changing((raise) => saying(raise, { step: Number(raise.body.facts['step']) + 2 }));
    expect(verdict.silent).toBeGreaterThanOrEqual(2);
    expect(kinds(verdict)).toContain('unplanned');
  });

  it('of a step out of all reason is unplanned', () => {
    expect(kinds(changing((raise) => saying(raise, { step: 1_000_000_000 })))).toContain('unplanned');
  });

  it('of a follow-up that was never opened is noticed', () => {
    expect(
      kinds(changing((raise) => [raise, { ...saying(raise, { followUpId: 'contact:999:1' }), id: 'another' }])),
    ).toEqual(['not-open']);
  });
});

describe('silence', () => {
  it('is noticed when the last raise of an open follow-up is missing', () => {
    const [victim] = raises(log)
      .filter((event) => event.streamId.endsWith(episode))
      .slice(-1);
    const verdict = judged(falsified(log, (event) => (event === victim ? [] : event)));
    expect(verdict.silent).toBe(1);
    expect(kinds(verdict)).toEqual(['silent']);
  });

  it('is noticed when a raise in the middle is missing', () => {
    const repeated = raises(log).find(
      (event) => event.streamId.endsWith(episode) && Number(event.body.facts['step']) === 2,
    )!;
    const first = raises(log).find(
      ({ streamId, body }) =>
        streamId === repeated.streamId && body.facts['followUpId'] === repeated.body.facts['followUpId'],
    )!;
    expect(judged(falsified(log, (event) => (event === first ? [] : event)))).toMatchObject({ silent: 1 });
  });

  it('is noticed when nobody was awake, from the grace on', async () => {
    const own = await openSampleClinic();
    await own.refer(1);
    await own.until('2027-03-02T14:00:00.000Z', 'nobody');
    const asleep = await own.log();
    // 08:00 in New York on the next business day.
    const due = '2027-03-02T13:00:00.000Z';
    expect(judged(asleep, next(5 / 60, due)).silent).toBe(0);
    expect(judged(asleep, next(5.01 / 60, due)).silent).toBe(1);
    expect(judged(asleep, next(1, due), 7_200_000).silent).toBe(0);
  });

  it('of what was entered of a time that is past begins when it was entered', async () => {
    const own = await openSampleClinic();
    const id = await own.refer(1);
    // At 10:00 in New York: the step of 08:00 that day is past.
    await own.act(id, { type: 'PlanTask', dueOn: '2027-03-01', text: 'Call the pharmacy.' });
    const entered = '2027-03-01T15:00:00.000Z';
    expect(judged(await own.log(), next(5 / 60, entered)).silent).toBe(0);
    expect(judged(await own.log(), next(5.01 / 60, entered)).silent).toBe(1);
  });

  it('ends with one raise that stands for the others, and their lateness stays', async () => {
    const own = await openSampleClinic();
    const id = await own.refer(1);
    await own.until('2027-03-12T15:00:00.000Z', 'nobody');
    await own.settle();
    const verdict = judged(await own.log(), '2027-03-12T15:00:00.000Z');
    expect(verdict).toMatchObject({ raises: 1, silent: 0, wrong: 0 });
    // Step 1 on 2 Mar, step 2 on 3 Mar, its repetition on 10 Mar.
    expect(verdict.lateness).toMatchObject({
      steps: 3,
      within60s: 0,
      maxMs: Date.parse('2027-03-12T15:00:00Z') - Date.parse('2027-03-02T13:00:00Z'),
    });
    const raise = raises(await own.log())[0]!;
    expect(raise.body.facts['standsFor']).toEqual([1, 2]);
    const forgetful = falsified(await own.log(), (event) =>
      isOf(event, id, 'FollowUpRaised') ? saying(event, { standsFor: [2] }) : event,
    );
    expect(judged(forgetful, '2027-03-12T15:00:00.000Z')).toMatchObject({ silent: 1, wrong: 1 });
    const boastful = falsified(await own.log(), (event) =>
      isOf(event, id, 'FollowUpRaised') ? saying(event, { standsFor: [1, 2, 7] }) : event,
    );
    expect(kinds(judged(boastful, '2027-03-12T15:00:00.000Z'))).toEqual(['unplanned']);
  });

  it('that ended before anybody was told is counted, not called wrong', async () => {
    const own = await openSampleClinic();
    const id = await own.refer(1);
    await own.until('2027-03-02T16:00:00.000Z', 'nobody');
    await own.act(id, reached);
    await own.settle();
    const verdict = judged(await own.log(), '2027-03-02T16:00:00.000Z');
    expect(verdict).toMatchObject({ wrong: 0, lateness: { endedUnraised: 1 } });
    const now = { at: new Date('2027-03-02T16:00:00.000Z'), graceMs: 300_000, clock: 'told' } as const;
    const words = verdictWords(verdict, 0, now);
    expect(words).toContain('ended before being raised');
    expect(words).toContain('came due, but for 1 whose follow-up had ended by then, was raised once');
    expect(words).not.toMatch(/no step/i);
  });
});

describe('an end', () => {
  const victim = () => log.find((event) => isOf(event, episode, 'FollowUpFulfilled'))!;

  it('that is there twice is noticed', () => {
    expect(
      kinds(judged(falsified(log, (event) => (event === victim() ? [event, { ...event, id: 'another' }] : event)))),
    ).toEqual(['ended-twice']);
  });

  it('is the end: a raise after it is noticed', () => {
    const { followUpId } = victim().body.facts as { followUpId: string };
    const raise = raises(log).find(
      ({ streamId, body }) => streamId === victim().streamId && body.facts['followUpId'] === followUpId,
    )!;
    const verdict = judged(
      falsified(log, (event) =>
        event === victim() ? [event, { ...raise, id: 'another', recordedAt: event.recordedAt }] : event,
      ),
    );
    expect(kinds(verdict)).toEqual(['not-open']);
  });

  it('cannot be followed by opening the same again', () => {
    const { followUpId } = victim().body.facts as { followUpId: string };
    const opened = log.find(
      (event) => isOf(event, episode, 'FollowUpOpened') && event.body.facts['followUpId'] === followUpId,
    )!;
    const verdict = judged(
      falsified(log, (event) =>
        event === victim() ? [event, { ...opened, id: 'another' }, { ...event, id: 'a third' }] : event,
      ),
    );
    expect(kinds(verdict)).toContain('opened-twice');
  });

  it('of what was never opened is noticed', () => {
    const verdict = judged(
      falsified(log, (event) =>
        event === victim() ? [event, { ...saying(event, { followUpId: 'contact:999:1' }), id: 'another' }] : event,
      ),
    );
    expect(kinds(verdict)).toEqual(['not-open']);
  });
});

describe('an open episode', () => {
  it('that is owed nothing is noticed', () => {
    const verdict = judged(
      falsified(log, (event) => (event.streamId.endsWith(episode) && event.type.startsWith('FollowUp') ? [] : event)),
    );
    expect(verdict).toMatchObject({ openEpisodesWithoutFollowUp: 1, openFollowUps: 0 });
    expect(kinds(verdict)).toEqual(['episode-without-follow-up']);
  });

  it('that was owed nothing for a while is noticed too', () => {
    let ends = 0;
    const verdict = judged(
      falsified(log, (event) => {
        // What the enrolment opened is taken away; the contact sixteen days later opens new ones.
        const between = event.recordedAt >= '2027-03-04T16:00' && event.recordedAt < '2027-03-20T16:00';
        if (!event.streamId.endsWith(episode) || !between || !event.type.startsWith('FollowUp')) return event;
        if (event.type === 'FollowUpFulfilled' || event.type === 'FollowUpSuperseded') return ((ends += 1), event);
        return [];
      }),
    );
    expect(ends).toBeGreaterThan(0);
    expect(verdict.openEpisodesWithoutFollowUp).toBe(1);
  });

  it('may be owed nothing once it has ended', () => {
    const verdict = judged(
      falsified(log, (event) =>
        event.streamId.endsWith(episode) || !event.streamId.startsWith('episode-') ? [] : event,
      ),
    );
    expect(verdict).toMatchObject({ streams: 1, openFollowUps: 0, openEpisodesWithoutFollowUp: 0, wrong: 0 });
  });
});

describe('what this build cannot read', () => {
  it('is named when the proof rests on it', () => {
    const verdict = judged(
      falsified(log, (event) =>
        isOf(event, episode, 'PatientEnrolled') ? saying(event, { enrolledOn: 'yesterday' }) : event,
      ),
    );
    expect(kinds(verdict)).toEqual(['unreadable']);
  });

  it('is passed over when it does not, and a newer follow-up is read by its plain facts', () => {
    const newer = falsified(log, (event) =>
      isOf(event, episode, 'FollowUpRaised') || event.type === 'OutreachAttempted'
        ? { ...event, schemaVersion: 9 }
        : event,
    );
    expect(judged(newer).wrong).toBe(0);
  });
});

it('lists the first fifty problems and counts them all', () => {
  const verdict = judged(
    falsified(log, (event) =>
      event.type === 'FollowUpOpened'
        ? [event, ...Array.from({ length: 5 }, (_, i) => ({ ...event, id: `again-${i}` }))]
        : event,
    ),
  );
  expect(verdict.problems).toHaveLength(50);
  expect(verdict.wrong).toBeGreaterThan(50);
});
