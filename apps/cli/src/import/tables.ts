/** The tables an import reads and their columns; docs/import.md describes each. */
export const TABLES = ['patients', 'episodes', 'contacts', 'scale-results', 'consult-reviews', 'appointments'] as const;
export type TableName = (typeof TABLES)[number];

/** A column by its own name, and the names that registries and the AIMS spreadsheet give it. */
type Columns = Readonly<Record<string, readonly string[]>>;

interface Table {
  readonly columns: Columns;
  /** Every table with one of these headers can be this table … */
  readonly marks: readonly string[];
  /** … if it also has all of these. */
  readonly needs: readonly string[];
}

/** Named by every table. */
const PATIENT = ['patient', 'mrn', 'medical_record_number', 'patient_number', 'registry_id', 'patient_mrn'];
const EPISODE = ['episode', 'episode_number', 'treatment_episode'];
const NOTE = ['notes', 'comment', 'comments'];
const numbered = (count: number): Columns =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`item_${i + 1}`, [`item${i + 1}`, `q${i + 1}`, `question_${i + 1}`]]),
  );

/** No instrument we ship has more; further ones would be unknown columns. */
export const MOST_ITEMS = 30;

export const TABLE: Readonly<Record<TableName, Table>> = {
  patients: {
    columns: {
      patient_id: PATIENT,
      name: ['patient_name', 'full_name'],
      birth_date: ['dob', 'date_of_birth', 'birthdate'],
      phone: ['phone_number', 'telephone'],
      email: ['e_mail', 'email_address'],
      language: ['preferred_language'],
      interpreter: ['needs_interpreter', 'interpreter_needed'],
      record_number: ['ehr_number', 'chart_number'],
      test: ['test_patient'],
      note: NOTE,
    },
    marks: ['name'],
    needs: ['patient_id', 'name'],
  },
  episodes: {
    columns: {
      patient_id: PATIENT,
      episode_id: EPISODE,
      site: ['clinic', 'clinic_site'],
      referred_on: ['referral_date', 'date_referred', 'date_of_referral'],
      referred_by: ['referring_provider', 'referral_source'],
      urgency: ['referral_urgency', 'priority'],
      reason: ['referral_reason', 'reason_for_referral'],
      care_manager: ['cm', 'bhcm', 'bh_care_manager', 'behavioral_health_care_manager'],
      provider: ['pcp', 'primary_care_provider', 'medical_provider'],
      accepted_on: ['date_accepted', 'acceptance_date'],
      consent_on: ['consent_date', 'date_of_consent'],
      enrolled_on: [
        'enrollment_date',
        'enrolment_date',
        'date_enrolled',
        'initial_assessment_date',
        'date_of_initial_assessment',
      ],
      primary_scale: ['primary_measure'],
      treatment_plan_on: ['plan_date', 'treatment_plan_date'],
      treatment_plan: ['plan', 'current_treatment'],
      hold_started_on: ['hold_from', 'hold_start'],
      hold_reason: [],
      hold_expected_end: ['hold_until', 'hold_expected_end_date'],
      hold_ended_on: ['hold_end'],
      relapse_prevention_on: [
        'rp_date',
        'date_relapse_prevention',
        'relapse_prevention_date',
        'relapse_prevention_started_on',
      ],
      relapse_plan_on: ['relapse_prevention_plan', 'relapse_prevention_plan_date', 'rp_plan_date', 'relapse_plan_date'],
      relapsed_on: ['relapse_date'],
      ended_on: [
        'discharged_on',
        'closed_on',
        'discharge_date',
        'date_deactivated',
        'deactivation_date',
        'end_date',
        'date_inactive',
      ],
      end_reason: [
        'discharge_reason',
        'closure_reason',
        'deactivation_reason',
        'reason_for_deactivation',
        'reason_inactive',
      ],
      end_note: ['discharge_summary', 'closure_note'],
      note: NOTE,
    },
    marks: ['referred_on', 'enrolled_on'],
    needs: ['patient_id'],
  },
  contacts: {
    columns: {
      contact_id: ['encounter_id', 'visit_id'],
      patient_id: PATIENT,
      episode_id: EPISODE,
      contact_on: ['contact_date', 'date_of_contact', 'date', 'visit_date', 'encounter_date'],
      time: ['contact_time', 'start_time'],
      kind: ['contact_kind', 'contact_type', 'type_of_contact', 'type', 'visit_type'],
      with_whom: ['contact_with', 'with'],
      modality: ['contact_mode', 'mode', 'channel', 'location'],
      outcome: ['contact_outcome', 'result', 'attempt_outcome'],
      purpose: ['outreach_purpose'],
      minutes: ['duration', 'duration_minutes', 'minutes_spent', 'time_spent'],
      next_contact_on: ['next_contact', 'next_contact_date', 'follow_up_date', 'next_appointment_date'],
      intervention: ['interventions', 'intervention_provided'],
      adherence: ['medication_adherence'],
      side_effects: ['medication_side_effects'],
      language: ['contact_language'],
      safety_level: ['risk_level', 'suicide_risk', 'suicide_risk_level', 'safety_risk'],
      safety_outcome: ['safety_disposition'],
      safety_tool: ['risk_tool'],
      safety_plan: [],
      safety_approved_by: ['risk_approved_by'],
      note: NOTE,
    },
    marks: ['kind', 'contact_id', 'next_contact_on'],
    needs: ['patient_id', 'contact_on'],
  },
  'scale-results': {
    columns: {
      result_id: ['assessment_id', 'score_id'],
      patient_id: PATIENT,
      episode_id: EPISODE,
      taken_on: [
        'date',
        'result_date',
        'assessment_date',
        'date_administered',
        'score_date',
        'contact_date',
        'contact_on',
        'date_of_contact',
      ],
      time: ['result_time', 'contact_time'],
      instrument: ['scale', 'measure', 'tool', 'assessment'],
      ...numbered(MOST_ITEMS),
      total: ['score', 'total_score'],
      difficulty: ['item_10_difficulty', 'functional_difficulty'],
      phq9_total: ['phq_9', 'phq9', 'phq_9_score', 'phq9_score', 'phq_9_total'],
      phq9_item9: ['phq_9_item_9', 'phq_9_q9', 'phq9_q9', 'phq9_item_9', 'phq_9_question_9'],
      gad7_total: ['gad_7', 'gad7', 'gad_7_score', 'gad7_score', 'gad_7_total'],
      mode: ['administered_by', 'administration_mode'],
      entered_by: [],
      language: [],
      note: NOTE,
    },
    marks: ['instrument', 'phq9_total', 'phq9_item9', 'gad7_total', 'result_id'],
    needs: ['patient_id', 'taken_on'],
  },
  'consult-reviews': {
    columns: {
      review_id: ['consult_id', 'case_review_id'],
      patient_id: PATIENT,
      episode_id: EPISODE,
      reviewed_on: [
        'date',
        'review_date',
        'consult_date',
        'psychiatric_consult_date',
        'case_review_date',
        'date_of_consult',
      ],
      time: ['review_time'],
      requested_on: ['request_date'],
      question: ['consult_question', 'reason_for_consult'],
      recommendation: [
        'recommendations',
        'consult_recommendation',
        'psychiatric_recommendation',
        'consultant_recommendation',
      ],
      recommended_to: ['recommendation_to'],
      urgency: [],
      answer: ['pcp_response', 'provider_response', 'recommendation_answer'],
      answered_on: ['response_date', 'answer_date'],
      answered_by: ['answered_for', 'on_behalf_of'],
      answer_reason: ['response_reason'],
      acted_on: ['action_date', 'implemented_on'],
      action: ['treatment_change'],
      decision: ['review_decision'],
      subject: ['review_subject'],
      reason: ['decision_reason', 'review_reason'],
    },
    marks: ['recommendation', 'decision', 'review_id', 'question'],
    needs: ['patient_id', 'reviewed_on'],
  },
  appointments: {
    columns: {
      appointment_id: ['appt_id'],
      patient_id: PATIENT,
      episode_id: EPISODE,
      appointment_on: ['appointment_date', 'appt_date', 'scheduled_for', 'scheduled_date'],
      time: ['appointment_time', 'appt_time'],
      with_whom: ['appointment_with', 'with'],
      booked_on: ['booked', 'booking_date', 'date_booked', 'scheduled_on'],
      outcome: ['status', 'appointment_status', 'appt_status'],
      outcome_on: ['outcome_date'],
      cancelled_by: ['canceled_by'],
      rescheduled_to: ['rescheduled_for', 'new_date'],
      note: NOTE,
    },
    marks: ['appointment_on', 'appointment_id'],
    needs: ['patient_id', 'appointment_on'],
  },
};

/** `PHQ-9 Score`, `phq9_score` and `Phq-9  score` are one header. */
export const normalHeader = (header: string): string =>
  header
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');

/** Which column of a table a header names; undefined when none. */
export function columnOf(table: TableName, header: string): string | undefined {
  const normal = normalHeader(header);
  const { columns } = TABLE[table];
  if (normal in columns) return normal;
  return Object.entries(columns).find(([, synonyms]) => synonyms.includes(normal))?.[0];
}

const isLike = (table: TableName, headers: readonly string[]): boolean => {
  const found = new Set(headers.map((header) => columnOf(table, header)));
  const { marks, needs } = TABLE[table];
  return marks.some((mark) => found.has(mark)) && needs.every((need) => found.has(need));
};

/** What a file with these headers holds: one table, or patients with their episodes, or contacts with scores (as AIMS exports both). */
export function recognise(headers: readonly string[]): readonly TableName[] {
  if (isLike('appointments', headers)) return ['appointments'];
  if (isLike('consult-reviews', headers)) return ['consult-reviews'];
  const days = (['contacts', 'scale-results'] as const).filter((table) => isLike(table, headers));
  if (days.length > 0) return days;
  return (['patients', 'episodes'] as const).filter((table) => isLike(table, headers));
}
