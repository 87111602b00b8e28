import { openTryIssuer, TryIssuerRefused } from '#access';
import { SEED_ORGANISATION, systemClock } from '#door';
import { DataFolderInUse, type OpenRuntime } from '#runtime';
import { CommandFailed, dataDir, localServer, say } from './command.js';
import { openNamedRuntime } from './house/log.js';

/** Which server a command goes through, and as whom. */
export interface Way {
  readonly server?: string;
  readonly token?: string;
}

/** Where a command that records something ended up: at a server, or with the store in its own hands. */
export type Reached =
  | { readonly kind: 'server'; readonly url: string; readonly token: string }
  | { readonly kind: 'store'; readonly runtime: OpenRuntime };

/** The server that was named, else the one on this machine, whether or not it answers. */
export const serverFor = async ({ server, token }: Way): Promise<{ url: string; token: string }> => ({
  url: server === undefined ? localServer() : addressIn(server),
  token: token ?? (await adminToken()),
});

/** @throws CommandFailed when it is none */
function addressIn(server: string): string {
  if (URL.canParse('/', server)) return server;
  throw new CommandFailed(`${server} is no address of a server`, 2);
}

interface Said {
  readonly title?: string;
  readonly detail?: string;
  /** Each field that is wrong. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** What a server says to a request that changes something. @throws CommandFailed when none of ours answers, in the words of `away` when nobody does */
export async function post<T>(
  { url, token }: { readonly url: string; readonly token: string },
  path: string,
  body: object,
  away = `no server answers at ${url}`,
): Promise<{ readonly status: number; readonly said: T & Said }> {
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new CommandFailed(away, 3);
  });
  const { status } = response;
  const said = (await response.json().catch(() => {
    throw new CommandFailed(`what answers at ${url} with ${status} is no server of Followthrough`, 3);
  })) as T & Said;
  return { status, said };
}

/** Why a server did not do it. */
export const refusalIn = (status: number, { detail, title }: Said): string =>
  detail ?? title ?? `the server answered ${status}`;

/** The answer to a request that was done. @throws CommandFailed as `post`, or with what the server says against it */
export async function postTo<T>(...request: Parameters<typeof post>): Promise<T> {
  const { status, said } = await post<T>(...request);
  if (status < 400) return said;
  const fields = (said.errors ?? []).map(({ pointer, detail }) => `${pointer}: ${detail}`);
  throw new CommandFailed([refusalIn(status, said), ...fields].join('; '), endingFor(status));
}

/** What the server cannot do now is not refused, and what it does not understand is a wrong call. */
function endingFor(status: number): 1 | 2 | 3 {
  if (status >= 500) return 3;
  return status === 400 ? 2 : 1;
}

/** A server that was named or answers, else the data folder itself. */
export async function reach({ server, token }: Way): Promise<Reached> {
  const url = server === undefined ? ((await answers(localServer())) ? localServer() : null) : addressIn(server);
  return url === null
    ? { kind: 'store', runtime: await ownStore() }
    : { kind: 'server', url, token: token ?? (await adminToken()) };
}

const PROBE_MS = 2_000;

/** Whether a server of ours answers there: any other would answer otherwise, or not with JSON. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/health/live', url), { signal: AbortSignal.timeout(PROBE_MS) });
    return response.ok && (response.headers.get('content-type') ?? '').includes('json');
  } catch {
    return false;
  }
}

async function adminToken(): Promise<string> {
  try {
    return await openTryIssuer({ dataDir: dataDir(), env: process.env }).issue({
      staff: 'admin-1',
      role: 'administrator',
      organisation: SEED_ORGANISATION,
    });
  } catch (error) {
    if (error instanceof TryIssuerRefused)
      throw new CommandFailed(`${error.message} Then name an administrator's token with --token.`, 2);
    throw error;
  }
}

async function ownStore(): Promise<OpenRuntime> {
  try {
    return await openNamedRuntime({ dataDir: dataDir(), clock: systemClock, env: process.env, warn: say });
  } catch (error) {
    if (error instanceof DataFolderInUse)
      throw new CommandFailed(`${error.message} If that one is a server, name it with --server.`, 3);
    throw error;
  }
}
