import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the example caseload: invented patients of a clinic that practises collaborative care, as a registry would export them.
 * Nothing in it is anybody's. The same seed gives the same files; every date lies around the reference date, a Monday, and nothing
 * that happened lies on it or after it. Run `node examples/caseload/generate.ts` to write the files anew.
 */
export const REFERENCE_DATE = '2026-11-02';
const SEED = 20261102;

type Fields = Readonly<Record<string, string | number>>;

const ITEMS = Array.from({ length: 9 }, (_, i) => `item_${i + 1}`);
const HEADERS = {
  'patients.csv': ['patient_id', 'name', 'birth_date', 'phone', 'language', 'interpreter', 'test'],
  'episodes.csv': [
    'patient_id',
    'episode_id',
    'referred_on',
    'referred_by',
    'urgency',
    'reason',
    'care_manager',
    'provider',
    'accepted_on',
    'consent_on',
    'enrolled_on',
    'treatment_plan_on',
    'treatment_plan',
    'hold_started_on',
    'hold_reason',
    'hold_expected_end',
    'hold_ended_on',
    'relapse_prevention_on',
    'relapse_plan_on',
    'ended_on',
    'end_reason',
  ],
  'contacts.csv': [
    'contact_id',
    'patient_id',
    'episode_id',
    'contact_on',
    'time',
    'kind',
    'modality',
    'outcome',
    'purpose',
    'minutes',
    'next_contact_on',
    'intervention',
    'safety_level',
    'safety_tool',
    'safety_plan',
    'safety_approved_by',
  ],
  'scale-results.csv': [
    'result_id',
    'patient_id',
    'episode_id',
    'taken_on',
    'time',
    'instrument',
    ...ITEMS,
    'total',
    'mode',
    'entered_by',
  ],
  'consult-reviews.csv': [
    'review_id',
    'patient_id',
    'episode_id',
    'reviewed_on',
    'recommendation',
    'recommended_to',
    'urgency',
    'answer',
    'answered_on',
    'answer_reason',
    'acted_on',
    'action',
    'decision',
    'subject',
    'reason',
  ],
  'appointments.csv': [
    'appointment_id',
    'patient_id',
    'episode_id',
    'appointment_on',
    'time',
    'with_whom',
    'booked_on',
    'outcome',
    'outcome_on',
    'cancelled_by',
    'rescheduled_to',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;
type FileName = keyof typeof HEADERS;

const INTERVENTIONS = [
  'behavioural activation',
  'problem-solving treatment',
  'medication monitoring',
  'psychoeducation',
  'motivational interviewing',
];
const REASONS = [
  'depressive symptoms at annual visit',
  'anxiety and low mood',
  'positive screen',
  'low mood after a bereavement',
  'depression with diabetes',
];
const RECOMMENDATIONS = [
  'Raise the dose of sertraline to 100 mg',
  'Switch to escitalopram 10 mg',
  'Add bupropion XL 150 mg',
  'Add weekly problem-solving treatment',
  'Check thyroid function, then augment',
];
const LANGUAGES = ['en', 'en', 'en', 'en', 'es', 'es', 'zh', 'ht'];

/** Small, known (mulberry32), and the same on every machine. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const DAY_MS = 86_400_000;

/** A weekday so many days before the reference date; a weekend moves back to its Friday. */
function daysBefore(days: number): string {
  const at = new Date(Date.parse(`${REFERENCE_DATE}T00:00:00Z`) - days * DAY_MS);
  const weekday = at.getUTCDay();
  const back = weekday === 0 ? 2 : weekday === 6 ? 1 : 0;
  return new Date(at.getTime() - back * DAY_MS).toISOString().slice(0, 10);
}

/** An episode as it is written down: days count back from the reference date. */
interface Episode {
  readonly patient: string;
  readonly episode: string;
  readonly careManager: string;
}

interface EpisodeDays {
  readonly referred: number;
  readonly enrolled?: number;
  readonly ended?: number;
  readonly more?: Fields;
}

interface Scores {
  /** Of item 9; 0 unless said. */
  readonly item9?: number;
  /** How much of the form there is. */
  readonly form?: 'items' | 'total' | 'partial' | 'contradictory';
  readonly byPatient?: boolean;
  readonly time?: string;
}

class Caseload {
  readonly rows: Record<FileName, Fields[]> = {
    'patients.csv': [],
    'episodes.csv': [],
    'contacts.csv': [],
    'scale-results.csv': [],
    'consult-reviews.csv': [],
    'appointments.csv': [],
  };
  readonly random = randomOf(SEED);

  between(low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low + 1));
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)]!;
  }

  time(): string {
    return `${String(this.between(9, 15)).padStart(2, '0')}:${this.oneOf(['00', '15', '30', '45'])}`;
  }

  patient(): string {
    const number = String(this.rows['patients.csv'].length + 1).padStart(3, '0');
    const language = this.oneOf(LANGUAGES);
    const born = `${this.between(1938, 2004)}-${String(this.between(1, 12)).padStart(2, '0')}-${String(this.between(1, 28)).padStart(2, '0')}`;
    this.rows['patients.csv'].push({
      patient_id: `T-${number}`,
      name: `Test Patient ${number}`,
      birth_date: born,
      phone: `555-0100 x${number}`,
      language,
      interpreter: language === 'en' ? 'no' : 'yes',
      test: 'yes',
    });
    return `T-${number}`;
  }

  episode(patient: string, { referred, enrolled, ended, more = {} }: EpisodeDays): Episode {
    const episode = String(this.rows['episodes.csv'].filter((row) => row['patient_id'] === patient).length + 1);
    const careManager = this.oneOf(['cm-1', 'cm-1', 'cm-2']);
    const isTreated = enrolled !== undefined;
    this.rows['episodes.csv'].push({
      patient_id: patient,
      episode_id: episode,
      referred_on: daysBefore(referred),
      referred_by: 'pcp-1',
      urgency: 'routine',
      reason: this.oneOf(REASONS),
      care_manager: careManager,
      provider: 'pcp-1',
      ...(isTreated
        ? { accepted_on: daysBefore(referred - 1), consent_on: daysBefore(enrolled), enrolled_on: daysBefore(enrolled) }
        : {}),
      ...(isTreated && enrolled > 14
        ? {
            treatment_plan_on: daysBefore(enrolled - 7),
            treatment_plan: `sertraline 50 mg and ${this.oneOf(INTERVENTIONS)}`,
          }
        : {}),
      ...(ended === undefined ? {} : { ended_on: daysBefore(ended) }),
      ...more,
    });
    return { patient, episode, careManager };
  }

  attempt(to: Episode, days: number, outcome: string, channel = 'phone', purpose = 'referral'): void {
    this.add('contacts.csv', 'C', to, 'contact_id', {
      contact_on: daysBefore(days),
      time: this.time(),
      kind: 'outreach',
      modality: channel,
      outcome,
      purpose,
    });
  }

  visit(to: Episode, days: number, more: Fields = {}): string {
    const time = this.time();
    this.add('contacts.csv', 'C', to, 'contact_id', {
      contact_on: daysBefore(days),
      time,
      kind: 'treatment',
      modality: this.oneOf(['phone', 'phone', 'video', 'in-person']),
      minutes: this.between(15, 50),
      intervention: this.oneOf(INTERVENTIONS),
      ...more,
    });
    return time;
  }

  phq9(
    to: Episode,
    days: number,
    total: number,
    { item9 = 0, form = 'items', byPatient = false, time = this.time() }: Scores = {},
  ): void {
    const items = this.answers(9, total, item9);
    const shown: readonly (number | '')[] =
      form === 'partial'
        ? items.map((item, i) => (i === 1 || i === 6 ? '' : item))
        : form === 'total'
          ? items.map(() => '')
          : items;
    const stated = form === 'partial' ? '' : form === 'contradictory' ? total + 3 : total;
    this.result(to, days, 'PHQ-9', shown, stated, time, byPatient);
  }

  gad7(to: Episode, days: number, total: number, time: string): void {
    this.result(to, days, 'GAD-7', this.answers(7, total, null), total, time, false);
  }

  recommend(to: Episode, days: number, more: Fields = {}): void {
    this.add('consult-reviews.csv', 'R', to, 'review_id', {
      reviewed_on: daysBefore(days),
      recommendation: this.oneOf(RECOMMENDATIONS),
      recommended_to: 'provider',
      urgency: 'routine',
      ...more,
    });
  }

  review(to: Episode, days: number, decision: string, subject: string, reason: string): void {
    this.add('consult-reviews.csv', 'R', to, 'review_id', { reviewed_on: daysBefore(days), decision, subject, reason });
  }

  appointment(to: Episode, days: number, bookedDays: number, more: Fields = {}): void {
    this.add('appointments.csv', 'A', to, 'appointment_id', {
      appointment_on: daysBefore(days),
      time: this.time(),
      with_whom: 'care-manager',
      booked_on: daysBefore(bookedDays),
      ...more,
    });
  }

  private result(
    to: Episode,
    days: number,
    instrument: string,
    items: readonly (number | '')[],
    total: number | '',
    time: string,
    byPatient: boolean,
  ): void {
    const answers = Object.fromEntries(items.map((item, i) => [`item_${i + 1}`, item]));
    this.add('scale-results.csv', 'S', to, 'result_id', {
      taken_on: daysBefore(days),
      time,
      instrument,
      ...answers,
      total,
      mode: byPatient ? 'portal' : 'interview',
      entered_by: byPatient ? 'patient' : 'staff',
    });
  }

  /** Answers that add up to the total; the last of a PHQ-9 is given. */
  private answers(count: number, total: number, last: number | null): number[] {
    const items = Array.from({ length: count }, () => 0);
    const free = last === null ? count : count - 1;
    if (last !== null) items[count - 1] = last;
    for (let left = Math.min(total - (last ?? 0), free * 3); left > 0;) {
      const at = this.between(0, free - 1);
      if (items[at]! >= 3) continue;
      items[at]! += 1;
      left -= 1;
    }
    return items;
  }

  private add(file: FileName, letter: string, { patient, episode }: Episode, idColumn: string, fields: Fields): void {
    const id = `${letter}-${String(this.rows[file].length + 1).padStart(4, '0')}`;
    this.rows[file].push({ [idColumn]: id, patient_id: patient, episode_id: episode, ...fields });
  }
}

/** A course of visits with a PHQ-9 at each second one, from enrolment on; `totalAt` gives the score by the day since enrolment. */
function course(
  book: Caseload,
  to: Episode,
  enrolled: number,
  until: number,
  totalAt: (day: number) => number,
  every = 14,
): void {
  for (let day = 0, n = 0; enrolled - day >= until; day += every, n += 1) {
    const time = book.visit(to, enrolled - day);
    if (n % 2 === 0 || every > 14) book.phq9(to, enrolled - day, totalAt(day), { time });
    if (n === 0) book.gad7(to, enrolled - day, book.between(6, 16), time);
  }
}

function treated(
  book: Caseload,
  enrolled: number,
  days: Omit<EpisodeDays, 'referred' | 'enrolled'> = {},
  patient = book.patient(),
): Episode {
  const referred = enrolled + book.between(4, 12);
  const to = book.episode(patient, { referred, enrolled, ...days });
  if (book.random() < 0.5) book.attempt(to, referred - 1, 'left-message');
  book.attempt(to, referred - 3, 'reached');
  return to;
}

const steady = (start: number) => (): number => start;
const falling =
  (start: number, perWeek: number, floor: number) =>
  (day: number): number =>
    Math.max(floor, Math.round(start - (day / 7) * perWeek));

/** Open and acute, one for each week since enrolment. */
function acute(book: Caseload, week: number): void {
  const enrolled = week * 7 + 2;
  const to = treated(book, enrolled);
  course(book, to, enrolled, 1, falling(book.between(12, 20), 0.7, 8));
  if (week % 3 === 0) book.appointment(to, -book.between(1, 9), 2);
  if (week % 4 === 1) book.appointment(to, 3, 10, { outcome: 'missed', outcome_on: daysBefore(3) });
}

function responder(book: Caseload): void {
  const enrolled = book.between(45, 80);
  const to = treated(book, enrolled);
  course(book, to, enrolled, 2, falling(book.between(16, 22), 1.8, 5));
  book.appointment(to, 5, 12, { outcome: 'kept' });
}

function inRelapsePrevention(book: Caseload, hasPlan: boolean): void {
  const enrolled = book.between(150, 210);
  const since = book.between(20, 60);
  const to = treated(book, enrolled, {
    more: { relapse_prevention_on: daysBefore(since), ...(hasPlan ? { relapse_plan_on: daysBefore(since - 7) } : {}) },
  });
  course(book, to, enrolled, since + 1, falling(book.between(14, 20), 1.2, 2), 21);
  book.visit(to, since - 5);
  book.phq9(to, since - 5, book.between(1, 4));
}

function nonResponder(book: Caseload, day: number, consult: 'none' | 'asked' | 'answered' | 'done'): void {
  const to = treated(book, day);
  course(book, to, day, 2, steady(book.between(14, 21)));
  const consulted = day - 52;
  if (consult === 'none' || consulted < 3) return;
  const answered = { answer: 'accepted', answered_on: daysBefore(consulted - 2) };
  book.recommend(
    to,
    consulted,
    consult === 'asked'
      ? {}
      : consult === 'answered'
        ? answered
        : { ...answered, acted_on: daysBefore(consulted - 2), action: 'dose raised as recommended' },
  );
}

function dropOut(book: Caseload, silent: number): void {
  const enrolled = silent + book.between(14, 40);
  const to = treated(book, enrolled);
  course(book, to, enrolled, silent, steady(book.between(11, 18)));
  for (const back of [10, 20, 30])
    if (silent - back > 1)
      book.attempt(to, silent - back, book.oneOf(['left-message', 'no-answer']), 'phone', 'no-contact');
}

function onHold(book: Caseload, reason: string): void {
  const enrolled = book.between(40, 70);
  const to = treated(book, enrolled, {
    more: { hold_started_on: daysBefore(4), hold_reason: reason, hold_expected_end: daysBefore(-book.between(4, 20)) },
  });
  course(book, to, enrolled, 6, falling(17, 0.8, 9));
}

function reReferred(book: Caseload): void {
  const patient = book.patient();
  const first = treated(
    book,
    400,
    {
      ended: 220,
      more: { end_reason: 'graduated', relapse_prevention_on: daysBefore(260), relapse_plan_on: daysBefore(255) },
    },
    patient,
  );
  course(book, first, 400, 262, falling(17, 0.9, 2), 28);
  const enrolled = book.between(15, 35);
  const second = treated(book, enrolled, {}, patient);
  course(book, second, enrolled, 2, falling(15, 0.8, 7));
}

function risky(book: Caseload, levels: readonly string[]): void {
  const enrolled = levels.length * 14 + 20;
  const to = treated(book, enrolled);
  book.phq9(to, enrolled, 19, { time: book.visit(to, enrolled) });
  for (const [n, level] of levels.entries()) {
    const days = enrolled - 14 * (n + 1);
    const lowered =
      n > 0 &&
      ['none', 'low', 'moderate', 'high'].indexOf(level) < ['none', 'low', 'moderate', 'high'].indexOf(levels[n - 1]!);
    const time = book.visit(to, days, {
      safety_level: level,
      safety_tool: 'c-ssrs',
      safety_plan: n === 0 ? 'made' : 'reviewed',
      ...(lowered ? { safety_approved_by: 'psy-1' } : {}),
    });
    book.phq9(to, days, 18 - n, { item9: level === 'high' ? 3 : level === 'none' ? 0 : 1, time });
  }
}

/** A form that came through the portal, with a positive item 9 that nobody has reviewed yet. */
function unreviewed(book: Caseload, item9: number): void {
  const enrolled = book.between(20, 40);
  const to = treated(book, enrolled);
  course(book, to, enrolled, 6, steady(15));
  book.phq9(to, 3, 16, { item9, byPatient: true });
}

function referred(book: Caseload, days: number, attempts: readonly string[], urgency = 'routine'): void {
  const to = book.episode(book.patient(), { referred: days, more: { urgency } });
  for (const [n, outcome] of attempts.entries())
    if (days - 1 - n * 3 > 1) book.attempt(to, days - 1 - n * 3, outcome, outcome === 'sent' ? 'letter' : 'phone');
}

function closedReferral(book: Caseload, reason: string): void {
  const days = book.between(45, 90);
  const to = book.episode(book.patient(), { referred: days, ended: days - 30, more: { end_reason: reason } });
  if (reason === 'patient-declined') book.attempt(to, days - 2, 'declined');
  else
    for (const [n, outcome] of ['no-answer', 'left-message', 'left-message', 'sent'].entries())
      book.attempt(to, days - 1 - n * 4, outcome, outcome === 'sent' ? 'letter' : 'phone');
}

function discharged(book: Caseload, reason: string, item9: number): void {
  const enrolled = book.between(160, 300);
  const ended = enrolled - 140;
  const isWell = reason === 'graduated';
  const to = treated(book, enrolled, {
    ended,
    more: {
      end_reason: reason,
      ...(isWell ? { relapse_prevention_on: daysBefore(ended + 45), relapse_plan_on: daysBefore(ended + 40) } : {}),
    },
  });
  course(book, to, enrolled, ended + 20, isWell ? falling(18, 1.2, 3) : steady(14), 28);
  if (item9 > 0) book.phq9(to, ended + 8, 15, { item9, byPatient: true });
}

/** Forms as they come in real exports: with answers missing, as a bare total, or with a total that is not that of the items. */
function oddForms(book: Caseload, form: 'partial' | 'total' | 'contradictory'): void {
  const enrolled = book.between(20, 50);
  const to = treated(book, enrolled);
  book.phq9(to, enrolled, 16, { form: form === 'partial' ? 'items' : form, time: book.visit(to, enrolled) });
  book.phq9(to, enrolled - 14, 13, { form, time: book.visit(to, enrolled - 14) });
}

function fill(book: Caseload): void {
  for (let week = 0; week < 14; week += 1) acute(book, week);
  for (let n = 0; n < 8; n += 1) responder(book);
  for (let n = 0; n < 7; n += 1) inRelapsePrevention(book, n % 3 !== 0);
  for (const [n, day] of [40, 48, 55, 58, 63, 70, 78, 86, 90].entries())
    nonResponder(
      book,
      day,
      (['none', 'none', 'none', 'asked', 'answered', 'none', 'done', 'none', 'asked'] as const)[n]!,
    );
  for (const silent of [24, 33, 45, 62, 95]) dropOut(book, silent);
  for (const reason of ['inpatient', 'travel', 'patient-request']) onHold(book, reason);
  for (let n = 0; n < 3; n += 1) reReferred(book);
  for (const levels of [['low'], ['moderate', 'moderate'], ['high', 'moderate', 'low'], ['low', 'none']])
    risky(book, levels);
  for (const item9 of [1, 2]) unreviewed(book, item9);
  referred(book, 1, []);
  referred(book, 3, [], 'urgent');
  referred(book, 6, ['no-answer']);
  referred(book, 11, ['left-message', 'left-message']);
  referred(book, 18, ['no-answer', 'left-message', 'left-message', 'sent']);
  referred(book, 33, ['no-answer', 'left-message', 'no-answer', 'sent']);
  for (const reason of ['unreached', 'unreached', 'unreached', 'patient-declined', 'patient-declined', 'elsewhere'])
    closedReferral(book, reason);
  for (const [reason, item9] of [
    ['graduated', 0],
    ['graduated', 0],
    ['graduated', 0],
    ['lost-to-follow-up', 1],
    ['withdrew', 0],
    ['transferred', 2],
    ['higher-level', 0],
  ] as const)
    discharged(book, reason, item9);
  for (const form of ['partial', 'partial', 'total', 'total', 'contradictory', 'contradictory'] as const)
    oddForms(book, form);
  const reviewed = book.rows['episodes.csv']
    .filter((row) => !('ended_on' in row) && 'enrolled_on' in row)
    .slice(10, 14);
  for (const row of reviewed)
    book.review(
      { patient: String(row['patient_id']), episode: String(row['episode_id']), careManager: '' },
      4,
      'continue',
      'caseload-review',
      'improving; same treatment',
    );
}

const cell = (value: string | number | undefined): string =>
  value === undefined ? '' : /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);

/** The files by name, each with its text. */
export function generateCaseload(): { readonly name: string; readonly text: string }[] {
  const book = new Caseload();
  fill(book);
  return (Object.keys(HEADERS) as FileName[]).map((name) => {
    const headers: readonly string[] = HEADERS[name];
    return {
      name,
      text: [headers.join(','), ...book.rows[name].map((row) => headers.map((header) => cell(row[header])).join(','))]
        .map((line) => `${line}\n`)
        .join(''),
    };
  });
}

if (import.meta.main)
  for (const { name, text } of generateCaseload()) writeFileSync(join(import.meta.dirname, name), text);
