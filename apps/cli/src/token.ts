import { openTryIssuer, type TryIssuer, type TryTokenRequest } from '#access';
import { ROLES, type Role } from '#care';
import { SEED_ORGANISATION } from '#door';
import { answer, CommandFailed, dataDir, type AddCommand } from './command.js';
import { isThere } from './is-there.js';

interface Options {
  readonly role: string;
  readonly staff?: string;
  readonly organisation: string;
  readonly hours: string;
  readonly json?: boolean;
  readonly data?: string;
}

/** One person per role: whom a first start in the try profile puts there. */
const STAFF: Readonly<Record<Role, string>> = {
  'care-manager': 'cm-1',
  supervisor: 'sup-1',
  'psychiatric-consultant': 'psy-1',
  provider: 'pcp-1',
  administrator: 'admin-1',
  auditor: 'audit-1',
  integration: 'integration-1',
};
const LONGEST_HOURS = 24;

/** `followthrough token`: an identity to try things with. */
export const add: AddCommand = (program) => {
  program
    .command('token')
    .description('Print a token of the try profile, and nothing else, on stdout.')
    .requiredOption('--role <role>', ROLES.join(', '))
    .option('--staff <id>', 'who it is (default: the person of that role that a first start puts there)')
    .option('--organisation <id>', 'for which organisation', SEED_ORGANISATION)
    .option('--hours <n>', `how long it holds, ${LONGEST_HOURS} at most`, '12')
    .option('--json', 'one JSON object on stdout')
    .option('--data <folder>', 'the data folder (default FOLLOWTHROUGH_DATA, else ./data)')
    .addHelpText(
      'after',
      '\nIt refuses in production and beside an identity provider.\nExit codes: 0 printed · 2 wrong call · 3 the issuer cannot be opened.',
    )
    .action(printToken);
};

async function printToken(options: Options): Promise<void> {
  const request = requestOf(options);
  const issuer = openIssuer(options.data ?? dataDir());
  const token = await issue(issuer, request);
  answer(options.json, { token, ...request }, () => token);
}

function requestOf({ role, staff, organisation, hours }: Options): Required<Omit<TryTokenRequest, 'name'>> {
  const known = ROLES.find((one) => one === role);
  if (!known) throw new CommandFailed(`there is no role ${role}; one of ${ROLES.join(', ')}`, 2);
  const holds = Number(hours);
  if (!(holds > 0 && holds <= LONGEST_HOURS))
    throw new CommandFailed(`--hours takes a number up to ${LONGEST_HOURS}, not ${hours}`, 2);
  return { staff: staff ?? STAFF[known], role: known, organisation, hours: holds };
}

function openIssuer(data: string): TryIssuer {
  // The issuer would make one, and sign with a key that no server knows.
  if (!isThere(data)) throw new CommandFailed(`there is no data folder ${data}; a first start makes it`, 3);
  try {
    return openTryIssuer({ dataDir: data, env: process.env });
  } catch (error) {
    throw new CommandFailed((error as Error).message, isNamed(error, 'TryIssuerRefused') ? 2 : 3);
  }
}

async function issue(issuer: TryIssuer, request: TryTokenRequest): Promise<string> {
  try {
    return await issuer.issue(request);
  } catch (error) {
    if (isNamed(error, 'InvalidToken'))
      throw new CommandFailed('--staff and --organisation take letters, digits, dot, dash and underscore', 2);
    throw error;
  }
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;
