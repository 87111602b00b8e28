import { INSTRUMENTS } from '#care';

/** The words that exports use, beside our own codes. A word is lower case with dashes. */
type Words = Readonly<Record<string, string>>;

/** What people write for a code that has other words besides its own. */
export const WORDS = {
  contactKind: {
    'follow-up': 'treatment',
    followup: 'treatment',
    session: 'treatment',
    visit: 'treatment',
    clinical: 'treatment',
    assessment: 'treatment',
    'initial-assessment': 'treatment',
    'initial-visit': 'treatment',
    'follow-up-contact': 'treatment',
    'warm-handoff': 'treatment',
    'care-coordination': 'coordination',
    'provider-contact': 'coordination',
    'left-voicemail': 'voicemail',
    attempt: 'outreach',
    'outreach-attempt': 'outreach',
    attempted: 'outreach',
    'attempted-contact': 'outreach',
    'unable-to-reach': 'outreach',
    'no-contact': 'outreach',
  },
  withWhom: {
    pcp: 'provider',
    psychiatrist: 'psychiatric-consultant',
    consultant: 'psychiatric-consultant',
    relative: 'family',
    caregiver: 'family',
  },
  appointmentWith: {
    pcp: 'provider',
    psychiatrist: 'psychiatric-consultant',
    cm: 'care-manager',
    bhcm: 'care-manager',
  },
  modality: {
    clinic: 'in-person',
    office: 'in-person',
    'face-to-face': 'in-person',
    'in-clinic': 'in-person',
    telephone: 'phone',
    call: 'phone',
    telehealth: 'video',
    sms: 'text',
    message: 'portal',
    chart: 'record-work',
  },
  channel: {
    telephone: 'phone',
    call: 'phone',
    sms: 'text',
    mail: 'letter',
    clinic: 'in-person',
    'face-to-face': 'in-person',
    'e-mail': 'email',
  },
  outreachOutcome: {
    success: 'reached',
    successful: 'reached',
    completed: 'reached',
    'left-voicemail': 'left-message',
    voicemail: 'left-message',
    lm: 'left-message',
    lvm: 'left-message',
    'no-response': 'no-answer',
    unsuccessful: 'no-answer',
    'unable-to-reach': 'no-answer',
    disconnected: 'wrong-number',
    refused: 'declined',
    mailed: 'sent',
  },
  appointmentOutcome: {
    attended: 'kept',
    completed: 'kept',
    arrived: 'kept',
    'no-show': 'missed',
    noshow: 'missed',
    canceled: 'cancelled',
    moved: 'rescheduled',
    scheduled: 'booked',
    open: 'booked',
  },
  closure: {
    'unable-to-reach': 'unreached',
    unreachable: 'unreached',
    declined: 'patient-declined',
    refused: 'patient-declined',
    ineligible: 'not-eligible',
    'referred-elsewhere': 'elsewhere',
    'higher-level-of-care': 'higher-level',
  },
  discharge: {
    completed: 'graduated',
    'treatment-complete': 'graduated',
    'treatment-completed': 'graduated',
    'lost-to-followup': 'lost-to-follow-up',
    'unable-to-reach': 'lost-to-follow-up',
    inactive: 'inactivity',
    declined: 'withdrew',
    'patient-declined': 'withdrew',
    withdrawn: 'withdrew',
    moved: 'transferred',
    'referred-out': 'higher-level',
    'higher-level-of-care': 'higher-level',
  },
  answer: {
    agreed: 'accepted',
    yes: 'accepted',
    implemented: 'accepted',
    partly: 'modified',
    no: 'declined',
    rejected: 'declined',
  },
  risk: { no: 'none', '0': 'none', mild: 'low', medium: 'moderate', severe: 'high' },
  assessmentMode: {
    telephone: 'phone',
    clinic: 'interview',
    'in-person': 'interview',
    self: 'paper',
    online: 'portal',
  },
  instrument: namesOfInstruments(),
} as const satisfies Readonly<Record<string, Words>>;

/** Each instrument by its code and by what other systems call it, as its file says. */
function namesOfInstruments(): Words {
  const named = [...INSTRUMENTS.values()].flatMap(({ code, alsoCalled }) =>
    [code.toLowerCase(), ...alsoCalled].map((name): [string, string] => [name, code]),
  );
  return Object.fromEntries(named);
}

/** `No Show`, `no_show` and `no-show` are one word. */
export const normalWord = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\s_/]+/g, '-');

/** What a word stands for: our code for it, or the word itself, which may be a code already. */
export const codeOf = (text: string, words: Words = {}): string => {
  const word = normalWord(text);
  return Object.hasOwn(words, word) ? words[word]! : word;
};
