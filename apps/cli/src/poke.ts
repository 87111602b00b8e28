import { answer, localServer, type AddCommand } from './command.js';
import { postTo, serverFor } from './reach.js';

export const add: AddCommand = (program) =>
  void program
    .command('poke')
    .description(
      'Wake the workflow of every open episode, the most urgent first: after a loss of Temporal, a restore, a deploy or a new pathway.',
    )
    .requiredOption('--open', 'all open episodes (the only choice so far)')
    .option('--since <position>', 'only those that changed after this position of the log')
    .option('--rate <n>', 'at most so many a second', Number)
    .option('--reason <why>', 'rebuild, restore, deploy, policy or operator', 'operator')
    .option('--server <url>', 'the running server (default: that of this machine)')
    .option('--token <token>', 'default: a token of the built-in issuer for admin-1')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExit codes: 0 asked for · 1 refused · 2 wrong call · 3 no server answers, or Temporal is away.',
    )
    .action(poke);

interface Options {
  readonly since?: string;
  readonly rate?: number;
  readonly reason: string;
  readonly server?: string;
  readonly token?: string;
  readonly json?: boolean;
}

async function poke({ since, rate, reason, server = localServer(), token, json }: Options): Promise<void> {
  const asked = {
    reason,
    ...(since === undefined ? {} : { since }),
    ...(rate === undefined ? {} : { rate }),
  };
  const said = await postTo<{ accepted: true }>(
    await serverFor({ server, ...(token === undefined ? {} : { token }) }),
    '/v1/operations/poke',
    asked,
    `no server answers at ${server}; a start wakes everything by itself`,
  );
  answer(
    json,
    said,
    () => 'The server wakes them one after the other; followthrough_pokes_waiting at /metrics says how many are left.',
  );
}
