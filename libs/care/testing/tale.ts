import { DEFAULT_PATHWAY, RULES_VERSION, type Pathway } from '../pathway/index.js';
import { atLocal, usFederalHolidays } from '../calendar/index.js';
import type { Refusal } from '../decider.js';
import type { Actor } from '../event-type.js';
import type { EpisodeCommand } from '../episode/commands.js';
import type { EpisodeContext, Policy } from '../episode/context.js';
import { destinations, pinOf } from '../episode/destinations.js';
import { episodeDecider } from '../episode/decide.js';
import type { EpisodeEvent, RecordedEpisodeEvent } from '../episode/events.js';
import type { EpisodeState } from '../episode/state.js';
import { tell, type Story } from '../episode/story/index.js';
import { dueRaise, nextDue, type LedgerEntry } from '../follow-ups/ledger.js';
import { SiteCalendar } from '../organisation/events.js';

/** Given acts, when time passes, then follow-ups: an episode in memory, as the door and both wakers would carry it. For specs. */

export const NEW_YORK = SiteCalendar.parse({
  zone: 'America/New_York',
  hours: Object.fromEntries(['1', '2', '3', '4', '5'].map((day) => [day, { opens: '08:00', closes: '17:00' }])),
  holidays: usFederalHolidays(2026, 2029),
});

/** As the organisation of a tale adopted it. A name of content stands for the door's hash. */
export const policyWith = (pathway: Pathway, calendar: SiteCalendar = NEW_YORK): Policy => ({
  pin: pinOf(
    { pathway: JSON.stringify(pathway), calendar: JSON.stringify(calendar), rulesVersion: RULES_VERSION },
    JSON.stringify,
  ),
  pathway,
  calendar,
});

export const DEFAULT_POLICY: Policy = policyWith(DEFAULT_PATHWAY);

export const PATIENT = '00000000-0000-4000-8000-000000000001';

export class Tale {
  state: EpisodeState = episodeDecider.initial;
  readonly events: RecordedEpisodeEvent[] = [];
  now = '';
  private commands = 0;

  private readonly policies = new Map<string, Policy>();

  /** `today`: what the site of the episode follows. */
  constructor(public today: Policy = DEFAULT_POLICY) {}

  get context(): EpisodeContext {
    const pin = this.state.acts.findLast((act) => act.type === 'EpisodePinned')?.facts.pin;
    const pinned = (pin === undefined ? undefined : this.policies.get(pin)) ?? this.today;
    const context = { pinned, current: this.today, ...destinations(pinned, this.today, JSON.stringify) };
    for (const policy of Object.values(context)) this.policies.set(policy.pin.pin, policy);
    return context;
  }

  /** The site follows another pathway or calendar from now on, and the fan-out reaches the episode. */
  repin(today: Policy): this {
    this.today = today;
    return this.act({ type: 'Repin' }, { actor: 'system:reactor' });
  }

  /** Local New York time, `2027-03-05 18:40`; wakes everything due on the way. */
  at(local: string): this {
    const [date, time] = local.split(' ');
    this.until(atLocal(date!, time!, this.today.calendar.zone));
    return this;
  }

  /** Lets time pass, raising each step exactly when it comes due. */
  until(instant: string): this {
    for (let guard = 0; this.now !== '' && guard < 10_000; guard++) {
      const next = [...this.state.ledger.open.values()].map((entry) => nextDue(entry).at).sort()[0];
      if (next === undefined || next > instant) break;
      if (next > this.now) this.now = next;
      this.wake();
    }
    this.now = instant;
    this.wake();
    return this;
  }

  /** RaiseDue, then Derive, until nothing changes: what settle does. */
  wake(): this {
    for (let guard = 0; guard < 20; guard++) {
      const raised = [...this.state.ledger.open.values()].flatMap((entry): EpisodeEvent[] => {
        const due = dueRaise(entry, this.now);
        return due
          ? [
              {
                type: 'FollowUpRaised',
                facts: {
                  followUpId: entry.followUpId,
                  step: due.step,
                  at: due.at,
                  notify: [...due.notify],
                  ...(due.standsFor.length > 0 ? { standsFor: [...due.standsFor] } : {}),
                },
                sealed: null,
              },
            ]
          : [];
      });
      this.record(raised, { actor: 'system:watchdog', actorRole: 'system' }, this.now);
      const before = this.state.revision;
      if (this.state.revision >= 0) this.act({ type: 'Derive' }, { actor: 'system:watchdog' });
      if (raised.length === 0 && this.state.revision === before) return this;
    }
    throw new Error('settling does not end');
  }

  /** Issues a command; throws on a refusal so that a spec never goes on from an act that did not happen. */
  act(command: EpisodeCommand, who: { actor?: Actor; role?: string; occurredAt?: string } = {}): this {
    const refusal = this.attempt(command, who);
    if (refusal) throw new Error(`${command.type} refused: ${refusal.code}: ${refusal.detail}`);
    return this;
  }

  attempt(
    command: EpisodeCommand,
    who: { actor?: Actor; role?: string; occurredAt?: string } = {},
  ): Refusal | undefined {
    const actor = who.actor ?? 'user:cm-1';
    const circumstances = {
      commandId: `c-${++this.commands}`,
      actor,
      actorRole: who.role ?? 'care-manager',
      organisation: 'clinic',
      occurredAt: who.occurredAt ?? this.now,
      now: this.now,
    };
    const decision = episodeDecider.decide(this.state, command, circumstances, this.context);
    if ('refusal' in decision) return decision.refusal;
    this.record(decision.events, circumstances, circumstances.occurredAt);
    this.record(episodeDecider.conclude!(this.state, circumstances, this.context), circumstances, this.now);
    return undefined;
  }

  private record(
    events: readonly EpisodeEvent[],
    { actor, actorRole }: Pick<RecordedEpisodeEvent, 'actor' | 'actorRole'>,
    occurredAt: string,
  ): void {
    for (const event of events) {
      const recorded = {
        ...event,
        revision: this.state.revision + 1,
        occurredAt,
        recordedAt: this.now,
        actor,
        actorRole,
        commandId: `c-${this.commands}`,
      } as RecordedEpisodeEvent;
      this.events.push(recorded);
      this.state = episodeDecider.evolve(this.state, recorded);
    }
  }

  // ——— then ———
  get story(): Story {
    return tell(this.state)!;
  }
  open(kind?: string): LedgerEntry[] {
    return [...this.state.ledger.open.values()].filter((entry) => kind === undefined || entry.kind === kind);
  }
  one(kind: string): LedgerEntry {
    const found = this.open(kind);
    if (found.length !== 1)
      throw new Error(
        `${found.length} open ${kind}: ${this.open()
          .map((e) => e.followUpId)
          .join(', ')}`,
      );
    return found[0]!;
  }
  raised(
    kind?: string,
  ): { followUpId: string; step: number; at: string; notify: readonly string[]; recordedAt: string }[] {
    return this.events.flatMap((e) =>
      e.type === 'FollowUpRaised' && (kind === undefined || e.facts.followUpId.startsWith(`${kind}:`))
        ? [{ ...e.facts, recordedAt: e.recordedAt }]
        : [],
    );
  }
}

export const referral = (over: Partial<Extract<EpisodeCommand, { type: 'ReferPatient' }>> = {}): EpisodeCommand => ({
  type: 'ReferPatient',
  patientId: PATIENT,
  ordinal: 1,
  site: 'main',
  zone: 'America/New_York',
  referredBy: 'pcp-1',
  urgency: 'routine',
  careManager: 'cm-1',
  ...over,
});
export const phq9 = (items: (number | null)[] | number, over: object = {}): EpisodeCommand => ({
  type: 'RecordAssessment',
  instrument: 'PHQ-9',
  language: 'en',
  mode: 'interview',
  enteredBy: 'staff',
  ...(typeof items === 'number' ? { items: spread(items) } : { items }),
  ...over,
});
/** Nine answers with this total and item 9 at zero (totals up to 24). */
export function spread(total: number): number[] {
  const items = Array<number>(9).fill(0);
  for (let i = 0, left = total; left > 0; i = (i + 1) % 8, left--) items[i]! += 1;
  return items;
}
export const visit = (over: object = {}): EpisodeCommand =>
  ({
    type: 'RecordVisit',
    contact: { kind: 'treatment', withWhom: 'patient', modality: 'phone', twoWay: true },
    assessments: [],
    barriers: [],
    ...over,
  }) as EpisodeCommand;
export const tried = (
  outcome: 'reached' | 'left-message' | 'no-answer' | 'wrong-number' | 'sent' = 'left-message',
  channel: 'phone' | 'text' | 'portal' | 'letter' = 'phone',
): EpisodeCommand => ({ type: 'RecordOutreachAttempt', purpose: 'referral', channel, outcome });
