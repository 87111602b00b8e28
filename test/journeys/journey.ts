import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { openTryIssuer } from '#access';
import { atLocal, type LedgerEntry, type Role } from '#care';
import { fixedClock, type Clock, type FixedClock } from '#door';
import type { StoredEvent } from '#event-store';
import { TemporalServerProcess } from '#orchestration';
import { openHouse, type House } from '../../apps/cli/src/house/house.js';
import type { TemporalAtHand } from '../../apps/cli/src/house/temporal-server.js';
import { obtainTemporal } from '../../tools/temporal.mjs';
import { freePort } from '../free-port.js';

/** The whole house on real files, real HTTP and, unless told otherwise, the official Temporal server; time is the test’s. */
export const hasTemporal = process.env['FOLLOWTHROUGH_NO_TEMPORAL'] === undefined;
export const ZONE = 'America/New_York';
export const newYork = (local: string): string => atLocal(local.slice(0, 10), local.slice(11), ZONE);

export interface Raise {
  readonly kind: string;
  readonly step: number;
  readonly at: string;
  readonly notify: readonly string[];
  readonly recordedAt: string;
  readonly actor: string;
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // What the API answers is looked at field by field in the journeys.
  readonly body: any;
}

const people: Readonly<Record<Role, string>> = {
  'care-manager': 'cm-1',
  supervisor: 'sup-1',
  'psychiatric-consultant': 'psy-1',
  provider: 'pcp-1',
  administrator: 'admin-1',
  auditor: 'audit-1',
  integration: 'portal',
};

export class Journey {
  private constructor(
    readonly folder: string,
    readonly clock: Clock,
    private readonly withTemporal: boolean,
    private readonly env: Readonly<Record<string, string>>,
    public house: House,
    readonly lines: string[],
  ) {}

  static async begin({
    clock,
    temporal,
    env = {},
  }: {
    clock: Clock;
    temporal: boolean;
    env?: Readonly<Record<string, string>>;
  }): Promise<Journey> {
    const folder = mkdtempSync(join(tmpdir(), 'followthrough-journey-'));
    const lines: string[] = [];
    return new Journey(folder, clock, temporal, env, await open(folder, clock, temporal, env, lines), lines);
  }

  /** Ends the house and opens it again on the same files, after whatever happened to them meanwhile. */
  async restart(meanwhile: () => void = () => undefined): Promise<void> {
    await this.house.close();
    meanwhile();
    this.house = await open(this.folder, this.clock, this.withTemporal, this.env, this.lines);
  }

  async end(): Promise<void> {
    await this.house.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Lets the clock show this New York time and waits until everything due by then was raised. */
  async at(local: string): Promise<void> {
    (this.clock as FixedClock).set(newYork(local));
    await this.caughtUp();
  }

  async caughtUp(): Promise<void> {
    await until(async () => {
      const head = await this.house.runtime.store.head();
      if (head) await this.house.background.takenIn(head.position);
      return this.house.background.oldestOverdue() === null;
    }, 'everything due is raised');
  }

  /** Reads from the views when they have taken in everything recorded so far. */
  async read(role: Role, path: string): Promise<any> {
    const head = await this.house.runtime.store.head();
    if (head) expect(await this.house.readModels.waitFor(head.position, 20_000)).toBe(true);
    const { status, body } = await this.request(role, 'GET', path);
    expect({ path, status, problem: status === 200 ? null : body }).toEqual({ path, status: 200, problem: null });
    return body;
  }

  /** A patient with an enrolled episode and nothing else; answers both ids. */
  async enrol(
    patient: object = { name: 'Test Patient J' },
    over: object = {},
  ): Promise<{ patientId: string; episode: string }> {
    const episode = await this.refer({ patient, ...over });
    await this.act(episode, 'enrolment', {});
    return { episode, patientId: (await this.request('supervisor', 'GET', `/v1/episodes/${episode}`)).body.patientId };
  }

  /** An open follow-up of a kind, from the stream. */
  async open(episodeId: string, kind: string): Promise<LedgerEntry> {
    const { state } = await this.house.runtime.episodes.load(episodeId);
    const found = [...state.ledger.open.values()].filter((entry) => entry.kind === kind);
    expect(found.map((entry) => entry.kind)).toEqual([kind]);
    return found[0]!;
  }

  async request(
    role: Role,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered> {
    const token = await this.token(role);
    const response = await fetch(`${this.house.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'idempotency-key': crypto.randomUUID(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  }

  /** Of the person who holds the role. */
  token(role: Role): Promise<string> {
    const identity = { staff: people[role], role, organisation: 'clinic' };
    return openTryIssuer({ dataDir: join(this.folder, 'data'), env: {} }).issue(identity);
  }

  /** Refers a new, obviously synthetic patient; answers the episode’s id. */
  async refer(over: object = {}): Promise<string> {
    const answer = await this.request('provider', 'POST', '/v1/referrals', {
      patient: { name: 'Test Patient J' },
      careManager: 'cm-1',
      site: 'main',
      ...over,
    });
    expect(answer.status).toBe(201);
    return answer.body.episodeId as string;
  }

  /** An act of the care manager unless told otherwise; it must be accepted. */
  async act(episodeId: string, path: string, body: unknown, role: Role = 'care-manager'): Promise<Answered> {
    const current = await this.request('supervisor', 'GET', `/v1/episodes/${episodeId}`, undefined, {
      'access-reason': 'supervision',
    });
    const answer = await this.request(role, 'POST', `/v1/episodes/${episodeId}/${path}`, body, {
      'if-match': current.headers.get('etag') ?? '',
    });
    expect({ path, problem: answer.status < 300 ? null : answer.body }).toEqual({ path, problem: null });
    return answer;
  }

  async events(episodeId: string): Promise<readonly StoredEvent[]> {
    return this.house.runtime.store.readStream(`episode-${episodeId}`);
  }

  /** Open follow-ups from the stream: kind → due date. */
  async owed(episodeId: string): Promise<Record<string, string>> {
    const { state } = await this.house.runtime.episodes.load(episodeId);
    return Object.fromEntries([...state.ledger.open.values()].map((entry) => [entry.kind, entry.dueOn]));
  }

  /** Due date of the latest follow-up of a kind that was opened, whatever became of it. */
  async lastDue(episodeId: string, kind: string): Promise<unknown> {
    const opened = (await this.events(episodeId)).filter(
      ({ type, body }) => type === 'FollowUpOpened' && body.facts['kind'] === kind,
    );
    return opened.at(-1)?.body.facts['dueOn'];
  }

  async raises(episodeId: string, kind?: string): Promise<Raise[]> {
    return (await this.events(episodeId))
      .filter(({ type }) => type === 'FollowUpRaised')
      .map(({ body, recordedAt, actor }) => {
        const facts = body.facts as unknown as { followUpId: string; step: number; at: string; notify: string[] };
        return {
          kind: facts.followUpId.split(':')[0]!,
          step: facts.step,
          at: facts.at,
          notify: facts.notify,
          recordedAt,
          actor,
        };
      })
      .filter((raise) => kind === undefined || raise.kind === kind);
  }
}

export const standingAt = (local: string): FixedClock => fixedClock(newYork(local));

export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 45_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function open(
  folder: string,
  clock: Clock,
  temporal: boolean,
  over: Readonly<Record<string, string>>,
  lines: string[],
): Promise<House> {
  const say = (line: string): void => void lines.push(line);
  const env = { XDG_CONFIG_HOME: join(folder, 'config'), ...over };
  return openHouse({
    dataDir: join(folder, 'data'),
    port: 0,
    env,
    operator: { info: say, warn: say },
    clock,
    zone: ZONE,
    temporal: temporal ? ownServer : async () => ({ address: null }),
  });

  async function ownServer({
    dataDir,
    operator,
  }: {
    dataDir: string;
    operator: { info(line: string): void; warn(line: string): void };
  }): Promise<TemporalAtHand> {
    const cli = await obtainTemporal({ log: () => undefined });
    if (!cli) throw new Error('no Temporal server to be had');
    const [port, uiPort] = [await freePort(), await freePort()];
    const server = new TemporalServerProcess({
      binary: cli.path,
      dbFile: join(dataDir, 'temporal.db'),
      pidFile: join(dataDir, 'temporal.pid'),
      port,
      uiPort,
      operator,
    });
    await server.start();
    return { address: server.address, server };
  }
}
