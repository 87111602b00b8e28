import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Outcome, Sending } from './channels/channel.js';
import { portal, ToldClinic } from './testing/clinic-suite.js';

const FAILED: Outcome = { kind: 'failed', code: 'ECONNREFUSED' };
const UNREACHABLE: Outcome = { kind: 'unreachable', code: 'no-address' };
const SENT: Outcome = { kind: 'sent' };

let told: ToldClinic;
let tried: Sending[];
let episode: string;

/** A safety concern in the morning of an open day: the care manager is to be told. */
async function concern(answer: (sending: Sending) => Outcome, channels?: Parameters<typeof ToldClinic.open>[1]) {
  told = await ToldClinic.open('2027-03-02 10:00', channels);
  await told.organisation({ type: 'AddStaff', staff: 'second-1', role: 'care-manager' });
  await told.duty({ secondOwner: 'second-1' });
  episode = await told.refer();
  await told.act(episode, portal(1), 'portal', 'integration');
  answerWith(answer);
  await told.at('2027-03-02 10:00');
}

function answerWith(answer: (sending: Sending) => Outcome): void {
  told.answering = (sending) => {
    tried.push(sending);
    return answer(sending);
  };
}
const triedPeople = () => tried.splice(0).map(({ recipient }) => recipient);
const states = () => Object.fromEntries(told.notices().map(({ recipient, state }) => [recipient, state]));

beforeEach(() => {
  tried = [];
});

describe('a message that fails', () => {
  it('is tried again with growing pauses and one id, and every attempt is written down', async () => {
    await concern(() => FAILED);
    expect(triedPeople()).toEqual(['cm-1']);
    await told.wait(4_999);
    expect(triedPeople()).toEqual([]);
    await told.wait(1);
    answerWith(() => SENT);
    await told.wait(20_000);
    expect(new Set(tried.map(({ id }) => id)).size).toBe(1);
    expect(told.notices()).toMatchObject([
      {
        recipient: 'cm-1',
        state: 'delivered',
        attempts: [
          { outcome: 'failed', code: 'ECONNREFUSED' },
          { outcome: 'failed' },
          { outcome: 'sent', code: null, channel: 'webhook' },
        ],
      },
    ]);
    expect(told.status()).toEqual({ waiting: 0, oldestWaiting: null, undelivered: 0, failing: [] });
  });

  it('goes to the next of the ladder at once when its attempts are used up: second owner, supervisor, administrator', async () => {
    await concern(({ recipient }) => (recipient === 'admin-1' ? SENT : FAILED));
    await told.wait(5_000);
    await told.wait(20_000);
    expect(triedPeople()).toEqual(['cm-1', 'cm-1', 'cm-1', 'second-1']);
    await told.wait(5_000);
    await told.wait(20_000);
    await told.wait(5_000);
    await told.wait(20_000);
    expect(triedPeople()).toEqual(['second-1', 'second-1', 'sup-1', 'sup-1', 'sup-1', 'admin-1']);
    expect(told.sent.map(({ text }) => text)).toEqual([
      `A safety item waits in Followthrough: https://followthrough.example/v1/episodes/${episode} It comes to you because somebody else could not be reached.`,
    ]);
    expect(states()).toEqual({
      'cm-1': 'passed-on',
      'second-1': 'passed-on',
      'sup-1': 'passed-on',
      'admin-1': 'delivered',
    });
  });

  it('that nobody takes is tried on for whom it was first, never a provider, until it is taken', async () => {
    await concern(() => FAILED);
    for (let i = 0; i < 16; i += 1) await told.wait(20_000);
    expect(tried.map(({ recipient }) => recipient)).not.toContain('pcp-1');
    expect(told.status()).toMatchObject({ undelivered: 1, failing: ['webhook'] });
    expect(states()['cm-1']).toBe('undelivered');
    answerWith(() => SENT);
    await told.wait(300_000);
    expect(told.heard()).toEqual(['cm-1: safety']);
    expect(states()['cm-1']).toBe('delivered');
    expect(told.status()).toMatchObject({ undelivered: 0, failing: [] });
  });

  it('that nobody takes is tried on for the next, when whom it was for first has no address', async () => {
    await concern(({ recipient }) => (recipient === 'cm-1' ? UNREACHABLE : FAILED));
    for (let i = 0; i < 16; i += 1) await told.wait(20_000);
    expect(told.status()).toMatchObject({ undelivered: 1, failing: ['webhook'] });
    answerWith(() => SENT);
    await told.wait(300_000);
    expect(told.heard()).toHaveLength(1);
    expect(told.status()).toMatchObject({ undelivered: 0, failing: [] });
  });

  it('is not tried on once nothing waits any more', async () => {
    await concern(() => FAILED);
    for (let i = 0; i < 16; i += 1) await told.wait(20_000);
    await told.act(episode, { type: 'RecordSafetyReview', outcome: 'assessed', level: 'none', tool: 'c-ssrs' });
    await told.tell();
    tried = [];
    await told.wait(300_000);
    expect(tried).toEqual([]);
    expect(states()['cm-1']).toBe('withdrawn');
  });
});

describe('somebody who cannot be reached', () => {
  it('is passed over at once', async () => {
    await concern(({ recipient }) => (recipient === 'cm-1' ? UNREACHABLE : SENT));
    expect(told.heard()).toEqual(['second-1: safety']);
  });

  it('by one channel may be by another', async () => {
    await concern(() => SENT, ['mail', 'webhook']);
    expect(tried).toHaveLength(2);
    expect(states()).toEqual({ 'cm-1': 'delivered' });
  });

  it('by any of two channels is passed over only when both gave up', async () => {
    let mail = 0;
    await concern(
      ({ recipient }) => (recipient !== 'cm-1' ? SENT : mail++ === 0 ? UNREACHABLE : FAILED),
      ['mail', 'webhook'],
    );
    expect(told.heard()).toEqual([]);
    await told.wait(5_000);
    await told.wait(20_000);
    expect(told.heard()).toEqual(['second-1: safety', 'second-1: safety']);
  });

  it('stands behind nobody whom another already reached: of two supervisors one is enough', async () => {
    await concern(({ recipient }) => (recipient === 'sup-2' ? SENT : UNREACHABLE));
    told.heard();
    await told.organisation({ type: 'AddStaff', staff: 'sup-2', role: 'supervisor' });
    await told.at('2027-03-02 11:00');
    expect(told.heard()).toEqual(['sup-2: safety']);
    expect(triedPeople().slice(-4).toSorted()).toEqual(['cm-1', 'second-1', 'sup-1', 'sup-2']);
  });

  it('with a list: the supervisor gets it', async () => {
    told = await ToldClinic.open('2027-03-01 07:00');
    await told.refer({ enrolled: false });
    answerWith(({ recipient }) => (recipient === 'cm-1' ? UNREACHABLE : SENT));
    await told.at('2027-03-02 08:05');
    expect(told.heard()).toEqual(['sup-1: list']);
    await told.tell();
    expect(told.heard()).toEqual([]);
  });

  it('whom nobody stands behind stays undelivered, and is not tried again', async () => {
    await concern(() => UNREACHABLE);
    const all = tried.length;
    await told.wait(86_400_000);
    expect(tried).toHaveLength(all);
    expect(told.status()).toMatchObject({ undelivered: 1, failing: [] });
    await told.act(episode, { type: 'RecordSafetyReview', outcome: 'assessed', level: 'none', tool: 'c-ssrs' });
    await told.tell();
    expect(told.status()).toMatchObject({ undelivered: 0, oldestWaiting: null });
  });
});

describe('what cannot be dealt with', () => {
  /** So many patients with a safety concern, of which nobody was told yet. */
  async function concerns(count: number): Promise<string[]> {
    told = await ToldClinic.open('2027-03-02 10:00');
    const episodes: string[] = [];
    for (let n = 0; n < count; n += 1) episodes.push(await told.refer());
    for (const one of episodes) await told.act(one, portal(1), 'portal', 'integration');
    await told.raise();
    await told.takeIn();
    return episodes;
  }
  const toldOf = (one: string) => told.sent.filter(({ link }) => link.includes(one)).length;

  it('holds up no other message, is written down, and is told to whoever comes next once it can be', async () => {
    const [last, ...damaged] = (await concerns(9)).toReversed();
    told.plan();
    for (const one of damaged) told.damage(one);
    await told.send();
    expect(told.sent.map(({ recipient }) => recipient)).toEqual(['cm-1']);
    expect(toldOf(last!)).toBe(1);
    expect(told.status()).toMatchObject({ waiting: 8 });
    expect(told.notices().flatMap(({ attempts }) => attempts)).toContainEqual(
      expect.objectContaining({ outcome: 'failed', code: 'fault' }),
    );
    for (let n = 0; n < 3; n += 1) await told.wait(20_000);
    expect(told.status()).toMatchObject({ waiting: 0, undelivered: 8 });
    expect(new Set(told.faults).size).toBe(8);
    for (const one of damaged) told.mend(one);
    await told.wait(300_000);
    expect(damaged.map(toldOf)).toEqual(damaged.map(() => 1));
    expect(told.status()).toMatchObject({ waiting: 0, undelivered: 0 });
  });

  it('holds up no other step that was raised, is seen, and is told at the next start', async () => {
    const [first, second] = await concerns(2);
    told.damage(first!);
    await told.tell();
    expect([toldOf(first!), toldOf(second!)]).toEqual([0, 1]);
    expect(told.status()).toMatchObject({ waiting: 0, undelivered: 1 });
    expect(told.faults).toEqual([expect.stringContaining(first!)]);
    told.mend(first!);
    told.clinic.hearAgain();
    await told.tell();
    expect(toldOf(first!)).toBe(1);
    expect(told.status()).toMatchObject({ undelivered: 0 });
  });
});

describe('a process that ends between sending and writing it down', () => {
  it('sends that one message once more, with the same id', async () => {
    told = await ToldClinic.open('2027-03-02 10:00');
    episode = await told.refer();
    await told.act(episode, portal(1), 'portal', 'integration');
    told.answering = async () => {
      told.db.exec("CREATE TEMP TRIGGER lost BEFORE INSERT ON attempt BEGIN SELECT RAISE(ABORT, 'gone'); END");
      return SENT;
    };
    await expect(told.at('2027-03-02 10:00')).rejects.toThrow('gone');
    told.db.exec('DROP TRIGGER lost');
    told.answering = () => SENT;
    await told.send();
    await told.send();
    expect(told.sent).toHaveLength(2);
    expect(told.sent[0]?.id).toBe(told.sent[1]?.id);
  });
});

describe('channels that change with a restart', () => {
  it('take over what waited on the old ones', async () => {
    await concern(() => FAILED);
    told.outbox.channelsAre(['mail']);
    expect(told.outbox.ready(true, told.real, 9)).toMatchObject([{ channel: 'mail', tries: 0 }]);
  });
});
