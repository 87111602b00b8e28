import { openTryIssuer } from '#access';
import { SEED_ORGANISATION } from '#door';
import { apiPort, dataDir, say, type AddCommand } from './command.js';
import { openHouse, type House } from './house/house.js';
import { ENDINGS, untilStopped } from './house/until-stopped.js';

export const add: AddCommand = (program) =>
  void program
    .command('start')
    .description(
      'Start the try profile: API, worker, projector and watchdog in one process, on files under FOLLOWTHROUGH_DATA (default ./data).',
    )
    .option('--json', 'print one JSON object with the addresses when ready')
    .addHelpText('after', ENDINGS)
    .action(start);

async function start({ json }: { json?: boolean }): Promise<void> {
  const began = performance.now();
  const house = await openHouse({
    dataDir: dataDir(),
    port: apiPort(),
    env: process.env,
    operator: { info: say, warn: say },
  });
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(
    json
      ? `${JSON.stringify({ url: house.url, temporalUi: house.temporal.uiUrl ?? null, temporal: house.temporal.address, data: dataDir(), seconds })}\n`
      : await banner(house, seconds),
  );
  await untilStopped(house);
}

/** What a newcomer needs: where to look, and a token to look with. */
export async function banner({ url, temporal, runtime }: House, seconds: number): Promise<string> {
  const token = process.env['OIDC_ISSUER'] ? null : await tokenWords(runtime.dataDir);
  return [
    '',
    `Followthrough is ready (${seconds.toFixed(1)} s)`,
    `  API and guide     ${url}`,
    temporal.address === null
      ? '  Temporal          none to be had: the watchdog raises every follow-up alone, and /health/ready says "degraded"'
      : `  Temporal UI       ${temporal.uiUrl ?? `(server at ${temporal.address})`}`,
    `  Files             ${runtime.dataDir}${runtime.masterKey.created ? `\n  Master key        ${runtime.masterKey.file}  (new: keep a copy elsewhere)` : ''}`,
    ...(token === null ? [] : [`  Token             ${token}`]),
    '  Ctrl-C stops everything; the next start carries on.',
    '',
    '',
  ].join('\n');
}

/** A token to look with is for the person at the terminal: what is redirected ends up in a file or a log that others read. */
async function tokenWords(folder: string): Promise<string> {
  if (!process.stdout.isTTY) return 'npx followthrough token --role care-manager prints one';
  const issuer = openTryIssuer({ dataDir: folder, env: process.env });
  return issuer.issue({ staff: 'cm-1', role: 'care-manager', organisation: SEED_ORGANISATION });
}
