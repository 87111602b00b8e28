import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createOidcVerifier, openTryIssuer, type Verifier } from '#access';
import { systemClock } from '#door';
import { openReadModels } from '#read-models';
import { openRuntime } from '#runtime';
import { createApiApp } from './app.js';

/** The API as a process of its own, without the background: for a profile whose worker runs elsewhere. */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const dataDir = env['FOLLOWTHROUGH_DATA'] ?? 'data';
  mkdirSync(dataDir, { recursive: true });
  await using opened = new AsyncDisposableStack();
  const runtime = await openRuntime({ dataDir, clock: systemClock, env, profile: 'try' });
  opened.defer(() => runtime.close());
  const readModels = openReadModels({
    file: join(dataDir, 'read.db'),
    database: env['FOLLOWTHROUGH_READ_MODELS'],
    store: runtime.store,
    codec: runtime.codec,
    clock: runtime.clock,
  });
  await readModels.start();
  opened.defer(() => readModels.stop());
  const app = await createApiApp({
    runtime,
    readModels,
    verifier: verifierFor(env, dataDir),
    about: { profile: 'api' },
    probes: {
      store: () => runtime.store.health(),
      readModels: async () => {
        const { lag, parked } = await readModels.status();
        return lag === null ? null : { lag: lag.events, lagSeconds: lag.seconds, parked };
      },
      temporal: () => null,
      workflows: () => null,
      watchdog: () => null,
      oldestOverdueUnraised: () => null,
      notices: () => null,
    },
  });
  opened.defer(() => app.close());
  await app.listen(Number(env['PORT'] ?? 3000), '127.0.0.1');
  console.error(`Followthrough API on ${await app.getUrl()}`);
  await stopped();
}

function verifierFor(env: NodeJS.ProcessEnv, dataDir: string): Verifier {
  const issuer = env['OIDC_ISSUER'];
  return issuer
    ? createOidcVerifier({ issuer, audience: env['OIDC_AUDIENCE'] ?? 'followthrough' })
    : openTryIssuer({ dataDir, env });
}

const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

await main(process.env);
