import { KeyDestroyed } from '#access';
import { seedClinic, type Clock } from '#door';
import { memoryKeys, openMemoryStore } from '#event-store';
import { fitTogether, type Keys, type Runtime } from './runtime.js';

export interface MemoryRuntimeOptions {
  readonly clock: Clock;
  /** Zone of the first site. */
  readonly zone?: string;
  readonly seed?: boolean;
  readonly warn?: (message: string) => void;
}

/** A runtime without files, for tests: the same doors upon a store and keys that are gone with it. */
export async function memoryRuntime(options: MemoryRuntimeOptions): Promise<Runtime> {
  const { clock, zone = 'America/New_York', seed = true, warn = () => undefined } = options;
  const store = openMemoryStore();
  const runtime = fitTogether({ dataDir: null, clock, store, keys: keysInMemory(), warn, close: () => store.close() });
  if (seed) await seedClinic({ organisations: runtime.organisations, clock, zone });
  return runtime;
}

/** As the key store on disk: a destroyed key is said to be destroyed. */
function keysInMemory(): Keys {
  const keys = memoryKeys();
  const kids = new Map<string, string>();
  const destroyed = new Set<string>();
  return {
    keyFor(subject) {
      if (destroyed.has(subject)) throw new KeyDestroyed(subject);
      const named = keys.keyFor(subject);
      kids.set(subject, named.kid);
      return named;
    },
    open: (kid) => keys.open(kid),
    kidOf: (subject) => kids.get(subject) ?? null,
    destroy(subject) {
      const kid = kids.get(subject);
      if (kid === undefined) return null;
      destroyed.add(subject);
      keys.erase(subject);
      return { kid };
    },
    damaged: () => 0,
  };
}
