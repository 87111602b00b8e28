import { answer, CommandFailed, type AddCommand } from './command.js';
import { postTo, serverFor, type Way } from './reach.js';

const EXPLAINED = `
Two persons: an administrator asks with --reason; another administrator, or a supervisor, approves with --approve and a token of their
own. Then the patient's key is destroyed and what it sealed cannot be read any more. It is refused while an episode is open or owed something.
Reasons: end-of-retention, wrong-patient, court-order, patient-right. Codes, dates and ids stay in the log.
Exit codes: 0 recorded · 1 refused · 2 wrong call · 3 no server answers, or it cannot now.`;

interface Options extends Way {
  readonly reason?: string;
  readonly approve?: string;
  readonly withdraw?: string;
  readonly json?: boolean;
}

interface Erasure {
  readonly erasureRequest: { readonly revision: number } | null;
  readonly erased: boolean;
}

/** `followthrough erase-patient`: asks a running server, as one of two persons. */
export const add: AddCommand = (program) => {
  program
    .command('erase-patient')
    .description('Ask that the data of a patient be erased, or approve what another person asked for.')
    .argument('<patient>', 'id of the patient')
    .option('--reason <code>', 'ask for it, for this reason')
    .option('--approve <revision>', 'approve the request at this revision, as somebody else')
    .option('--withdraw <revision>', 'withdraw or turn down the request at this revision')
    .option('--server <url>', 'the running server (default: the one on this machine)')
    .option('--token <token>', 'who is asking (default, for asking only: admin-1 of the built-in issuer)')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXPLAINED)
    .action(erasePatient);
};

async function erasePatient(patient: string, options: Options): Promise<void> {
  const { path, body } = requestOf(options);
  if (options.approve !== undefined && options.token === undefined)
    throw new CommandFailed('whoever approves is another person: name their token with --token', 2);
  const server = await serverFor(options);
  const requests = `/v1/patients/${encodeURIComponent(patient)}/erasure-requests`;
  const said = await postTo<Erasure>(server, `${requests}${path}`, body);
  answer(options.json, said, () => words(said, patient));
}

function requestOf({ reason, approve, withdraw }: Options): { path: string; body: object } {
  if ([reason, approve, withdraw].filter((one) => one !== undefined).length !== 1)
    throw new CommandFailed('say one of --reason, --approve and --withdraw', 2);
  if (reason !== undefined) return { path: '', body: { reasonCode: reason } };
  const revision = approve ?? withdraw ?? '';
  if (!/^\d+$/.test(revision)) throw new CommandFailed(`a request is named by its revision, not ${revision}`, 2);
  return { path: `/${revision}/${approve === undefined ? 'withdrawal' : 'approval'}`, body: {} };
}

function words({ erased, erasureRequest }: Erasure, patient: string): string {
  if (erased)
    return `The data of ${patient} are erased: the key is destroyed. Keys in older backups still open them: docs/operations/keys.md`;
  if (!erasureRequest) return `No request to erase ${patient} stands.`;
  return `Asked for. Another person approves: followthrough erase-patient ${patient} --approve ${erasureRequest.revision} --token …`;
}
