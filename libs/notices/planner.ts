import { laterInstant, localDate, type Notify } from '#care';
import { isFileFailure } from '#event-store';
import { isBacklog, isMuted, isSilent, nextAfter, toldIn, type Case } from './addressing.js';
import type { Clinic, Raise } from './book/clinic.js';
import type { Borne, Outbox } from './book/outbox.js';
import { dailyNoticeId, messageId, passedOnId, safetyNoticeId, type Message, type Reason } from './notice.js';
import type { Pace } from './pace.js';
import { turnOf, type Turn } from './times.js';

/** The two clocks of a look: the clinic’s, as an instant, and the machine’s, in milliseconds. */
export interface Moment {
  readonly now: string;
  readonly real: number;
}

/** Told of what cannot be dealt with; names nobody. */
export type OnFault = (what: string, error: unknown) => void;

export interface PlannerParts {
  readonly clinic: Clinic;
  readonly outbox: Outbox;
  readonly channels: readonly string[];
  readonly pace: Pace;
  readonly onFault: OnFault;
}

/** What must not wait for the next list when whoever had it has left (follow-up-rules, scenario 6). */
const CANNOT_WAIT: ReadonlySet<Case['entry']['kind']> = new Set(['risk-reassessment', 'risk-consult']);

/** Few enough that requests are answered in between. */
const AT_A_TIME = 25;
const LISTS = ['list', 'digest'] as const;

/** Whose list it is time for. */
interface ListTurn extends Turn {
  /** Of the list's message. */
  readonly id: string;
  readonly kind: (typeof LISTS)[number];
  readonly organisation: string;
  readonly recipient: string;
}

/** From raised steps to addressed notices, and from notices to messages (follow-up-rules, "Against alarm fatigue"). No I/O but its file. */
export class Planner {
  /** Lists whose reasons were asked for whom they are, and that were not sent yet. */
  private readonly asked = new Set<string>();

  constructor(private readonly parts: PlannerParts) {}

  /** What is to be told by now, so many raised steps at a time; answers how many it looked at. */
  plan(moment: Moment): number {
    const { clinic, outbox } = this.parts;
    for (const { organisation, staff } of clinic.takeDepartures())
      for (const reason of outbox.standingReasonsOf(organisation, staff))
        this.apart(reason, () => this.readdress(reason, moment, CANNOT_WAIT));
    for (const message of outbox.overtaken()) outbox.withdraw(message, moment.now);
    const raises = clinic.raises(AT_A_TIME);
    for (const raise of raises) if (!this.apart(raise, () => this.tell(raise, moment))) clinic.unheard(raise);
    return raises.length;
  }

  /**
   * Whose list or digest it is time for, once every raised step was looked at; some at a time. All of them are asked for whom they are by now
   * before anybody gets one: who covers for somebody has one list. Answers how many it looked at.
   */
  lists(moment: Moment): number {
    const turns = this.turns(moment.now);
    const ids = new Set(turns.map(({ id }) => id));
    for (const id of this.asked) if (!ids.has(id)) this.asked.delete(id);
    const unasked = turns.filter(({ id }) => !this.asked.has(id));
    return (
      this.some(unasked, ({ id }, reasons) => {
        this.asked.add(id);
        for (const reason of reasons) this.apart(reason, () => this.readdress(reason, moment));
      }) || this.some(turns, (turn, reasons) => this.sendList(turn, reasons, moment))
    );
  }

  /** Whether a message still has something to say to somebody who is there. */
  isNeeded({ id, organisation, recipient }: Message, now: string): boolean {
    if (!this.parts.clinic.organisation(organisation).staff.get(recipient)?.active) return false;
    return this.parts.outbox.reasonsOf(id).some((reason) => this.waiting(reason, now) !== null);
  }

  /**
   * No channel reaches the recipient: the next of the ladder is told at once; when nobody is left, the first who may yet be reached is tried
   * again and again.
   */
  passOn(message: Message, moment: Moment): void {
    const { outbox, pace } = this.parts;
    const chain = outbox.chain(message.root);
    const others = chain.filter(({ id, state }) => id !== message.id && (state === 'waiting' || state === 'delivered'));
    const next =
      others.length > 0 ? [] : this.next(message, new Set(chain.map(({ recipient }) => recipient)), moment.now);
    outbox.settle(message.id, 'passed-on', moment.now);
    for (const person of next) this.sendInstead(message, person, moment);
    if (others.length > 0 || next.length > 0) return;
    const failed = (id: string) => outbox.deliveriesOf(id).filter(({ state }) => state === 'failed');
    const mayBeReached = chain.find(({ id, state }) => state !== 'withdrawn' && failed(id).length > 0);
    const last = mayBeReached?.id ?? message.root;
    outbox.settle(last, 'undelivered', moment.now);
    for (const { channel } of failed(last)) outbox.deliver(last, channel, 'waiting', moment.real + pace.lastResortMs);
  }

  /** What cannot be dealt with, by a defect of ours or a damaged record, holds up no other. Answers whether it could. */
  private apart({ episode, followUp }: Pick<Reason, 'episode' | 'followUp'>, work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (isFileFailure(error)) throw error;
      this.parts.onFault(`${followUp} of episode ${episode}`, error);
      return false;
    }
  }

  // ——— a raised step ———

  private tell(raise: Raise, moment: Moment): void {
    const { clinic, outbox } = this.parts;
    if (!outbox.wasTold(raise)) {
      const about = this.waiting(raise, moment.now);
      if (about && !this.address(raise, about, moment)) return clinic.unheard(raise);
      const kept = about ? null : this.caseOf(raise);
      if (kept && isMuted(kept, moment.now)) return clinic.muted(raise);
      outbox.told(raise);
    }
    clinic.done(raise);
  }

  private address(raise: Raise, about: Case, moment: Moment): boolean {
    const { episode, followUp, step, organisation } = raise;
    const since = laterInstant(raise.at, about.entry.openedAt);
    const backlog = isBacklog(about, raise, Date.parse(moment.now) - Date.parse(since), this.parts.pace.lateMs);
    // No automatic notice to providers of what is long past (fatigue rule 9).
    const roles = raise.notify.filter((role) => !(backlog && role === 'provider'));
    const state = this.parts.clinic.organisation(organisation);
    const told = roles.flatMap((role) =>
      toldIn(state, role, about, moment.now).map((recipient) => ({ role, recipient })),
    );
    for (const { role, recipient } of told) {
      const reason = { episode, followUp, step, role, since };
      if (about.entry.safety) this.interrupt(organisation, recipient, about, reason, moment, backlog);
      else this.addToDay(organisation, recipient, about, reason, moment);
    }
    return told.length > 0 || roles.length === 0;
  }

  /** At once, every step; what is late gathers for a moment, so that thirty make one message. */
  private interrupt(
    organisation: string,
    recipient: string,
    about: Case,
    reason: Reason,
    { now, real }: Moment,
    gathers: boolean,
  ): void {
    const { outbox, channels, pace } = this.parts;
    const id = safetyNoticeId(organisation, reason, recipient);
    const { episode } = reason;
    const day = localDate(now, about.entry.zone);
    outbox.note(
      { id, organisation, recipient, patient: patientOf(about, episode), episode, day, class: 'safety' },
      now,
    );
    const joins = gathers ? outbox.gathering(organisation, recipient, real) : null;
    if (!outbox.addReason(id, reason, joins ?? id)) return;
    if (joins !== null) return outbox.grow(joins);
    const message = {
      id,
      organisation,
      recipient,
      kind: 'safety',
      day,
      episode,
      count: 1,
      root: id,
      madeAt: now,
    } as const;
    outbox.send(message, channels, gathers ? real + pace.gatherMs : real);
  }

  /** One notice for a person, patient and day; what comes later that day joins it. */
  private addToDay(organisation: string, recipient: string, about: Case, reason: Reason, { now }: Moment): void {
    const { outbox } = this.parts;
    const { episode } = reason;
    const patient = patientOf(about, episode);
    const day = localDate(now, about.entry.zone);
    const id = dailyNoticeId(organisation, recipient, patient, day);
    outbox.note({ id, organisation, recipient, patient, episode, day, class: classOf(reason.role) }, now);
    outbox.addReason(id, reason, null);
  }

  // ——— lists ———

  private turns(now: string): ListTurn[] {
    const { clinic, outbox } = this.parts;
    const waiting = outbox.waitForLists();
    return LISTS.flatMap((kind) =>
      waiting.flatMap(({ organisation, recipient }) => {
        const turn = turnOf(kind, clinic.organisation(organisation), recipient, now);
        if (!turn || now < turn.at) return [];
        const id = messageId(kind, organisation, recipient, turn.day);
        return outbox.hasMessage(id) ? [] : [{ id, kind, organisation, recipient, ...turn }];
      }),
    );
  }

  /** Deals with one after the other, whole, until it is enough; answers with how many. Reasons are read when it is their turn. */
  private some(turns: readonly ListTurn[], deal: (turn: ListTurn, reasons: readonly Borne[]) => void): number {
    let lists = 0;
    let looked = 0;
    for (const turn of turns) {
      const { organisation, recipient, kind, at } = turn;
      const reasons = this.parts.outbox.unlisted(organisation, recipient, kind, at);
      if (reasons.length === 0) continue;
      deal(turn, reasons);
      lists += 1;
      looked += reasons.length;
      if (looked >= AT_A_TIME) break;
    }
    return lists;
  }

  private sendList(
    { id, kind, organisation, recipient, day }: ListTurn,
    reasons: readonly Borne[],
    { now, real }: Moment,
  ): void {
    const { outbox, channels } = this.parts;
    const count = new Set(reasons.map(({ patient }) => patient)).size;
    outbox.send(
      { id, organisation, recipient, kind, day, episode: null, count, root: id, madeAt: now },
      channels,
      real,
    );
    for (const reason of reasons) outbox.listBy(id, reason);
  }

  // ——— somebody else ———

  /** Looks again who holds the role; what nobody waits for any more is gone. */
  private readdress(reason: Borne, moment: Moment, atOnce: typeof CANNOT_WAIT = new Set()): void {
    const { clinic, outbox } = this.parts;
    const { organisation, recipient, role } = reason;
    const about = this.waiting(reason, moment.now);
    if (!about) return outbox.gone(reason);
    const people = toldIn(clinic.organisation(organisation), role, about, moment.now);
    if (people.includes(recipient) || people.length === 0) return;
    outbox.gone(reason);
    for (const person of people.filter((one) => !outbox.knowsOf(organisation, one, reason)))
      if (about.entry.safety || atOnce.has(about.entry.kind))
        this.interrupt(organisation, person, about, reason, moment, false);
      else this.addToDay(organisation, person, about, reason, moment);
  }

  private next(message: Message, tried: ReadonlySet<string>, now: string): readonly string[] {
    const { clinic, outbox } = this.parts;
    const about = outbox
      .reasonsOf(message.id)
      .map((reason) => this.waiting(reason, now))
      .find((one) => one !== null);
    return about ? nextAfter(clinic.organisation(message.organisation), tried, about, now) : [];
  }

  private sendInstead(message: Message, person: string, { now, real }: Moment): void {
    const { outbox, channels } = this.parts;
    const { organisation, kind, day, root } = message;
    const id = passedOnId(root, person);
    const role: Notify = kind === 'safety' ? 'second-owner' : 'supervisor';
    for (const reason of outbox.reasonsOf(message.id)) {
      const { patient, episode } = reason;
      const notice =
        kind === 'safety'
          ? safetyNoticeId(organisation, reason, person)
          : dailyNoticeId(organisation, person, patient, day);
      const cls = kind === 'safety' ? 'safety' : classOf(reason.role);
      outbox.note({ id: notice, organisation, recipient: person, patient, episode, day, class: cls }, now);
      outbox.addReason(notice, { ...reason, role }, id);
    }
    if (outbox.reasonsOf(id).length > 0)
      outbox.send({ ...message, id, recipient: person, madeAt: now }, channels, real);
  }

  /** The follow-up, while it is open, or the word, while it stands, and anybody is to hear of it. */
  private waiting(reason: Pick<Reason, 'episode' | 'followUp'>, now: string): Case | null {
    const about = this.caseOf(reason);
    if (!about || (about.story && this.parts.clinic.isDeceased(about.story.patientId))) return null;
    return isSilent(about, now) ? null : about;
  }

  private caseOf({ episode, followUp }: Pick<Reason, 'episode' | 'followUp'>): Case | null {
    const { clinic } = this.parts;
    const entry = clinic.owedOrSaid(episode, followUp);
    return entry ? { entry, story: clinic.story(episode) } : null;
  }
}

const patientOf = ({ story }: Case, episode: string): string => story?.patientId ?? episode;
const classOf = (role: Notify) => (role === 'digest' ? 'digest' : 'routine');
