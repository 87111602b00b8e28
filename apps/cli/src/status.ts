import type { Readiness } from '../../api/src/app.js';
import { answer, CommandFailed, localServer, type AddCommand } from './command.js';

export const add: AddCommand = (program) =>
  void program
    .command('status')
    .description(
      'How a running server is: what waits to be raised, when each waker last looked, heals, lag, Temporal. Exit 0 well, 1 degraded or not ready, 3 nobody answers.',
    )
    .option('--server <url>', 'the running server (default: that of this machine)')
    .option('--json', 'print one JSON object')
    .action(status);

async function status({ server = localServer(), json }: { server?: string; json?: boolean }): Promise<void> {
  const readiness = await ask(server);
  answer(json, readiness, () => table(readiness));
  if (!readiness.ready || readiness.degraded.length > 0) process.exitCode = 1;
}

const ANSWERS_WITHIN_MS = 10_000;

async function ask(server: string): Promise<Readiness> {
  try {
    const response = await fetch(new URL('/health/ready', server), { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    const said = (await response.json()) as Partial<Readiness>;
    if (said.ready !== undefined) return said as Readiness;
  } catch {
    // Said below: whatever is there, it is no server of ours.
  }
  throw new CommandFailed(`no server of Followthrough answers at ${server}`, 3);
}

/** One line for each thing an operator asks about. */
export function table(readiness: Readiness): string {
  const { ready, degraded, store, temporal, workflows, watchdog, readModels, clock, keys, notices } = readiness;
  const rows: readonly (readonly [string, string])[] = [
    ['state', ready ? (degraded.length === 0 ? 'ready' : `ready, degraded: ${degraded.join(', ')}`) : 'NOT READY'],
    ['event log', store],
    ['oldest overdue', watchdog ? oldestOverdue(readiness) : 'not in this process'],
    ['temporal', temporal ? `${temporal.status} since ${temporal.since}` : 'not in this process'],
    ['workflows', workflows ? `last look ${workflows.lastLook ?? 'not yet'}` : 'not in this process'],
    ['watchdog', watchdog ? `last look ${watchdog.lastSweep ?? 'not yet'}` : 'not in this process'],
    ['heals', watchdog ? `${watchdog.healsLastDay} in the last day, ${watchdog.heals} since the start` : 'not known'],
    ['clock', clock ? clockWords(clock) : 'not in this process'],
    ['keys', keys ? `${keys.damaged} damaged` : 'not known'],
    ['views', readModels ? lag(readModels) : 'not known'],
    [
      'notices',
      notices
        ? `${notices.waiting} waiting, ${notices.undelivered} undelivered${failing(notices.failing)}`
        : 'not in this process',
    ],
  ];
  return rows.map(([name, words]) => `${name.padEnd(16)}${words}`).join('\n');
}

const oldestOverdue = ({ oldestOverdueUnraised, overdueSeconds }: Readiness): string =>
  oldestOverdueUnraised === null ? 'none' : `since ${oldestOverdueUnraised} (${Math.round(overdueSeconds)} s)`;

const lag = ({ lag: events, lagSeconds, parked }: NonNullable<Readiness['readModels']>): string =>
  `${events} events and ${Math.round(lagSeconds)} s behind the log, ${parked} set aside`;

const clockWords = ({ behindLogSeconds, aheadOfTemporalSeconds }: NonNullable<Readiness['clock']>): string =>
  [
    `${Math.round(behindLogSeconds)} s behind the log`,
    aheadOfTemporalSeconds === null ? 'not yet compared with Temporal' : apartWords(aheadOfTemporalSeconds),
  ].join(', ');

const apartWords = (ahead: number): string =>
  `${Math.round(Math.abs(ahead))} s ${ahead < 0 ? 'behind' : 'ahead of'} Temporal`;

const failing = (channels: readonly string[]): string =>
  channels.length === 0 ? '' : `, failing: ${channels.join(', ')}`;
