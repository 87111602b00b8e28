import { InvalidToken } from '#access';
import { systemClock } from '#door';
import { openReadModels } from '#read-models';
import { memoryRuntime } from '#runtime';
import { createApiApp, NO_BACKGROUND } from '../../../api/src/app.js';

/** docs/openapi.json: what `/openapi.json` answers, asked of an API that listens nowhere and whose views are never opened. */
export async function openApiDocument(): Promise<string> {
  const runtime = await memoryRuntime({ clock: systemClock, seed: false });
  const app = await createApiApp({
    runtime,
    readModels: openReadModels({ file: 'never-opened.db', ...runtime }),
    verifier: { verify: () => Promise.reject(new InvalidToken('malformed')) },
    about: { profile: 'try' },
    publicUrl: '',
    probes: {
      store: () => runtime.store.health(),
      readModels: async () => null,
      keys: () => null,
      ...NO_BACKGROUND,
    },
  });
  try {
    return `${(await app.inject({ method: 'GET', url: '/openapi.json' })).body}\n`;
  } finally {
    await app.close();
    await runtime.close();
  }
}
