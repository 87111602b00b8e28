import type { Role } from '#care';
import type { IssueToken } from './tokens.js';

/** An act that was answered: it must stand in the log, once, whatever happens afterwards. */
export interface Acknowledged {
  readonly streamId: string;
  /** Revision of the stream after it, as the answer said. */
  readonly revision: number;
  /** The one event of this type that the act itself records. */
  readonly type: string;
}

export interface Answer {
  readonly status: number;
  readonly revision: number;
  // The body is looked at field by field.
  readonly body: any;
}

interface Asking {
  readonly role: Role;
  readonly method?: string;
  readonly body?: unknown;
  /** Idempotency-Key; a fresh one unless given. */
  readonly key?: string;
  /** The revision that a decision was taken upon. */
  readonly basedOn?: number;
}

const ANSWER_MS = 15_000;
/** The server cannot just now, or the request did not come through in time: an attack on a busy machine keeps its own client waiting, too. */
const NOT_NOW: ReadonlySet<number> = new Set([408, 503]);
const GIVE_UP_MS = 240_000;

/** What a person at the other end of HTTP can do: ask, and ask again under the same key until there is an answer. */
export class Client {
  /** Kept here and nowhere else: what the server said it had recorded. */
  readonly acknowledged: Acknowledged[] = [];
  /** Milliseconds of each answer that came at the first try. */
  readonly answerMs: number[] = [];
  /** How often an answer did not come, or was "not now". */
  unanswered = 0;
  /** Repeats of an act that were answered otherwise than the first time. */
  readonly contradictions: string[] = [];
  private readonly tokens = new Map<Role, Promise<string>>();

  constructor(
    private readonly url: () => string,
    private readonly issue: IssueToken,
  ) {}

  /** Everybody gets a new token: those there were are of another time. */
  signOut(): void {
    this.tokens.clear();
  }

  /** One try. Null when no answer came. */
  async ask(
    path: string,
    { role, method = 'POST', body, key = crypto.randomUUID(), basedOn }: Asking,
  ): Promise<Answer | null> {
    const authorization = `Bearer ${await this.token(role)}`;
    try {
      const response = await fetch(this.url() + path, {
        method,
        headers: {
          authorization,
          ...(method === 'POST' ? { 'content-type': 'application/json', 'idempotency-key': key } : {}),
          ...(basedOn === undefined ? {} : { 'if-match': `"${basedOn}"` }),
          ...(role === 'supervisor' ? { 'access-reason': 'supervision' } : {}),
        },
        ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const text = await response.text();
      const revision = Number(/\d+/.exec(response.headers.get('etag') ?? '')?.[0] ?? -1);
      return { status: response.status, revision, body: text === '' ? null : JSON.parse(text) };
    } catch {
      return null;
    }
  }

  /** Until there is an answer that is none of "not now". @throws when it is a refusal, or does not come in time */
  async insist(path: string, asking: Asking): Promise<Answer> {
    const key = asking.key ?? crypto.randomUUID();
    const deadline = Date.now() + GIVE_UP_MS;
    for (let attempt = 0; Date.now() < deadline; attempt += 1) {
      const asked = performance.now();
      const answer = await this.ask(path, { ...asking, key });
      if (answer && answer.status < 300) {
        if (attempt === 0) this.answerMs.push(performance.now() - asked);
        return answer;
      }
      if (answer && !NOT_NOW.has(answer.status))
        throw new Error(`${path} was refused: ${answer.status} ${JSON.stringify(answer.body)}`);
      this.unanswered += 1;
      await new Promise((resolve) => setTimeout(resolve, Math.min(50 * 2 ** attempt, 500)));
    }
    throw new Error(`${path} was never answered`);
  }

  /** Does an act, writes down that it was acknowledged, and does it again as often as told: the answer must be the same. */
  async act(
    episodeId: string,
    path: string,
    type: string,
    body: unknown,
    { repeats = 0, key = crypto.randomUUID() as string } = {},
  ): Promise<void> {
    const asking: Asking = { role: 'care-manager', body, key };
    const { revision } = await this.insist(`/v1/episodes/${episodeId}/${path}`, asking);
    this.acknowledge(episodeId, type, revision);
    for (let n = 0; n < repeats; n += 1) {
      const again = await this.insist(`/v1/episodes/${episodeId}/${path}`, asking);
      if (again.revision !== revision)
        this.contradictions.push(`${path} of ${episodeId}: revision ${revision}, then ${again.revision}`);
    }
  }

  acknowledge(episodeId: string, type: string, revision: number): void {
    this.acknowledged.push({ streamId: `episode-${episodeId}`, revision, type });
  }

  /** Refers a new, obviously synthetic patient. */
  async refer(): Promise<string> {
    const body = { patient: { name: 'Test Patient' }, careManager: 'cm-1', site: 'main' };
    const answer = await this.insist('/v1/referrals', { role: 'provider', body });
    const { episodeId, patientId } = answer.body as { episodeId: string; patientId: string };
    this.acknowledge(episodeId, 'PatientReferred', answer.revision);
    this.acknowledged.push({ streamId: `patient-${patientId}`, revision: 0, type: 'PatientRegistered' });
    return episodeId;
  }

  /** Refers a patient about whom somebody worries at once: the first step of the review is due with it. */
  async concerned(): Promise<string> {
    const episodeId = await this.refer();
    await this.act(episodeId, 'safety-concerns', 'SafetyConcernRaised', { note: 'reported' });
    return episodeId;
  }

  /** Follows the pathway that is in force with these numbers instead. */
  async adopt(numbers: Readonly<Record<string, number>>): Promise<void> {
    const { body } = (await this.ask('/v1/pathway', { role: 'administrator', method: 'GET' }))!;
    const pathway = body.pathway ?? body;
    for (const [key, value] of Object.entries(numbers)) pathway.parameters[key].value = value;
    await this.insist('/v1/organisation/pathway', { role: 'administrator', body: { pathway } });
  }

  /** Asked for once, however many act at the same moment. */
  private token(role: Role): Promise<string> {
    const known = this.tokens.get(role);
    if (known) return known;
    const token = this.issue(role);
    this.tokens.set(role, token);
    token.catch(() => this.tokens.get(role) === token && this.tokens.delete(role));
    return token;
  }
}
