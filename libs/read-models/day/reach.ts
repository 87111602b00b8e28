import { consentSpans, isAfter, readable, type Act, type Story } from '#care';
import { bandAt, weekdayOf, type TimeBand } from '../words/time-bands.js';

/** How a patient is reached: what they asked for, and what was tried. */
export interface Reach {
  readonly preferences: Preferences | null;
  /** The preferences were sealed with a key that is gone. */
  readonly unreadable: boolean;
  /** What the patient said no to since, whatever they said was safe before. */
  readonly refusals: readonly Refusal[];
  /** Since the patient was last met, in the order in which they happened. */
  readonly attempts: readonly AttemptMade[];
}

/** One way of being reached, or every message. */
export interface Refusal {
  readonly what: Act<'OutreachAttempted'>['facts']['channel'] | 'messaging';
  readonly on: string;
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

/** What the patient said last of each; a later word takes back nothing that it does not name. */
function preferencesIn(acts: readonly Act<'ContactPreferencesSet'>[]): Preferences | null {
  const words = acts.flatMap(({ sealed }) => readable(sealed) ?? []);
  const said = words.length === acts.length && words.length > 0 ? words.reduce((a, b) => ({ ...a, ...b })) : undefined;
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

/** The latest of each, until the patient says that it is safe after all. */
function declinedChannels({ acts }: Story): Refusal[] {
  const declined = acts.filter((act): act is Act<'PatientDeclined'> => act.type === 'PatientDeclined');
  const latest = new Map(declined.map((act) => [act.facts.channel, act]));
  return [...latest].flatMap(([what, act]) =>
    what === undefined || acts.some((later) => isAfter(later, act) && allows(later, what))
      ? []
      : [{ what, on: act.on }],
  );
}

function allows(act: Story['acts'][number], channel: Refusal['what']): boolean {
  const said = act.type === 'ContactPreferencesSet' ? readable(act.sealed) : undefined;
  return (channel === 'phone' && said?.voicemailSafe === true) || (channel === 'text' && said?.textSafe === true);
}

/** Until it is given again. */
function messagingWithdrawn(story: Story): Refusal[] {
  const withdrawn = consentSpans(story, 'messaging').at(-1)?.withdrawn;
  return withdrawn ? [{ what: 'messaging', on: withdrawn.on }] : [];
}

export function reachOf(story: Story): Reach {
  const { acts, attempts, treatmentContacts } = story;
  const set = acts.filter((act): act is Act<'ContactPreferencesSet'> => act.type === 'ContactPreferencesSet');
  const preferences = preferencesIn(set);
  const met = treatmentContacts.at(-1)?.occurredAt ?? '';
  return {
    preferences,
    unreadable: set.length > 0 && preferences === null,
    refusals: [...messagingWithdrawn(story), ...declinedChannels(story)],
    attempts: attempts.filter(({ occurredAt }) => occurredAt > met).map(madeBy),
  };
}
