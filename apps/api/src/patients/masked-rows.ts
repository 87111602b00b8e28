/** What a row of a closed record still says: whose it is to act, in which class, since when and by when. All else could be about the person. */
const KEPT: ReadonlySet<string> = new Set([
  ...['episodeId', 'patientId', 'followUpId', 'revision', 'ordinal'],
  ...['site', 'careManager', 'provider', 'referredBy', 'assignee', 'owner', 'inHandWith', 'acknowledgedBy', 'next'],
  ...['class', 'kind', 'title', 'urgency', 'safety', 'safetyOpen', 'digest', 'digestOnly', 'behind', 'unreadable'],
  ...['day', 'since', 'age', 'dueOn', 'due', 'daysOverdue', 'referredOn', 'ageInDays'],
  ...['phase', 'accepted', 'repeated', 'openFollowUps'],
]);
/** Sentences that clients show as they are. */
const WORDS: ReadonlySet<string> = new Set(['why', 'closes', 'because', 'how']);
/** The parts of a row that are rows again. */
const PARTS: ReadonlySet<string> = new Set(['headline', 'chips', 'reasons', 'together', 'muted', 'nextSteps']);

const SAID = 'Restricted record: open it with a reason';

type Row = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Row => typeof value === 'object' && value !== null;

/** An answer with every row about a closed patient masked, wherever in it the row stands; order and number of rows stay. */
export function maskedRows<T>(answer: T, closed: ReadonlySet<string>): T {
  return closed.size === 0 ? answer : (walked(answer, closed) as T);
}

function walked(value: unknown, closed: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((one) => walked(one, closed));
  if (!isObject(value)) return value;
  if ('patientId' in value)
    return closed.has(String(value['patientId'])) ? { ...maskedPart(value), masked: true } : value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walked(one, closed)]));
}

const maskedPart = (part: Row): Row =>
  Object.fromEntries(Object.entries(part).map(([key, value]) => [key, maskedValue(key, value)]));

function maskedValue(key: string, value: unknown): unknown {
  if (KEPT.has(key) || value === null) return value;
  if (WORDS.has(key)) return SAID;
  if (Array.isArray(value)) return PARTS.has(key) ? value.map((one) => maskedPart(one as Row)) : [];
  return PARTS.has(key) ? maskedPart(value as Row) : null;
}
