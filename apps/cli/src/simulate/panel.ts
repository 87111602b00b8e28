import {
  addDays,
  atLocal,
  FOLLOW_UP_KINDS,
  isBusinessDay,
  parameter,
  plusHours,
  RULES_VERSION,
  usFederalHolidays,
  weekday,
  type Pathway,
  type SiteCalendar,
} from '#care';
import { Case } from './case.js';
import { Chance } from './chance.js';
import { answersOf, lifeOf } from './life.js';
import { answerAsProvider, CARE_MANAGER, consult, PATIENT, superviseSafety, workOn, type Day } from './people.js';
import { Counting, type PanelTally } from './tally.js';

/** One care manager with her share of the patients. Panels do not touch each other, so that any number of them can be lived at once. */
export interface PanelPlan {
  readonly pathway: Pathway;
  readonly seed: number;
  /** Which of the care managers. */
  readonly panel: number;
  readonly patients: number;
  readonly firstDay: string;
  readonly days: number;
  /** Minutes a care manager has for this on a business day. */
  readonly minutesPerDay: number;
  /** Cases the consultant looks at in a week. */
  readonly consultsPerWeek: number;
}

const ZONE = 'America/New_York';
const OPEN = { opens: '08:00', closes: '17:00' };
const WEDNESDAY = 3;
const START_OF_WORK = '08:05';
const ONE_MINUTE = 1 / 60;

/** Lives one panel day by day. */
export function livePanel(plan: PanelPlan): PanelTally {
  const { pathway, seed, panel, firstDay, days } = plan;
  const first = Number(firstDay.slice(0, 4));
  const calendar: SiteCalendar = {
    zone: ZONE,
    hours: { '1': OPEN, '2': OPEN, '3': OPEN, '4': OPEN, '5': OPEN },
    holidays: usFederalHolidays(first, first + Math.ceil(days / 365) + 2),
  };
  const policy = {
    pin: { pin: 'simulated', pathway: 'simulated', calendar: 'simulated', rulesVersion: RULES_VERSION },
    pathway,
    calendar,
  };
  const context = { pinned: policy, current: policy, atOnce: policy, atPhase: policy };
  const counting = new Counting();
  const chance = new Chance(seed, panel);
  const day: Day = { chance, proposeAfter: parameter(pathway, 'no-contact.propose'), refused: counting.refused };
  const lives = Array.from({ length: plan.patients }, (_, n) => lifeOf(new Chance(seed, panel, n)));
  const comesOn = arrivals(plan);
  let active: Case[] = [];
  const promised: { readonly one: Case; readonly on: string }[] = [];
  let came = 0;

  for (let n = 0; n < days; n += 1) {
    const today = addDays(firstDay, n);
    const at = (time: string): string => atLocal(today, time, ZONE);
    counting.interruptions = 0;
    while (came < lives.length && comesOn[came]! <= n) active.push(admitted(came++, at('07:30')));
    for (const one of active) one.passTo(at(START_OF_WORK));
    for (const one of active) portal(one, n, at);
    if (isBusinessDay(calendar, today)) work(today, at);
    for (const one of active) one.passTo(at('23:59'));
    for (const one of active) if (one.isClosed) counting.close(one, today);
    active = active.filter((one) => !one.isClosed);
  }
  const end = addDays(firstDay, days);
  for (const one of active) counting.close(one, end);
  return counting.tally;

  function admitted(n: number, at: string): Case {
    const one = new Case(`p-${panel}-${n}`, lives[n]!, context, counting.hear);
    one.now = at;
    one.act(
      {
        type: 'ReferPatient',
        patientId: one.patientId,
        ordinal: 1,
        site: 'main',
        zone: ZONE,
        referredBy: 'pcp',
        urgency: 'routine',
        careManager: 'cm',
      },
      { actor: 'user:pcp', role: 'provider' },
      at,
    );
    return one;
  }

  /** A patient answers a questionnaire at home, at any hour, and says what must not wait. */
  function portal(one: Case, n: number, at: (time: string) => string): void {
    const enrolledOn = one.story.enrolled?.facts.enrolledOn;
    if (!enrolledOn || one.story.phase === 'ended') return;
    const hour = 9 + (one.life.baseline % 12);
    const since = one.life.crises.findIndex((crisis) => addDays(enrolledOn, crisis) === addDays(firstDay, n));
    if (since < 0) return;
    one.act(
      {
        type: 'RecordAssessment',
        instrument: 'PHQ-9',
        items: answersOf(Math.max(8, one.life.baseline), 2),
        language: 'en',
        mode: 'portal',
        enteredBy: 'patient',
      },
      PATIENT,
      at(`${String(hour).padStart(2, '0')}:10`),
    );
    // After hours somebody on call looks at it, more often than not.
    if (hour >= 17 && chance.happens(0.7))
      one.act(
        { type: 'RecordSafetyReview', outcome: 'assessed', level: one.life.risk, tool: 'c-ssrs', approvedBy: 'psy' },
        CARE_MANAGER,
        plusHours(one.now, 1.5),
      );
  }

  function work(today: string, at: (time: string) => string): void {
    const tried = new Set<Case>();
    const done = new Set<Case>();
    let left = plan.minutesPerDay;
    let clock = at('08:30');
    counting.tally.rows.push(active.filter((one) => one.raised().length > 0).length);
    while (left > 0) {
      const next = mostPressing(active.filter((one) => !done.has(one)));
      if (!next) break;
      const minutes = workOn(next, day, clock, tried.has(next));
      tried.add(next);
      done.add(next);
      left -= minutes;
      counting.tally.minutesWorked += minutes;
      if (minutes > 0) clock = plusHours(clock, minutes * ONE_MINUTE);
    }
    if (weekday(today) === WEDNESDAY)
      for (const one of consult(active, plan.consultsPerWeek, at('15:00'), day))
        promised.push({ one, on: addDays(today, one.life.providerDays) });
    for (const { one, on } of promised.filter((promise) => promise.on <= today)) {
      if (!one.isClosed) answerAsProvider(one, at('16:00'));
      promised.splice(
        promised.findIndex((promise) => promise.one === one && promise.on === on),
        1,
      );
    }
    for (const one of active) superviseSafety(one, at('17:30'));
    counting.tally.interruptions.push(counting.interruptions);
  }
}

const ORDER = new Map(FOLLOW_UP_KINDS.map((kind, place) => [kind, place]));

/** The case with the most pressing thing raised, then the one that waits longest. */
function mostPressing(cases: readonly Case[]): Case | undefined {
  let best: { readonly one: Case; readonly place: number; readonly since: string } | undefined;
  for (const one of cases)
    for (const { kind, raisedFirst } of one.raised()) {
      const place = ORDER.get(kind)!;
      const since = raisedFirst?.at ?? '';
      if (!best || place < best.place || (place === best.place && since < best.since)) best = { one, place, since };
    }
  return best?.one;
}

/** The days on which patients are referred: a third at the start, as a clinic takes over a list, the others evenly. */
function arrivals({ patients, days }: PanelPlan): number[] {
  const atOnce = Math.ceil(patients / 3);
  const spread = Math.max(1, days - 60);
  return Array.from({ length: patients }, (_, n) =>
    n < atOnce ? Math.floor((n * 10) / atOnce) : Math.floor(((n - atOnce) * spread) / Math.max(1, patients - atOnce)),
  );
}
