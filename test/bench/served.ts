import { join } from 'node:path';
import { openTryIssuer } from '#access';
import { SEED_ORGANISATION } from '#door';
import { openReadModels } from '#read-models';
import { createApiApp, NO_BACKGROUND } from '../../apps/api/src/app.js';
import type { Clinic } from './clinic.js';

/** The API of a clinic over HTTP, with views that have taken everything in. */
export interface Served {
  readonly url: string;
  readonly authorization: string;
  close(): Promise<void>;
}

/** @param file name of the views' file in the clinic's folder */
export async function serve({ runtime, folder }: Clinic, file: string): Promise<Served> {
  const { store, codec, clock } = runtime;
  const views = openReadModels({ file: join(folder, file), store, codec, clock });
  await views.start();
  await views.waitFor((await store.head())!.position, 60_000);
  const issuer = openTryIssuer({ dataDir: join(folder, 'data'), env: {} });
  const app = await createApiApp({
    runtime,
    readModels: views,
    verifier: issuer,
    about: { profile: 'bench' },
    probes: { store: async () => undefined, readModels: async () => null, ...NO_BACKGROUND },
  });
  await app.listen(0, '127.0.0.1');
  const token = await issuer.issue({ staff: 'cm-1', role: 'care-manager', organisation: SEED_ORGANISATION });
  return {
    url: await app.getUrl(),
    authorization: `Bearer ${token}`,
    async close() {
      await app.close();
      await views.stop();
    },
  };
}
