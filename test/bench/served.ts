import { join } from 'node:path';
import { openTryIssuer } from '#access';
import { SEED_ORGANISATION } from '#door';
import { openReadModels, type ReadModels } from '#read-models';
import { createApiApp, NO_BACKGROUND } from '../../apps/api/src/app.js';
import type { Clinic } from './clinic.js';

/** The API of a clinic over HTTP, with views that have taken everything in. */
export interface Served {
  readonly url: string;
  readonly authorization: string;
  close(): Promise<void>;
}

/** @param file name of the views' file in the clinic's folder */
export async function serve(clinic: Clinic, file: string): Promise<Served> {
  const { store, codec, clock } = clinic.runtime;
  const views = openReadModels({ file: join(clinic.folder, file), store, codec, clock });
  await views.start();
  await caughtUp(clinic, views);
  const served = await serveWith(clinic, views);
  return {
    ...served,
    async close() {
      await served.close();
      await views.stop();
    },
  };
}

/** Until everything that is recorded is in the views: what is measured before is not what it seems. */
export async function caughtUp({ runtime }: Clinic, views: ReadModels): Promise<void> {
  if (!(await views.waitFor((await runtime.store.head())!.position, 3_600_000)))
    throw new Error('the views did not catch up');
}

/** The same over views that the caller keeps. */
export async function serveWith({ runtime, folder }: Clinic, views: ReadModels): Promise<Served> {
  const issuer = openTryIssuer({ dataDir: join(folder, 'data'), env: {} });
  const app = await createApiApp({
    runtime,
    readModels: views,
    verifier: issuer,
    publicUrl: 'http://127.0.0.1',
    about: { profile: 'bench' },
    probes: { store: async () => undefined, readModels: async () => null, keys: () => null, ...NO_BACKGROUND },
  });
  await app.listen(0, '127.0.0.1');
  const token = await issuer.issue({ staff: 'cm-1', role: 'care-manager', organisation: SEED_ORGANISATION });
  return {
    url: await app.getUrl(),
    authorization: `Bearer ${token}`,
    close: () => app.close(),
  };
}
