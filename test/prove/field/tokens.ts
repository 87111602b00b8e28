import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openTryIssuer } from '#access';
import type { Role } from '#care';
import { SEED_ORGANISATION } from '#door';
import { CLI } from './server.js';

export type IssueToken = (role: Role) => Promise<string>;

const STAFF: Partial<Record<Role, string>> = {
  'care-manager': 'cm-1',
  provider: 'pcp-1',
  administrator: 'admin-1',
  supervisor: 'sup-1',
};

export const tokensFrom =
  (dataDir: string): IssueToken =>
  (role) =>
    openTryIssuer({ dataDir, env: {} }).issue({ staff: STAFF[role] ?? 'cm-1', role, organisation: SEED_ORGANISATION });

/** By a process of the product that lives by the clock of this environment. */
export const tokensByClock =
  (env: NodeJS.ProcessEnv): IssueToken =>
  async (role) => {
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, 'token', '--role', role], { env });
    return stdout.trim();
  };
