import { readable, type Act, type Story } from '#care';
import { bandAt, weekdayOf, type TimeBand } from '../words/time-bands.js';

/** How a patient is reached: what they asked for, and what was tried. */
export interface Reach {
  readonly preferences: Preferences | null;
  /** The preferences were sealed with a key that is gone. */
  readonly unreadable: boolean;
  /** Since the patient was last met, in the order in which they happened. */
  readonly attempts: readonly AttemptMade[];
}

/** As the patient said last; `not asked` is not a yes. */
export interface Preferences {
  readonly language: string | null;
  readonly bestTimes: readonly TimeBand[];
  readonly voicemail: Safe;
  readonly text: Safe;
  readonly note: string | null;
}
export type Safe = 'safe' | 'not safe' | 'not asked';

export interface AttemptMade {
  readonly on: string;
  readonly weekday: string;
  readonly at: string;
  readonly band: TimeBand;
  readonly channel: string;
  readonly outcome: string;
  readonly purpose: string;
}

const safe = (said: boolean | undefined): Safe => (said === undefined ? 'not asked' : said ? 'safe' : 'not safe');

function preferencesIn(act: Act<'ContactPreferencesSet'> | undefined): Preferences | null {
  const said = act && readable(act.sealed);
  return said
    ? {
        language: said.language ?? null,
        bestTimes: said.bestTimes ?? [],
        voicemail: safe(said.voicemailSafe),
        text: safe(said.textSafe),
        note: said.note ?? null,
      }
    : null;
}

const madeBy = ({ on, facts }: Act<'OutreachAttempted'>): AttemptMade => {
  const { localTime: at, channel, outcome, purpose } = facts;
  return { on, weekday: weekdayOf(on), at, band: bandAt(at), channel, outcome, purpose };
};

export function reachOf({ acts, attempts, treatmentContacts }: Story): Reach {
  const set = acts.findLast((act): act is Act<'ContactPreferencesSet'> => act.type === 'ContactPreferencesSet');
  const preferences = preferencesIn(set);
  const met = treatmentContacts.at(-1)?.occurredAt ?? '';
  return {
    preferences,
    unreadable: set !== undefined && preferences === null,
    attempts: attempts.filter(({ occurredAt }) => occurredAt > met).map(madeBy),
  };
}
