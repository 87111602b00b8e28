import { weekday } from '../calendar/index.js';
import type { Act } from '../episode/story/index.js';
import { days, type World } from './row.js';

/** By the third attempt different parts of the day, weekdays and channels have been tried (C3; research §3.3). */

type Attempt = Act<'OutreachAttempted'>;
interface Tried {
  /** As one says "another …". */
  readonly what: string;
  readonly used: ReadonlySet<string>;
  readonly many: string;
}

const WEEKDAYS = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'] as const;
/** A way to reach somebody, in words. */
export const BY_CHANNEL: Readonly<Record<Attempt['facts']['channel'], string>> = {
  phone: 'by phone',
  text: 'by text',
  portal: 'by portal',
  letter: 'by letter',
  'in-person': 'in person',
  email: 'by email',
};

const minutesOf = (localTime: string): number => Number(localTime.slice(0, 2)) * 60 + Number(localTime.slice(3));

function partOfDay(world: World, { facts }: Attempt): string {
  const at = minutesOf(facts.localTime);
  if (at >= days(world, 'outreach.evening')) return 'evenings';
  return at >= days(world, 'outreach.afternoon') ? 'afternoons' : 'mornings';
}

/** What has been tried too narrowly: a letter is a channel and has no time of day. */
function narrow(world: World, calls: readonly Attempt[], letters: readonly Attempt[]): Tried[] {
  const tried: Tried[] = [
    { what: 'time', many: 'times', used: new Set(calls.map((call) => partOfDay(world, call))) },
    { what: 'day', many: 'days', used: new Set(calls.map(({ on }) => WEEKDAYS[weekday(on) - 1]!)) },
    {
      what: 'channel',
      many: 'channels',
      used: new Set([...calls, ...letters].map(({ facts }) => BY_CHANNEL[facts.channel])),
    },
  ];
  return tried.filter(({ used }) => used.size < days(world, 'outreach.spread'));
}

const inOneBreath = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** What is still to be tried, as `another time and channel`, and what was tried so far; null when it is spread enough. */
export function missingSpread(
  world: World,
  calls: readonly Attempt[],
  letters: readonly Attempt[],
): { readonly another: string; readonly said: string } | null {
  const lacking = narrow(world, calls, letters);
  if (lacking.length === 0) return null;
  const another = `another ${inOneBreath(lacking.map(({ what }) => what))}`;
  const soFar = lacking.map(({ used, many }) => (used.size === 1 ? [...used][0]! : `${used.size} ${many}`));
  return { another, said: `only ${soFar.join(', ')} so far: try ${another}` };
}
