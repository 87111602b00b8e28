/**
 * Every number of the default pathway. Sources name the clocks (C…) and sections of the research behind them; `°` and `*` as in schema.ts.
 * follow-up-rules is the authority; this file is where its numbers live.
 */
type Unit = 'business-days' | 'calendar-days' | 'hours' | 'months' | 'points' | 'fraction' | 'count' | 'minutes-of-day';
type Class = 'safety' | 'clinical' | 'administrative';
type Firmness = 'evidence' | 'guideline' | 'regulation' | 'convention' | 'proposal';
type Mark = '' | '°' | '*';
/** Which way a value asks more of the clinic. */
type Tighter = 'lower' | 'higher';

/** Sooner, more often and fewer is tighter, unless the last argument says otherwise. */
const number = (
  value: number,
  unit: Unit,
  cls: Class,
  range: [number, number],
  firmness: Firmness,
  mark: Mark,
  source: string,
  meaning: string,
  tighter: Tighter = 'lower',
) => ({ value, unit, class: cls, range, tighter, firmness, mark, source, meaning });

// prettier-ignore
export const DEFAULT_PARAMETERS = {
  'day.starts': number(480, 'minutes-of-day', 'administrative', [300, 720], 'convention', '°', 'follow-up-rules G2', 'A step is raised at this local time unless stated (08:00)'),
  'repeat.every': number(7, 'calendar-days', 'administrative', [1, 14], 'convention', '°', 'follow-up-rules G2', 'The last step of a ladder repeats this often until somebody acts'),
  'repin.lead': number(1, 'business-days', 'administrative', [1, 5], 'proposal', '*', 'ARCHITECTURE decision 8', 'What a new pathway or new hours bring forward in a running episode comes no earlier than this after they reach it; safety at once'),
  'referral.first-outreach': number(1, 'business-days', 'administrative', [1, 3], 'convention', '', 'C1: 24–48 h (Concert Health); 3 business days (GAO-23-105617)', 'From the referral to the first outreach attempt'),
  'outreach.second-attempt': number(3, 'business-days', 'administrative', [1, 10], 'proposal', '*', 'C3', 'From the first attempt that reached nobody to the second'),
  'outreach.third-attempt': number(4, 'business-days', 'administrative', [1, 10], 'proposal', '*', 'C3', 'From the second attempt to the third'),
  'outreach.letter': number(1, 'business-days', 'administrative', [1, 10], 'proposal', '*', 'C3', 'From the third attempt to a letter or portal message'),
  'outreach.digest': number(3, 'business-days', 'administrative', [1, 10], 'proposal', '*', 'C3', 'An outreach attempt this late is named in the supervisor’s digest'),
  'outreach.attempts': number(3, 'count', 'administrative', [3, 8], 'convention', '°', 'C3', 'Attempts before a referral may be proposed for closing', 'higher'),
  'outreach.close': number(28, 'calendar-days', 'administrative', [14, 60], 'convention', '°', 'C3: 30 days is the outer edge', 'From the referral to the proposal to close it as unreached', 'higher'),
  'outreach.close.after-letter': number(7, 'calendar-days', 'administrative', [3, 21], 'proposal', '*', 'C3', 'A letter gets at least this long before closing is proposed', 'higher'),
  'outreach.close.supervisor': number(5, 'business-days', 'administrative', [1, 10], 'proposal', '*', 'C3', 'An undecided closing goes to the supervisor after this'),
  'assessment.initial': number(14, 'calendar-days', 'administrative', [7, 30], 'guideline', '', 'C2: 10–14 days', 'From the referral to the initial assessment'),
  'assessment.initial.after-reached': number(5, 'business-days', 'administrative', [1, 10], 'proposal', '*', 'C2', 'And at least this long after the patient was reached'),
  'assessment.initial.supervisor': number(7, 'calendar-days', 'administrative', [3, 14], 'convention', '°', 'C2', 'A late initial assessment goes to the supervisor after this'),
  'baseline.window': number(14, 'calendar-days', 'clinical', [7, 30], 'regulation', '', 'NY reporting guide', 'The baseline is due this long after enrolment; one scored later is late'),
  'elevated.from': number(10, 'points', 'clinical', [10, 10], 'evidence', '', 'Kroenke 2001; Spitzer 2006', 'A baseline from here on is elevated'),
  'response.drop': number(0.5, 'fraction', 'clinical', [0.5, 0.5], 'guideline', '', 'HEDIS DRR-E; NY OMH', 'Response: this share below the baseline', 'higher'),
  'remission.below': number(5, 'points', 'clinical', [5, 5], 'guideline', '', 'CMS159', 'Remission: a score below this'),
  'contact.acute': number(14, 'calendar-days', 'clinical', [7, 28], 'evidence', '', 'C4, C5: ≤ 4 weeks (Bao 2016)', 'Between treatment contacts in the acute phase'),
  'contact.relapse-prevention': number(30, 'calendar-days', 'clinical', [28, 90], 'guideline', '', 'C12 (COMPASS, IMPACT)', 'Between treatment contacts in relapse prevention'),
  'contact.digest': number(14, 'calendar-days', 'clinical', [7, 14], 'evidence', '', 'C4: day 28', 'A contact this late is named in the supervisor’s digest'),
  'reassessment.acute': number(14, 'calendar-days', 'clinical', [14, 28], 'guideline', '', 'C7; two-week look-back of the scales', 'Between scales in the acute phase'),
  'reassessment.relapse-prevention': number(30, 'calendar-days', 'clinical', [28, 90], 'guideline', '', 'C12', 'Between scales in relapse prevention'),
  'reassessment.overdue': number(7, 'calendar-days', 'clinical', [3, 14], 'convention', '', 'C7', 'A scale this late is called overdue'),
  'reassessment.digest': number(14, 'calendar-days', 'clinical', [7, 21], 'proposal', '*', 'C7', 'A scale this late is named in the digest and the consult queue'),
  'reassessment.after-declined': number(14, 'calendar-days', 'clinical', [7, 28], 'proposal', '*', 'C7', 'After a declined scale the next is due after this'),
  'non-response.first': number(56, 'calendar-days', 'clinical', [42, 70], 'evidence', '', 'C9: week 8 (Bao 2016)', 'No response by this day after enrolment asks for a consult'),
  'non-response.second': number(70, 'calendar-days', 'clinical', [56, 77], 'convention', '', 'C9: week 10', 'The consultant is told by this day'),
  'non-response.due': number(84, 'calendar-days', 'clinical', [70, 84], 'evidence', '', 'C9: week 12 (Bao 2016)', 'The consult is due by this day'),
  'non-response.counts-from': number(49, 'calendar-days', 'clinical', [42, 56], 'proposal', '*', 'C9', 'A recommendation from this day on answers the week-8 question', 'higher'),
  'non-response.after-hold': number(7, 'calendar-days', 'clinical', [1, 14], 'proposal', '*', 'follow-up-rules G3', 'When a hold covered the due day, the consult is due this long after it'),
  'consult-repeat.from': number(70, 'calendar-days', 'clinical', [56, 84], 'regulation', '', 'C10 (NY OMH)', 'From this day on, a patient not improved is reviewed again and again'),
  'consult-repeat.every': number(60, 'calendar-days', 'clinical', [30, 60], 'regulation', '', 'C10 (NY OMH)', 'At most this long between recommendations while not improved'),
  'consult-repeat.queue': number(14, 'calendar-days', 'clinical', [7, 30], 'regulation', '', 'C10', 'The case joins the consult queue this long before', 'higher'),
  'consult-repeat.supervisor': number(1, 'business-days', 'clinical', [1, 5], 'convention', '°', 'C10', 'And goes to the supervisor this long after'),
  'recommendation.answer': number(7, 'calendar-days', 'clinical', [2, 14], 'convention', '°', 'research §3.5', 'From a recommendation to the provider’s answer'),
  'recommendation.answer.urgent': number(1, 'business-days', 'clinical', [1, 2], 'proposal', '*', 'research §3.5', 'The same when it is urgent'),
  'recommendation.answer.escalate': number(7, 'calendar-days', 'clinical', [2, 14], 'convention', '°', 'research §3.5', 'An unanswered recommendation goes back to the consultant after this'),
  'recommendation.action': number(14, 'calendar-days', 'clinical', [7, 28], 'proposal', '*', 'research §1.4', 'From an accepted recommendation to the revised plan'),
  'recommendation.action.escalate': number(7, 'calendar-days', 'clinical', [2, 14], 'proposal', '*', 'research §1.4', 'An accepted recommendation not acted on goes to the consultant after this'),
  'safety.remind': number(1, 'hours', 'safety', [0, 1], 'convention', '°', 'C18', 'A safety review not acknowledged is told again after this'),
  'safety.second-owner': number(4, 'hours', 'safety', [1, 4], 'convention', '°', 'C18', 'The second owner is told after this'),
  'safety.repeat': number(4, 'hours', 'safety', [1, 4], 'convention', '°', 'follow-up-rules G2', 'An open safety review is told again this often'),
  'risk.low': number(30, 'calendar-days', 'safety', [1, 30], 'convention', '', 'C17 (one published programme)', 'Reassessment of a low risk'),
  'risk.moderate': number(14, 'calendar-days', 'safety', [1, 14], 'convention', '', 'C17', 'Reassessment of a moderate risk'),
  'risk.high': number(7, 'calendar-days', 'safety', [1, 7], 'convention', '', 'C17', 'Reassessment of a high risk'),
  'risk.ahead': number(2, 'calendar-days', 'safety', [1, 3], 'convention', '', 'C17: 48 h before', 'The care manager is told this long before', 'higher'),
  'result-review.due': number(1, 'business-days', 'clinical', [1, 2], 'proposal', '*', 'C19', 'A result that staff did not enter is looked at within this'),
  'result-review.supervisor': number(1, 'business-days', 'clinical', [1, 2], 'proposal', '*', 'C19', 'And goes to the supervisor this long after'),
  'missed-appointment.due': number(1, 'business-days', 'clinical', [1, 3], 'proposal', '*', 'research §6.1', 'After a missed appointment the patient is called within this'),
  'missed-appointment.digest': number(2, 'business-days', 'clinical', [1, 5], 'proposal', '*', 'research §6.1', 'And is named in the digest this long after'),
  'no-contact.warn': number(30, 'calendar-days', 'administrative', [14, 45], 'convention', '°', 'C15', 'This long without a treatment contact'),
  'no-contact.after-planned': number(14, 'calendar-days', 'administrative', [7, 28], 'proposal', '*', 'C15', 'Or this long after the planned next contact, if later'),
  'no-contact.second': number(3, 'calendar-days', 'administrative', [1, 7], 'convention', '°', 'C15', 'Second try, after due'),
  'no-contact.third': number(7, 'calendar-days', 'administrative', [3, 14], 'convention', '°', 'C15', 'Third try, after due'),
  'no-contact.act': number(60, 'calendar-days', 'administrative', [45, 75], 'convention', '°', 'C15: two months (AIMS)', 'Provider asked, letter, supervisor; days from the last contact'),
  'no-contact.propose': number(90, 'calendar-days', 'administrative', [60, 180], 'regulation', '', 'C15 (NY reporting guide)', 'Discharge is proposed; days from the last contact', 'higher'),
  'no-contact.high-risk': number(7, 'calendar-days', 'safety', [1, 7], 'convention', '', 'C17', 'With a high risk the supervisor is told after this; discharge is never proposed'),
  'relapse-plan.due': number(30, 'calendar-days', 'clinical', [7, 60], 'proposal', '*', 'C13', 'From stepping down to a finished relapse plan'),
  'relapse.confirm': number(14, 'calendar-days', 'clinical', [7, 14], 'convention', '°', 'research §2.8', 'From a relapse alarm to a person’s answer'),
  'relapse.second-scale': number(7, 'calendar-days', 'clinical', [7, 14], 'proposal', '*', 'research §2.8', 'The confirming scale comes at least this long after the first', 'higher'),
  'relapse.supervisor': number(1, 'business-days', 'clinical', [1, 5], 'convention', '°', 'research §2.8', 'And goes to the supervisor this long after'),
  'step-down.apart': number(14, 'calendar-days', 'clinical', [14, 28], 'convention', '°', 'research §3.6', 'Two remissions at least this far apart propose stepping down', 'higher'),
  'step-down.stable-scales': number(3, 'count', 'clinical', [2, 12], 'convention', '°', 'research §3.6', 'So many stable scales in relapse prevention propose discharge', 'higher'),
  'step-down.due': number(7, 'calendar-days', 'clinical', [3, 14], 'proposal', '*', 'research §3.6', 'Until the proposal is decided'),
  'step-down.digest': number(7, 'calendar-days', 'clinical', [3, 14], 'proposal', '*', 'research §3.6', 'And is named in the digest this long after'),
  'hold.review': number(7, 'calendar-days', 'clinical', [1, 30], 'convention', '°', 'research §10', 'A hold is looked at this often'),
  'hold.digest': number(2, 'business-days', 'clinical', [1, 5], 'convention', '°', 'research §10', 'And is named in the digest this long after'),
  'resource.due': number(30, 'calendar-days', 'administrative', [14, 60], 'convention', '°', 'research §10', 'Until it is known what became of a resource connection'),
  'resource.shown': number(14, 'calendar-days', 'administrative', [7, 30], 'proposal', '*', 'research §10', 'Shown from this day on'),
  'transfer.acknowledge': number(1, 'business-days', 'administrative', [1, 3], 'convention', '°', 'research §3.11', 'Until the new owner acknowledges a transfer'),
  'review.dead-man': number(30, 'calendar-days', 'administrative', [7, 60], 'proposal', '*', 'ARCHITECTURE decision 3', 'When nothing else is owed, the episode itself is looked at after this'),
  'review.first': number(6, 'months', 'administrative', [3, 12], 'convention', '', 'C14', 'An episode this long is reviewed'),
  'review.second': number(12, 'months', 'administrative', [6, 24], 'convention', '', 'C14', 'And again'),
  'day.consult-ahead': number(7, 'calendar-days', 'administrative', [1, 14], 'proposal', '*', 'research §6.6', 'A consult due within this without a request is still urgent in the evening'),
  'day.plan-unchanged': number(84, 'calendar-days', 'administrative', [70, 84], 'guideline', '', 'research §1.6: 10–12 weeks on one plan (AIMS)', 'Not improved on the same treatment this long: named in the caseload review'),
  'snooze.longest': number(14, 'calendar-days', 'safety', [1, 14], 'convention', '°', 'fatigue rule 8', 'Longest snooze'),
  'snooze.times': number(2, 'count', 'safety', [1, 2], 'convention', '°', 'fatigue rule 8', 'Snoozes of one follow-up'),
  'snooze.consult': number(7, 'calendar-days', 'safety', [1, 7], 'convention', '°', 'fatigue rule 8', 'Longest snooze of a consult, once'),
} as const;

export type ParameterKey = keyof typeof DEFAULT_PARAMETERS;

export const DEFAULT_PATHWAY_FILE = {
  id: 'default',
  version: 1,
  title: 'Default collaborative care pathway',
  primaryScale: 'PHQ-9',
  crisisLine: 'If you are in crisis, call or text 988 (Suicide & Crisis Lifeline), or call 911.',
  parameters: DEFAULT_PARAMETERS,
} as const;
