import { apiPort, dataDir, say, type AddCommand } from './command.js';
import { openApiHouse } from './house/api-house.js';
import { ENDINGS, untilStopped } from './house/until-stopped.js';

export const add: AddCommand = (program) =>
  void program
    .command('api')
    .description(
      'Start the API alone, beside a worker (`followthrough start`) elsewhere. Needs FOLLOWTHROUGH_LOG, FOLLOWTHROUGH_READ_MODELS and the worker’s keys.',
    )
    .option('--json', 'print one JSON object with the address when ready')
    .addHelpText('after', ENDINGS)
    .action(api);

async function api({ json }: { json?: boolean }): Promise<void> {
  const house = await openApiHouse({
    dataDir: dataDir(),
    port: apiPort(),
    env: process.env,
    operator: { info: say, warn: say },
  });
  process.stdout.write(json ? `${JSON.stringify({ url: house.url })}\n` : `Followthrough API on ${house.url}\n`);
  await untilStopped(house);
}
